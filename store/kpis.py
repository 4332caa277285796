"""KPI components of a scope: summed over a branch's subtree and a month, by branch, by manager, over months.

Everything here returns sums; `domain.kpis.compute` makes the KPIs of them. A component the source says nothing about is
left out (`pictures.detail["unknown"]`), and so is a month without figures.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from domain.kpis import COMPONENTS
from store.scope import AFTER_SLASH, Scope
from store.tables import branch_months, branches, pictures, staff
from store.types import Money

Sums = Mapping[str, Decimal | int]
MONTHS_SHOWN = 13


@dataclass(frozen=True)
class Line:
    """One line of a league: a branch (its whole subtree) or a manager, and its sums.

    key: branch_id or staff_id ('' where nobody looks after the customers). path: the branch's, None for a manager.
    """

    key: str
    name: str | None
    path: str | None
    sums: Sums


@dataclass(frozen=True)
class Compared:
    """Sums of a month, of the month before, and of the same month a year before; {} where there are no figures."""

    now: Sums
    previous: Sums
    year_ago: Sums


def month_before(month: date, months: int = 1) -> date:
    """The month-end so many months earlier."""
    total = month.year * 12 + month.month - 1 - months
    return date(total // 12, total % 12 + 1, calendar.monthrange(total // 12, total % 12 + 1)[1])


def unknown_components(connection: Connection) -> frozenset[str]:
    """Components the source of the picture on show says nothing about."""
    return frozenset((connection.scalar(select(pictures.c.detail)) or {}).get("unknown", ()))


def sums(connection: Connection, scope: Scope, month: date, branch_path: str | None = None) -> Sums:
    """Component sums of the scope (and the branch's subtree) at a month-end; {} when there are no figures.

    OutOfScope when the branch is not in scope.
    """
    return series(connection, scope, [month], branch_path).get(month, {})


def compared(connection: Connection, scope: Scope, month: date, branch_path: str | None = None) -> Compared:
    """The month beside the one before and the one a year before."""
    before, last_year = month_before(month), month_before(month, 12)
    found = series(connection, scope, [month, before, last_year], branch_path)
    return Compared(found.get(month, {}), found.get(before, {}), found.get(last_year, {}))


def series(
    connection: Connection, scope: Scope, months: Sequence[date], branch_path: str | None = None
) -> dict[date, Sums]:
    """Month -> component sums, ascending, only months with figures."""
    query = (
        select(branch_months.c.month, *_components())
        .where(_within(scope, branch_path), branch_months.c.month.in_(list(months)))
        .group_by(branch_months.c.month)
        .order_by(branch_months.c.month)
    )
    unknown = unknown_components(connection)
    return {row.month: _known(row, unknown) for row in connection.execute(query)}


def last_months(month: date, months: int = MONTHS_SHOWN) -> list[date]:
    """The month-ends up to and with `month`, ascending: 13 show a year and its beginning."""
    return [month_before(month, n) for n in reversed(range(months))]


def by_child(connection: Connection, scope: Scope, month: date, branch_path: str | None = None) -> list[Line]:
    """A league: the branches right below `branch_path` (or the tops of the scope), each with its whole subtree.

    Customers kept at the branch itself, not below it, make a line of their own with the branch's name. Lines without
    figures are left out; in order of branch_id.
    """
    if branch_path is not None:
        scope.require(branch_path)
    tops = [branch_path] if branch_path is not None else list(scope.paths)
    known = connection.execute(select(branches.c.branch_id, branches.c.name, branches.c.path)).all()
    names = {row.path: row for row in known}
    query = (
        select(branch_months.c.branch_path, *_components())
        .where(_within(scope, branch_path), branch_months.c.month == month)
        .group_by(branch_months.c.branch_path)
    )
    unknown = unknown_components(connection)
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(query):
        path = _child(row.branch_path, tops, alone=branch_path is None and len(tops) > 1)
        line = found.setdefault(path, {})
        for name, value in _known(row, unknown).items():
            line[name] = line.get(name, 0) + value
    lines = [Line(names[path].branch_id, names[path].name, path, told) for path, told in found.items() if path in names]
    return sorted(lines, key=lambda line: line.key)


def by_manager(connection: Connection, scope: Scope, month: date, branch_path: str | None = None) -> list[Line]:
    """A line a manager who looks after customers there, in order of staff_id; '' is nobody."""
    query = (
        select(branch_months.c.manager_id, func.max(staff.c.name).label("name"), *_components())
        .select_from(branch_months.outerjoin(staff, staff.c.staff_id == branch_months.c.manager_id))
        .where(_within(scope, branch_path), branch_months.c.month == month)
        .group_by(branch_months.c.manager_id)
        .order_by(branch_months.c.manager_id)
    )
    unknown = unknown_components(connection)
    return [Line(row.manager_id, row.name, None, _known(row, unknown)) for row in connection.execute(query)]


def _child(path: str, tops: Sequence[str], alone: bool) -> str:
    """The branch right below the top that holds `path`; the top itself where it is the top, or stands among others."""
    top = next(top for top in tops if path.startswith(top))
    below = path[len(top) :].partition("/")[0]
    return top if alone or not below else f"{top}{below}/"


def _within(scope: Scope, branch_path: str | None) -> ColumnElement[bool]:
    if branch_path is None:
        return scope.where(branch_months.c.branch_path)
    scope.require(branch_path)
    column = branch_months.c.branch_path
    below = and_(column >= branch_path, column < branch_path[:-1] + AFTER_SLASH)
    return and_(scope.where(column), below)


def _components() -> Sequence[ColumnElement[Any]]:
    """Sums as the columns' own types: PostgreSQL's sum of integers is a numeric, money stays money."""
    made = []
    for name in COMPONENTS:
        column = branch_months.c[name]
        total = func.sum(column, type_=Money()) if isinstance(column.type, Money) else func.sum(column)
        made.append(total.label(name))
    return made


def _known(row: Any, unknown: frozenset[str]) -> Sums:
    told = row._mapping
    return {
        name: told[name] if isinstance(branch_months.c[name].type, Money) else int(told[name])
        for name in COMPONENTS
        if name not in unknown
    }

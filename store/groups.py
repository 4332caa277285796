"""How many customers of a scope stand in each group of the published runs, now and in the run before."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select

from store.scope import Scope
from store.shown import compared
from store.tables import customers, run_ratings, run_segments
from store.types import Money

GROUPINGS = ("tier", "life_cycle", "segment")


@dataclass(frozen=True)
class Group:
    """One group: its code as text, customers now and in the run before (None without one), AUM where known."""

    code: str
    customers: int
    previous_customers: int | None
    aum: Decimal | None


@dataclass(frozen=True)
class Grade:
    """One grade: as Group, with loans outstanding and the mean probability of default."""

    code: str
    customers: int
    previous_customers: int | None
    loans: Decimal | None
    pd: float | None


def groups(connection: Connection, scope: Scope, grouping: str) -> list[Group]:
    """The groups of `tier`, `life_cycle` or `segment` in order of their code; [] without a published segmentation.

    Those of the run before are counted among the customers that are in scope today.
    """
    column = customers.c[grouping]
    now = connection.execute(
        select(column, func.count(), func.sum(customers.c.aum, type_=Money()))
        .where(column.is_not(None), scope.where(customers.c.branch_path))
        .group_by(column)
    ).all()
    before = _before(connection, scope, "segmentation", run_segments.c[grouping], run_segments.c)
    known = {str(code): (int(count), aum) for code, count, aum in now}
    codes = sorted(known.keys() | (before or {}).keys()) if known else []
    return [
        Group(code, known.get(code, (0, None))[0], _count(before, code), known.get(code, (0, None))[1])
        for code in codes
    ]


def grades(connection: Connection, scope: Scope) -> list[Grade]:
    """The grades of the published rating in order of their text; [] without one."""
    column = customers.c.grade
    now = connection.execute(
        select(column, func.count(), func.sum(customers.c.loans, type_=Money()), func.avg(customers.c.pd))
        .where(column.is_not(None), scope.where(customers.c.branch_path))
        .group_by(column)
        .order_by(column)
    ).all()
    before = _before(connection, scope, "credit", run_ratings.c.grade, run_ratings.c)
    return [Grade(code, count, _count(before, code), lent, risk) for code, count, lent, risk in now]


def _count(before: dict[str, int] | None, code: str) -> int | None:
    return None if before is None else before.get(code, 0)


def _before(connection: Connection, scope: Scope, kind: str, column: Any, rows: Any) -> dict[str, int] | None:
    """code -> customers of the run the one on show is compared with (store/shown.py); None without one."""
    run_id = connection.scalar(select(compared(kind)))
    if run_id is None:
        return None
    found = (
        select(column, func.count())
        .join(customers, customers.c.customer_id == rows.customer_id)
        .where(rows.run_id == run_id, column.is_not(None), scope.where(customers.c.branch_path))
        .group_by(column)
    )
    return {str(code): count for code, count in connection.execute(found)}

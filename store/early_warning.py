"""Early warnings as a job measured them: how good each rule has been, and who is flagged today, in scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from domain.credit.early_warning import CODES, Measured
from store.behaviour import Person, person_columns, with_places
from store.bulk import fill
from store.scope import Scope
from store.tables import customers, warning_flags, warning_measures

_F, _C, _M = warning_flags.c, customers.c, warning_measures.c
_OF_A_RULE = tuple(Measured.__dataclass_fields__)
SORTS = ("value", "since", "aum")


@dataclass(frozen=True)
class Board:
    """The newest measuring: the day, the month-ends its rates rest on (None: no history is long enough), rules in their
    order."""

    as_of: date
    first_month: date | None
    last_month: date | None
    made_at: datetime
    rules: tuple[Measured, ...]


@dataclass(frozen=True)
class Flag:
    """A customer whom a rule flags. since: the first month-end of the unbroken run; value, before: the rule's figure now
    and three months ago."""

    person: Person
    rule: str
    since: date
    value: float | None
    before: float | None


def save(
    connection: Connection, as_of: date, months: tuple[date, date] | None, measured: Iterable[Measured], flags: pa.Table,
    job_id: int | None, at: datetime,
) -> int:  # fmt: skip
    """Keep a measuring, in the place of what was kept of the day, and who is flagged, in the place of whoever was.

    flags: rule, customer_id, since, value, before. Returns the flags.
    """
    connection.execute(delete(warning_measures).where(_M.as_of == as_of))
    told = {"as_of": as_of, "job_id": job_id, "made_at": at}
    first, last = months or (None, None)
    rows = [{**told, "first_month": first, "last_month": last, **asdict(one)} for one in measured]
    connection.execute(insert(warning_measures), rows)
    connection.execute(delete(warning_flags))
    days = pa.array([as_of] * flags.num_rows, pa.date32())
    return fill(connection, warning_flags, flags.append_column("as_of", days).to_batches(max_chunksize=50_000))


def board(connection: Connection) -> Board | None:
    """The newest measuring; None before the first."""
    as_of = connection.scalar(select(func.max(_M.as_of)))
    if as_of is None:
        return None
    found = {row.rule: row for row in connection.execute(select(warning_measures).where(_M.as_of == as_of))}
    rules = tuple(Measured(*(getattr(found[code], name) for name in _OF_A_RULE)) for code in CODES if code in found)
    one = next(iter(found.values()))
    return Board(as_of, one.first_month, one.last_month, one.made_at, rules)


def counts(connection: Connection, scope: Scope, branch_path: str | None = None) -> dict[str, int]:
    """Customers in scope flagged by each rule; under '' everybody flagged by any. OutOfScope for a branch that is not."""
    where = _within(scope, branch_path)
    source = customers.join(warning_flags, _F.customer_id == _C.customer_id)
    query = select(_F.rule, func.count()).select_from(source).where(where).group_by(_F.rule)
    found: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
    everybody = select(func.count(_F.customer_id.distinct())).select_from(source).where(where)
    return {**found, "": connection.scalar(everybody) or 0}


def flagged(
    connection: Connection, scope: Scope, rule: str, branch_path: str | None = None, *, sort: str = "since",
    descending: bool = True, start: int = 0, rows: int = 50,
) -> list[Flag]:  # fmt: skip
    """`rows` customers a rule flags, from `start` on; ties by AUM. ValueError for no such sort."""
    if sort not in SORTS:
        raise ValueError(f"early warnings are sorted by {', '.join(SORTS)}")
    key: ColumnElement[Any] = _C.aum if sort == "aum" else _F[sort]
    order = key.desc().nulls_last() if descending else key.asc().nulls_last()
    source = with_places().join(warning_flags, _F.customer_id == _C.customer_id)
    query = select(*person_columns(), _F.rule, _F.since, _F.value, _F.before).select_from(source)
    query = query.where(_F.rule == rule, _within(scope, branch_path)).order_by(order, _C.place)
    return [Flag(Person(*row[:-4]), *row[-4:]) for row in connection.execute(query.limit(rows).offset(start))]


def of_customer(connection: Connection, customer_id: str) -> list[tuple[str, date, float | None, float | None]]:
    """(rule, since, value, before) of a customer, in the order of the rules; the caller has looked at the scope."""
    query = select(_F.rule, _F.since, _F.value, _F.before).where(_F.customer_id == customer_id)
    found = {row[0]: (row[0], row[1], row[2], row[3]) for row in connection.execute(query)}
    return [found[code] for code in CODES if code in found]


def _within(scope: Scope, branch_path: str | None) -> ColumnElement[bool]:
    if branch_path is None:
        return scope.where(_C.branch_path)
    scope.require(branch_path)
    return Scope((branch_path,)).where(_C.branch_path)

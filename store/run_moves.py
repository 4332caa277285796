"""Who would move between a run and the one that was on show when it was made: counted within a scope, and found again.
Of a run that was put on show again, also who moved against the one whose place it took.

A cell's customers are found by the look-up's facet `step`, told as 12:tier:gold:basic (run, column, before, after), or as
12:tier:gold:basic:15 against the run it replaced, with the same conditions that counted them. Customers the picture no longer
has are in no cell: nobody could open them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from domain.behaviour.risk_bands import WORDS as RISKS
from domain.contribution.bands import bands
from store.scope import Scope
from store.served_runs import rows_of
from store.shown import again_for, shown_at
from store.tables import customers, runs
from store.types import Money

NONE, ABSENT = "none", "absent"
# The columns a kind moves by, in the order they are shown.
COLUMNS: dict[str, tuple[str, ...]] = {
    "segmentation": ("tier", "life_cycle", "cluster"), "credit": ("grade",), "attrition": ("risk",),
    "next_product": ("offer",), "contribution": ("band",),
}  # fmt: skip
_STORED = {"tier": "tier", "life_cycle": "life_cycle", "cluster": "segment", "grade": "grade", "offer": "family"}
_C = customers.c


@dataclass(frozen=True)
class Pair:
    """A run and the one that was on show when it was made, or, with `again`, whose place it took when put on show again."""

    kind: str
    run_id: int
    before_id: int
    version_before: str
    again: bool = False


@dataclass(frozen=True)
class Step:
    """Customers in scope who stand in `before` in the one run and in `after` in the other; ABSENT: not in that run. aum: theirs
    today, None where nobody's is known."""

    before: str
    after: str
    customers: int
    aum: Decimal | None


def pair(connection: Connection, run_id: int) -> Pair | None:
    """None for a run there is not, and where nothing was on show when it was made."""
    found = connection.execute(select(runs.c.kind, runs.c.finished_at).where(runs.c.run_id == run_id)).one_or_none()
    if found is None:
        return None
    before_id = shown_at(connection, found.kind, found.finished_at)
    if before_id is None or before_id == run_id:
        return None
    version = connection.scalar(select(runs.c.version).where(runs.c.run_id == before_id))
    return Pair(found.kind, run_id, before_id, str(version))


def put_back(connection: Connection, run_id: int) -> Pair | None:
    """Of the run on show that had been on show before: it and the one it took the place of; None for any other."""
    kind = connection.scalar(select(runs.c.kind).where(runs.c.run_id == run_id))
    last = None if kind is None else again_for(connection, kind, run_id)
    if last is None or last.replaced_run is None or last.replaced is None:
        return None
    return Pair(str(kind), run_id, last.replaced_run, last.replaced, again=True)


def steps(connection: Connection, scope: Scope, of: Pair) -> dict[str, list[Step]]:
    """By column of COLUMNS, everybody in scope who is in either run, by where they stood and where they would stand."""
    old, new = rows_of(of.kind).alias("old"), rows_of(of.kind).alias("new")
    names = COLUMNS[of.kind]
    sides = ((old, of.before_id), (new, of.run_id))
    told = [
        _place(connection, rows, run_id, name).label(f"{name}_{side}")
        for name in names
        for side, (rows, run_id) in enumerate(sides)
    ]
    source: Any = customers
    for rows, run_id in sides:
        source = source.outerjoin(rows, and_(rows.c.run_id == run_id, rows.c.customer_id == _C.customer_id))
    inside = scope.where(_C.branch_path), or_(old.c.customer_id.is_not(None), new.c.customer_id.is_not(None))
    # Placed first and counted around it: PostgreSQL takes two expressions with bound values for different ones.
    one = select(*told, _C.aum).select_from(source).where(*inside).subquery()
    codes = [one.c[each.name] for each in told]
    query = select(*codes, func.count(), func.sum(one.c.aum, type_=Money())).group_by(*codes)
    return _by_column(names, connection.execute(query).all())


def _by_column(names: Sequence[str], found: Sequence[Any]) -> dict[str, list[Step]]:
    told: dict[str, dict[tuple[str, str], tuple[int, Decimal | None]]] = {name: {} for name in names}
    for *codes, count, aum in found:
        for at, name in enumerate(names):
            before, after = codes[2 * at : 2 * at + 2]
            many, held = told[name].get((before, after), (0, None))
            both = held if aum is None else aum if held is None else held + aum
            told[name][before, after] = (many + count, both)
    return {name: [Step(*codes, *sums) for codes, sums in sorted(cells.items())] for name, cells in told.items()}


def stepped(connection: Connection, value: str) -> ColumnElement[bool]:
    """The condition of a facet's value on customers; nobody for what means nothing."""
    asked = read(connection, value)
    if asked is None:
        return false()
    of, name, before, after = asked
    sides = ((of.before_id, before), (of.run_id, after))
    return and_(*(_stands(connection, of.kind, run_id, name, code) for run_id, code in sides))


def read(connection: Connection, value: str) -> tuple[Pair, str, str, str] | None:
    """A facet's value: the runs, the column, before and after; None for what means nothing."""
    number, *rest = value.split(":")
    if len(rest) not in (3, 4) or not number.isdecimal() or len(number) > 9:
        return None
    of = pair(connection, int(number)) if len(rest) == 3 else put_back(connection, int(number))
    if of is None or rest[3:] not in ([], [str(of.before_id)]):
        return None
    if rest[0] not in COLUMNS[of.kind] or rest[1:3] == [ABSENT, ABSENT]:
        return None
    return of, rest[0], rest[1], rest[2]


def said(of: Pair, column: str, before: str, after: str) -> str:
    """What `read` reads."""
    told = f"{of.run_id}:{column}:{before}:{after}"
    return f"{told}:{of.before_id}" if of.again else told


def _stands(connection: Connection, kind: str, run_id: int, name: str, code: str) -> ColumnElement[bool]:
    rows = rows_of(kind).alias()
    mine = select(rows.c.customer_id).where(rows.c.run_id == run_id)
    if code == ABSENT:
        return _C.customer_id.not_in(mine)
    return _C.customer_id.in_(mine.where(_class(connection, rows, run_id, name) == code))


def _place(connection: Connection, rows: FromClause, run_id: int, name: str) -> ColumnElement[str]:
    return case((rows.c.customer_id.is_(None), literal(ABSENT)), else_=_class(connection, rows, run_id, name))


def _class(connection: Connection, rows: FromClause, run_id: int, name: str) -> ColumnElement[str]:
    """The code of a row's class, as domain/segmentation/migration.py has them."""
    if name in _STORED:
        return func.coalesce(cast(rows.c[_STORED[name]], String(64)), literal(NONE))
    if name == "risk":
        arms = [(rows.c.probability >= low, literal(code)) for code, low in RISKS.items() if low > 0]
        return case(*arms, else_=literal("low"))
    cents = type_coerce(rows.c.year_contribution, BigInteger)
    arms = [(cents >= low, literal(code)) for code, low in _floors(connection, run_id)]
    return case(*arms, (cents >= 0, literal("C")), else_=literal("D"))


def _floors(connection: Connection, run_id: int) -> Iterable[tuple[str, int]]:
    """The least a customer of band A and of band B brings, in cents: where a band ends depends on all customers of the run."""
    rows = rows_of("contribution").c
    query = select(type_coerce(rows.year_contribution, BigInteger)).where(rows.run_id == run_id)
    cents = np.fromiter(connection.scalars(query), dtype=np.int64)
    found = bands(cents)
    return [(code, int(cents[found == code].min())) for code in ("A", "B") if (found == code).any()]

"""Who stands where in the published segmentation, within a scope, and who moved since the run that was on show before.

Groups are those of the customers' serving rows, so that a figure is the sum of the customers the look-up finds for it.
A group is told by its code; NONE is who has none (not grouped, AUM unknown), ABSENT who the earlier run did not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, and_, case, cast, func, literal, select

from store.facets import ABSENT, NONE, earlier_segmentation
from store.runs import Run, run
from store.scope import Scope
from store.tables import customers, pictures, run_segments
from store.types import Money

COLUMNS = ("segment", "tier", "life_cycle")
MOST_MOVERS = 50
_C = customers.c


@dataclass(frozen=True)
class Group:
    """Customers of a group and their sums; None where nobody's is known. kind: personal, corporate, '' for both."""

    code: str
    kind: str
    customers: int
    aum: Decimal | None
    loans: Decimal | None
    contribution: Decimal | None


@dataclass(frozen=True)
class Flow:
    """Customers who stood in `before` in the earlier run and stand in `after` now, with today's money."""

    before: str
    after: str
    customers: int
    aum: Decimal | None
    contribution: Decimal | None


@dataclass(frozen=True)
class Mover:
    """A customer who changed place; unmasked: masking is the portal's. moved: figures as domain/segmentation/changes.py
    keeps them, [] where none is kept."""

    customer_id: str
    name: str | None
    kind: str
    before: str
    after: str
    aum: Decimal | None
    contribution: Decimal | None
    moved: Sequence[Any]


@dataclass(frozen=True)
class Score:
    """A combination of recency, frequency and monetary scores ("543") and who has it."""

    rfm: str
    customers: int
    aum: Decimal | None
    contribution: Decimal | None


def earlier_run(connection: Connection) -> Run | None:
    """The segmentation that was on show before the one on show, whole; None without one."""
    run_id = connection.scalar(select(earlier_segmentation()))
    return None if run_id is None else run(connection, run_id)


@dataclass(frozen=True)
class Place:
    """Customers who stand alike in every column of COLUMNS, now and in the earlier run, and are of one kind.

    now, then: codes in the order of COLUMNS; then is all ABSENT without an earlier run.
    """

    kind: str
    now: tuple[str, ...]
    then: tuple[str, ...]
    customers: int
    aum: Decimal | None
    loans: Decimal | None
    contribution: Decimal | None


def places(connection: Connection, scope: Scope, branch_path: str | None = None) -> list[Place]:
    """Everybody in scope, counted once for all that is asked of them; OutOfScope for a branch that is not.

    Grouped by the columns as they stand: turned into codes in the database, the same takes three times as long.
    """
    was = run_segments.c
    keys = [_C.kind, was.customer_id.is_(None), *(_C[name] for name in COLUMNS), *(was[name] for name in COLUMNS)]
    sums = [func.sum(_C[name], type_=Money()) for name in ("aum", "loans", "contribution_12m")]
    query = select(*keys, func.count(), *sums).select_from(_beside()).where(_below(scope, branch_path)).group_by(*keys)
    found, wide = [], len(COLUMNS)
    for kind, absent, *rest in connection.execute(query):
        now, then = (tuple(_code(value) for value in part) for part in (rest[:wide], rest[wide : 2 * wide]))
        found.append(Place(kind, now, (ABSENT,) * wide if absent else then, *rest[2 * wide :]))
    return found


def _code(value: str | int | None) -> str:
    return NONE if value is None else str(value)


def groups_of(found: Sequence[Place], column: str) -> list[Group]:
    """By a column of COLUMNS and kind of customer."""
    at, told = _at(column), dict[tuple[str, str], list[Place]]()
    for one in found:
        told.setdefault((one.now[at], one.kind), []).append(one)
    return [
        Group(
            code,
            kind,
            sum(one.customers for one in own),
            *(_sum(own, name) for name in ("aum", "loans", "contribution")),
        )
        for (code, kind), own in sorted(told.items())
    ]


def flows_of(found: Sequence[Place], column: str) -> list[Flow]:
    """By where they stood and where they stand."""
    at, told = _at(column), dict[tuple[str, str], list[Place]]()
    for one in found:
        told.setdefault((one.then[at], one.now[at]), []).append(one)
    return [
        Flow(before, after, sum(one.customers for one in own), *(_sum(own, name) for name in ("aum", "contribution")))
        for (before, after), own in sorted(told.items())
    ]


def groups(connection: Connection, scope: Scope, column: str, branch_path: str | None = None) -> list[Group]:
    """Everybody in scope by a column of COLUMNS and kind of customer; OutOfScope for a branch that is not."""
    return groups_of(places(connection, scope, branch_path), column)


def flows(connection: Connection, scope: Scope, column: str, branch_path: str | None = None) -> list[Flow]:
    """Everybody in scope by where they stood in the earlier run and where they stand now; [] without an earlier one."""
    if connection.scalar(select(earlier_segmentation())) is None:
        return []
    return flows_of(places(connection, scope, branch_path), column)


def _at(column: str) -> int:
    if column not in COLUMNS:
        raise ValueError(f"there are no groups by {column}; there are {', '.join(COLUMNS)}")
    return COLUMNS.index(column)


def _sum(own: Sequence[Place], name: str) -> Decimal | None:
    return added(getattr(one, name) for one in own)


def movers(
    connection: Connection, scope: Scope, column: str, branch_path: str | None = None, limit: int = MOST_MOVERS
) -> list[Mover]:
    """Who changed place and has most AUM, largest first, ties by number; who is new to the run is no mover.

    customers.place is that order: they are walked until there are enough, and nothing is sorted.
    """
    if connection.scalar(select(earlier_segmentation())) is None:
        return []
    rows = run_segments.alias("now_on_show")
    before, after = _then(column), _now(column)
    source = _beside().outerjoin(rows, and_(rows.c.run_id == _on_show(), rows.c.customer_id == _C.customer_id))
    query: Select[Any] = (
        select(_C.customer_id, _C.name, _C.kind, before, after, _C.aum, _C.contribution_12m, rows.c.why)
        .select_from(source)
        .where(_below(scope, branch_path), before != after, before != ABSENT)
        .order_by(_C.place)
        .limit(limit)
    )
    return [
        Mover(row[0], row[1], row[2], row[3], row[4], row[5], row[6], (row[7] or {}).get("moved") or [])
        for row in connection.execute(query)
    ]


def scores(connection: Connection, scope: Scope, branch_path: str | None = None) -> list[Score]:
    """Everybody in scope by their three scores; who has no movement known has NONE."""
    sums = [func.sum(_C[name], type_=Money()) for name in ("aum", "contribution_12m")]
    query = select(_C.rfm, func.count(), *sums).where(_below(scope, branch_path)).group_by(_C.rfm)
    found, nothing = list[Score](), list[Score]()
    for rfm, *figures in connection.execute(query):
        known = rfm is not None and "-" not in rfm
        (found if known else nothing).append(Score(rfm if known else NONE, *figures))
    if nothing:
        money = (added(getattr(one, name) for one in nothing) for name in ("aum", "contribution"))
        found.append(Score(NONE, sum(one.customers for one in nothing), *money))
    return sorted(found, key=lambda one: one.rfm, reverse=True)


def added(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _now(column: str) -> ColumnElement[str]:
    return func.coalesce(cast(_C[column], String(64)), literal(NONE))


def _then(column: str) -> ColumnElement[str]:
    was = run_segments.c
    return case(
        (was.customer_id.is_(None), literal(ABSENT)), else_=func.coalesce(cast(was[column], String(64)), literal(NONE))
    )  # fmt: skip


def _beside() -> Any:
    """Customers, each beside their row in the earlier run."""
    was = run_segments.c
    return customers.outerjoin(
        run_segments, and_(was.run_id == earlier_segmentation(), was.customer_id == _C.customer_id)
    )


def _on_show() -> Any:
    return select(pictures.c.segmentation_run_id).scalar_subquery()


def _below(scope: Scope, branch_path: str | None) -> ColumnElement[bool]:
    if branch_path is None:
        return scope.where(_C.branch_path)
    scope.require(branch_path)
    return Scope((branch_path,)).where(_C.branch_path)

"""Who stands where in the published segmentation, within a scope, and who moved since the run that was on show before.

Groups are those of the customers' serving rows, so that a figure is the sum of the customers the look-up finds for it.
A group is told by its code; NONE is who has none (not grouped, AUM unknown), ABSENT who the earlier run did not know.
"""

from __future__ import annotations

from collections.abc import Sequence
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


def groups(connection: Connection, scope: Scope, column: str, branch_path: str | None = None) -> list[Group]:
    """Everybody in scope by a column of COLUMNS and kind of customer; OutOfScope for a branch that is not."""
    code = _now(column)
    sums = [func.sum(_C[name], type_=Money()) for name in ("aum", "loans", "contribution_12m")]
    query = select(code, _C.kind, func.count(), *sums).where(_below(scope, branch_path)).group_by(code, _C.kind)
    return [Group(*row) for row in connection.execute(query)]


def flows(connection: Connection, scope: Scope, column: str, branch_path: str | None = None) -> list[Flow]:
    """Everybody in scope by where they stood in the earlier run and where they stand now; [] without an earlier one."""
    if connection.scalar(select(earlier_segmentation())) is None:
        return []
    before, after = _then(column), _now(column)
    sums = [func.sum(_C[name], type_=Money()) for name in ("aum", "contribution_12m")]
    query = select(before, after, func.count(), *sums).select_from(_beside()).where(_below(scope, branch_path))
    return [Flow(*row) for row in connection.execute(query.group_by(before, after))]


def movers(
    connection: Connection, scope: Scope, column: str, branch_path: str | None = None, limit: int = MOST_MOVERS
) -> list[Mover]:
    """Who changed place and has most AUM, largest first, ties by number; who is new to the run is no mover."""
    if connection.scalar(select(earlier_segmentation())) is None:
        return []
    rows = run_segments.alias("now_on_show")
    before, after = _then(column), _now(column)
    source = _beside().outerjoin(rows, and_(rows.c.run_id == _on_show(), rows.c.customer_id == _C.customer_id))
    query: Select[Any] = (
        select(_C.customer_id, _C.name, _C.kind, before, after, _C.aum, _C.contribution_12m, rows.c.why)
        .select_from(source)
        .where(_below(scope, branch_path), before != after, before != ABSENT)
        .order_by(_C.aum.desc().nulls_last(), _C.customer_id)
        .limit(limit)
    )
    return [
        Mover(row[0], row[1], row[2], row[3], row[4], row[5], row[6], (row[7] or {}).get("moved") or [])
        for row in connection.execute(query)
    ]


def scores(connection: Connection, scope: Scope, branch_path: str | None = None) -> list[Score]:
    """Everybody in scope by their three scores; who has no movement known has NONE."""
    code = case((_C.rfm.is_(None), literal(NONE)), (_C.rfm.contains("-"), literal(NONE)), else_=_C.rfm)
    sums = [func.sum(_C[name], type_=Money()) for name in ("aum", "contribution_12m")]
    query = select(code, func.count(), *sums).where(_below(scope, branch_path)).group_by(code)
    return sorted((Score(*row) for row in connection.execute(query)), key=lambda one: one.rfm, reverse=True)


def _now(column: str) -> ColumnElement[str]:
    if column not in COLUMNS:
        raise ValueError(f"there are no groups by {column}; there are {', '.join(COLUMNS)}")
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

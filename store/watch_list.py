"""Who is likely to leave, in a scope: cells that every chart of it adds up from, and the list, sorted and paged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, literal, or_, select

from domain.behaviour.risk_bands import BANDS
from store.behaviour import Person, person_columns, with_places
from store.facets import Facets, conditions
from store.scope import Scope
from store.tables import customers, run_attrition
from store.types import Money

SORTS = ("attrition", "aum_at_risk", "aum", "last_own_movement_on", "name")
_C = customers.c


@dataclass(frozen=True)
class Cell:
    """Customers of one band, branch, manager and tier: how many, leavers expected of them, AUM, and AUM at risk."""

    band: str
    branch_id: str
    manager_id: str | None
    tier: str | None
    customers: int
    leavers: float
    aum: Decimal
    at_risk: Decimal


@dataclass(frozen=True)
class Watched:
    """A customer on the list. drivers: as domain/behaviour/drivers.py keeps them, the strongest first."""

    person: Person
    probability: float
    at_risk: Decimal | None
    drivers: Sequence[dict[str, Any]]


def cells(connection: Connection, scope: Scope, facets: Facets, bands: Sequence[str] = ()) -> list[Cell]:
    """Everybody whom the published attrition run looked at; facets as in store/facets.py. No cell without customers."""
    band = case(*((_in(name), literal(name)) for name in BANDS), else_=literal(list(BANDS)[-1])).label("band")
    keys = (band, _C.branch_id, _C.manager_id, _C.tier)
    sums = (
        func.count(), func.sum(_C.attrition), func.coalesce(func.sum(_C.aum, type_=Money()), Decimal(0), type_=Money()),
        func.coalesce(func.sum(_C.aum_at_risk, type_=Money()), Decimal(0), type_=Money()),
    )  # fmt: skip
    query = select(*keys, *sums).where(*_where(connection, scope, facets, bands)).group_by(*keys)
    return [Cell(*row) for row in connection.execute(query)]


def watched(
    connection: Connection, scope: Scope, facets: Facets, bands: Sequence[str] = (), *, run_id: int | None,
    sort: str = "aum_at_risk", descending: bool = True, start: int = 0, rows: int = 50,
) -> list[Watched]:  # fmt: skip
    """`rows` customers from `start` on in the order of `sort` (ties by number), nothing last. ValueError for no such order.

    run_id: the published run, whose drivers are told.
    """
    if sort not in SORTS:
        raise ValueError(f"the watch list cannot be sorted by {sort!r}; it can by {', '.join(SORTS)}")
    order = _C[sort].desc().nulls_last() if descending else _C[sort].asc().nulls_last()
    query = select(*person_columns(), _C.attrition, _C.aum_at_risk).select_from(with_places())
    query = query.where(*_where(connection, scope, facets, bands)).order_by(order, _C.customer_id)
    found = connection.execute(query.limit(rows).offset(start)).all()
    told = _drivers(connection, run_id, [row.customer_id for row in found])
    return [Watched(Person(*row[:-2]), row[-2], row[-1], told.get(row.customer_id) or []) for row in found]


def _drivers(connection: Connection, run_id: int | None, ids: Sequence[str]) -> dict[str, Any]:
    mine = (run_attrition.c.run_id == run_id, run_attrition.c.customer_id.in_(ids))
    found = connection.execute(select(run_attrition.c.customer_id, run_attrition.c.drivers).where(*mine))
    return {row.customer_id: row.drivers for row in found}


def _where(
    connection: Connection, scope: Scope, facets: Facets, bands: Sequence[str]
) -> tuple[ColumnElement[bool], ...]:
    inside = (scope.where(_C.branch_path), _C.attrition.is_not(None), *conditions(connection, facets))
    return (*inside, or_(false(), *(_in(name) for name in bands if name in BANDS))) if bands else inside


def _in(band: str) -> ColumnElement[bool]:
    low, high = BANDS[band]
    return and_(_C.attrition >= low, _C.attrition < high)

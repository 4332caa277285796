"""How the customers of a scope behave, for any filter: their habits and chances, read as one column.

What is added up is done on arrays (domain/behaviour); the customers' own facts come for one page of a list only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, exists, func, select

from domain.behaviour import habits as packing
from store.facets import Facets, conditions
from store.scope import Scope
from store.tables import branches, customer_habits, customers, run_next_products, staff

Words = NDArray[np.object_]
Rows = NDArray[np.int64] | None  # places among those read, ascending; None: all of them
COLUMNS = ("flow", "uses", "hours")


@dataclass(frozen=True)
class Read:
    """Customers of a group, their branches, and what was asked of each: rows of FLOW and USES and Hours of
    domain/behaviour/habits.py, chances as they are kept."""

    ids: Words
    branch_ids: Words
    columns: dict[str, Any]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Person:
    """A customer in a list; unmasked: masking is the portal's."""

    customer_id: str
    kind: str
    name: str | None
    branch_name: str | None
    manager_name: str | None
    tier: str | None
    segment: int | None
    aum: Decimal | None
    last_own_movement_on: date | None


def known(connection: Connection) -> bool:
    """Whether the picture on show has habits: one that was built by code of before has none."""
    return bool(connection.scalar(select(exists(select(customer_habits.c.first)))))


def habits(connection: Connection, scope: Scope, facets: Facets, columns: Sequence[str]) -> Read:
    """Habits of the customers in scope, unpacked; facets as in store/facets.py narrow them.

    The blocks of the branches in scope are read whole and the group's rows picked from them: a row a customer would take
    a whole bank several times as long.
    """
    kept = customer_habits.c
    query = select(kept.branch_path, kept.customer_ids, *(kept[name] for name in columns))
    query = query.where(scope.where(kept.branch_path))
    if chosen := facets.get("branch"):
        paths = connection.scalars(select(branches.c.path).where(branches.c.branch_id.in_(chosen)))
        query = query.where(Scope(tuple(paths)).where(kept.branch_path))
    blocks = connection.execute(query.order_by(kept.first)).all()
    named = {row.path: row.branch_id for row in connection.execute(select(branches.c.path, branches.c.branch_id))}
    members = [json.loads(block.customer_ids) for block in blocks]
    ids = np.array([one for block in members for one in block], dtype=object)
    places = np.array([named[block.branch_path] for block in blocks], dtype=object)
    branch_ids = np.repeat(places, [len(block) for block in members])
    rows: Rows = None
    if any(values for name, values in facets.items() if name != "branch"):
        # One text: a row a customer takes ten times as long to fetch.
        asked = select(func.aggregate_strings(customers.c.customer_id, "\n")).where(*_within(connection, scope, facets))
        inside = set((connection.scalar(asked) or "").split("\n"))
        rows = np.array([at for at, one in enumerate(ids) if one in inside], dtype=np.int64)
        ids, branch_ids = ids[rows], branch_ids[rows]
    kept_of = {name: [block[at] for block in blocks] for at, name in enumerate(columns, 2)}
    return Read(ids, branch_ids, {name: _unpacked(name, told, rows) for name, told in kept_of.items()})


def _unpacked(name: str, blocks: Sequence[bytes], rows: Rows) -> Any:
    """A column of these rows; where everybody is asked for nothing is picked, for picking copies."""
    if name == "hours":
        hours = packing.unpacked_hours(blocks)
        return hours if rows is None else hours.of(rows)
    found = packing.unpacked(blocks, packing.FLOW if name == "flow" else packing.USES)
    return found if rows is None else found[rows]


def chances(connection: Connection, scope: Scope, facets: Facets, run_id: int) -> Read:
    """Packed chances of a next-product run (domain/marketing/chances.py); who has none in this form is left out."""
    query = select(customers.c.customer_id, customers.c.branch_id, run_next_products.c.chances).join(
        run_next_products, run_next_products.c.customer_id == customers.c.customer_id
    )
    asked = (run_next_products.c.run_id == run_id, run_next_products.c.chances.is_not(None))
    return _read(connection, query.where(*asked, *_within(connection, scope, facets)), ("chances",))


def _within(connection: Connection, scope: Scope, facets: Facets) -> tuple[ColumnElement[bool], ...]:
    return (scope.where(customers.c.branch_path), *conditions(connection, facets))


def _read(connection: Connection, query: Any, columns: Sequence[str]) -> Read:
    found = connection.execute(query).all()
    told = list(zip(*found, strict=True)) or [()] * (2 + len(columns))
    ids, places = (np.array(told[at], dtype=object) for at in (0, 1))
    return Read(ids, places, dict(zip(columns, told[2:], strict=True)))


def people(connection: Connection, scope: Scope, customer_ids: Sequence[str]) -> dict[str, Person]:
    """The facts of these customers by number, of those in scope."""
    found = connection.execute(
        select(*person_columns())
        .select_from(with_places())
        .where(customers.c.customer_id.in_(customer_ids), scope.where(customers.c.branch_path))
    )
    return {row.customer_id: Person(*row) for row in found}


def person_columns() -> list[ColumnElement[Any]]:
    """The columns of a Person, in its order."""
    places = {"branch_name": branches.c.name, "manager_name": staff.c.name}
    return [places[name].label(name) if name in places else customers.c[name] for name in Person.__dataclass_fields__]


def with_places() -> Any:
    """Customers with their branches and managers beside them."""
    return customers.outerjoin(branches, branches.c.branch_id == customers.c.branch_id).outerjoin(
        staff, staff.c.staff_id == customers.c.manager_id
    )

"""How many customers there are in a scope, and how many of them have an account: two counts that pages show side by side."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from store.facets import HOLDS, Facets, conditions
from store.scope import Scope
from store.tables import customers


@dataclass(frozen=True)
class Headcount:
    """everybody: on record today. without: of them, those without an open account, whom the look-up finds as
    holding=none_open."""

    everybody: int
    without: int


def on_record(connection: Connection, scope: Scope, facets: Facets) -> int:
    """Everybody of a scope, those without an account any more among them; facets as in store/facets.py narrow them."""
    asked = select(func.count()).select_from(customers).where(scope.where(customers.c.branch_path))
    return connection.scalar(asked.where(*conditions(connection, facets))) or 0


def headcount(connection: Connection, scope: Scope, branch_path: str | None = None) -> Headcount:
    """Of a scope, or of a branch and those below it; OutOfScope for a branch that is not."""
    if branch_path is not None:
        scope.require(branch_path)
        scope = Scope((branch_path,))
    query = select(func.count(), func.sum(case((HOLDS, 0), else_=1))).select_from(customers)
    every, without = connection.execute(query.where(scope.where(customers.c.branch_path))).one()
    return Headcount(every, without or 0)

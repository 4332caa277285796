"""The tree of branches: for pickers, scopes and names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from store.scope import Scope, scope_of
from store.tables import branches, customers


@dataclass(frozen=True)
class Branch:
    """One branch; `path` is its place in the tree ('/HQ/B1/'), `level` its depth, 0 at the root."""

    branch_id: str
    name: str
    parent_id: str | None
    level: int
    path: str


_COLUMNS = [branches.c[name] for name in Branch.__dataclass_fields__]


def every_branch(connection: Connection) -> list[Branch]:
    """The whole tree, parents before their children: for those who assign scopes, who see names and nothing else."""
    return [Branch(**row) for row in connection.execute(select(*_COLUMNS).order_by(branches.c.path)).mappings()]


def branches_in(connection: Connection, scope: Scope) -> list[Branch]:
    """The branches in scope, parents before their children."""
    found = select(*_COLUMNS).where(scope.where(branches.c.path)).order_by(branches.c.path)
    return [Branch(**row) for row in connection.execute(found).mappings()]


def subtree(connection: Connection, branch_id: str) -> list[Branch]:
    """A branch and all below it, itself first; empty when there is no such branch."""
    return branches_in(connection, scope_of(connection, [branch_id]))


def names_of(connection: Connection, branch_ids: Iterable[str]) -> dict[str, str]:
    """Names by branch number; unknown numbers are left out."""
    found = select(branches.c.branch_id, branches.c.name).where(branches.c.branch_id.in_(list(branch_ids)))
    return {row.branch_id: row.name for row in connection.execute(found)}


def busiest_leaf(connection: Connection) -> Branch | None:
    """The branch without branches below it that has most customers; None without customers."""
    below = select(branches.c.parent_id).where(branches.c.parent_id.is_not(None))
    found = (
        select(*_COLUMNS)
        .join(customers, customers.c.branch_id == branches.c.branch_id)
        .where(branches.c.branch_id.not_in(below))
        .group_by(*_COLUMNS)
        .order_by(func.count().desc(), branches.c.branch_id)
        .limit(1)
    )
    row = connection.execute(found).mappings().one_or_none()
    return None if row is None else Branch(**row)

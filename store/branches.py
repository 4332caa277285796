"""The tree of branches: for pickers, scopes and names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from store.scope import Scope
from store.tables import branches


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


def names_of(connection: Connection, branch_ids: Iterable[str]) -> dict[str, str]:
    """Names by branch number; unknown numbers are left out."""
    found = select(branches.c.branch_id, branches.c.name).where(branches.c.branch_id.in_(list(branch_ids)))
    return {row.branch_id: row.name for row in connection.execute(found)}

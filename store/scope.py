"""Scope: which branches' rows a person may see. Always a parameter, never ambient; no rule, nothing visible."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select

from store.tables import branches

AFTER_SLASH = chr(ord("/") + 1)  # paths end in a slash; the next character ends the range of what lies below


class OutOfScope(Exception):
    """Somebody asked for a row of a branch that is not theirs."""


@dataclass(frozen=True)
class Scope:
    """Path prefixes of the subtrees a person sees, e.g. ('/HQ/C1/',). Empty: nothing."""

    paths: tuple[str, ...]

    def where(self, path_column: ColumnElement[str]) -> ColumnElement[bool]:
        """The rows in scope, as a condition on a branch_path column. False when there is no rule.

        Written as a range, not LIKE, so that either database answers it from a B-tree and no wildcard in a branch's
        number can widen it.
        """
        if not self.paths:
            return false()
        return or_(*(and_(path_column >= path, path_column < path[:-1] + AFTER_SLASH) for path in self.paths))

    def holds(self, path: str | None) -> bool:
        """Whether a branch path lies in scope; None never does."""
        return path is not None and any(path.startswith(prefix) for prefix in self.paths)

    def require(self, path: str | None) -> None:
        """OutOfScope unless `path` lies in scope."""
        if not self.holds(path):
            raise OutOfScope("that branch is not in your scope; ask an administrator if you need it")

    def key(self) -> str:
        """A stable text for cache keys and job rows."""
        return "|".join(sorted(self.paths))


NOTHING = Scope(())


def scope_of(connection: Connection, branch_ids: Iterable[str]) -> Scope:
    """The subtrees of these branches. Unknown branches open nothing; a branch under another adds nothing."""
    wanted = sorted(set(branch_ids))
    if not wanted:
        return NOTHING
    paths = sorted(connection.scalars(select(branches.c.path).where(branches.c.branch_id.in_(wanted))))
    kept: list[str] = []
    for path in paths:
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return Scope(tuple(kept))


def whole_bank(connection: Connection) -> Scope:
    """Every branch: for jobs that recompute the bank."""
    return Scope(tuple(connection.scalars(select(branches.c.path).where(branches.c.parent_id.is_(None)))))

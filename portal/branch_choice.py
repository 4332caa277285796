"""Which branch a page is asked about: read from its address, chosen from a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.access import Ctx
from store.branches import Branch, branches_in
from store.scope import OutOfScope

LONGEST = 64


def branch_asked(ctx: Ctx, told: Mapping[str, Any]) -> tuple[Sequence[Branch], Branch | None]:
    """The branches in the viewer's scope and the one an address names under `branch`.

    Where it names none: the one at the top of the scope, or None for a scope with several. OutOfScope for a branch that is
    not the viewer's or not there.
    """
    tree, wanted = branches_in(ctx.connection, ctx.scope), str(told.get("branch") or "")
    if wanted:
        found = next((one for one in tree if one.branch_id == wanted), None)
        if found is None:
            raise OutOfScope(f"branch {wanted[:LONGEST]} is not in scope")
        return tree, found
    tops = [one for one in tree if one.path in ctx.scope.paths]
    return tree, tops[0] if len(tops) == 1 else None


def is_leaf(tree: Sequence[Branch], branch: Branch | None) -> bool:
    """Whether there is no branch below it; all that a viewer may see is none."""
    return branch is not None and not any(one.parent_id == branch.branch_id for one in tree)


def branch_options(tree: Sequence[Branch]) -> list[tuple[str, str]]:
    """(label, number) of each, set in by its level."""
    level = min((one.level for one in tree), default=0)
    return [("　" * (one.level - level) + one.name, one.branch_id) for one in tree]

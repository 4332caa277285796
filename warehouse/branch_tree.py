"""The tree of branches with each one's path, under one root."""

from __future__ import annotations

import pyarrow as pa

from warehouse.engine import Warehouse

HEAD = "HQ"
_TEXTS = ("branch_id", "name", "parent_id", "city", "province", "path")
_SCHEMA = pa.schema([("level", pa.int32()), *((name, pa.string()) for name in _TEXTS)])


def branch_rows(warehouse: Warehouse, bank_name: str) -> pa.Table:
    """branch_id, name, parent_id, level (its depth, the root 0), city, province, path ('/HQ/C1/B1/').

    A source with several roots, or none, gets a head office named like the bank above them. A branch whose parents
    lead in a circle hangs under the root.
    """
    rows = warehouse.rows("select branch_id, name, parent_id, city, province from branches order by branch_id")
    parents = {row[0]: row[2] if row[2] != row[0] else None for row in rows}
    roots = [branch for branch, parent in parents.items() if parent is None or parent not in parents]
    root = roots[0] if len(roots) == 1 else _free(HEAD, parents)
    chains = {branch: _chain(branch, parents, root) for branch in parents}
    found = [
        {
            "branch_id": branch, "name": name, "parent_id": chains[branch][-2] if len(chains[branch]) > 1 else None,
            "level": len(chains[branch]) - 1, "city": city, "province": province,
            "path": "/" + "/".join(chains[branch]) + "/",
        }
        for branch, name, _, city, province in rows
    ]  # fmt: skip
    if root not in parents:
        found.insert(
            0, dict.fromkeys(_SCHEMA.names) | {"branch_id": root, "name": bank_name, "level": 0, "path": f"/{root}/"}
        )
    return pa.Table.from_pylist(found, schema=_SCHEMA)


def _free(wanted: str, taken: dict[str, str | None]) -> str:
    return wanted if wanted not in taken else _free(wanted + "0", taken)


def _chain(branch: str, parents: dict[str, str | None], root: str) -> list[str]:
    """From the root to the branch."""
    chain: list[str] = []
    at: str | None = branch
    while at is not None and at in parents and at not in chain:
        chain.append(at)
        at = parents[at]
    if at is not None and at in parents:  # a circle
        chain = [branch]
    if chain[-1] != root:
        chain.append(root)
    return chain[::-1]

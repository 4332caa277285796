"""Grown trees as a run keeps them, so that a part of the bank is scored later by the very model the rest was scored by.

Only what leads a row to its leaf is kept, and how many rows taught each node, which the reasons are worked out from. What
is read back gives the same log odds to the last digit.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.credit.woe import Floats

NODE = np.dtype(
    [("value", "<f8"), ("num_threshold", "<f8"), ("count", "<u4"), ("feature_idx", "<i4"), ("left", "<u4"), ("right", "<u4"),
     ("missing_go_to_left", "u1"), ("is_leaf", "u1")]
)  # fmt: skip


@dataclass(frozen=True)
class Trees:
    """base: log odds before any tree. nodes: of each tree, fields of NODE, the root first."""

    base: float
    nodes: tuple[NDArray[Any], ...]

    def decision_function(self, matrix: Floats) -> Floats:
        """Log odds of each row, shape (n,)."""
        total = np.full(len(matrix), self.base)
        for nodes in self.nodes:
            total += nodes["value"][leaves(nodes, matrix)]
        return total

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        rows = [nodes[list(NODE.names or ())].astype(NODE) for nodes in self.nodes]
        packed = zlib.compress(b"".join(one.tobytes() for one in rows), 9)
        return {
            "base": self.base,
            "sizes": [len(one) for one in rows],
            "nodes": base64.b64encode(packed).decode("ascii"),
        }


def trees_of(told: Mapping[str, Any]) -> Trees:
    """What `Trees.as_dict` made."""
    rows = np.frombuffer(zlib.decompress(base64.b64decode(told["nodes"])), dtype=NODE)
    sizes: Sequence[int] = told["sizes"]
    return Trees(float(told["base"]), tuple(np.split(rows, np.cumsum(sizes)[:-1])))


def leaves(nodes: NDArray[Any], matrix: Floats) -> NDArray[np.int64]:
    """The leaf each row ends in, shape (n,); all rows go down one level at a time."""
    at = np.zeros(len(matrix), dtype=np.int64)
    going = np.arange(len(matrix))
    while going.size:
        here = nodes[at[going]]
        value = matrix[going, here["feature_idx"]]
        to_left = np.where(np.isnan(value), here["missing_go_to_left"] == 1, value <= here["num_threshold"])
        inner = here["is_leaf"] == 0
        at[going] = np.where(inner, np.where(to_left, here["left"], here["right"]), at[going])
        going = going[inner]
    return at

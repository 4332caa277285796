"""Every family's chance and the reasons against it, of one customer in one short text.

What a customer's page tells of offers is the likeliest few with their drivers; whoever counts offers or picks customers
for a family needs all of them, of everybody: a chance in millionths (−1 where the family is held already, or not to be
had) and a byte of reasons, in the order of the families and of REASONS in the run's model.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

MILLION = 1_000_000
HELD = -1


def _row(families: int) -> np.dtype[Any]:
    size = 5 * families
    rest: list[tuple[Any, ...]] = [("rest", f"V{-size % 3}")] if size % 3 else []
    return np.dtype([("chance", "<i4", (families,)), ("against", "u1", (families,)), *rest])


def packed(chances: NDArray[np.float64], against: NDArray[np.uint8]) -> list[str]:
    """A text a row. chances: 0..1 or below zero, shape (n, families); against: bits of REASONS, the same shape."""
    rows = np.zeros(len(chances), dtype=_row(chances.shape[1]))
    rows["chance"] = np.where(chances < 0, HELD, np.rint(chances * MILLION))
    rows["against"] = against
    text, width = base64.b64encode(rows.tobytes()).decode("ascii"), rows.dtype.itemsize // 3 * 4
    return [text[at : at + width] for at in range(0, len(text), width)]


def unpacked(texts: Sequence[str], families: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """(chances in millionths, −1 where not to be had; bits of reasons), both of shape (n, families)."""
    rows = np.frombuffer(base64.b64decode("".join(texts)), dtype=_row(families))
    return rows["chance"].astype(np.int64), rows["against"]

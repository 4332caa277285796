"""The silhouette of several clusterings of the same rows in one pass over their distances."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_BLOCK = 1000


def silhouettes(rows: Floats, labelings: list[NDArray[np.int64]]) -> list[float]:
    """Mean silhouette of each labeling, −1..1. Source: Rousseeuw (1987).

    rows: shape (n, d). labelings: each shape (n,), labels 0..k−1, all of them used. A row alone in its cluster counts 0.
    Distances are computed once, a block of rows at a time, and summed by cluster of every labeling together.
    """
    points = rows.astype(np.float32)
    sizes = [int(labels.max()) + 1 for labels in labelings]
    member = np.zeros((len(rows), sum(sizes)), dtype=np.float32)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    for labels, start in zip(labelings, starts, strict=False):
        member[np.arange(len(rows)), start + labels] = 1
    counts = member.sum(axis=0)
    square = (points**2).sum(axis=1)
    totals = [0.0] * len(labelings)
    for at in range(0, len(rows), _BLOCK):
        block = points[at : at + _BLOCK]
        near = np.maximum(square[at : at + _BLOCK, None] + square[None] - 2 * block @ points.T, 0)
        near[np.arange(len(block)), np.arange(at, at + len(block))] = 0  # a row is at no distance from itself
        sums = np.sqrt(near) @ member
        for i, labels in enumerate(labelings):
            columns = slice(starts[i], starts[i + 1])
            totals[i] += _block_sum(sums[:, columns], counts[columns], labels[at : at + _BLOCK])
    return [total / len(rows) for total in totals]


def _block_sum(sums: NDArray[np.float32], counts: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    line = np.arange(len(labels))
    own = counts[labels]
    inside = sums[line, labels] / np.maximum(own - 1, 1)
    means = sums / counts
    means[line, labels] = np.inf
    outside = means.min(axis=1)
    widths = np.where(own > 1, (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-12), 0.0)
    return float(widths.sum())

"""How time is taken: ours and the peer's turn about (A B A B …), the median of the rounds."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

Timed = Callable[[], float]


def interleaved(rounds: int, *sides: Timed) -> tuple[list[float], ...]:
    """What each side said in each round; a busy minute of the machine falls on all of them alike."""
    said: tuple[list[float], ...] = tuple([] for _ in sides)
    for _ in range(rounds):
        for side, values in zip(sides, said, strict=True):
            values.append(side())
    return said


def medians(rounds: int, *sides: Timed) -> tuple[float, ...]:
    """The median of each side over the rounds."""
    return tuple(statistics.median(values) for values in interleaved(rounds, *sides))


def seconds(work: Callable[[], Any]) -> float:
    """How long one call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed (nearest rank); ValueError for none."""
    if not values:
        raise ValueError("no values, no p95")
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]

"""How time is taken: ours and the peer's turn about (A B A B …), the median of the rounds with the least and the most."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Timed = Callable[[], float]


@dataclass(frozen=True)
class Spread:
    """What one side said over the rounds."""

    median: float
    least: float
    most: float
    rounds: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Of at least one value."""
        return cls(statistics.median(values), min(values), max(values), len(values))

    def each(self, change: Callable[[float], float]) -> Spread:
        """The same in another unit; a change that turns the order (seconds to rates) is put right."""
        least, most = sorted((change(self.least), change(self.most)))
        return Spread(change(self.median), least, most, self.rounds)


def interleaved(rounds: int, *sides: Timed) -> tuple[Spread, ...]:
    """What each side said; a busy minute of the machine falls on all of them alike."""
    said: tuple[list[float], ...] = tuple([] for _ in sides)
    for _ in range(rounds):
        for side, values in zip(sides, said, strict=True):
            values.append(side())
    return tuple(Spread.of(values) for values in said)


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

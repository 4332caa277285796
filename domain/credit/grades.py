"""The masterscale: ten grades by bounds of the probability of default, D for who has defaulted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.credit.woe import Floats

DEFAULTED = "D"


@dataclass(frozen=True)
class Masterscale:
    """grades from best to worst without D; bounds: the PD (0..1) at which each grade ends, the last one open.

    A customer whose PD equals a bound belongs to the worse grade. ValueError when bounds do not rise within 0..1.
    """

    grades: tuple[str, ...] = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C")
    bounds: tuple[float, ...] = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16)

    def __post_init__(self) -> None:
        rising = all(a < b for a, b in zip((0.0, *self.bounds), (*self.bounds, 1.0), strict=True))
        if len(self.bounds) != len(self.grades) - 1 or not rising:
            raise ValueError(
                f"A masterscale of {len(self.grades)} grades needs {len(self.grades) - 1} bounds that rise between 0 and 1; "
                f"it has {list(self.bounds)}."
            )

    def grade(self, pd_: Floats) -> NDArray[np.object_]:
        """The grade of each PD, shape (n,); NaN raises ValueError."""
        return np.array(self.grades, dtype=object)[self.place(pd_)]

    def place(self, pd_: Floats) -> NDArray[np.int64]:
        """Place of each PD on the scale, 0 the best."""
        if np.isnan(pd_).any():
            raise ValueError("A probability of default is missing; grade only customers who were scored.")
        return np.searchsorted(np.asarray(self.bounds), pd_, side="right").astype(np.int64)

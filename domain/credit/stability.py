"""Whether the people a scorecard rates still are like those it was developed on: of the score and of each characteristic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.special import chdtrc, chdtri

from domain.credit.binning import Codes
from domain.credit.metrics import counts_by, psi, tenths
from domain.credit.scorecard import Scorecard
from domain.credit.woe import Counts

# Watched although no card may look at them: a delivery that reports one of these otherwise is seen before a card is made anew.
POPULATION = (
    "annual_income", "deposits", "aum", "loans", "credit_limit", "utilisation", "instalments", "loan_principal", "balance_mean",
)  # fmt: skip
BY_CHANCE = 0.001  # how often a shift this large comes where nothing has moved
TOO_FEW = 1.0  # of the score: where chance alone reaches an index as large, four times what asks for action, a period tells nothing


@dataclass(frozen=True)
class Shift:
    """How far one distribution lies from another, as a month's from the development's.

    index: the population stability index (see `metrics.psi`). chance: what the index of as few rows exceeds once in a
    thousand times although nothing has moved: (1/n + 1/m) · χ² with bins − 1 degrees of freedom (Yurdakul and Naranjo,
    2020). now: shares by bin (0..1), in the card's order. worst: the bin whose share moved most, None where none did.
    bias: what the index is on average although nothing has moved, (1/n + 1/m) · (bins − 1): small counts look moved.
    p: how often chance alone reaches the index.
    """

    index: float
    chance: float
    now: tuple[float, ...]
    worst: int | None = None
    bias: float = 0.0
    p: float = 0.0

    @property
    def net(self) -> float:
        """The index less what chance makes of it on average; not below 0. This is what thresholds are for."""
        return max(self.index - self.bias, 0.0)

    @property
    def real(self) -> bool:
        """More than chance alone makes it."""
        return self.index > self.chance


@dataclass(frozen=True)
class Figure:
    """A figure that is watched and is not on the card: edges between its tenths, counts by tenth and, last, not known."""

    name: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Reference:
    """Whom the card was developed for, counted: by tenth of the score (`edges` between them) and by each bin.

    people: how many different customers that was; who is seen on several days tells as much as one. None: as many as rows.
    others: of POPULATION what is not on the card.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    bins: tuple[tuple[int, ...], ...]
    people: int | None = None
    others: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class CharacteristicShift:
    """A characteristic of the card and how it has moved. mean_points: what it brings a customer now, in points."""

    name: str
    shift: Shift
    mean_points: float


@dataclass(frozen=True)
class MonthShift:
    """A month-end against the development. grades: customers by grade, the card's order without D. others: what is watched
    and is not on the card, without points."""

    month: date
    customers: int
    score: Shift
    characteristics: tuple[CharacteristicShift, ...]
    mean_score: float
    mean_pd: float
    grades: tuple[int, ...]
    others: tuple[CharacteristicShift, ...] = ()

    @property
    def watched(self) -> tuple[CharacteristicShift, ...]:
        """The card's characteristics, then the others."""
        return (*self.characteristics, *self.others)

    @property
    def tells(self) -> bool:
        """Whether it has customers enough that its indices say something: chance alone does not reach TOO_FEW."""
        return self.score.chance < TOO_FEW


def newest_telling(months: Sequence[MonthShift]) -> MonthShift:
    """The newest month that tells something, by which stability is judged; the newest of all where none does. Of at least one."""
    return next((one for one in reversed(months) if one.tells), months[-1])


def shift(expected: Sequence[int] | Counts, actual: Sequence[int] | Counts, people: int | None = None) -> Shift:
    """Of counts by the same bins. Both sides need rows (ValueError). people: different customers among the expected."""
    e, a = np.asarray(expected, dtype=float), np.asarray(actual, dtype=float)
    index = psi(e, a)
    freedom = max(int(((e > 0) | (a > 0)).sum()) - 1, 1)
    spread = 1 / min(people or e.sum(), e.sum()) + 1 / a.sum()
    moved = np.abs(a / a.sum() - e / e.sum())
    worst = int(np.argmax(moved)) if moved.max() > 0 else None
    return Shift(
        index, spread * float(chdtri(freedom, BY_CHANCE)), tuple((a / a.sum()).tolist()), worst,
        spread * freedom, float(chdtrc(freedom, index / spread)),
    )  # fmt: skip


def reference(card: Scorecard, edges: Sequence[float], features: pd.DataFrame) -> Reference:
    """Those the card was developed for, chosen as those it rates are: like is compared with like.

    edges: between the tenths of the development score (`metrics.tenths`).
    """
    codes = card.codes(features)
    counts = counts_by(card.score(codes), np.asarray(edges, dtype=float))
    people = int(features["customer_id"].nunique()) if "customer_id" in features.columns else None
    bins = tuple(_by_bin(card, codes, i) for i in range(len(card.names)))
    others = tuple(_figure(name, features[name]) for name in POPULATION if name in features and name not in card.names)
    return Reference(tuple(edges), tuple(counts.tolist()), bins, people, others)


def _figure(name: str, values: pd.Series) -> Figure:
    known = values.dropna().to_numpy(dtype=float)
    edges = tuple(tenths(known).tolist()) if len(known) else ()
    return Figure(name, edges, _by_tenth(values, edges))


def _by_tenth(values: pd.Series, edges: Sequence[float]) -> tuple[int, ...]:
    known = values.dropna().to_numpy(dtype=float)
    counts = counts_by(known, np.asarray(edges, dtype=float))
    return (*counts.tolist(), len(values) - len(known))


def _by_bin(card: Scorecard, codes: Codes, place: int) -> tuple[int, ...]:
    size = len(card.characteristics[place].binning.bins)
    return tuple(np.bincount(codes[:, place], minlength=size).tolist())


def month_shift(card: Scorecard, known: Reference, features: pd.DataFrame, month: date) -> MonthShift:
    """A month's customers, who have not defaulted, against the reference. ValueError without customers."""
    if not len(features):
        raise ValueError(f"Nobody is rated at {month}; there is nothing to compare with the development.")
    codes = card.codes(features)
    points = card.points(codes)
    scores = points.sum(axis=1) + card.base_points
    chances = card.scaling.probability(scores)
    moved = tuple(
        CharacteristicShift(
            one.name, shift(known.bins[i], _by_bin(card, codes, i), known.people), float(points[:, i].mean())
        )
        for i, one in enumerate(card.characteristics)
    )
    graded = np.bincount(card.masterscale.place(chances), minlength=len(card.masterscale.grades))
    others = tuple(
        CharacteristicShift(one.name, shift(one.counts, _by_tenth(features[one.name], one.edges), known.people), 0.0)
        for one in known.others
        if one.name in features
    )
    return MonthShift(
        month, len(features), shift(known.counts, counts_by(scores, np.asarray(known.edges)), known.people), moved,
        float(scores.mean()), float(chances.mean()), tuple(graded.tolist()), others,
    )  # fmt: skip

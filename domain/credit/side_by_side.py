"""Two scorecards on the same customers: how well each tells bad from good, and who would get another grade."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from domain.credit.grades import DEFAULTED
from domain.credit.inference import auc_difference
from domain.credit.metrics import Estimate, bootstrap
from domain.credit.run import LEAST_OF_EACH, defaulted, numbered
from domain.credit.scorecard import Points, Scorecard
from domain.credit.woe import Counts

REDRAWS = 200


@dataclass(frozen=True)
class Judged:
    """One card on the sample whose outcomes are known. expected: its mean PD there (0..1)."""

    auc: Estimate
    ks: Estimate
    expected: float


@dataclass(frozen=True)
class Comparison:
    """champion and challenger are pairs in this order throughout.

    rows, bad: the sample whose outcomes are known; judged: each card on it, gain: AUC of the challenger less that of the
    champion with its interval; both None with fewer than 20 of either outcome. rated, in_default: customers rated now, and
    those among them who have defaulted and get D from either. mean_pd: of those who have not. grades: customers by grade,
    best first, D last. moves: by notches (positive is better by the challenger), those in default left out. cells: customers
    by the grade of either.
    """

    rows: int
    bad: int
    judged: tuple[Judged, Judged] | None
    gain: Estimate | None
    rated: int
    in_default: int
    mean_pd: tuple[float, float] | None
    grades: tuple[tuple[str, int, int], ...]
    moves: tuple[tuple[int, int], ...]
    cells: tuple[tuple[str, str, int], ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return asdict(self)


def side_by_side(
    champion: Scorecard, challenger: Scorecard, now: pd.DataFrame, sample: pd.DataFrame, bad: ArrayLike, seed: int
) -> Comparison:
    """Compare. now: one row a customer who is rated; sample and bad (0/1): observations whose outcome is known.

    The order of rows does not matter; customer_id, where the sample has it, says whose rows belong together. ValueError when a
    table lacks a column of either card.
    """
    outcome = np.asarray(bad).astype(np.int64)
    cards = (champion, challenger)
    judged, gain = _judged(cards, sample, outcome, seed)
    gone = defaulted(now)
    live = now[~gone].reset_index(drop=True)
    chances = [card.scaling.probability(card.score_of(live)) for card in cards]
    places = [card.masterscale.place(chance) for card, chance in zip(cards, chances, strict=True)]
    names = [np.array(card.masterscale.grades, dtype=object)[place] for card, place in zip(cards, places, strict=True)]
    fallen = int(gone.sum())
    order = list(dict.fromkeys([*champion.masterscale.grades, *challenger.masterscale.grades]))
    counts = [pd.Series(each).value_counts().to_dict() for each in names]
    grades = [(grade, int(counts[0].get(grade, 0)), int(counts[1].get(grade, 0))) for grade in order]
    notches, customers = np.unique(places[0] - places[1], return_counts=True)
    pairs = Counter(zip(names[0].tolist(), names[1].tolist(), strict=True))
    return Comparison(
        len(outcome), int(outcome.sum()), judged, gain, len(now), fallen,
        (float(chances[0].mean()), float(chances[1].mean())) if len(live) else None,
        (*grades, (DEFAULTED, fallen, fallen)),
        tuple((int(n), int(c)) for n, c in zip(notches, customers, strict=True)),
        tuple((before, after, n) for (before, after), n in sorted(pairs.items())),
    )  # fmt: skip


def _judged(
    cards: tuple[Scorecard, Scorecard], sample: pd.DataFrame, bad: np.ndarray, seed: int
) -> tuple[tuple[Judged, Judged] | None, Estimate | None]:
    if min(int(bad.sum()), len(bad) - int(bad.sum())) < LEAST_OF_EACH:
        return None, None
    scores = [card.score_of(sample) for card in cards]
    whose = numbered(sample["customer_id"]) if "customer_id" in sample else None
    first, second = (_one(card, score, bad, whose, seed) for card, score in zip(cards, scores, strict=True))
    return (first, second), auc_difference(bad, scores[1], scores[0], whose)


def _one(card: Scorecard, score: Points, bad: np.ndarray, whose: Counts | None, seed: int) -> Judged:
    found = bootstrap(bad, score, REDRAWS, seed, whose)
    return Judged(found["auc"], found["ks"], float(card.scaling.probability(score).mean()))

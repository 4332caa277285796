"""How likely a customer opens a family: what the customer's segment does, and what sets the customer apart in it.

The rule is known first: a family is opened as often as the customer's segment opens it, small segments held towards the
bank. Trees over the customer's own signals say how far the customer stands from the segment's mean; `own` of that (0 to
1, one share for all families) is added to the log odds. The share is chosen on months that have taught nothing: as much
as makes their openings likelier beyond chance, and no more than finds at least as many of them as the rule. With 0 the
rule is left, to the last digit: a bank of little history is never told less than its segments tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from domain.behaviour.boosted import Boosted, BoostingRules, boosted_of, fit_boosted
from domain.behaviour.signals import SIGNALS
from domain.credit.woe import Floats

SHARES = (
    0.0,
    0.25,
    0.5,
    0.75,
    1.0,
)  # of the customer's own signals: finer steps are not told apart by some hundred openings
BEYOND_CHANCE = 1.92  # log likelihood: half of 3.84, chi-square of one degree of freedom at 95 %
STEPS = 12  # of Newton's method for a level; it stands still after five or six


@dataclass(frozen=True)
class Scorer:
    """A family's chance. mean: how often all open it. peers: segment -> log odds of opening above those of all.

    usual: segment -> mean log odds its members get from the trees, `usual_of_all` where the segment is new. trees.stretch
    is the share of the customer's own signals, trees.shift puts the mean chance right.
    """

    trees: Boosted
    mean: float
    peers: Mapping[str, float]
    usual: Mapping[str, float]
    usual_of_all: float

    @property
    def own(self) -> float:
        """The share of the customer's own signals, 0 (the rule alone) to 1."""
        return self.trees.stretch

    def probability(self, table: pd.DataFrame, segment: pd.Series) -> Floats:
        """Probability of opening, 0..1, shape (n,), to six decimals."""
        habit = peers_of(segment, self.peers)
        apart = self.apart(table, segment) if self.own else np.zeros(len(table))
        return np.round(expit(self.trees.shift + habit + self.own * apart), 6)

    def habit(self, segment: pd.Series) -> Floats:
        """How often each row's segment opens the family, 0..1, shape (n,): what the rule ranks by."""
        return np.asarray(expit(logit(self.mean) + peers_of(segment, self.peers)), dtype=float)

    def apart(self, table: pd.DataFrame, segment: pd.Series) -> Floats:
        """Log odds by which the trees put a customer above the mean of the segment, shape (n,)."""
        return self.trees.raw(table) - peers_of(segment, self.usual, self.usual_of_all)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able: `scorer_of` makes the same of it again."""
        return {
            "trees": self.trees.as_dict(), "mean": self.mean, "peers": dict(self.peers), "usual": dict(self.usual),
            "usual_of_all": self.usual_of_all,
        }  # fmt: skip


def scorer_of(told: Mapping[str, Any]) -> Scorer:
    """What `Scorer.as_dict` told of."""
    return Scorer(boosted_of(told["trees"]), told["mean"], told["peers"], told["usual"], told["usual_of_all"])


@dataclass(frozen=True)
class Learned:
    """What the rows of a family taught: a scorer without its share yet, and by row habit, distance and outcome."""

    scorer: Scorer
    habit: Floats
    apart: Floats
    outcome: NDArray[np.int64]

    def with_share(self, own: float) -> Scorer:
        """The scorer with this share of the customer's own signals, its mean chance that of what it learned from."""
        shift = _level(self.habit + own * self.apart, self.outcome)
        return replace(self.scorer, trees=replace(self.scorer.trees, shift=shift, stretch=own))


@dataclass(frozen=True)
class Share:
    """The share chosen and why: of the openings of the months it was chosen on, what is found with it and by the rule."""

    own: float
    found: float | None
    by_the_rule: float | None
    likelier: float


def learn(taught: pd.DataFrame, family: str, held_by: float, boosting: BoostingRules, seed: int) -> Learned:
    """From rows that could open the family (both outcomes occur). held_by: as many rows of all weigh on each segment."""
    outcome = taught[f"opened_{family}"].to_numpy().astype(np.int64)
    segment = taught["segment"].astype(str)
    trees = fit_boosted(taught, outcome, SIGNALS, boosting, seed)
    raw, mean = trees.raw(taught), float(outcome.mean())
    peers = {name: float(more) for name, more in (logit(_held(segment, outcome, mean, held_by)) - logit(mean)).items()}
    usual_of_all = float(raw.mean())
    usual = {str(n): float(v) for n, v in _held(segment, raw, usual_of_all, held_by).items()}
    scorer = Scorer(trees, mean, peers, usual, usual_of_all)
    apart = raw - peers_of(segment, usual, usual_of_all)
    return Learned(scorer, peers_of(segment, peers), apart, outcome)


def _held(segment: pd.Series, values: NDArray[np.int64] | Floats, mean: float, by: float) -> pd.Series:
    """Mean by segment, held towards that of all as if `by` more rows had it."""
    told = (
        pd.DataFrame({"segment": segment.to_numpy(), "value": values}).groupby("segment")["value"].agg(["sum", "count"])
    )
    return (told["sum"] + by * mean) / (told["count"] + by)


def peers_of(segment: pd.Series, told: Mapping[str, float], new: float = 0.0) -> Floats:
    """What is told of each row's segment, shape (n,); `new` for a segment nobody has seen."""
    return np.array([told.get(name, new) for name in segment.astype(str).tolist()])


def choose_share(
    learned: Mapping[str, Learned], judged: pd.DataFrame, kinds: Mapping[str, Sequence[str]], top: int
) -> Share:
    """The share of the customer's own signals that proves right on months which taught nothing (rows as in `learn`).

    The likeliest of SHARES where it is likelier than the rule beyond chance, else 0; then smaller until the `top` likeliest
    families of each customer hold at least as many of the openings as the rule's. `learned` is of one family at least.
    """
    judged = judged.reset_index(drop=True)
    rows = {family: _open(judged, family, kinds[family]) for family in learned}
    told = {f: (peers_of(r["segment"], one.scorer.peers), one.scorer.apart(r, r["segment"]), r[f"opened_{f}"].to_numpy().astype(np.int64))
            for f, one in learned.items() for r in (rows[f],)}  # fmt: skip
    likely = [
        sum(_log_likelihood(habit + own * apart, outcome) for habit, apart, outcome in told.values()) for own in SHARES
    ]
    best = int(np.argmax(likely))
    chosen = best if likely[best] - likely[0] > BEYOND_CHANCE else 0
    opened = sum(int(outcome.sum()) for _, _, outcome in told.values())
    if not opened:
        return Share(0.0, None, None, 0.0)

    def found(at: int) -> float:
        chances = {}
        for family, one in learned.items():
            habit, apart, _ = told[family]
            shift = one.with_share(SHARES[at]).trees.shift
            chances[family] = np.full(len(judged), -1.0)
            chances[family][rows[family].index] = expit(shift + habit + SHARES[at] * apart).round(6)
        return float(hits(judged, (chances,), top)[1].sum()) / opened

    rule = found(0)
    while chosen and found(chosen) < rule:
        chosen -= 1
    return Share(SHARES[chosen], found(chosen), rule, float(likely[best] - likely[0]))


def _open(panel: pd.DataFrame, family: str, kinds: Sequence[str]) -> pd.DataFrame:
    return panel[(panel[f"opened_{family}"].notna() & panel["kind"].isin(kinds)).to_numpy()]


def hits(test: pd.DataFrame, rankings: Sequence[Mapping[str, Floats]], top: int) -> list[Floats]:
    """Families opened by each row, and of each ranking how many of them are among its `top` first."""
    families = list(rankings[0])
    opened = np.column_stack([np.nan_to_num(test[f"opened_{f}"].to_numpy(dtype=float)) for f in families])
    found = []
    for ranked in rankings:
        named = np.argsort(-np.column_stack([ranked[f] for f in families]), axis=1, kind="stable")[:, :top]
        found.append(np.take_along_axis(opened, named, axis=1).sum(axis=1))
    return [opened.sum(axis=1), *found]


def _level(odds: Floats, outcome: NDArray[np.int64]) -> float:
    """What has to be added to log odds for their mean chance to be the share of the outcome, which lies within 0..1."""
    wanted = float(outcome.mean())
    level = float(logit(wanted)) - float(odds.mean())
    for _ in range(STEPS):
        chance = expit(level + odds)
        level -= float(np.clip((chance.mean() - wanted) / max(float((chance * (1 - chance)).mean()), 1e-12), -1.0, 1.0))
    return level


def _log_likelihood(odds: Floats, outcome: NDArray[np.int64]) -> float:
    """Of the outcome, the level put right first: how often a family is opened is not what is asked."""
    if not 0 < outcome.sum() < len(outcome):
        return 0.0
    told = _level(odds, outcome) + odds
    return float((outcome * told - np.logaddexp(0.0, told)).sum())

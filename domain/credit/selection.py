"""Which characteristics stay: enough information, not twice the same, and the right sign; and why each other left."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from domain.credit.binning import Binning, Codes
from domain.credit.inference import weights_told
from domain.credit.regression import Fit, correlations, fit_logistic, inflation
from domain.credit.woe import Counts, Floats

Leave = Callable[..., None]
LEAST_KEPT = 3
NOTHING = (
    "No characteristic carries information about the outcome: every one fell under the least information value, repeated "
    "another, had the wrong sign or told nothing certain. Check the target and the window of the sample."
)


@dataclass(frozen=True)
class SelectionRules:
    """Bounds of the selection: see `select`. ridge is the penalty of the regression.

    weak_iv: an information value from here to least_iv is enough where the sample is so large that chance hardly gives
    it: Pearson's X², which is about IV · goods · bads / rows, must be `chance` or more. None: least_iv is the bound.
    bad_each: customers (rows, where nobody says whose they are) of the rarer outcome a characteristic must have to itself,
    so that a card of few defaults stays short enough to be explained; most: characteristics of a card at all. significance:
    None, or how often chance alone may give a weight so far on the right side (one-sided: which side is right is said
    before) for a characteristic to stay.
    alike: None, or the correlation over which rows that are missing or special in two columns are the same rows, which
    are told once (see `told_once`); not with `significance`.
    """

    least_iv: float = 0.02
    weak_iv: float | None = None
    chance: float = 6.0
    leak_iv: float = 0.5
    most_correlation: float = 0.7
    most_inflation: float = 5.0
    bad_each: int = 3
    most: int = 20
    ridge: float = 3.0
    significance: float | None = None
    alike: float | None = None

    def __post_init__(self) -> None:
        if self.significance is not None and self.alike is not None:
            raise ValueError(
                "Selection rules have significance or alike, not both: a card that is built up tells each column."
            )


# A bank's card is read, signed and defended by people: five bad customers a characteristic, twelve of them at the most,
# each of which tells something beside the others. Who ranks rows of any table keeps the rules above.
CARD_RULES = SelectionRules(bad_each=5, most=12, significance=0.05)


# Who ranks rows of any table: in a large sample many weak columns together still tell much, and in one of repeated
# months (bill, status, payment) neighbours correlate and yet each adds something. Forty, since of sixty columns that all tell
# something the first twenty rank visibly worse. No bound depends on a set.
TABLE_RULES = SelectionRules(weak_iv=0.005, most_correlation=0.8, most=40, alike=0.8)


@dataclass(frozen=True)
class Verdict:
    """What happened to one characteristic.

    reason: kept, not_cleared, no_information, correlated, collinear, too_many, not_significant, wrong_sign. other: the
    characteristic it repeats, if any. value: the figure that decided (IV, correlation, VIF, how many may stay, p, weight).
    leak_suspected: IV above the bound.
    """

    name: str
    iv: float
    reason: str
    value: float
    leak_suspected: bool
    other: str | None = None


@dataclass(frozen=True)
class Selection:
    """Places of the kept characteristics among those offered, the regression on them, a verdict on each offered."""

    kept: tuple[int, ...]
    fit: Fit
    verdicts: tuple[Verdict, ...]


def select(
    binnings: tuple[Binning, ...],
    evidence: Floats,
    bad: Counts,
    rules: SelectionRules,
    cleared: Collection[str] | None = None,
    whose: Codes | None = None,
    beside: Floats | None = None,
) -> Selection:
    """Choose by clearance, IV, correlation, inflation, then number and sign; each step takes out one at a time.

    evidence: WoE of each row and characteristic, shape (n, offered). Of a correlated pair the one with less IV leaves;
    of the inflated the most inflated. Without `significance` those of highest IV stay, and of wrong signs the one with
    least IV leaves; with it the card is built up (see `_built_up`). Equal figures: the later one leaves.
    cleared: names whose IV may be over leak_iv because somebody looked why; None: nobody is asked, such are only flagged.
    whose: a number a row, rows of one customer have the same (see `inference.weights_told`). Nothing left: ValueError.
    beside: figures that the regression is told of and that are no characteristics, shape (n, figures); None for none.
    """
    ivs = np.array([b.iv for b in binnings])
    verdicts: dict[int, Verdict] = {}

    def leave(place: int, reason: str, value: float, other: int | None = None) -> None:
        name = binnings[other].name if other is not None else None
        verdicts[place] = Verdict(
            binnings[place].name, float(ivs[place]), reason, value, bool(ivs[place] > rules.leak_iv), name
        )

    for flagged in np.flatnonzero(ivs > rules.leak_iv):
        if cleared is not None and binnings[flagged].name not in cleared:
            leave(int(flagged), "not_cleared", float(ivs[flagged]))
    for useless in np.flatnonzero(ivs < _least_iv(bad, rules)):
        leave(int(useless), "no_information", float(ivs[useless]))
    kept = [int(i) for i in np.argsort(-ivs, kind="stable") if int(i) not in verdicts]
    most = max(LEAST_KEPT, min(rules.most, _rarer(bad, whose) // rules.bad_each))
    if rules.significance is None:
        kept = _uncorrelated(kept, evidence, rules.most_correlation, leave)
        kept = _uninflated(kept, evidence, rules.most_inflation, leave)
        kept, fit = _right_signs(_fewest(kept, most, leave), evidence, bad, rules.ridge, leave, beside)
    else:
        kept, fit = _built_up(kept, evidence, bad, rules, most, whose, leave)
    for place in kept:
        leave(place, "kept", float(ivs[place]))
    return Selection(tuple(kept), fit, tuple(verdicts[i] for i in range(len(binnings))))


def _rarer(bad: Counts, whose: Codes | None) -> int:
    """How many customers have the rarer outcome, ever bad or never: one who is bad on three days teaches like one."""
    ever = bad if whose is None else np.bincount(np.unique(whose, return_inverse=True)[1].reshape(-1), bad) > 0
    return int(min(ever.sum(), len(ever) - ever.sum()))


def _least_iv(bad: Counts, rules: SelectionRules) -> float:
    """The information value under which a characteristic of this sample is of no use."""
    if rules.weak_iv is None:
        return rules.least_iv
    bads = float(bad.sum())
    certain = rules.chance * len(bad) / (bads * (len(bad) - bads))
    return min(rules.least_iv, max(rules.weak_iv, certain))


def _uncorrelated(kept: list[int], evidence: Floats, most: float, leave: Leave) -> list[int]:
    matrix = np.abs(correlations(evidence[:, kept])) if kept else np.empty((0, 0))
    stays: list[int] = []
    for row in range(len(kept)):
        twin = next((s for s in stays if matrix[row, s] > most), None)
        if twin is None:
            stays.append(row)
        else:
            leave(kept[row], "correlated", float(matrix[row, twin]), kept[twin])
    return [kept[row] for row in stays]


def _uninflated(kept: list[int], evidence: Floats, most: float, leave: Leave) -> list[int]:
    kept = list(kept)
    while len(kept) > 1:
        factors = inflation(evidence[:, kept])
        worst = int(np.argmax(factors))
        if factors[worst] < most:
            break
        leave(kept.pop(worst), "collinear", float(factors[worst]))
    return kept


def _fewest(kept: list[int], most: int, leave: Leave) -> list[int]:
    for place in kept[most:]:  # kept is in order of falling IV
        leave(place, "too_many", float(most))
    return kept[:most]


def _right_signs(
    kept: list[int], evidence: Floats, bad: Counts, ridge: float, leave: Leave, beside: Floats | None = None
) -> tuple[list[int], Fit]:
    kept = list(kept)
    while kept:
        shown = evidence[:, kept] if beside is None else np.column_stack([evidence[:, kept], beside])
        told = fit_logistic(shown, bad, ridge)
        fit = Fit(told.intercept, told.weights[: len(kept)])
        wrong = np.flatnonzero(fit.weights <= 0)
        if not len(wrong):
            return kept, fit
        weakest = int(wrong[-1])  # kept is in order of falling IV
        leave(kept.pop(weakest), "wrong_sign", float(fit.weights[weakest]))
    raise ValueError(NOTHING)


def _built_up(
    offered: list[int], evidence: Floats, bad: Counts, rules: SelectionRules, most: int, whose: Codes | None, leave: Leave
) -> tuple[list[int], Fit]:  # fmt: skip
    """From nothing, whatever adds most beside what is there; who repeats it, is not significant or makes a sign wrong
    stays out.

    What adds most: the score test, of those that would have the right sign first. Who comes later can make an earlier one
    superfluous, so at last the least significant leaves until all are. Kept ones in order of falling IV, as offered.
    """
    level, rest = float(rules.significance or 0.0), list(offered)
    kept: list[int] = []
    while rest and len(kept) < most:
        best = rest[int(np.argmax(_adds(evidence, kept, rest, bad, rules.ridge)))]
        rest.remove(best)
        if _repeats(best, kept, evidence, rules, leave):
            continue
        weights, chances = _told(evidence, [*kept, best], bad, rules.ridge, whose)
        if (weights <= 0).any():
            leave(best, "wrong_sign", float(weights[-1]))
        elif chances[-1] >= level:
            leave(best, "not_significant", float(chances[-1]))
        else:
            kept.append(best)
    for late in rest:
        if not _repeats(late, kept, evidence, rules, leave):
            leave(late, "too_many", float(most))
    while kept:
        weights, chances = _told(evidence, kept, bad, rules.ridge, whose)
        worst = int(np.argmax(np.where(weights <= 0, 2.0, chances)))
        if weights[worst] > 0 and chances[worst] < level:
            kept = [place for place in offered if place in kept]
            return kept, fit_logistic(evidence[:, kept], bad, rules.ridge)
        wrong = weights[worst] <= 0
        leave(
            kept.pop(worst), "wrong_sign" if wrong else "not_significant", float((weights if wrong else chances)[worst])
        )
    raise ValueError(NOTHING)


def _repeats(place: int, kept: list[int], evidence: Floats, rules: SelectionRules, leave: Leave) -> bool:
    """Whether this one says again what the kept say; it leaves then."""
    if not kept:
        return False
    columns = evidence[:, [*kept, place]]
    alike = np.abs(correlations(columns)[-1, :-1])
    if alike.max() > rules.most_correlation:
        leave(place, "correlated", float(alike.max()), kept[int(np.argmax(alike))])
        return True
    factors = inflation(columns)
    if factors.max() >= rules.most_inflation:
        leave(place, "collinear", float(factors[-1]))
        return True
    return False


def _adds(evidence: Floats, kept: list[int], rest: list[int], bad: Counts, ridge: float) -> Floats:
    """The score test of each of the rest beside the kept, below 0 for a wrong sign; shape (rest,).

    Rao's: how steeply the likelihood rises when the weight leaves 0, over what chance would give.
    """
    there, fresh = evidence[:, kept], evidence[:, rest]
    fit = fit_logistic(there, bad, ridge)
    chance = expit(fit.intercept + there @ fit.weights)
    pull = fresh.T @ ((1.0 - bad) - chance)
    spread = chance * (1 - chance)
    design = np.column_stack([np.ones(len(evidence)), there])
    across = (design * spread[:, None]).T @ fresh
    inside = (design * spread[:, None]).T @ design
    own = (fresh**2 * spread[:, None]).sum(axis=0) - (across * (np.linalg.pinv(inside) @ across)).sum(axis=0)
    return np.asarray(np.sign(pull) * pull**2 / np.maximum(own, 1e-9))


def _told(evidence: Floats, places: list[int], bad: Counts, ridge: float, whose: Codes | None) -> tuple[Floats, Floats]:
    """Weights of these and how often chance alone gives so large ones."""
    columns = evidence[:, places]
    told = weights_told(columns, bad, fit_logistic(columns, bad, ridge), ridge, whose)[1:]
    return np.array([one.value for one in told]), np.array([one.above for one in told])

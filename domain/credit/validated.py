"""What a validation of a scorecard found: every figure of the dossier, as plain dataclasses that go to JSON and back.

Shares and probabilities run 0 to 1. Out of fold means: of a card made the same way that never saw the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.credit.inference import Fitting, Rate
from domain.credit.metrics import Estimate

Point = tuple[float, float]


@dataclass(frozen=True)
class Observed:
    """The rows known as of one day, or of the days of one quarter where there are many: the last of them is `day`."""

    day: date
    rows: int
    bad: int


@dataclass(frozen=True)
class Coefficient:
    """One characteristic in the regression. weight: on the card, after shrinkage. fitted, error, z, p: of the regression
    itself, errors by customer. inflation: VIF. right_sign: above 0, so that safer evidence gives more points."""

    name: str
    weight: float
    fitted: float
    error: float
    z: float
    p: float
    inflation: float
    right_sign: bool


@dataclass(frozen=True)
class Band:
    """Rows between two scores (low ≤ score < high; an end is open where it is None), the lowest band first."""

    low: float | None
    high: float | None
    good: int
    bad: int


@dataclass(frozen=True)
class DayAuc:
    """Discrimination within the rows of one observation day, out of fold; None with too few of either outcome."""

    day: date
    rows: int
    bad: int
    auc: Estimate | None


@dataclass(frozen=True)
class Discrimination:
    """auc, gini, ks: out of fold, the mean over the repeats. fitted_auc: on the rows the card was made from. roc: share of
    goods against share of bads below each score, from (0, 0) to (1, 1). bands: tenths of the out-of-fold score."""

    auc: Estimate
    gini: Estimate
    ks: Estimate
    fitted_auc: float
    repeats: int
    folds: int
    roc: tuple[Point, ...]
    bands: tuple[Band, ...]
    by_day: tuple[DayAuc, ...]


@dataclass(frozen=True)
class Tenth:
    """Predicted (mean PD) and seen (share of bad) of a tenth of the rows, the safest first."""

    rows: int
    bad: int
    predicted: float
    seen: float


@dataclass(frozen=True)
class GradeRate:
    """What became of a grade; None where nobody has it."""

    grade: str
    rate: Rate | None


@dataclass(frozen=True)
class Calibration:
    """Out of fold, at the sample's own rate of bad. slope: of the outcome on the log odds before the card's weights were
    multiplied with `shrinkage`. brier_of_the_mean: of a PD that is the same for everybody."""

    brier: float
    brier_of_the_mean: float
    slope: float
    shrinkage: float
    tenths: tuple[Tenth, ...]
    fitting: Fitting
    grades: tuple[GradeRate, ...]


@dataclass(frozen=True)
class OutOfTime:
    """A card made on the rows before `since` only, judged on the others. slope: of the outcome on its log odds; slope_low,
    slope_high: its 95 % interval, from an error by customer; None in papers of before there was one."""

    since: date
    taught: int
    taught_bad: int
    auc: Estimate
    slope: float
    rate: Rate
    slope_low: float | None = None
    slope_high: float | None = None


@dataclass(frozen=True)
class Challenger:
    """Gradient boosting on the same columns and folds. gain: the card's AUC above the challenger's. card: the card's AUC on
    these very folds, those of the first repeat; None in papers of before it was told."""

    columns: int
    auc: Estimate
    gain: Estimate
    brier: float
    card: Estimate | None = None


@dataclass(frozen=True)
class GroupOutcome:
    """One group of people: approvals, impact (approval against the best-treated group's), errors, and its PD against what was
    seen. None where the group has no such rows. customers: people in it. low, high: of impact, 95 %; None for the group
    the others are held against."""

    group: str
    rows: int
    bad: int
    approval: float
    impact: float | None
    good_refused: float | None
    bad_approved: float | None
    predicted: float
    customers: int = 0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Fairness:
    """Outcomes when grades down to `cut` are approved; empty where the source does not say who is who."""

    cut: str
    by_gender: tuple[GroupOutcome, ...]
    by_age: tuple[GroupOutcome, ...]


@dataclass(frozen=True)
class Limit:
    """One limit of use, found in the figures: what it is, its figures and the characteristics or groups it names."""

    code: str
    figures: tuple[float, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leaks:
    """What became of the figures of loans asked for when all that is known later was changed (movements on or after the grant,
    outcomes): loans and figures of each worked out again, and how many of all these figures differ."""

    movements: int
    loans: int
    figures: int
    differ: int


@dataclass(frozen=True)
class Validation:
    """Everything. customers: people in the sample, who may have several rows. reproduced: the sample drawn again gives
    each bin of the card the rows and bad rows it was made with. leaks: of loans asked for."""

    rows: int
    bad: int
    customers: int
    reproduced: bool
    observed: tuple[Observed, ...]
    coefficients: tuple[Coefficient, ...]
    intercept: float
    correlations: tuple[tuple[float, ...], ...]
    discrimination: Discrimination
    calibration: Calibration
    out_of_time: OutOfTime | None
    challenger: Challenger
    fairness: Fairness
    leaks: Leaks | None = None

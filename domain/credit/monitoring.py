"""A scorecard watched month by month: each figure against its thresholds, and which month a warning begins in.

Every threshold stands in `Thresholds` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.credit.inference import Rate
from domain.credit.metrics import Estimate
from domain.credit.stability import MonthShift

STABLE, WATCH, ACT = "stable", "watch", "act"
LEVELS = (STABLE, WATCH, ACT)
SCORE, CHARACTERISTIC, GINI, CALIBRATION, OVERRIDES, CONCENTRATION = (
    "score", "characteristic", "gini", "calibration", "overrides", "concentration",
)  # fmt: skip
MEASURES = (SCORE, CHARACTERISTIC, GINI, CALIBRATION, OVERRIDES, CONCENTRATION)


@dataclass(frozen=True)
class Thresholds:
    """From where on a figure is watched and from where on somebody acts, as pairs (watch, act).

    psi: stability index. gini: how far below the development's, counted only where even the interval's upper end is
    below it. p: chance that the true default rate is no higher than the PD, Jeffreys. overrides: share of grades
    overridden. concentration: share of customers in one grade. least_bad: outcomes a month's Gini needs.
    """

    psi: tuple[float, float] = (0.10, 0.25)
    gini: tuple[float, float] = (0.05, 0.10)
    p: tuple[float, float] = (0.05, 0.01)
    overrides: tuple[float, float] = (0.05, 0.10)
    concentration: tuple[float, float] = (0.40, 0.60)
    least_bad: int = 20


THRESHOLDS = Thresholds()


@dataclass(frozen=True)
class Outcome:
    """What became of a month's customers in the twelve months after: gini None with too few defaults."""

    rate: Rate
    gini: Estimate | None


@dataclass(frozen=True)
class Overridden:
    """Of the customers rated at a month-end those whose grade people set, up (better) and down."""

    rated: int
    up: int
    down: int

    @property
    def share(self) -> float | None:
        """Of all rated; None without any."""
        return (self.up + self.down) / self.rated if self.rated else None


@dataclass(frozen=True)
class WatchedMonth:
    """All that is watched of a month-end (or, of applications, of a year); None where it is not known yet, or not kept.

    taught: it was among the days the card was developed on, so that its Gini flatters.
    """

    shift: MonthShift
    outcome: Outcome | None = None
    overridden: Overridden | None = None
    taught: bool = False


@dataclass(frozen=True)
class Judgement:
    """One figure of a month against its thresholds. name: of the characteristic, None for what is of the whole card.

    new: it was not that far in the month before, and the card was there already. alert: somebody should be told now,
    for it is new, and either to be acted on or of the score itself.
    """

    measure: str
    value: float
    level: str
    name: str | None = None
    new: bool = False

    @property
    def alert(self) -> bool:
        """Whether it goes to the people who answer for the card."""
        return self.new and (self.level == ACT or (self.level == WATCH and self.measure == SCORE))


def judge(
    months: Sequence[WatchedMonth], development_gini: float, since: date, thresholds: Thresholds = THRESHOLDS
) -> tuple[tuple[Judgement, ...], ...]:
    """The judgements of each month, in the months' order (ascending), the worst first within a month.

    since: the day the card was developed as of. What lies before it was known then and stands in the dossier: it is shown
    and is no news.
    """
    found: list[tuple[Judgement, ...]] = []
    before: dict[tuple[str, str | None], str] = {}
    for one in months:
        told = _of_month(one, development_gini, thresholds)
        later = one.shift.month > since
        fresh = [replace(j, new=later and _worse(j.level, before.get((j.measure, j.name), STABLE))) for j in told]
        found.append(tuple(sorted(fresh, key=_worst_first)))
        # A figure that a month does not have keeps what was last known of it: it is no news when it comes back.
        before |= {(j.measure, j.name): j.level for j in told}
    return tuple(found)


def _worse(level: str, than: str) -> bool:
    return LEVELS.index(level) > LEVELS.index(than)


def _worst_first(one: Judgement) -> tuple[int, int, float, str]:
    return -LEVELS.index(one.level), MEASURES.index(one.measure), -one.value, one.name or ""


def _of_month(one: WatchedMonth, development_gini: float, thresholds: Thresholds) -> list[Judgement]:
    moved = one.shift
    told = [Judgement(SCORE, moved.score.index, _level(moved.score.index, thresholds.psi, moved.score.real))]
    for c in moved.characteristics:
        told.append(
            Judgement(CHARACTERISTIC, c.shift.index, _level(c.shift.index, thresholds.psi, c.shift.real), c.name)
        )
    if one.outcome is not None:
        gini = one.outcome.gini
        if gini is not None:
            fall = development_gini - gini.value
            told.append(Judgement(GINI, gini.value, _level(fall, thresholds.gini, gini.high < development_gini)))
        p = one.outcome.rate.p
        told.append(Judgement(CALIBRATION, p, ACT if p < thresholds.p[1] else WATCH if p < thresholds.p[0] else STABLE))
    if one.overridden is not None and one.overridden.share is not None:
        share = one.overridden.share
        told.append(Judgement(OVERRIDES, share, _level(share, thresholds.overrides)))
    largest = max(range(len(moved.grades)), key=lambda place: moved.grades[place])
    share = moved.grades[largest] / moved.customers
    # Named by what is watched, not by the grade: another grade taking the lead is not news.
    told.append(Judgement(CONCENTRATION, share, _level(share, thresholds.concentration)))
    return told


def _level(value: float, bounds: tuple[float, float], real: bool = True) -> str:
    if not real or value < bounds[0]:
        return STABLE
    return ACT if value >= bounds[1] else WATCH

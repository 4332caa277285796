"""A scorecard watched month by month: each figure against its thresholds, one verdict a month, and where each began.

Every threshold stands in `Thresholds` and nowhere else. A figure is past a threshold where its size is, and where chance
alone would not bring it there: the figures of one month share one small chance of a false alarm (`Thresholds.chance`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from scipy.special import bdtrc, ndtr

from domain.credit.inference import Rate
from domain.credit.metrics import Estimate
from domain.credit.seasons import of_the_festival, seasonal
from domain.credit.stability import MonthShift, Shift, shift

TAUGHT, SEASON, STABLE, WATCH, ACT = "taught", "season", "stable", "watch", "act"
LEVELS = (TAUGHT, SEASON, STABLE, WATCH, ACT)  # the first two are not judged: shown, and why
SCORE, CHARACTERISTIC, GINI, CALIBRATION, OVERRIDES, CONCENTRATION, POPULATION = (
    "score", "characteristic", "gini", "calibration", "overrides", "concentration", "population",
)  # fmt: skip
MEASURES = (SCORE, CHARACTERISTIC, GINI, CALIBRATION, OVERRIDES, CONCENTRATION, POPULATION)
_REACH = 2 * 1.959964  # of a 95 % interval in standard errors


@dataclass(frozen=True)
class Thresholds:
    """From where on a figure is watched and from where on somebody acts, as pairs (watch, act).

    psi: stability index less what chance makes of it on average. gini: how far below the development's out-of-fold Gini.
    excess: defaults seen over defaults predicted. overrides: share of grades overridden. concentration: share of
    customers in one grade. chance: how often, where nothing has changed, any figure of a month may be past a threshold.
    p: of a single Jeffreys test in the dossier. least_bad: outcomes a month's Gini needs.
    """

    psi: tuple[float, float] = (0.10, 0.25)
    gini: tuple[float, float] = (0.05, 0.10)
    excess: tuple[float, float] = (1.2, 1.5)
    p: tuple[float, float] = (0.05, 0.01)
    overrides: tuple[float, float] = (0.05, 0.10)
    concentration: tuple[float, float] = (0.40, 0.60)
    chance: float = 0.01
    least_bad: int = 20

    def share(self, measure: str, characteristics: int) -> float:
        """What a figure of this measure has of `chance` (Bonferroni): Gini and calibration a quarter each, the rest the other
        half in equal parts."""
        if measure in (GINI, CALIBRATION):
            return self.chance / 4
        return self.chance / 2 / (characteristics + 2)


THRESHOLDS = Thresholds()


@dataclass(frozen=True)
class Known:
    """What a card is held against. gini: of the development, out of fold. bad: different customers who defaulted in it; None
    where the PD was set to another rate than theirs. since: the last day it was developed on; judging begins after it."""

    gini: Estimate
    bad: int | None
    since: date


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
    """One figure of a month against its thresholds. name: of the characteristic, or of the figure beside
    the card (POPULATION); None for what is of the whole card.

    new: it is that far since this month. since: from when on without a break, None where it is not past a threshold.
    p: how often chance alone brings as much, None where chance has no part. of: the month-end whose customers a Gini or
    default rate speaks of, twelve months before it is known.
    """

    measure: str
    value: float
    level: str
    name: str | None = None
    new: bool = False
    since: date | None = None
    p: float | None = None
    of: date | None = None

    @property
    def standing(self) -> bool:
        """Past a threshold."""
        return self.level in (WATCH, ACT)

    @property
    def alert(self) -> bool:
        """Past a threshold since this month: it is told to the people who answer for the card."""
        return self.new and self.standing


@dataclass(frozen=True)
class Verdict:
    """The one status of a month and what it stands on: what is past a threshold, the worst first. level: TAUGHT where the
    month is of the development and nothing is judged."""

    level: str
    standing: tuple[Judgement, ...]

    @property
    def cause(self) -> str | None:
        """The measure that made the level; None where nothing is past a threshold."""
        return self.standing[0].measure if self.standing else None


def verdict(judgements: Sequence[Judgement]) -> Verdict:
    """A month is as bad as its worst figure. No judgement at all is stable."""
    worst = max((one.level for one in judgements), key=LEVELS.index, default=STABLE)
    level = STABLE if worst == SEASON else worst
    return Verdict(level, tuple(sorted((one for one in judgements if one.standing), key=_worst_first)))


def judge(
    months: Sequence[WatchedMonth], known: Known, thresholds: Thresholds = THRESHOLDS
) -> tuple[tuple[Judgement, ...], ...]:
    """The judgements of each month, in the months' order (ascending), the worst first within a month.

    Months up to known.since are of the development: their figures are shown, levelled TAUGHT. Gini and default rate
    are judged in the month they become known, which is twelve after the customers they are of.
    """
    found: list[tuple[Judgement, ...]] = []
    began: dict[tuple[str, str | None], dict[str, date]] = {}
    by_month = {(one.shift.month.year, one.shift.month.month): one for one in months}
    for one in months:
        day = one.shift.month
        before = by_month.get((day.year - 1, day.month))
        if day <= known.since:
            told = [replace(j, level=TAUGHT) for j in _of_month(one, None, one, known, thresholds)]
        else:
            later = before if before is not None and before.shift.month > known.since else None
            told = [_dated(j, day, began) for j in _of_month(one, before, later, known, thresholds)]
        found.append(tuple(sorted(told, key=_worst_first)))
    return tuple(found)


def _dated(one: Judgement, day: date, began: dict[tuple[str, str | None], dict[str, date]]) -> Judgement:
    """With the month since which it is that far. A figure that a month does not have keeps what was last known of it."""
    since = began.setdefault((one.measure, one.name), {})
    for level in (WATCH, ACT):
        if LEVELS.index(one.level) >= LEVELS.index(level):
            since.setdefault(level, day)
        else:
            since.pop(level, None)
    first = since.get(one.level)
    return replace(one, since=first, new=first == day)


def _worst_first(one: Judgement) -> tuple[int, int, float, str]:
    return -LEVELS.index(one.level), MEASURES.index(one.measure), -one.value, one.name or ""


def moved_level(one: Shift, measure: str, characteristics: int, thresholds: Thresholds = THRESHOLDS) -> str:
    """Of a stability index: past a threshold by its size, and by more than chance makes of so many figures.

    characteristics: how many stability indices the month has beside the score's (`MonthShift.watched`).
    """
    return _level(one.net, thresholds.psi, one.p < thresholds.share(measure, characteristics))


def _of_month(
    one: WatchedMonth, before: WatchedMonth | None, later: WatchedMonth | None, known: Known, thresholds: Thresholds
) -> Iterator[Judgement]:
    """before: the month a year earlier. later: the month whose outcome is known now."""
    moved, many = one.shift, len(one.shift.watched)
    yield Judgement(SCORE, moved.score.index, moved_level(moved.score, SCORE, many, thresholds), p=moved.score.p)
    earlier = {} if before is None else {c.name: c.shift for c in before.shift.watched}
    for c in moved.characteristics:
        told = _nearer(c.shift, moved.customers, earlier.get(c.name), before) if seasonal(c.name) else c.shift
        level = moved_level(told, CHARACTERISTIC, many, thresholds)
        if of_the_festival(c.name):
            level = SEASON
        yield Judgement(CHARACTERISTIC, c.shift.index, level, c.name, p=told.p)
    for c in moved.others:
        # Balances and wages grow from year to year: that is no other definition, and no card looks at it.
        told = _nearer(c.shift, moved.customers, earlier.get(c.name), before)
        yield Judgement(POPULATION, c.shift.index, moved_level(told, POPULATION, many, thresholds), c.name, p=told.p)
    if later is not None and later.outcome is not None:
        yield from _of_outcome(later.outcome, later.shift.month, known, thresholds)
    if one.overridden is not None and one.overridden.share is not None:
        share = one.overridden.share
        yield Judgement(OVERRIDES, share, _level(share, thresholds.overrides))
    yield _of_grades(moved, many, thresholds)


def _nearer(now: Shift, customers: int, then: Shift | None, before: WatchedMonth | None) -> Shift:
    """Against the development or against the same month of the year before, whichever it is nearer to: what is a season's,
    or grows slowly, is unlike only one of them. What lasts is unlike both for a year, and then known."""
    if before is None or then is None:
        return now
    against = shift(_counts(then, before.shift.customers), _counts(now, customers))
    return min(now, against, key=lambda one: one.net)


def _counts(one: Shift, customers: int) -> list[int]:
    return [round(share * customers) for share in one.now]


def _of_outcome(found: Outcome, of: date, known: Known, thresholds: Thresholds) -> Iterable[Judgement]:
    rate, gini = found.rate, found.gini
    if gini is not None:
        error = ((gini.high - gini.low) ** 2 + (known.gini.high - known.gini.low) ** 2) ** 0.5 / _REACH
        fall = known.gini.value - gini.value
        p = float(ndtr(-fall / error)) if error > 0 else float(fall <= 0)
        level = _level(fall, thresholds.gini, p < thresholds.share(GINI, 0))
        yield Judgement(GINI, gini.value, level, p=p, of=of)
    p = too_many(rate, known.bad)
    excess = rate.seen / rate.predicted
    yield Judgement(
        CALIBRATION, excess, _level(excess, thresholds.excess, p < thresholds.share(CALIBRATION, 0)), p=p, of=of
    )


def too_many(rate: Rate, bad: int | None) -> float:
    """How often as many defaults come although the PD is as good as the `bad` defaults it was set by let it be.

    Given all defaults, of the month and of the development, each is of the month with the chance that its expected
    number has of both (the exact comparison of two rates, Przyborowski and Wilenski, 1940). bad None: the PD is taken
    for exact.
    """
    if bad is None or bad <= 0:
        return rate.p_binomial
    expected = rate.rows * rate.predicted
    return float(bdtrc(rate.bad - 1, rate.bad + bad, expected / (expected + bad))) if rate.bad > 0 else 1.0


def _of_grades(moved: MonthShift, many: int, thresholds: Thresholds) -> Judgement:
    """Named by what is watched, not by the grade: another grade taking the lead is not news."""
    share, rows = max(moved.grades) / moved.customers, moved.customers
    error = (share * (1 - share) / rows) ** 0.5
    level, p = STABLE, 1.0
    for name, bound in zip((WATCH, ACT), thresholds.concentration, strict=True):
        chance = float(ndtr(-(share - bound) / error)) if error > 0 else float(share < bound)
        if share >= bound and chance < thresholds.share(CONCENTRATION, many):
            level = name
        p = min(p, chance)
    return Judgement(CONCENTRATION, share, level, p=p)


def _level(value: float, bounds: tuple[float, float], real: bool = True) -> str:
    if not real or value < bounds[0]:
        return STABLE
    return ACT if value >= bounds[1] else WATCH

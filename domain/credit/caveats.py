"""Limits of use of a scorecard, written from the figures of its validation: what a reader must not take it for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.credit.elsewhere import CardLine
from domain.credit.fairness import FEW_IN_GROUP, NO_PEOPLE, impact_level
from domain.credit.monitoring import ACT, CHARACTERISTIC, SCORE, STABLE, WATCH, moved_level
from domain.credit.reach import Reach
from domain.credit.seasons import of_the_festival
from domain.credit.selection import Verdict
from domain.credit.stability import MonthShift, newest_telling
from domain.credit.validated import Limit, OutOfTime, Validation

FEW_BAD, FEW_DAYS, SHY, BOLD, SURE = 100, 4, 1.2, 0.8, 0.05
UNLIKE = 0.2  # of those who could be rated, whose outcome nobody could see
SAME = 5e-4  # of an AUC: what three decimals do not show


def limits_of(
    found: Validation, months: Sequence[MonthShift], verdicts: Sequence[Verdict], counted: Mapping[str, Any], by_hand: Sequence[str],
    told_auc: float | None = None, reach: Reach | None = None, lines: Sequence[CardLine] = (),
) -> tuple[Limit, ...]:  # fmt: skip
    """Each limit once, the gravest kind first; empty only for a card without any of these doubts.

    counted: of the sample, what was left out. by_hand: characteristics whose bins people set.
    told_auc: out of fold, as the development has it. reach: the best the card can give.
    lines: the card's bins.
    """
    parts = (
        _of_sample(found, counted),
        _of_development(found, told_auc),
        _of_card(found, verdicts, by_hand),
        of_reach(reach),
        of_no_bad(lines),
        _of_quality(found),
        _of_people(found, months),
    )
    return tuple(limit for part in parts for limit in part)


def _of_sample(found: Validation, counted: Mapping[str, Any]) -> Iterator[Limit]:
    if not found.reproduced:
        yield Limit("not_reproduced", (found.rows, found.bad))
    if found.bad < FEW_BAD:
        area = found.discrimination.auc
        yield Limit("few_bad", (found.bad, area.low, area.high))
    if len(found.observed) < FEW_DAYS:
        yield Limit("few_days", (len(found.observed),))
    unseen = int(counted.get("no_status_after") or 0)
    if unseen > UNLIKE * (unseen + found.rows):
        yield Limit("unlike", (unseen, unseen / (unseen + found.rows)))
    if gone := int(counted.get("no_history") or 0):
        rows = gone + found.rows + int(counted.get("without_outcome") or 0)
        yield Limit("no_history", (gone, gone / rows, int(counted.get("no_history_bad") or 0)))
    if "without_outcome" in counted:
        yield Limit("granted_only", (found.rows,))


def later_slope_level(later: OutOfTime) -> str:
    """Of the slope out of time against the bound of the slope out of fold: acted on where its interval lies wholly outside,
    watched where the slope does and chance may explain it. No weight on the card was mended for this one."""
    if BOLD <= later.slope <= SHY:
        return STABLE
    outside = later.slope_high is not None and later.slope_high < BOLD
    outside = outside or (later.slope_low is not None and later.slope_low > SHY)
    return ACT if outside else WATCH


def of_no_bad(lines: Sequence[CardLine]) -> Iterator[Limit]:
    """The bins that give points above the average's though nobody in them turned bad, the most points first. names: of each the
    characteristic and what the bin says in Chinese and English; figures: of each its rows and points."""
    there = [one for one in lines if one.rows > 0 and one.bad == 0 and one.points > 0 and one.woe > 0]
    if there:
        there.sort(key=lambda one: -one.points)
        names = tuple(word for one in there for word in (one.characteristic, one.says.zh, one.says.en))
        yield Limit("no_bad", tuple(float(x) for one in there for x in (one.rows, one.points)), names)


def same_auc(found: Validation, told_auc: float | None) -> bool:
    """Whether the validation finds what the development found; so it does, with the same program."""
    return told_auc is None or abs(found.discrimination.auc.value - told_auc) < SAME


def _of_development(found: Validation, told_auc: float | None) -> Iterator[Limit]:
    if told_auc is not None and not same_auc(found, told_auc):
        yield Limit("remeasured", (told_auc, found.discrimination.auc.value))


def _of_card(found: Validation, verdicts: Sequence[Verdict], by_hand: Sequence[str]) -> Iterator[Limit]:
    leaks = [v for v in verdicts if v.reason == "kept" and v.leak_suspected]
    if leaks:
        yield Limit("leak", tuple(v.iv for v in leaks), tuple(v.name for v in leaks))
    unsure = [c for c in found.coefficients if c.p >= SURE]
    if unsure:
        yield Limit("unsure", tuple(c.p for c in unsure), tuple(c.name for c in unsure))
    wrong = [c for c in found.coefficients if not c.right_sign]
    if wrong:
        yield Limit("wrong_sign", (), tuple(c.name for c in wrong))
    if by_hand:
        yield Limit("by_hand", (), tuple(by_hand))


def of_reach(reach: Reach | None) -> Iterator[Limit]:
    """That the card gives nobody the best grades, where it does not."""
    if reach is not None and reach.never:
        yield Limit("beyond_reach", (reach.score,), (reach.grade, *reach.never))


def _of_quality(found: Validation) -> Iterator[Limit]:
    told = found.calibration
    if told.slope < BOLD:
        yield Limit("bold", (told.slope, told.shrinkage))
    elif told.slope > SHY:
        yield Limit("shy", (told.slope, told.shrinkage))
    if told.fitting.p < SURE:
        yield Limit("ill_fitting", (told.fitting.p,))
    low = [g for g in told.grades if g.rate is not None and g.rate.doubt < SURE]
    if low:
        yield Limit("grades_low", tuple(g.rate.p for g in low if g.rate), tuple(g.grade for g in low))
    later = found.out_of_time
    if later is None:
        yield Limit("no_later")
    else:
        if later.auc.high < found.discrimination.auc.value:
            yield Limit("weaker_later", (later.auc.value, found.discrimination.auc.value))
        if later_slope_level(later) != STABLE:
            known = tuple(x for x in (later.slope_low, later.slope_high) if x is not None)
            yield Limit("later_bold" if later.slope < BOLD else "later_shy", (later.slope, *known))
        if later.rate.doubt < SURE:
            yield Limit("low_later", (later.rate.predicted, later.rate.seen, later.rate.p))
    if found.challenger.gain.high < 0:
        yield Limit("challenger", (found.challenger.gain.value, found.challenger.auc.value))


def _of_people(found: Validation, months: Sequence[MonthShift]) -> Iterator[Limit]:
    for kind, groups in (("gender", found.fairness.by_gender), ("age", found.fairness.by_age)):
        known = [one for one in groups if one.group not in NO_PEOPLE]
        for level, code in ((ACT, f"adverse_{kind}"), (WATCH, f"adverse_{kind}_unsure")):
            hit = [one for one in known if impact_level(one) == level]
            if hit:
                yield Limit(code, tuple(g.impact for g in hit if g.impact is not None), tuple(g.group for g in hit))
        few = tuple(one.group for one in known if one.customers < FEW_IN_GROUP)
        if few:
            yield Limit("few_of_group", (float(FEW_IN_GROUP),), few)
    if not found.fairness.by_gender and not found.fairness.by_age:
        yield Limit("people_unknown")
    if months:
        last = newest_telling(months)
        many = len(last.watched)
        judged = [c for c in last.characteristics if not of_the_festival(c.name)]
        moved = [c for c in judged if moved_level(c.shift, CHARACTERISTIC, many) == ACT]
        if moved:
            yield Limit("moved", tuple(c.shift.index for c in moved), tuple(c.name for c in moved))
        if moved_level(last.score, SCORE, many) != STABLE:
            yield Limit("score_moved", (last.score.index,))

"""How the dossier prints a figure with its interval, a p-value, and a judgement's colour."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from domain.credit.caveats import BOLD, SHY
from domain.credit.fairness import FOUR_FIFTHS
from domain.credit.metrics import Estimate
from domain.credit.monitoring import ACT, CHARACTERISTIC, SCORE, SEASON, STABLE, THRESHOLDS, WATCH, moved_level
from domain.credit.seasons import of_the_festival
from domain.credit.stability import Shift
from domain.credit.validated import GroupOutcome, OutOfTime
from domain.phrasing import ABSENT, against, number
from domain.reports.dossier import ValidationDossier
from jobs.pdf import tokens
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Column, Row, table

TONES = {SEASON: tokens.INK, STABLE: tokens.GOOD, WATCH: tokens.WARN, ACT: tokens.BAD}


def interval(one: Estimate, digits: int = 3, sign: bool = False, bounds: tuple[float, ...] = ()) -> str:
    """A figure with its interval: 0.712 [0.649, 0.777]. bounds: what its lower end is held against."""
    low, high = number(one.low, digits, sign), number(one.high, digits, sign)
    low = against(one.low, *bounds, digits=digits) if bounds else low
    return f"{number(one.value, digits, sign)} [{low}, {high}]"


def impact(one: GroupOutcome) -> str:
    """An impact ratio with its interval: 0.76 [0.68, 0.85]; bare for the group the others are held against."""
    if one.impact is None:
        return ABSENT
    value = against(one.impact, FOUR_FIFTHS)
    return value if one.low is None or one.high is None else f"{value} [{number(one.low, 2)}, {against(one.high, 1.0)}]"


def slope_words(later: OutOfTime) -> str:
    """The slope out of time with its interval, told from the bound it is held against."""
    value = against(later.slope, BOLD, SHY)
    if later.slope_low is None or later.slope_high is None:
        return value
    return f"{value} [{against(later.slope_low, BOLD, SHY)}, {against(later.slope_high, BOLD, SHY)}]"


def multiplier_words(sheet: Sheet, report: ValidationDossier) -> str:
    """Which slope the weights on the card were multiplied with."""
    say = sheet.say
    slope = say("折外斜率", "the slope out of fold")
    if report.sample.indeterminate:
        slope += say("，中间状态者计为不坏", " with those indeterminate as not bad")
    return slope + (say("，取转折分以下", ", below the knee") if report.scaling.knee is not None else "")


def level_of(moved: Shift, characteristics: int, name: str | None = None) -> str:
    """A stability index against its thresholds, by the rule of monitoring. name: of a characteristic, None for the score."""
    if name is not None and of_the_festival(name):
        return SEASON
    return moved_level(moved, SCORE if name is None else CHARACTERISTIC, characteristics)


def p_words(p: float) -> str:
    """A p-value as it is printed; one close to a threshold is told from it."""
    return "<0.001" if p < 0.001 else against(p, *THRESHOLDS.p, digits=3)


def p_tone(p: float) -> Color:
    """Its colour: whether a PD is likely too low."""
    return tokens.BAD if p < THRESHOLDS.p[1] else tokens.WARN if p < THRESHOLDS.p[0] else tokens.GOOD


def two_columns(sheet: Sheet, rows: Sequence[tuple[str, str]]) -> Flowable:
    """Names and figures, a line each, not as wide as the page."""
    columns = [Column(sheet.say("项目", "Figure"), 55), Column(sheet.say("数值", "Value"), 45, True)]
    return table(sheet, columns, [Row(row) for row in rows], width=tokens.WIDTH * 0.75)

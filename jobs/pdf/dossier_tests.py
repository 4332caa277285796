"""The dossier's first page: every test at a glance, its figure, what it is held against, and the judgement."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reportlab.platypus import Flowable

from domain.credit.caveats import BOLD, SHY
from domain.credit.fairness import FOUR_FIFTHS, least_judged
from domain.credit.finding_words import title
from domain.credit.findings import Finding
from domain.credit.monitoring import THRESHOLDS
from domain.credit.stability import newest_telling
from domain.credit.validated import GroupOutcome
from domain.phrasing import against, number, percent
from domain.reports.dossier import ValidationDossier
from jobs.pdf.dossier_figures import impact, interval, p_words, slope_words
from jobs.pdf.dossier_words import judgement
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Column, Row, section, table
from jobs.pdf.voice import Voice

Told = tuple[str, str]  # the figure, what it is held against
Say = Callable[[Voice, ValidationDossier, Finding], Told]


def tests(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    """A row a test, as `domain.credit.findings` judges them."""
    say = sheet.say
    rows = [_row(say, report, one) for one in report.judged]
    columns = [
        Column(say("检验", "Test"), 33),
        Column(say("结果", "Figure"), 28, True),
        Column(say("标准", "Held against"), 27),
        Column(say("判断", "Judgement"), 12, True),
    ]
    caption = say(
        "每一项的依据见后文各页；“须处理”和“须答复”的每一项在验证前须有书面答复，见“发现与答复”",
        "What stands behind each is on the pages that follow; each “act” and “to be answered” is answered in writing before the "
        "validation, see “Findings and answers”",
    )
    return section(sheet, say("一览", "At a glance"), caption, table(sheet, columns, rows, dense=True))


def _row(say: Voice, report: ValidationDossier, one: Finding) -> Row:
    words, colour = judgement(say, one)
    return Row((title(one.code, say.language), *_TOLD[one.code](say, report, one), words), tones=((3, colour),))


def _auc(say: Voice, report: ValidationDossier, _: Finding) -> Told:
    return interval(report.validation.discrimination.auc, bounds=(0.5, 0.6)), say("区间高于 0.6", "interval above 0.6")


def _slope(say: Voice, report: ValidationDossier, _: Finding) -> Told:
    slope = against(report.validation.calibration.slope, BOLD, SHY)
    return slope, say("0.8 至 1.2，卡上已修正", "0.8 to 1.2; mended on the card")


def _fitting(say: Voice, report: ValidationDossier, _: Finding) -> Told:
    return f"p = {p_words(report.validation.calibration.fitting.p)}", say("p 不低于 0.05", "p of 0.05 or more")


def _grades(say: Voice, report: ValidationDossier, one: Finding) -> Told:
    known = [g for g in report.validation.calibration.grades if g.rate is not None]
    count = say(f"{len(known)} 个中偏低 {len(one.names)} 个", f"{len(one.names)} of {len(known)} too low")
    return count, say("p 不低于 0.05", "p of 0.05 or more")


def _signs(say: Voice, report: ValidationDossier, one: Finding) -> Told:
    every = len(report.validation.coefficients)
    return say(f"{every} 个中相反 {len(one.names)} 个", f"{len(one.names)} of {every} wrong"), say(
        "无相反", "none wrong"
    )


def _inflation(say: Voice, report: ValidationDossier, _: Finding) -> Told:
    most = max((c.inflation for c in report.validation.coefficients), default=1.0)
    return against(most, 5.0), say("低于 5", "under 5")


def _reproduced(say: Voice, report: ValidationDossier, _: Finding) -> Told:
    same = say("一致", "the same") if report.validation.reproduced else say("不一致", "not the same")
    return same, say("与卡上计数一致", "the card's own counts")


def _remeasured(say: Voice, report: ValidationDossier, _: Finding) -> Told:
    now = report.validation.discrimination.auc.value
    return f"{number(report.told_auc, 3)} / {number(now, 3)}", say("相同", "the same")


def _later_auc(say: Voice, report: ValidationDossier, _: Finding) -> Told:
    later = report.validation.out_of_time
    return interval(later.auc) if later else "", say("不明显低于折外", "not clearly under out of fold")


def _later_slope(say: Voice, report: ValidationDossier, _: Finding) -> Told:
    later = report.validation.out_of_time
    return slope_words(later) if later else "", say("0.8 至 1.2", "0.8 to 1.2")


def _later_rate(say: Voice, report: ValidationDossier, _: Finding) -> Told:
    later = report.validation.out_of_time
    rates = f"{percent(later.rate.predicted, 2)} / {percent(later.rate.seen, 2)}" if later else ""
    return rates, say("Jeffreys p 不低于 0.05", "Jeffreys p of 0.05 or more")


def _leak_test(say: Voice, report: ValidationDossier, _: Finding) -> Told:
    told = report.validation.leaks
    every = number(told.loans * told.figures) if told else ""
    differ = number(told.differ) if told else ""
    return say(f"{every} 个数中 {differ} 个不同", f"{differ} of {every} figures differ"), say("无", "none")


def _challenger(say: Voice, report: ValidationDossier, _: Finding) -> Told:
    gain = report.validation.challenger.gain
    return interval(gain, sign=True), say("区间不全在 0 以下", "interval not wholly under 0")


def _score_psi(say: Voice, report: ValidationDossier, _: Finding) -> Told:
    moved = newest_telling([one.shift for one in report.months]).score
    bound, chance = number(THRESHOLDS.psi[0], 2), number(moved.chance, 3)
    held = say(f"低于 {bound}", f"under {bound}")
    if THRESHOLDS.psi[0] <= moved.index <= moved.chance:  # few customers: chance alone comes as far
        held = say(f"低于 {bound}，或偶然可达（{chance}）", f"under {bound}, or what chance reaches ({chance})")
    return against(moved.index, *THRESHOLDS.psi, digits=3), held


def _moved(say: Voice, report: ValidationDossier, one: Finding) -> Told:
    there = len(report.months[-1].shift.characteristics)
    return say(f"{there} 个中 {len(one.names)} 个", f"{len(one.names)} of {there}"), say("无", "none")


def _adverse(groups: Sequence[GroupOutcome], say: Voice) -> Told:
    """The least of those that can be judged, with its interval."""
    least = least_judged(groups)
    return impact(least) if least else "", say("不低于 0.80", f"{number(FOUR_FIFTHS, 2)} or more")


_TOLD: dict[str, Say] = {
    "auc": _auc, "slope": _slope, "fitting": _fitting, "grades": _grades, "signs": _signs, "inflation": _inflation,
    "reproduced": _reproduced, "remeasured": _remeasured, "later_auc": _later_auc, "later_slope": _later_slope, "later_rate": _later_rate,
    "challenger": _challenger, "leak_test": _leak_test, "score_psi": _score_psi, "moved": _moved,
    "adverse_gender": lambda say, report, _: _adverse(report.validation.fairness.by_gender, say),
    "adverse_age": lambda say, report, _: _adverse(report.validation.fairness.by_age, say),
}  # fmt: skip

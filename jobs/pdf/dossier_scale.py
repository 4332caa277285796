"""The dossier's page on the scale: how log odds become points, what the PD is calibrated to, and the masterscale."""

from __future__ import annotations

from reportlab.platypus import Flowable, Spacer

from domain import phrasing
from domain.phrasing import number, percent
from domain.reports.dossier import ValidationDossier
from jobs.pdf import tokens
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Column, Row, heading, pairs, section, table


def _steeper(sheet: Sheet, knee: int, steeper: float) -> str:
    safer = steeper > 1
    return sheet.say(
        f"评分高于 {knee} 的部分先乘以 {number(steeper, 2)} 再代入：折外样本表明，较安全的七成客户比一条直线所示"
        f"{'更安全' if safer else '风险更高'}（只计超出偶然的部分，标准误按客户聚类）。分数与排序不变。",
        f" What a score has above {knee} counts {number(steeper, 2)} times there: out of fold the safer seven tenths are "
        f"{'safer' if safer else 'riskier'} than one line says "
        "(only what goes beyond chance counts, errors by customer). Points and order stay.",
    )


def _long_run(sheet: Sheet, report: ValidationDossier) -> str:
    """What the share of bad the PD is calibrated to is a share of, in figures that can be worked out from the sample's."""
    say, found, told = sheet.say, report.validation, report.scaling.long_run_rate
    between = report.sample.indeterminate or 0
    known, bad = found.rows + between, found.bad
    if round(bad / known, 6) != round(told, 6):
        return say(
            f"长期坏样本率 {percent(told, 2)} 由建卡人设定；样本自身为 {percent(bad / known, 2)}（{number(bad)} / {number(known)}）。",
            f"The long-run share of bad, {percent(told, 2)}, was set by who developed the card; the sample's own is "
            f"{percent(bad / known, 2)} ({number(bad)} of {number(known)}).",
        )
    only = percent(bad / found.rows, 2)
    if not between:
        return say(
            f"长期坏样本率为样本自身的坏率：{number(bad)} / {number(known)}，未另行校准。",
            f"The long-run share of bad is the sample's own, {number(bad)} of {number(known)}, not calibrated further.",
        )
    return say(
        f"长期坏样本率为样本自身的坏率，未另行校准；以全部已知结果者为分母，中间状态者计为不坏：{number(bad)} / "
        f"{number(known)}（只计好坏两类则为 {only}）。",
        "The long-run share of bad is the sample's own, not calibrated further: of everybody whose outcome is known, with those "
        f"indeterminate as not bad, {number(bad)} of {number(known)} (of good and bad only: {only}).",
    )


def scale(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    """Odds, points, the share of bad the PD is set to, and the grades by their PD and lowest score."""
    say, told = sheet.say, report.scaling
    facts = [
        (say("基准分", "Points at the odds"), number(told.points)),
        (say("基准好坏比", "Odds, good to bad"), f"{number(told.odds)} : 1"),
        (say("翻倍分数", "Points that double the odds"), number(told.double)),
        (say("因子", "Factor"), number(told.factor, 4)),
        (say("补偿", "Offset"), number(told.offset, 4)),
        (say("基础分", "Base points"), number(told.base_points)),
        (say("卡上截距", "Intercept on the card"), number(told.intercept, 4)),
        (say("长期坏样本率", "Long-run share of bad"), percent(told.long_run_rate, 2)),
    ]
    formula = say(
        "分数 = 四舍五入（因子 × 卡上系数 × WoE）；评分 = 基础分 + 各特征分数；违约概率 = 1 /（1 + e^((评分 − 补偿) / 因子)）。"
        "评分就是所示分数之和，别无隐藏。",
        "Points = round(factor × weight on the card × WoE); score = base points + points of each characteristic; PD = 1 / (1 + e^((score − "
        "offset) / factor)). The score is the sum of what is shown; nothing else enters.",
    )
    if told.knee is not None:
        formula += _steeper(sheet, told.knee, told.steeper)
    return [
        *heading(sheet, say("刻度与校准", "Scaling and calibration")),
        pairs(sheet, facts),
        Spacer(0, tokens.UNIT),
        sheet.text(_long_run(sheet, report), "note"),
        Spacer(0, tokens.UNIT),
        sheet.text(formula),
        Spacer(0, 2 * tokens.UNIT),
        *section(
            sheet,
            say("主标尺", "Masterscale"),
            say("违约概率等于界值者归入较差一级", "A PD that equals a bound belongs to the worse grade"),
            _masterscale(sheet, report),
        ),
    ]


def _masterscale(sheet: Sheet, report: ValidationDossier) -> Flowable:
    say, told = sheet.say, report.scaling
    rows, before = [], 0.0
    for one in told.grades:
        low = percent(before, 2)
        high = percent(one.bound, 2) if one.bound is not None else "100%"
        floor = number(one.floor) if one.floor is not None else phrasing.ABSENT
        rows.append(Row((one.grade, low, high, floor)))
        before = one.bound if one.bound is not None else 1.0
    rows.append(Row(("D", "100%", "100%", say("逾期 90 天及以上", "90 days past due"))))
    columns = [
        Column(say("等级", "Grade"), 20),
        Column(say("违约概率自", "PD from"), 25, True),
        Column(say("至（不含）", "to under"), 25, True),
        Column(say("最低评分", "Lowest score"), 30, True),
    ]
    return table(sheet, columns, rows, width=tokens.WIDTH * 0.7)

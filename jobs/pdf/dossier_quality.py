"""The dossier's pages on how good the model is: discrimination, calibration, stability, later rows, challenger, people."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable, Spacer

from domain import phrasing
from domain.credit.fairness import COMPANY, FEW_IN_GROUP, NO_PEOPLE, UNKNOWN, impact_level, least_judged, unknown_below
from domain.credit.inference import default_rate, rises
from domain.credit.monitoring import ACT, WATCH
from domain.credit.validated import Band, GroupOutcome
from domain.phrasing import number, percent
from domain.reports.dossier import ValidationDossier
from jobs.pdf import bars, dossier_months, tokens
from jobs.pdf.dossier_challenger import challenger
from jobs.pdf.dossier_charts import Seen, predicted_against_seen, roc
from jobs.pdf.dossier_figures import (
    TONES,
    impact,
    interval,
    multiplier_words,
    p_tone,
    p_words,
    slope_words,
    two_columns,
)
from jobs.pdf.dossier_words import group_words
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Afresh, Column, Row, beside, empty, heading, section, table, widths_beside

TALL, SURE = 170.0, 0.05


def pages(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    """From discrimination to people, a page an idea."""
    parts = (_discrimination, _calibration, dossier_months.stability, dossier_months.periods, _later, _people)
    return [flowable for part in parts for flowable in (Afresh(), *part(sheet, report))]


def _discrimination(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, told = sheet.say, report.validation.discrimination
    left, right = widths_beside()
    rows = [
        Row((name, number(one.value, 3), number(one.low, 3), number(one.high, 3)))
        for name, one in (("AUC", told.auc), ("Gini", told.gini), ("KS", told.ks))
    ]
    rows.append(Row((say("AUC，开发样本内", "AUC on its own rows"), number(told.fitted_auc, 3), "", "")))
    heads = ("", say("数值", "Value"), say("下限", "Low"), say("上限", "High"))
    columns = [Column(head, 40 if not head else 20, bool(head)) for head in heads]
    caption = say(
        f"{told.folds} 折交叉验证 × {told.repeats} 次，分箱、筛选、系数均在折内重做；95% 自助法区间，按客户重抽",
        f"{told.folds} folds × {told.repeats}, bins, selection and weights made anew in each; 95 % bootstrap intervals of customers",
    )
    curve = [*heading(sheet, say("ROC 曲线", "ROC curve")), roc(say, told.roc, (left, TALL))]
    figures = [
        *heading(sheet, say("折外", "Out of fold")),
        table(sheet, columns, rows, width=right),
        Spacer(0, 2 * tokens.UNIT),
        *heading(sheet, say("按观察日", "By observation day"), say("折外 AUC", "AUC out of fold")),
        table(sheet, _day_columns(sheet), _day_rows(sheet, report), width=right, dense=True),
    ]
    return [
        *heading(sheet, say("区分能力", "Discrimination"), caption),
        beside(curve, figures),
        Spacer(0, 2 * tokens.UNIT),
        *_bands(sheet, report),
    ]


def _day_columns(sheet: Sheet) -> list[Column]:
    say = sheet.say
    return [
        Column(say("至", "To"), 30),
        Column(say("行数", "Rows"), 18, True),
        Column(say("坏", "Bad"), 14, True),
        Column("AUC", 50, True),
    ]


def _day_rows(sheet: Sheet, report: ValidationDossier) -> list[Row]:
    few = sheet.say("坏样本过少", "too few bad")
    return [
        Row((phrasing.day(d.day), number(d.rows), number(d.bad), few if d.auc is None else interval(d.auc, 2)))
        for d in report.validation.discrimination.by_day
    ]


def _bands(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    """The score in tenths: how bads gather at its foot."""
    say, found = sheet.say, report.validation
    goods, bads, rows, drawn = 0, 0, [], []
    for band in found.discrimination.bands:
        goods, bads, size = goods + band.good, bads + band.bad, band.good + band.bad
        words = _band_words(sheet, band.low, band.high)
        rate, share = band.bad / size if size else 0.0, bads / found.bad
        lift = share / ((goods + bads) / found.rows)
        gap = share - goods / (found.rows - found.bad)
        cells = (
            words,
            number(size),
            number(band.bad),
            percent(rate, 2),
            percent(share),
            number(lift, 2),
            number(gap, 3),
        )
        rows.append(Row(cells))
        drawn.append(bars.Bar(words, rate, percent(rate, 1)))
    heads = (
        say("坏", "Bad"), say("坏样本率", "Bad rate"), say("累计坏占比", "Bads so far"), say("提升度", "Lift so far"), say("KS",
            "KS so far"),
    )  # fmt: skip
    columns = [
        Column(say("评分", "Score"), 22),
        Column(say("行数", "Rows"), 13, True),
        *(Column(h, 14, True) for h in heads),
    ]
    caption = say(
        "折外评分的十分位，最低分在前；柱为坏样本率",
        "Tenths of the score out of fold, the lowest first; bars are the bad rate",
    )
    return section(
        sheet,
        say("按评分十分位", "By tenth of the score"),
        caption,
        bars.columns(drawn, [], (tokens.WIDTH, 110)),
        Spacer(0, tokens.UNIT),
        table(sheet, columns, rows, dense=True),
        Spacer(0, tokens.UNIT),
        sheet.text(_order_words(sheet, found.discrimination.bands), "note"),
    )


def _order_words(sheet: Sheet, bands: Sequence[Band]) -> str:
    """Whether bad rates fall from band to band, and whether chance explains where they do not."""
    say = sheet.say
    found = rises([one.good + one.bad for one in bands], [one.bad for one in bands])
    if not found:
        return say("坏样本率随评分升高而不升，排序无例外。", "The bad rate never grows with the score.")
    told = []
    for one in found:
        low, high = bands[one.first], bands[one.last]
        rates = [percent(band.bad / (band.good + band.bad), 2) for band in (low, high)]
        here, there = (_band_words(sheet, band.low, band.high) for band in (low, high))
        told.append(
            say(
                f"{here} 到 {there} 由 {rates[0]} 升至 {rates[1]}（p = {p_words(one.p)}）",
                f"from {rates[0]} ({here}) to {rates[1]} ({there}), p = {p_words(one.p)}",
            )
        )
    real = [one for one in found if one.p < SURE]
    verdict = say(
        "其中有偶然不能解释者，该段的排序不可靠" if real else "均在偶然范围内",
        "not all of it is explained by chance: the order does not hold there" if real else "chance explains it",
    )
    test = say(
        "Fisher 精确检验，按可比的组对数修正", "Fisher's exact test, corrected for the pairs of tenths there are"
    )
    return say(
        f"评分升高而坏样本率上升之处：{'；'.join(told)}。{verdict}（{test}）。",
        f"Where the bad rate grows with the score: {'; '.join(told)}; {verdict} ({test}).",
    )


def _band_words(sheet: Sheet, low: float | None, high: float | None) -> str:
    say = sheet.say
    if low is None:
        return say(f"至 {number(high)}", f"to {number(high)}")
    return say(f"{number(low)} 以上", f"over {number(low)}") if high is None else f"{number(low)}–{number(high)}"


def _calibration(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, told = sheet.say, report.validation.calibration
    left, right = widths_beside()
    points, rows = [], []
    for at, one in enumerate(told.tenths, 1):
        rate = default_rate(one.rows, one.bad, min(max(one.predicted, 1e-9), 1 - 1e-9))
        points.append(Seen(one.predicted, one.seen, rate.low, rate.high))
        expected = one.rows * one.predicted
        seen = percent(one.seen, 2)
        rows.append(
            Row((str(at), number(one.rows), number(expected, 1), number(one.bad), percent(one.predicted, 2), seen))
        )
    heads = (
        say("行数", "Rows"),
        say("预期坏", "Due"),
        say("实际坏", "Bad"),
        say("违约概率", "PD"),
        say("实际", "Seen"),
    )
    columns = [Column(say("十分位", "Tenth"), 14), *(Column(head, 17, True) for head in heads)]
    chart = [
        *heading(sheet, say("预测与实际", "Predicted against seen")),
        predicted_against_seen(say, points, (left, TALL)),
    ]
    figures = [*heading(sheet, say("十分位", "Tenths")), table(sheet, columns, rows, width=right, dense=True)]
    caption = say(
        "折外概率，校准到样本的坏样本率；第 1 个十分位最安全，与按评分十分位的次序相反；竖线为 95% 区间",
        "PDs out of fold at the sample's own rate of bad; tenth 1 is the safest, so that the order is the score's turned round; bars "
        "are 95 % intervals",
    )
    return [
        *heading(sheet, say("校准", "Calibration"), caption),
        beside(chart, figures),
        Spacer(0, tokens.UNIT),
        sheet.text(_calibrated(sheet, report)),
        Spacer(0, 2 * tokens.UNIT),
        *_grades(sheet, report),
    ]


def _calibrated(sheet: Sheet, report: ValidationDossier) -> str:
    """How far the PDs are right as a whole, and what the weights were multiplied with for it."""
    say, told = sheet.say, report.validation.calibration
    gain = 1 - told.brier / told.brier_of_the_mean if told.brier_of_the_mean else 0.0
    fit = told.fitting
    multiplier, misfit = multiplier_words(sheet, report), fit.p < SURE
    return say(
        f"Brier 分 {number(told.brier, 4)}（人人同一概率为 {number(told.brier_of_the_mean, 4)}，降低 {percent(gain)}）。折外斜率 "
        f"{number(told.slope, 2)}（只计好坏）；卡上系数乘以 {number(told.shrinkage, 3)}（{multiplier}）。Hosmer–Lemeshow χ² = "
        f"{number(fit.statistic, 1)}，自由度 {fit.freedom}，p = {p_words(fit.p)}：{'有' if misfit else '未见'}不吻合的证据。",
        f"Brier score {number(told.brier, 4)} (one PD for everybody: {number(told.brier_of_the_mean, 4)}, {percent(gain)} less here). "
        f"Slope out of fold {number(told.slope, 2)}, of good and bad only; the weights on the card are multiplied by "
        f"{number(told.shrinkage, 3)}, {multiplier}. Hosmer–Lemeshow χ² = {number(fit.statistic, 1)} with {fit.freedom} degrees of "
        f"freedom, p = {p_words(fit.p)}: {'evidence of' if misfit else 'no evidence of'} misfit.",
    )


def _grades(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, rows = sheet.say, []
    for one in report.validation.calibration.grades:
        rate = one.rate
        if rate is None:
            rows.append(Row((one.grade, "0", "0", *[phrasing.ABSENT] * 6)))
            continue
        span = f"{percent(rate.low, 1)} – {percent(rate.high, 1)}"
        share = percent(rate.rows / report.validation.rows)
        figures = (number(rate.rows), number(rate.bad), share, percent(rate.predicted, 2))
        cells = (one.grade, *figures, percent(rate.seen, 2), span, p_words(rate.p), p_words(rate.p_binomial))
        rows.append(Row(cells, tones=((7, p_tone(rate.doubt)),)))
    heads = (
        say("行数", "Rows"), say("坏", "Bad"), say("占比", "Share"), say("违约概率", "PD"), say("实际", "Seen"),
        say("95% 区间", "95 % interval"),
        say("Jeffreys p", "Jeffreys p"), say("二项 p", "Binomial p"),
    )  # fmt: skip
    shares = (10, 8, 10, 11, 11, 19, 12, 11)
    columns = [Column(say("等级", "Grade"), 8), *(Column(h, s, True) for h, s in zip(heads, shares, strict=True))]
    caption = say(
        "按折外违约概率定级。Jeffreys p 为真实违约率不高于违约概率的把握，低于 0.05 关注、低于 0.01 须处理",
        "Graded by the PD out of fold. Jeffreys p: the chance that the true rate is no higher than the PD; under 0.05 watch, under "
        "0.01 act",
    )
    return section(sheet, say("按等级", "By grade"), caption, table(sheet, columns, rows, dense=True))


def _later(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, found = sheet.say, report.validation
    later, title = found.out_of_time, say("跨时间检验", "Out of time")
    if later is None:
        words = say(
            "没有两个以上的时点各有足够的好坏样本，无法用较早的样本开发、较晚的样本检验。",
            "No two times have enough good and bad rows each, so no card could be made of earlier rows and judged on later ones.",
        )
        out = section(sheet, title, "", empty(sheet, words))
    else:
        rate = later.rate
        rows = [
            (say("开发：早于", "Made from rows before"), phrasing.day(later.since)),
            (
                say("开发行数（坏）", "Rows it was made from (bad)"),
                f"{number(later.taught)} ({number(later.taught_bad)})",
            ),
            (say("检验行数（坏）", "Rows it was judged on (bad)"), f"{number(rate.rows)} ({number(rate.bad)})"),
            (say("跨时间 AUC", "AUC out of time"), interval(later.auc)),
            (say("折外 AUC（全样本）", "AUC out of fold, all rows"), interval(found.discrimination.auc)),
            (say("违约概率", "PD"), percent(rate.predicted, 2)),
            (
                say("实际违约率", "Default rate seen"),
                f"{percent(rate.seen, 2)} [{percent(rate.low, 2)}, {percent(rate.high, 2)}]",
            ),
            ("Jeffreys p", p_words(rate.p)),
            (say("斜率（标准 0.8 至 1.2）", "Slope (0.8 to 1.2)"), slope_words(later)),
        ]
        caption = say(
            "只用较早的行按同样方法重新建卡，在较晚的行上检验。相邻观察日的表现期可能重叠",
            "A card made in the same way from the earlier rows only, judged on the later ones. Outcome windows of neighbouring "
            "days may overlap",
        )
        out = section(sheet, title, caption, two_columns(sheet, rows))
    return [*out, *challenger(sheet, report)]


def _people(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, told = sheet.say, report.validation.fairness
    caption = say(
        f"以 {told.cut} 级及以上通过为例。比值 = 本组通过率 / 通过率最高组的通过率（该组不少于 {FEW_IN_GROUP} 位客户），"
        "低于 0.8 通常视为不利影响。性别与年龄从不作为特征",
        f"As if grades down to {told.cut} were approved. Impact = the group's approval rate / that of the group treated best, of "
        f"{FEW_IN_GROUP} customers or more; under 0.8 is the usual sign of adverse impact. Gender and age are never characteristics",
    )
    parts = heading(sheet, say("不同人群的结果", "Outcomes by group of people"), caption)
    if not told.by_gender and not told.by_age:
        words = say("数据来源没有性别与出生日期。", "The source tells neither gender nor date of birth.")
        return [*parts, empty(sheet, words)]
    for title, groups in ((say("按性别", "By gender"), told.by_gender), (say("按年龄段", "By age band"), told.by_age)):
        if groups:
            parts += section(
                sheet, title, "", table(sheet, _group_columns(sheet), [_group(sheet, g) for g in _in_order(groups)])
            )
            parts += _not_known(sheet, groups)
    note = say(
        "误拒：好客户中未通过的占比；误放：坏客户中通过的占比。违约概率与实际坏样本率相近，说明对各组同样准确；"
        "不足 30 位客户的组不作判断；公司客户没有性别与年龄，只列示、不作判断。",
        "Goods refused: share of the group's goods not approved; bads approved: share of its bads approved. Where PD and bad rate "
        "agree the card is as true for the group as for others; groups of fewer than 30 customers are not judged, nor "
        "are companies, which have neither gender nor age.",
    )
    return [*parts, sheet.text(note, "note"), Spacer(0, 2 * tokens.UNIT)]


def _not_known(sheet: Sheet, groups: Sequence[GroupOutcome]) -> list[Flowable]:
    """Said where those of whom it is not known fare worse than any group that is judged."""
    there, least = unknown_below(groups), least_judged(groups)
    if there is None or least is None:
        return []
    words = sheet.say(
        f"未知者的比值为 {impact(there)}，低于各组中最低的 {impact(least)}；未知者不是一类人，不作判断，但须查明为何没有记录。",
        f"Of those not known the impact is {impact(there)}, under the least of the groups, {impact(least)}. They are no group of "
        "people and not judged; find out why nothing is on record.",
    )
    return [sheet.text(words, "note"), Spacer(0, tokens.UNIT)]


_LAST = {COMPANY: 1, UNKNOWN: 2}


def _in_order(groups: Sequence[GroupOutcome]) -> list[GroupOutcome]:
    """The youngest band first, companies and who is not known last."""
    return sorted(groups, key=lambda one: (_LAST.get(one.group, 0), not one.group.startswith("<"), one.group))


def _group_columns(sheet: Sheet) -> list[Column]:
    say = sheet.say
    heads = (
        say("行数", "Rows"), say("坏", "Bad"), say("通过率", "Approved"), say("比值 [95% 区间]", "Impact [95 %]"),
        say("误拒", "Goods refused"), say("误放", "Bads approved"),
        say("违约概率", "PD"), say("实际", "Bad rate"),
    )  # fmt: skip
    shares = (8, 6, 10, 22, 11, 11, 10, 9)
    return [Column(say("人群", "Group"), 13), *(Column(h, s, True) for h, s in zip(heads, shares, strict=True))]


def _group(sheet: Sheet, one: GroupOutcome) -> Row:
    level = None if one.group in NO_PEOPLE else impact_level(one)  # told, and not judged
    shares = [phrasing.ABSENT if x is None else percent(x) for x in (one.good_refused, one.bad_approved)]
    few = one.group not in NO_PEOPLE and one.customers < FEW_IN_GROUP
    cells = (
        group_words(sheet.say, one.group), number(one.rows), number(one.bad), percent(one.approval),
        sheet.say("人数过少", "too few") if few else impact(one), *shares, percent(one.predicted, 2),
        percent(one.bad / one.rows, 2),
    )  # fmt: skip
    return Row(cells, tones=((4, TONES[level] if level in (WATCH, ACT) else tokens.INK),))

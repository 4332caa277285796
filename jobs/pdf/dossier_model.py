"""The dossier's pages on the model itself: its sample, what was offered, its bins, its regression, its scale."""

from __future__ import annotations

from itertools import groupby

from reportlab.platypus import Flowable, Spacer

from domain import phrasing
from domain.credit.selection import SelectionRules, Verdict
from domain.credit.validated import Coefficient
from domain.phrasing import against, number, percent
from domain.reports.dossier import Declared, SampleTold, ValidationDossier
from jobs.pdf import tokens
from jobs.pdf.dossier_figures import multiplier_words, p_words
from jobs.pdf.dossier_scale import scale
from jobs.pdf.dossier_words import EXPECTED_WORDS, TREND_WORDS, leak_words, name_of, why_words
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Afresh, Column, Row, heading, pairs, section, table

SURE = 0.05


def pages(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    """From the sample to the scale, a page an idea."""
    parts = (
        _sample(sheet, report),
        _offered(sheet, report),
        _declared(sheet, report),
        _bins(sheet, report),
        _regression(sheet, report),
        scale(sheet, report),
    )
    return [flowable for part in parts if part for flowable in (Afresh(), *part)]


def _sample(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, found = sheet.say, report.validation
    match = say("不一致，见“使用限制”", "No, see “Limits of use”")
    if found.reproduced:
        match = say(
            "一致：每一分箱的行数与坏样本数与卡上记载相同", "Yes: each bin has the rows and bad rows the card says"
        )
    facts = [
        (say("客户数", "Customers"), number(found.customers)),
        (say("坏样本率", "Bad rate"), percent(found.bad / found.rows, 2)),
        (say("重抽样本与评分卡", "Drawn again, the same"), match),
    ]
    caption = say("为本档案按原定义重新抽取", "Drawn again for this paper by the same definition")
    return [
        *heading(sheet, say("数据与剔除", "Data and exclusions"), caption),
        sheet.text(_definition(sheet, report.sample)),
        *_leaks(sheet, report),
        Spacer(0, tokens.UNIT),
        pairs(sheet, facts, across=3),
        Spacer(0, tokens.UNIT),
        *_left_out(sheet, report),
        *_days(sheet, report),
    ]


def _leaks(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    told = report.validation.leaks
    return [] if told is None else [Spacer(0, tokens.UNIT / 2), sheet.text(leak_words(sheet.say, told))]


def _definition(sheet: Sheet, told: SampleTold) -> str:
    say, most = sheet.say, (told.bad_days or 90) - 1
    if told.kind == "behaviour":
        return say(
            f"坏：观察日后 {told.performance_months} 个月内任一贷款或信用卡逾期 {told.bad_days} 天及以上。观察日已逾期 {told.bad_days} "
            f"天及以上的客户不进入样本（直接评为 D 级）；表现期内最长逾期 {told.indeterminate_days} 至 {most} 天为中间状态，"
            "剔除并计数；表现期内没有贷款或信用卡状态者结果不明，剔除并计数。观察日客户须有授信账户；特征只使用观察日（含）以前的数据。",
            f"Bad: {told.bad_days} days past due or more on any loan or card within {told.performance_months} months of the observation "
            "day. Customers already so far past due are not in the sample (they are graded D). A worst of "
            f"{told.indeterminate_days} to {most} days is indeterminate, left out and counted; so is whoever had no loan or card "
            "with a status afterwards, whose outcome is not known. On the day the customer had an account that lends; characteristics read "
            "nothing later than the day.",
        )
    return say(
        "坏：贷款结果为违约（由数据来源给出）。特征只使用放款日之前（不含当日）的数据。没有结果的贷款、"
        "付款账户在放款前没有交易因而无法评分的贷款，均剔除并计数。",
        "Bad: the loan's outcome, as the source gives it, is a default. Characteristics read only what lies strictly before the "
        "day of the grant. Loans without an outcome, and loans whose paying account had no movement before and which cannot be "
        "scored, are left out and counted.",
    )


def _left_out(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, told, found = sheet.say, report.sample, report.validation
    left = (
        (say("观察日已违约", "in default on the day"), told.already_bad),
        (say("中间状态", "indeterminate"), told.indeterminate),
        (
            say("当时或其后没有贷款或信用卡状态", "no loan or card with a status then or afterwards"),
            told.no_status_after,
        ),
        (say("放款前账户没有任何交易", "no movement on the account before the grant"), told.no_history),
        (say("没有结果", "without outcome"), told.without_outcome),
    )
    known = [(name, count) for name, count in left if count is not None]
    offered = found.rows + sum(count for _, count in known)
    rows = [Row((say("可供观察的行", "Rows there were"), number(offered), percent(1.0)))]
    for name, count in known:
        words = say(f"剔除：{name}", f"Left out: {name}")
        rows.append(Row((words, f"−{number(count)}" if count else "0", percent(count / offered))))
    rows.append(Row((say("样本", "Sample"), number(found.rows), percent(found.rows / offered)), "total"))
    columns = [
        Column(say("步骤", "Step"), 50),
        Column(say("行数", "Rows"), 20, True),
        Column(say("占比", "Share"), 20, True),
    ]
    return section(sheet, say("从全部到样本", "From all to the sample"), "", table(sheet, columns, rows))


def _days(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, found = sheet.say, report.validation
    lines = [(phrasing.day(one.day), one.rows, one.bad) for one in found.observed]
    lines.append((say("合计", "Total"), found.rows, found.bad))
    rows = [
        Row(
            (name, number(n), number(n - bad), number(bad), percent(bad / n, 2)),
            "total" if at == len(found.observed) else "plain",
        )
        for at, (name, n, bad) in enumerate(lines)
    ]
    heads = (say("行数", "Rows"), say("好", "Good"), say("坏", "Bad"), say("坏样本率", "Bad rate"))
    columns = [
        Column(say("观察日（期末）", "Observed on (end of period)"), 30),
        *(Column(head, 15, True) for head in heads),
    ]
    return section(sheet, say("按观察日", "By observation day"), "", table(sheet, columns, rows))


def _offered(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say = sheet.say
    ordered = sorted(report.verdicts, key=lambda v: (v.reason != "kept", -v.iv, v.name))
    rows = [
        Row(
            (name_of(say, v.name), number(v.iv, 3), _suspicion(sheet, v), why_words(say, v)),
            tones=((3, tokens.GOOD),) if v.reason == "kept" else (),
        )
        for v in ordered
    ]
    columns = [
        Column(say("特征", "Characteristic"), 34),
        Column(say("信息值", "IV"), 11, True),
        Column(say("疑似泄露", "Leak suspected"), 14, True),
        Column(say("结果", "What became of it"), 41),
    ]
    kept = sum(1 for v in report.verdicts if v.reason == "kept")
    caption = _rules_told(sheet, report.rules, len(rows), kept)
    return section(
        sheet,
        say("备选特征与筛选", "Characteristics offered"),
        caption,
        table(sheet, columns, rows, dense=True, small=True),
    )


def _suspicion(sheet: Sheet, verdict: Verdict) -> str:
    """Whether so much information was suspected to know the outcome, and whether that was ruled out."""
    if not verdict.leak_suspected:
        return ""
    return sheet.say("是", "yes") if verdict.reason == "not_cleared" else sheet.say("已排除", "ruled out")


def _rules_told(sheet: Sheet, rules: SelectionRules, offered: int, kept: int) -> str:
    """By which rules characteristics stayed."""
    say = sheet.say
    least, leak, alike = number(rules.least_iv, 2), number(rules.leak_iv, 1), number(rules.most_correlation, 1)
    inflated, chance = number(rules.most_inflation), rules.significance
    sure = say(f"，单侧 p 低于 {number(chance, 2)}", f", one-sided p under {number(chance, 2)}") if chance else ""
    return say(
        f"共 {offered} 个，入选 {kept} 个。信息值低于 {least} 剔除，高于 {leak} 标记；相关系数不高于 {alike}，方差膨胀因子低于 {inflated}，"
        f"系数方向须正确{sure}；每个特征至少有 {rules.bad_each} 位坏客户支撑，最多 {rules.most} 个。性别与年龄从不作为特征",
        f"{offered} offered, {kept} kept. Information value under {least} is out, over {leak} flagged; correlation at most {alike}, "
        f"variance inflation under {inflated}, the right sign{sure}; at least {rules.bad_each} bad customers a characteristic, "
        f"{rules.most} characteristics at most. Gender and age are never offered",
    )


def _declared(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    """What was expected of each characteristic and why, what the bins show, and why much information is no leak."""
    say = sheet.say
    if not report.declared:
        return []
    iv = {v.name: v for v in report.verdicts}
    rows = [_expectation(sheet, one, iv.get(one.name)) for one in report.declared]
    columns = [
        Column(say("特征", "Characteristic"), 22),
        Column(say("预期方向", "Expected"), 15),
        Column(say("分箱所示", "Bins show"), 17),
        Column(say("理由", "Reason"), 24),
        Column(say("信息值高于 0.5 的说明", "IV over 0.5: why no leak"), 22),
    ]
    caption = say(
        "预期在建卡前写入特征表；未作预期者由样本决定，使用前须由验证人判断是否合理",
        "Expectations stand in the table of characteristics before a card is made; where none is declared the sample decides, and "
        "whoever validates judges whether that makes sense",
    )
    title = say("预期方向与理由", "Expected directions and reasons")
    return section(sheet, title, caption, table(sheet, columns, rows, dense=True, small=True))


def _expectation(sheet: Sheet, one: Declared, verdict: Verdict | None) -> Row:
    say = sheet.say
    why = say(*one.why) if one.why else phrasing.ABSENT
    cleared = ""
    if verdict is not None and verdict.leak_suspected:
        cleared = say("尚无说明", "nobody has said")
        if one.cleared:
            cleared = say.bracket(say(*one.cleared), one.cleared_by) if one.cleared_by else say(*one.cleared)
    tones = [(2, tokens.INK if one.as_expected else tokens.BAD)]
    if verdict is not None and verdict.leak_suspected and not one.cleared:
        tones.append((4, tokens.WARN))
    cells = (name_of(say, one.name), say(*EXPECTED_WORDS[one.expected]), say(*TREND_WORDS[one.trend]), why, cleared)
    return Row(cells, tones=tuple(tones))


def _bins(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, rows = sheet.say, []
    iv = {v.name: v.iv for v in report.verdicts}
    for name, group in groupby(report.lines, lambda line: line.characteristic):
        lines = list(group)
        by_hand = say("，人工分箱", ", bins set by hand") if name in report.by_hand else ""
        title = f"{name_of(say, name)}  {say('信息值', 'IV')} {number(iv.get(name), 3)}{by_hand}"
        rows.append(Row((title, *[""] * 6), "group"))
        rows += [
            Row(
                (
                    say.opened(say(line.says.zh, line.says.en)),
                    number(line.rows),
                    percent(line.rows / report.validation.rows),
                    number(line.bad),
                    percent(line.bad_rate, 2) if line.bad_rate is not None else phrasing.ABSENT,
                    number(line.woe, 3, sign=True),
                    number(line.points, sign=True),
                )
            )
            for line in lines
        ]
    columns = [
        Column(say("分箱", "Bin"), 40),
        Column(say("行数", "Rows"), 10, True),
        Column(say("占比", "Share"), 10, True),
        Column(say("坏", "Bad"), 8, True),
        Column(say("坏样本率", "Bad rate"), 11, True),
        Column("WoE", 10, True),
        Column(say("分数", "Points"), 9, True),
    ]
    share = percent(report.least_share, 0)
    caption = say(
        f"评分 = 基础分 {report.scaling.base_points} + 各特征分数之和。WoE = ln(好占比 / 坏占比)，小箱向平均收缩，"
        f"状态各箱另按实际见到的坏率校正；高于 0 比平均安全。由取值切出的箱不少于样本的 {share}；状态、特殊取值与缺失值不论多少各成一箱",
        f"Score = {report.scaling.base_points} base points + the points of each characteristic. WoE = ln(share of goods / share of "
        "bads), small "
        "bins lean to the average, and states are held to the bad rate seen of them; "
        f"above 0 is safer than average. Bins cut from values have {share} of the rows or more; states, special "
        "and missing values stand apart however few",
    )
    return section(
        sheet, say("分箱与分数", "Bins and points"), caption, table(sheet, columns, rows, dense=True, small=True)
    )


def _regression(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    say, found = sheet.say, report.validation
    rows = [_weight(sheet, at, one) for at, one in enumerate(found.coefficients, 1)]
    columns = [
        Column("", 4, True),
        Column(say("特征", "Characteristic"), 29),
        Column(say("卡上系数", "On the card"), 12, True),
        Column(say("回归系数", "Fitted"), 11, True),
        Column(say("标准误", "Std. error"), 11, True),
        Column("z", 8, True),
        Column("p", 9, True),
        Column("VIF", 8, True),
        Column(say("方向", "Sign"), 8, True),
    ]
    ridge, start = number(report.rules.ridge), number(found.intercept, 3)
    shrunk, slope = number(found.calibration.shrinkage, 3), multiplier_words(sheet, report)
    caption = say(
        f"对 WoE 的逻辑回归，岭 {ridge}；截距 {start}。标准误按客户聚类，p 为单侧。卡上系数 = 回归系数 × 收缩 {shrunk}"
        f"（{slope}，限于 0.25 至 1.25）。系数高于 0 为方向正确",
        f"Logistic regression on WoE, ridge {ridge}; intercept {start}. Errors are clustered by customer, p is one-sided. On the "
        f"card = fitted × shrinkage {shrunk} ({slope}, held within 0.25 to 1.25). Above 0 is the right sign",
    )
    return [
        *section(sheet, say("系数", "Coefficients"), caption, table(sheet, columns, rows, dense=True)),
        *_correlations(sheet, report),
    ]


def _weight(sheet: Sheet, at: int, one: Coefficient) -> Row:
    p = p_words(one.p)
    sign = sheet.say("正确", "right") if one.right_sign else sheet.say("相反", "wrong")
    tones = [(6, tokens.WARN)] if one.p >= SURE else []
    tones.append((8, tokens.GOOD if one.right_sign else tokens.BAD))
    cells = (
        str(at),
        name_of(sheet.say, one.name),
        number(one.weight, 3),
        number(one.fitted, 3),
        number(one.error, 3),
        number(one.z, 2),
        p,
        against(one.inflation, 5.0),
        sign,
    )
    return Row(cells, tones=tuple(tones))


def _correlations(sheet: Sheet, report: ValidationDossier) -> list[Flowable]:
    """The lower triangle; a number stands for a characteristic, as in the table above."""
    say, matrix = sheet.say, report.validation.correlations
    if len(matrix) < 2:
        return []
    rows = []
    for i in range(1, len(matrix)):
        cells = [number(matrix[i][j], 2) if j < i else "" for j in range(len(matrix) - 1)]
        rows.append(
            Row((str(i + 1), *cells), tones=tuple((j + 1, tokens.WARN) for j in range(i) if abs(matrix[i][j]) > 0.5))
        )
    columns = [Column("", 5, True), *(Column(str(j + 1), 5, True) for j in range(len(matrix) - 1))]
    most = against(max(abs(matrix[i][j]) for i in range(len(matrix)) for j in range(i)), 0.7)
    caption = say(
        f"WoE 的 Pearson 相关系数，编号同上表；最大 {most}，上限 0.7",
        f"Pearson, of WoE, numbered as above; the largest is {most}, the bound 0.7",
    )
    return section(sheet, say("相关系数", "Correlations"), caption, table(sheet, columns, rows, dense=True, small=True))

"""The branch performance report: figures, place in the level, what the branch brings, who looks after it, who moved."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable, KeepTogether, Spacer

from domain import kpi_words, phrasing
from domain.contribution.sums import Sums
from domain.contribution.words import COMPONENT_WORDS, raroc_words
from domain.reports import KpiFigure
from domain.reports.branch import AssetMover, BranchContribution, BranchReport, Ranked
from jobs.pdf import tokens
from jobs.pdf.kpi_parts import all_kpis, findings, headlines, history, league
from jobs.pdf.paper import Sheet
from jobs.pdf.steps import STEPS, parts_of, waterfall
from jobs.pdf.tables import (
    Column,
    Fitting,
    Row,
    Turn,
    beside,
    empty,
    heading,
    how_to_verify,
    section,
    table,
    widths_beside,
)

CHANGES = (
    ("volume", "规模", "Volume"), ("margin", "利差与成本", "Margin and cost"), ("mix", "产品结构", "Mix"),
    ("won", "新增客户", "Customers won"), ("lost", "流失客户", "Customers lost"),
)  # fmt: skip
HEIGHT, CHART = 150.0, 0.6
MOST_MANAGERS, LEAST_MOVERS = 12, 5


def render(report: BranchReport) -> bytes:
    """The PDF. The same report gives the same bytes; ValueError for a language paper does not speak."""
    sheet = Sheet(report.stamp, "", "")
    sheet.title = sheet.say("机构业绩报告", "Branch report")
    sheet.subject = sheet.say.joined(report.branch, sheet.say.month(report.month))
    story: list[Flowable] = [
        *_masthead(sheet, report),
        *headlines(sheet, report.kpis, report.currency),
        *findings(sheet, report.findings),
        *history(sheet, report.kpis, report.months, report.currency),
        Turn(),
        *_figures(sheet, report),
        *_contribution(sheet, report),
        *_leagues(sheet, report),
        *_end(sheet, report),
    ]
    return sheet.bytes(story)


def _end(sheet: Sheet, report: BranchReport) -> list[Flowable]:
    """Who moved most, and the notes; as many of the movers as let the paper end on this page."""
    most = max(len(report.gained), len(report.lost))

    def made(count: int) -> list[Flowable]:
        return [*_movers(sheet, report, count), *_notes(sheet)[:-1]]

    return [Fitting(made, most, LEAST_MOVERS)] if most > LEAST_MOVERS else made(most)


def _masthead(sheet: Sheet, report: BranchReport) -> list[Flowable]:
    say, day = sheet.say, phrasing.day(report.stamp.as_of)
    currency = say(f"币种为{phrasing.currency_word(report.currency, 'zh')}", f"amounts in {report.currency}")
    others = report.level - 1
    count = phrasing.counted(others, "en", "", "other branch", "other branches")
    peers = say(f"可比的同级机构另有{others}家", f"{count} of its level to compare")
    if not others:
        peers = say("同级没有其他机构", "no other branch of its level")
    return [
        sheet.text(say.joined(sheet.title, say(f"截至 {day}", f"as of {day}")), "kicker"),
        sheet.text(say.joined(report.branch, say.month(report.month)), "title"),
        sheet.text(f"{currency}{say('；', '; ')}{peers}", "caption"),
        Spacer(0, 10),
    ]


def _figures(sheet: Sheet, report: BranchReport) -> list[Flowable]:
    """Every KPI with its changes, beside the middle and the best of the level and the branch's place in it."""
    say = sheet.say
    if not report.ranked:
        words = say(
            "您的数据范围内没有同级的其他机构可比。",
            "There is no other branch of its level in your scope to compare with.",
        )
        return [*all_kpis(sheet, report.kpis, report.currency), sheet.text(words, "quiet"), Spacer(0, 2 * tokens.UNIT)]
    known = {one.name: one for one in report.ranked}
    rows = [_figure(sheet, report, kpi, known[kpi.name]) for kpi in report.kpis if kpi.name in known]
    columns = [
        Column(say("指标", "KPI"), 21), Column(say("本月", "This month"), 13, True), Column(say("环比", "On month"), 14, True),
        Column(say("同比", "On year"), 14, True), Column(say("同级中位", "Middle"), 13, True), Column(say("同级最好", "Best"), 13, True),
        Column(say("名次", "Place"), 10, True),
    ]  # fmt: skip
    caption = say(
        f"同级{report.level}家机构（您的数据范围内），名次1为最好；比率的变化以百分点计",
        f"{report.level} branches of the level in your scope, place 1 is best; ratios change in percentage points (pp)",
    )
    return section(
        sheet,
        say("全部指标，与同级相比", "All KPIs, against the level"),
        caption,
        table(sheet, columns, rows, dense=True),
    )


def _figure(sheet: Sheet, report: BranchReport, kpi: KpiFigure, one: Ranked) -> Row:
    say = sheet.say
    value, middle, best = (
        kpi_words.written(say.language, kpi, value, report.currency) for value in (one.value, one.middle, one.best)
    )
    moved = [kpi_words.change(say.language, kpi, before) for before in (kpi.previous, kpi.year_ago)]
    tones = tuple(
        (at, sheet.tone(kpi_words.difference(kpi, before), kpi.direction))
        for at, before in ((2, kpi.previous), (3, kpi.year_ago))
    )
    place = phrasing.ABSENT if one.place is None or kpi.direction == "none" else f"{one.place} / {one.of}"
    return Row((kpi.title, value, *moved, middle, best, place), tones=tones)


def _contribution(sheet: Sheet, report: BranchReport) -> list[Flowable]:
    """The waterfall of twelve months, what changed since last month, and the families."""
    say, one = sheet.say, report.contribution
    if one is None:
        title = say("贡献度", "Contribution")
        return section(
            sheet, title, "", empty(sheet, report.contribution_absent or say("没有贡献度。", "No contribution."))
        )
    left, right = widths_beside(CHART)
    parts = parts_of(one.year)
    scale = say.scale([*parts, one.year.contribution])
    names = [say.opened(say(*COMPONENT_WORDS[name])) for name in (*STEPS, "contribution")]
    shown = [
        *(phrasing.scaled(part, scale, sign=True) for part in parts),
        phrasing.scaled(one.year.contribution, scale),
    ]
    amount = say.money(one.year.contribution, report.currency)
    title = say(f"近12个月贡献度{amount}", f"Contribution of 12 months {amount}")
    unit = say.unit(scale, report.currency)
    facts = [unit, f"RAROC {raroc_words(one.year.raroc, say.language)}"]
    if one.place is not None and one.of > 1:
        facts.append(say(f"同级第{one.place}（共{one.of}家）", f"number {one.place} of {one.of} of its level"))
    chart = [*heading(sheet, title, say("，", ", ").join(facts)), waterfall(names, parts, shown, (left, HEIGHT))]
    return [
        KeepTogether([beside(chart, _change(sheet, report, one, right), CHART)]),
        Spacer(0, 2 * tokens.UNIT),
        *_families(sheet, report, one),
    ]


def _change(sheet: Sheet, report: BranchReport, one: BranchContribution, width: float) -> list[Flowable]:
    """Why the month differs from the one before: the parts add up to the cent."""
    say, moved = sheet.say, one.change
    unit = phrasing.currency_word(report.currency, say.language)
    title = say("当月为何变化", "Why the month changed")
    if moved is None:
        words = say("没有上一月可比。", "There is no month before to compare with.")
        return [*heading(sheet, title), sheet.text(words, "quiet")]
    rows = [Row((say("上月", "Month before"), phrasing.money(moved.before)))]
    rows += [Row((say(zh, en), phrasing.money(getattr(moved, name), sign=True))) for name, zh, en in CHANGES]
    rows.append(Row((say("本月", "This month"), phrasing.money(moved.now)), "total"))
    columns = [Column(say("组成", "Part"), 55), Column(unit, 45, True)]
    return [*heading(sheet, title, say("逐项相加即本月", "The lines add up to the month")),
            table(sheet, columns, rows, dense=True, width=width)]  # fmt: skip


def _families(sheet: Sheet, report: BranchReport, one: BranchContribution) -> list[Flowable]:
    say = sheet.say
    if not one.families:
        return []
    scale = say.scale([line.sums.contribution for line in one.families])
    unit = say.unit(scale, report.currency)

    def row(name: str, told: Sums, kind: str = "plain") -> Row:
        return Row(
            (name, phrasing.scaled(told.margin, scale), phrasing.scaled(told.fees, scale), phrasing.scaled(-told.expected_loss, scale),
             phrasing.scaled(-told.operating_cost, scale), phrasing.scaled(-told.capital_cost, scale),
             phrasing.scaled(told.contribution, scale), raroc_words(told.raroc, say.language)), kind,
        )  # fmt: skip

    rows = [row(line.family, line.sums) for line in one.families]
    rows.append(row(say("合计", "Total"), one.year, "total"))
    columns = [
        Column(say("产品", "Product"), 19), Column(say("利息净收入", "Margin"), 12, True),
        Column(say("手续费收入", "Fee income"), 11, True),
        Column(say("预期损失", "Loss"), 11, True), Column(say("运营成本", "Cost"), 11, True), Column(say("资本成本", "Capital"), 11, True),
        Column(say("贡献度", "Contribution"), 13, True), Column("RAROC", 13, True),
    ]  # fmt: skip
    caption = say(f"近12个月，{unit}；负数为扣减", f"12 months, {unit}; below zero is taken away")
    title = say("各类产品的贡献度", "Contribution by product")
    # Whole: two products apart from the rest on the next page tell nothing.
    return [
        KeepTogether([*heading(sheet, title, caption), table(sheet, columns, rows, dense=True)]),
        Spacer(0, 2 * tokens.UNIT),
    ]


def _leagues(sheet: Sheet, report: BranchReport) -> list[Flowable]:
    """The branches below, where there are any, and the managers."""
    say = sheet.say
    kpis = [next(kpi for kpi in report.kpis if kpi.name == name) for name in report.league_kpis]
    parts: list[Flowable] = []
    if report.league:
        parts += league(
            sheet, say("下级机构", "Branches below"), say("机构", "Branch"), kpis, report.league, report.currency
        )
    if report.managers:
        shown, count = report.managers[:MOST_MANAGERS], len(report.managers)
        title = say("客户经理", "Relationship managers")
        if count > len(shown):
            title = say(
                f"客户经理（前{len(shown)}名，共{count}名）",
                f"Relationship managers (the first {len(shown)} of {count})",
            )
        parts += league(sheet, title, say("客户经理", "Manager"), kpis, shown, report.currency)
    return parts


def _movers(sheet: Sheet, report: BranchReport, most: int) -> list[Flowable]:
    """Who brought most and who took most away this month."""
    say = sheet.say
    parts: list[Flowable] = []
    gained, lost = say("管理资产增加最多", "Most AUM gained"), say("管理资产减少最多", "Most AUM lost")
    for told, title in ((report.gained, gained), (report.lost, lost)):
        if told:
            parts += _mover_table(sheet, report, title, told[:most])
    if parts:
        return parts
    words = say(
        "本月没有客户的管理资产发生变化，或没有上一月可比。",
        "No customer's AUM changed in the month, or there is none before it.",
    )
    return section(sheet, say("主要变动客户", "Customers who moved most"), "", empty(sheet, words))


def _mover_table(sheet: Sheet, report: BranchReport, title: str, told: Sequence[AssetMover]) -> list[Flowable]:
    say = sheet.say
    scale = say.scale([one.now for one in told] + [one.before for one in told])
    unit = say.unit(scale, report.currency)
    rows = [
        Row((one.name or phrasing.ABSENT, one.customer_id, one.manager or say("未分配", "not assigned"), phrasing.scaled(one.before, scale),
             phrasing.scaled(one.now, scale), phrasing.scaled(one.change, scale, sign=True)),
            tones=((5, sheet.tone(one.change)),))
        for one in told
    ]  # fmt: skip
    columns = [
        Column(say("客户", "Customer"), 33), Column(say("客户号", "Number"), 14), Column(say("客户经理", "Manager"), 14),
        Column(say("上月末", "Month before"), 13, True), Column(say("本月末", "This month"), 13, True),
        Column(say("变动", "Change"), 13, True),
    ]  # fmt: skip
    caption = say(f"{unit}；姓名已部分遮盖", f"{unit}; names are partly masked")
    return section(sheet, title, caption, table(sheet, columns, rows, dense=True))


def _notes(sheet: Sheet) -> list[Flowable]:
    say = sheet.say
    lines = [
        say(
            "客户归属其当前的管户机构与客户经理；同级比较只含您数据范围内的机构。比率一律由合计重新计算，不取平均。指标释义见管理月报。",
            "Customers count where they are looked after now; the level holds the branches of your scope. Ratios are worked out "
            "anew from sums, never averaged. The management report defines the KPIs.",
        ),
        say(
            "指标“入账手续费”是当月向账户收取的手续费（冲正为负，按季收取的平时为0）；贡献度的“手续费收入”是近12个月的，另含理财、基金和保险"
            "按余额收取的管理费。",
            "Fees booked, the KPI, are the month's fees charged to accounts (refunds below zero; nothing between quarters where "
            "they are quarterly); fee income, of contribution, is of 12 months and adds trailing fees on the balances of wealth, "
            "funds and insurance.",
        ),
    ]
    if sheet.stamp.verification_code:
        lines.append(how_to_verify(sheet))
    return section(sheet, say("说明", "Notes"), "", *(sheet.text(line, "note") for line in lines))

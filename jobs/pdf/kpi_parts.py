"""The parts of a month that several papers print alike: tiles, history lines, the table of all KPIs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from reportlab.platypus import Flowable, KeepTogether, Spacer

from domain import kpi_words, phrasing
from domain.phrasing import Scale
from domain.reports import BranchLine, Grouping, KpiFigure
from jobs.pdf import bars, charts, tokens
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import Column, Row, beside, empty, heading, how_to_verify, section, table, widths_beside

HEADLINES = 6
CHART_HEIGHT = 112.0
CHARTS = 4


def headlines(sheet: Sheet, kpis: Sequence[KpiFigure], currency: str) -> list[Flowable]:
    """The first six as tiles, three in a row."""
    if not kpis:
        words = sheet.say(
            "本月没有可以计算的指标：交付的数据不足。",
            "No KPI can be computed for the month: the deliveries hold too little.",
        )
        return [empty(sheet, words), Spacer(0, 2 * tokens.UNIT)]
    made = [_tile(sheet, kpi, currency) for kpi in kpis[:HEADLINES]]
    parts: list[Flowable] = []
    for start in range(0, len(made), 3):
        row = made[start : start + 3]
        width = tokens.WIDTH if len(row) == 3 else (tokens.WIDTH + 8) / 3 * len(row) - 8
        parts += [bars.tiles(row, width, 98), Spacer(0, 8)]
    return [*parts, Spacer(0, tokens.UNIT)]


def _tile(sheet: Sheet, kpi: KpiFigure, currency: str) -> bars.Tile:
    say = sheet.say
    before, value, unit = kpi_words.parts(say.language, kpi, currency)
    compared = ((say("环比", "on last month"), kpi.previous), (say("同比", "on a year ago"), kpi.year_ago))
    below = tuple(
        (
            f"{name} {kpi_words.arrow(kpi, before)}{kpi_words.change(say.language, kpi, before)}",
            sheet.tone(kpi_words.difference(kpi, before), kpi.direction),
        )
        for name, before in compared
    )
    if kpi.name == "customers":  # groups further on count others
        unit = say.joined(*(part for part in (unit, say("有未销户账户", "with an open account")) if part))
    return bars.Tile(kpi.title, value, unit, below, kpi.series, before)


def findings(sheet: Sheet, told: Sequence[str], title: str | None = None) -> list[Flowable]:
    """What the figures show, as sentences."""
    if not told:
        return []
    say = sheet.say
    lines = [sheet.bullet("▪", say.stop(finding)) for finding in told]
    return section(sheet, title or say("本月要点", "What the month shows"), "", *lines)


def history(sheet: Sheet, kpis: Sequence[KpiFigure], months: Sequence[date], currency: str) -> list[Flowable]:
    """13-month lines of the first KPIs that have a history, two beside each other."""
    drawn = [kpi for kpi in kpis if sum(value is not None for value in kpi.series) > 1][:CHARTS]
    if not drawn:
        words = sheet.say(
            "历史不足两个月，暂无走势可画。", "There are fewer than two months of history: no line to draw yet."
        )
        return section(sheet, sheet.say("近13个月走势", "The last 13 months"), "", empty(sheet, words))
    width, _ = widths_beside()
    charts_made = [_line(sheet, kpi, months, currency, width) for kpi in drawn]
    parts: list[Flowable] = []
    for start in range(0, len(charts_made), 2):
        pair = charts_made[start : start + 2]
        parts += [KeepTogether([beside(pair[0], pair[1] if len(pair) > 1 else [])]), Spacer(0, 12)]
    return parts


def _line(sheet: Sheet, kpi: KpiFigure, months: Sequence[date], currency: str, width: float) -> list[Flowable]:
    say = sheet.say
    scale, unit = kpi_words.axis(say.language, kpi, currency)
    known = [value for value in kpi.series if value is not None]
    title = kpi_words.moved(say.language, kpi, known[0], known[-1])
    count = len(months)
    span = say(f"近{count}个月", phrasing.counted(count, "en", "", "month"))
    low, high = min(known), max(known)
    if low > 0 and low * 2 > high:
        span += say("；纵轴不从零起", "; axis not from zero")
    drawing = charts.line_months(
        say, months, [charts.Line("", kpi.series)], (width, CHART_HEIGHT), divide=float(scale),
        label=lambda value: kpi_words.plain(say.language, kpi, value), from_zero=False,
    )  # fmt: skip
    return [*heading(sheet, title, f"{unit}{say('，', ', ')}{span}" if unit else span), drawing]


def all_kpis(sheet: Sheet, kpis: Sequence[KpiFigure], currency: str) -> list[Flowable]:
    """Every KPI with the month before, the year before and the target."""
    if not kpis:
        return []
    say = sheet.say
    rows = []
    for kpi in kpis:
        tones = tuple(
            (column, sheet.tone(kpi_words.difference(kpi, before), kpi.direction))
            for column, before in ((3, kpi.previous), (5, kpi.year_ago))
        )
        target = kpi_words.written(say.language, kpi, kpi.target, currency)
        cells = (
            kpi.title, kpi_words.written(say.language, kpi, kpi.value, currency),
            kpi_words.written(say.language, kpi, kpi.previous, currency), kpi_words.change(say.language, kpi, kpi.previous),
            kpi_words.written(say.language, kpi, kpi.year_ago, currency), kpi_words.change(say.language, kpi, kpi.year_ago), target,
        )  # fmt: skip
        rows.append(Row(cells, tones=tones))
    columns = [
        Column(say("指标", "KPI"), 19), Column(say("本月", "This month"), 12.5, True), Column(say("上月", "Last month"), 12.5, True),
        Column(say("环比", "Change"), 15.5, True), Column(say("上年同月", "A year ago"), 12.5, True),
        Column(say("同比", "Change"), 15.5, True), Column(say("目标", "Target"), 12.5, True),
    ]  # fmt: skip
    if all(kpi.target is None for kpi in kpis):  # no target is set: no empty column
        columns = columns[:-1]
        rows = [Row(row.cells[:-1], tones=row.tones) for row in rows]
    caption = say("比率的变化以百分点计；“—”为没有数据", "Ratios change in percentage points (pp); — means no data")
    return section(sheet, say("全部指标", "All KPIs"), caption, table(sheet, columns, rows))


def league(
    sheet: Sheet, title: str, head: str, kpis: Sequence[KpiFigure], lines: Sequence[BranchLine], currency: str
) -> list[Flowable]:
    """Branches or managers by the first KPI, and the scope's own figures below; `head` is what a line is."""
    say = sheet.say
    scales: list[Scale | None] = [
        say.scale([line.values[place] for line in lines]) if kpi.unit == "money" else None
        for place, kpi in enumerate(kpis)
    ]
    columns = [Column("", 3, True), Column(head, 21)]
    columns += [
        Column(kpi_words.column_title(say.language, kpi, scale, currency), 14.5, True)
        for kpi, scale in zip(kpis, scales, strict=True)
    ]
    columns.insert(3, Column(say("同比", "On year"), 10, True))
    columns.insert(3, Column(say("环比", "On month"), 10, True))
    rows = []
    for rank, line in enumerate(lines, 1):
        values = [
            kpi_words.in_column(kpi, value, scale) for kpi, value, scale in zip(kpis, line.values, scales, strict=True)
        ]
        first = kpi_words.replaced(kpis[0], line.values[0])
        moved = [kpi_words.change(say.language, first, before) for before in (line.previous, line.year_ago)]
        tones = [
            sheet.tone(kpi_words.difference(first, before), first.direction)
            for before in (line.previous, line.year_ago)
        ]
        rows.append(Row((str(rank), line.branch, values[0], *moved, *values[1:]), tones=((3, tones[0]), (4, tones[1]))))
    rows.append(_whole_scope(sheet, kpis, scales))
    caption = say(
        f"按{kpis[0].title}由高到低；环比与同比为{kpis[0].title}的变化",
        f"By {kpis[0].title}, highest first; the changes are of {kpis[0].title}",
    )
    return section(sheet, title, caption, table(sheet, columns, rows))


def _whole_scope(sheet: Sheet, kpis: Sequence[KpiFigure], scales: Sequence[Scale | None]) -> Row:
    """The last row of the league: the scope's own figures, as a ratio has no sum."""
    values = [kpi_words.in_column(kpi, kpi.value, scale) for kpi, scale in zip(kpis, scales, strict=True)]
    moved = [kpi_words.change(sheet.say.language, kpis[0], before) for before in (kpis[0].previous, kpis[0].year_ago)]
    return Row(("", sheet.say("本范围", "Whole scope"), values[0], *moved, *values[1:]), "total")


def grouping_table(sheet: Sheet, grouping: Grouping, currency: str) -> list[Flowable]:
    """The groups of one way to divide customers: number, share, change since the run before, money."""
    say = sheet.say
    total = sum(group.customers for group in grouping.groups)
    scale = say.scale([group.aum for group in grouping.groups])
    unit = say.unit(scale, currency)
    rows = []
    for group in grouping.groups:
        was = group.previous_customers
        each = group.aum / group.customers if group.aum is not None and group.customers else None
        cells = (
            group.label, phrasing.number(group.customers), phrasing.percent(group.customers / total if total else None),
            phrasing.ABSENT if was is None else phrasing.number(group.customers - was, sign=True),
            phrasing.scaled(group.aum, scale), phrasing.short(each, say.language),
        )  # fmt: skip
        rows.append(Row(cells))
    assets = [group.aum for group in grouping.groups if group.aum is not None]
    sums = (
        say("合计", "Total"), phrasing.number(total), phrasing.percent(1 if total else None), "",
        phrasing.scaled(sum(assets, Decimal(0)) if assets else None, scale), "",
    )  # fmt: skip
    rows.append(Row(sums, "total"))
    columns = [
        Column(say("分组", "Group"), 30), Column(say("客户数", "Customers"), 14, True), Column(say("占比", "Share"), 12, True),
        Column(say("较上次", "Since last run"), 14, True), Column(say.bracket("AUM", unit), 15, True),
        Column(say("户均AUM", "AUM each"), 15, True),
    ]  # fmt: skip
    if all(group.previous_customers is None for group in grouping.groups):  # a first run: no empty column
        columns.pop(3)
        rows = [Row((*row.cells[:3], *row.cells[4:]), row.kind) for row in rows]
    return section(sheet, grouping.title, grouping.note or "", table(sheet, columns, rows, dense=True), whole=True)


def definitions(sheet: Sheet, kpis: Sequence[KpiFigure], *notes: str) -> list[Flowable]:
    """Each KPI's words, formula and owner, as the bank defines them once; notes; how to check the paper."""
    say = sheet.say
    parts: list[Flowable] = []
    if kpis:
        columns = [
            Column(say("指标", "KPI"), 17), Column(say("释义", "Definition"), 47), Column(say("算法", "Formula"), 21),
            Column(say("归口", "Owner"), 15),
        ]  # fmt: skip
        rows = [
            Row([words or phrasing.ABSENT for words in (kpi.title, say.stop(kpi.definition), kpi.formula, kpi.owner)])
            for kpi in kpis
        ]
        parts += section(sheet, say("指标释义", "Definitions"), "", table(sheet, columns, rows, dense=True, small=True))
    parts += [sheet.text(note, "note") for note in notes]
    if sheet.stamp.verification_code:
        parts.append(sheet.text(how_to_verify(sheet), "note"))
    return [KeepTogether(parts)]  # a few rows of it alone on a last page tell nothing

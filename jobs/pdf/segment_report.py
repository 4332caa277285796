"""The segment report: who the customers are, what each group is worth, who moved. One page an idea, A4."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reportlab.platypus import Flowable, KeepTogether, Spacer

from domain import phrasing
from domain.catalogue import CUSTOMER_WORDS
from domain.reports.segments import SegmentMover, SegmentProfile, SegmentReport
from jobs.pdf import bars, tokens
from jobs.pdf.kpi_parts import findings, grouping_table
from jobs.pdf.paper import Sheet
from jobs.pdf.tables import (
    Column,
    Fitting,
    Row,
    Turn,
    beside,
    empty,
    heading,
    how_to_verify,
    pairs,
    section,
    table,
    widths_beside,
)

LEAST_MOVERS = 5
MOST_BARS, NAMES = 8, 0.56  # bars of a chart, and the part of its width their names may take


def render(report: SegmentReport) -> bytes:
    """The PDF. The same report gives the same bytes; ValueError for a language paper does not speak."""
    sheet = Sheet(report.stamp, "", "")
    sheet.title = sheet.say("客群报告", "Segment report")
    sheet.subject = sheet.say.joined(report.scope, report.chosen)
    story: list[Flowable] = [
        *_masthead(sheet, report),
        bars.tiles(_tiles(sheet, report), tokens.WIDTH, 72),
        Spacer(0, 2 * tokens.UNIT),
        *findings(sheet, report.findings, sheet.say("要点", "What stands out")),
        *_sizes(sheet, report),
        *_worth(sheet, report),
        *([Turn()] if len(report.segments) > 1 else []),
        *_profiles(sheet, report),
        *_rest(sheet, report),
    ]
    return sheet.bytes(story)


def _rest(sheet: Sheet, report: SegmentReport) -> list[Flowable]:
    """The ways to divide, the moves, the end; without moves the notes go with the last of the ways, lest they begin a
    page of their own."""
    ways = [grouping_table(sheet, grouping, report.currency) for grouping in report.groupings]
    end = [*_moves(sheet, report), *_end(sheet, report)]
    if not (report.moves or report.movers) and ways:
        end = [KeepTogether([*ways.pop(), *end])]
    return [*(part for way in ways for part in way), *end]


def _end(sheet: Sheet, report: SegmentReport) -> list[Flowable]:
    """The movers and the notes; a few movers give way where the notes would begin a page of their own."""
    most = len(report.movers)

    def made(count: int) -> list[Flowable]:
        return [*_movers(sheet, report, count), *_notes(sheet, report)[:-1]]

    return [Fitting(made, most, LEAST_MOVERS)] if most > LEAST_MOVERS else made(most)


def _masthead(sheet: Sheet, report: SegmentReport) -> list[Flowable]:
    say, day = sheet.say, phrasing.day(report.run_as_of)
    against = say("首个版本，没有可比的上一版本", "the first version, with none to compare")
    if report.against:
        against = say(f"与 {report.against} 相比", f"against {report.against}")
    return [
        sheet.text(say.joined(sheet.title, say(f"截至 {day}", f"as of {day}")), "kicker"),
        sheet.text(say.joined(report.scope, report.chosen), "title"),
        sheet.text(say(f"细分版本 {report.version}，{against}", f"Version {report.version}, {against}"), "caption"),
        Spacer(0, 10),
    ]


def _tiles(sheet: Sheet, report: SegmentReport) -> list[bars.Tile]:
    say = sheet.say
    people = sum(one.customers for one in report.whole)
    aum = _added([one.aum for one in report.whole])
    made = _added([one.contribution for one in report.whole])

    def money(name: str, value: Decimal | None) -> bars.Tile:
        each = None if value is None or not people else value / people
        below = say(f"户均{say.money(each, report.currency)}", f"{say.money(each, report.currency)} each")
        return bars.money_tile(say, name, value, report.currency, (below, tokens.INK_3))

    below = [say(f"{len(report.segments)}个客群", phrasing.counted(len(report.segments), "en", "", "segment"))]
    if not report.chosen:
        left = phrasing.number(report.left_out.customers if report.left_out else 0)
        below = [
            say("在册全部客户", "all on record"),
            say(f"{below[0]}，{left}户未划分", f"{below[0]}, {left} in none"),
        ]
    stayed = (
        say("没有上一版本", "no version before")
        if report.stayed is None
        else say("与上一版本同群", "same as the version before")
    )
    return [
        bars.Tile(
            say("客户数", "Customers"), phrasing.number(people), "", tuple((line, tokens.INK_3) for line in below)
        ),
        money(say("管理资产", "AUM"), aum),
        money(say("近12个月贡献度", "Contribution, 12 months"), made),
        bars.Tile(say("留在原客群", "Stayed"), phrasing.percent(report.stayed), "", ((stayed, tokens.INK_3),)),
    ]


def _sizes(sheet: Sheet, report: SegmentReport) -> list[Flowable]:
    """Customers and what each brings, as bars beside each other."""
    if len(report.segments) < 2:
        return []
    say = sheet.say
    left, right = widths_beside()
    most = max(one.customers for one in report.segments) or 1
    ranked = sorted(report.segments, key=lambda one: (-one.customers, one.number))[:MOST_BARS]
    brings = [one for one in report.segments if one.contribution is not None and one.contribution > 0]
    brings = sorted(brings, key=lambda one: (-(one.contribution or Decimal(0)), one.number))[:MOST_BARS]
    sizes = [bars.Bar(one.name, one.customers / most, phrasing.number(one.customers)) for one in ranked]
    top = float(brings[0].contribution or 1) if brings else 1.0
    scale = say.scale([one.contribution for one in brings])
    worth = [
        bars.Bar(one.name, float(one.contribution or 0) / top, phrasing.scaled(one.contribution, scale))
        for one in brings
    ]
    unit = say.unit(scale, report.currency)
    count = say(f"户，最多的{len(ranked)}个", f"number, the {len(ranked)} largest")
    first = [*heading(sheet, say("客户数", "Customers"), count), bars.horizontal(sizes, left, most_for_names=NAMES)]
    told = say(f"{unit}，最多的{len(brings)}个", f"{unit}, the {len(brings)} that bring most")
    second = [
        *heading(sheet, say("近12个月贡献度", "Contribution of 12 months"), told),
        bars.horizontal(worth, right, tokens.SERIES[2], NAMES),
    ]
    if not brings:
        why = say(
            "尚无已发布的贡献度，或没有客群的贡献度为正。",
            "No contribution is published, or no segment's is above zero.",
        )
        second = [*heading(sheet, say("近12个月贡献度", "Contribution of 12 months")), sheet.text(why, "quiet")]
    return [KeepTogether([beside(first, second)]), Spacer(0, 2 * tokens.UNIT)]


def _worth(sheet: Sheet, report: SegmentReport) -> list[Flowable]:
    """Size and value of each segment, personal and corporate apart, and the sum."""
    say = sheet.say
    if not report.segments:
        words = say("本范围内没有属于已发布客群的客户。", "Nobody in this scope belongs to a published segment.")
        return section(sheet, say("规模与价值", "Size and value"), "", empty(sheet, words))
    aum, made = (
        say.scale([one.aum for one in report.segments]),
        say.scale([one.contribution for one in report.segments]),
    )
    people = sum(one.customers for one in report.whole)
    whole = report.everybody or people
    rows: list[Row] = []
    for kind in ("personal", "corporate"):
        own = [one for one in report.segments if one.kind == kind]
        if own and len(report.segments) > 1:
            rows.append(Row((say(*CUSTOMER_WORDS[kind]), *[""] * 7), "group"))
        rows += [_row(sheet, one, whole, aum, made) for one in own]
    if report.left_out and not report.chosen:
        rows += [
            Row((say("未划分", "In no segment"), *[""] * 7), "group"),
            _row(sheet, report.left_out, whole, aum, made),
        ]
    if len(rows) > 1:
        total = SegmentProfile(
            "", say("合计", "Total"), "", people, "", _added([one.aum for one in report.whole]), None,
            _added([one.contribution for one in report.whole]),
            sum(one.previous or 0 for one in report.whole) if report.against else None,
        )  # fmt: skip
        rows.append(Row(_row(sheet, total, whole, aum, made).cells, "total"))
    columns = [
        Column(say("客群", "Segment"), 30), Column(say("客户数", "Customers"), 11, True), Column(say("占全部", "Of all"), 9, True),
        Column(say("较上一版本", "Since before"), 12, True), Column(say.bracket("AUM", say.unit(aum, report.currency)), 13, True),
        Column(say("户均AUM", "AUM each"), 12, True),
        Column(say.bracket(say("贡献度", "Contribution"), say.unit(made, report.currency)), 15, True),
        Column(say("户均", "Each"), 11, True),
    ]  # fmt: skip
    caption = say(
        "占全部：占本范围在册全部客户，含未划分的；未划分：近12个月没有交易也没有产品；贡献度为近12个月；“—”为没有数据",
        "Of all: of all customers on record in the scope; in no segment is who has no product and made no movement in 12 months; "
        "contribution of 12 months; — means no data",
    )
    return section(
        sheet, say("规模与价值", "Size and value"), caption, table(sheet, columns, rows, dense=True, together=3)
    )


def _row(sheet: Sheet, one: SegmentProfile, whole: int, aum: phrasing.Scale, made: phrasing.Scale) -> Row:
    say, count = sheet.say, one.customers

    def each(value: Decimal | None) -> str:
        return phrasing.short(value / count if value is not None and count else None, say.language)

    moved = phrasing.ABSENT if one.previous is None else phrasing.number(count - one.previous, sign=True)
    return Row(
        (
            one.name, phrasing.number(count), phrasing.percent(count / whole if whole else None), moved,
            phrasing.scaled(one.aum, aum), each(one.aum), phrasing.scaled(one.contribution, made), each(one.contribution),
        )
    )  # fmt: skip


def _profiles(sheet: Sheet, report: SegmentReport) -> list[Flowable]:
    """Each segment in words, with the three figures that set it apart."""
    say = sheet.say
    if not report.segments:
        return []
    caption = say("括号内为同类（个人或公司）全部客户的中位数", "In brackets the median of all customers of the kind")
    parts: list[Flowable] = [*heading(sheet, say("客群画像", "Profiles"), caption)]
    for one in report.segments:
        size = phrasing.counted(one.customers, say.language, "户", "customer")
        head = say.joined(say.opened(one.name), one.number, say(*CUSTOMER_WORDS[one.kind]), size)
        facts = [(say.opened(part.name), say.bracket(part.customer, part.group)) for part in one.distinct]
        inside: list[Flowable] = [sheet.text(head, "strong")]
        if one.description:
            inside.append(sheet.text(say.stop(one.description), "quiet"))
        if facts:
            inside += [Spacer(0, 3), pairs(sheet, facts, across=3)]
        parts.append(KeepTogether([*inside, Spacer(0, tokens.UNIT)]))
    return [*parts, Spacer(0, tokens.UNIT)]


def _moves(sheet: Sheet, report: SegmentReport) -> list[Flowable]:
    say, title = sheet.say, sheet.say("客群迁移", "Moves between segments")
    if not report.moves:  # the notes say so: a part of its own would begin a page for nothing
        return []
    scale = say.scale([one.aum for one in report.moves])
    unit = say.unit(scale, report.currency)
    rows = [
        Row((one.before, one.after, phrasing.number(one.customers), phrasing.scaled(one.aum, scale),
             phrasing.short(one.contribution, say.language)))
        for one in report.moves
    ]  # fmt: skip
    columns = [
        Column(say("原客群", "From"), 31), Column(say("现客群", "To"), 31), Column(say("客户数", "Customers"), 12, True),
        Column(say.bracket("AUM", unit), 13, True), Column(say("贡献度", "Contribution"), 13, True),
    ]  # fmt: skip
    caption = say(
        f"人数最多的{len(rows)}种迁移，金额为今日的数",
        f"The {len(rows)} largest moves by customers, with today's money",
    )
    return section(sheet, title, caption, table(sheet, columns, rows, dense=True), whole=True)


def _movers(sheet: Sheet, report: SegmentReport, most: int) -> list[Flowable]:
    if not report.movers:
        return []
    say = sheet.say
    scale = say.scale([one.aum for one in report.movers])
    rows = [_mover(sheet, one, scale) for one in report.movers[:most]]
    columns = [
        Column(say("客户", "Customer"), 20), Column(say("客户号", "Number"), 12), Column(say("原客群 → 现客群", "From → to"), 28),
        Column(say("变化最大的数", "What moved most"), 29), Column(say.bracket("AUM", say.unit(scale, report.currency)), 12, True),
    ]  # fmt: skip
    caption = say(
        "换了客群、管理资产最多的客户；姓名已部分遮盖",
        "Those who changed segment and have most AUM; names are partly masked",
    )
    return section(sheet, say("主要迁移客户", "Biggest movers"), caption, table(sheet, columns, rows, small=True))


def _mover(sheet: Sheet, one: SegmentMover, scale: phrasing.Scale) -> Row:
    moved = sheet.say("；", "; ").join(one.moved) or phrasing.ABSENT
    return Row(
        (
            one.name or phrasing.ABSENT,
            one.customer_id,
            f"{one.before} → {one.after}",
            moved,
            phrasing.scaled(one.aum, scale),
        )
    )


def _notes(sheet: Sheet, report: SegmentReport) -> list[Flowable]:
    say = sheet.say
    lines = [*report.quality]
    if report.against is None:
        lines.append(
            say("这是首个发布的版本，还没有迁移可看。", "This is the first published version: nobody has moved yet.")
        )
    elif not report.moves:
        lines.append(say("与上一版本相比，没有客户换过客群。", "Against the version before, nobody changed segment."))
    lines.append(
        say(
            "行为客群由近12个月的余额、往来、渠道与用途聚类而成，个人与公司分开；名称由分析人员给定，未命名的以最突出的两项特征称呼。",
            "Segments are clusters of balances, flows, channels and purposes over 12 months, personal and corporate customers "
            "apart; analysts name them, and one without a name is called by what sets it apart.",
        )
    )
    lines.append(
        say(
            "客户数与金额只含本范围内的客户，按其当前管户机构归属；与门户“客户细分”页一致。",
            "Customers and amounts are those of this scope, where they are looked after now; they agree with the portal's Segments page.",
        )
    )
    if sheet.stamp.verification_code:
        lines.append(how_to_verify(sheet))
    return section(sheet, say("说明", "Notes"), "", *(sheet.text(line, "note") for line in lines))


def _added(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None

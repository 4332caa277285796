"""What a customer brings and what may come of them: contribution, attrition, next product, each with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from domain import phrasing
from domain.contribution.sums import Sums
from domain.contribution.words import COMPONENT_WORDS, raroc_words
from domain.outlook import nothing_allowed, peers_words
from domain.reports import CustomerReport
from domain.reports.outlook import Driver, Leaving, Offer
from domain.reports.value import CustomerValue
from jobs.pdf import bars, tokens
from jobs.pdf.paper import Sheet
from jobs.pdf.steps import STEPS, parts_of, waterfall
from jobs.pdf.tables import Column, Row, beside, empty, heading, section, table, widths_beside

HEIGHT, CHART = 150.0, 0.52  # of the waterfall, and its part of the width
YEAR = 12
LEAST = 0.001  # less is told with two decimals
HIGH, RAISED = 0.3, 0.1  # of leaving: where the word and its colour turn


def contribution(sheet: Sheet, report: CustomerReport) -> list[Flowable]:
    """Headline figures, the waterfall of twelve months, and the components of the month and of twelve beside it."""
    say, one = sheet.say, report.value
    title = say("贡献度", "Contribution")
    if one is None:
        words = report.value_absent or say(
            "没有贡献度：尚无已发布的计算，或近12个月没有可计算的账户。",
            "No contribution: none is published, or no account of the last 12 months could be worked out.",
        )
        return section(sheet, title, "", empty(sheet, words))
    left, right = widths_beside(CHART)
    made = [*heading(sheet, _says(sheet, report, one), _caption(sheet, report, one)), *_waterfall(sheet, one, left)]
    exact = [
        *heading(sheet, say("逐项相加", "Line by line"), _exactly(sheet, one)),
        _components(sheet, report, one, right),
    ]
    tiles = bars.tiles(_tiles(sheet, report, one), tokens.WIDTH, 58)
    note = [sheet.text(words, "caption") for words in (one.survival, one.earlier_rating) if words]
    return [
        KeepTogether([beside(made, exact, CHART), Spacer(0, tokens.UNIT), tiles, *note]),
        Spacer(0, 2 * tokens.UNIT),
    ]


def _caption(sheet: Sheet, report: CustomerReport, one: CustomerValue) -> str:
    unit = sheet.say.unit(_scale(sheet, one), report.currency)
    return sheet.say(f"{_span(sheet, one)}，{unit}", f"{_span(sheet, one)}, {unit}")


def _scale(sheet: Sheet, one: CustomerValue) -> phrasing.Scale:
    return sheet.say.scale([*parts_of(one.year), one.year.contribution])


def _waterfall(sheet: Sheet, one: CustomerValue, width: float) -> list[Flowable]:
    say, parts, scale = sheet.say, parts_of(one.year), _scale(sheet, one)
    names = [say.opened(say(*COMPONENT_WORDS[name])) for name in (*STEPS, "contribution")]
    shown = [
        *(phrasing.scaled(part, scale, sign=True) for part in parts),
        phrasing.scaled(one.year.contribution, scale),
    ]
    return [waterfall(names, parts, shown, (width, HEIGHT))]


def _span(sheet: Sheet, one: CustomerValue) -> str:
    if one.months >= YEAR:
        return sheet.say(f"截至{sheet.say.month(one.month)}的12个月", f"12 months to {sheet.say.month(one.month)}")
    count = phrasing.counted(one.months, sheet.say.language, "个月", "month")
    return sheet.say(
        f"截至{sheet.say.month(one.month)}、有数据的{count}", f"{count} with figures to {sheet.say.month(one.month)}"
    )


def _says(sheet: Sheet, report: CustomerReport, one: CustomerValue) -> str:
    """The heading that says what is seen: what is left of what was earned."""
    say, year = sheet.say, one.year
    made = say.money(year.contribution, report.currency)
    earned = year.margin + year.fees
    if earned > 0 and year.contribution > 0:
        share = phrasing.percent(year.contribution / earned, 0)
        return say(f"贡献度{made}，为收入的{share}", f"Contribution {made}, {share} of income")
    return say(f"贡献度{made}", f"Contribution {made}")


def _tiles(sheet: Sheet, report: CustomerReport, one: CustomerValue) -> list[bars.Tile]:
    say = sheet.say
    last = None if one.last is None else one.last.contribution

    def money(name: str, value: Decimal | None, below: str) -> bars.Tile:
        return bars.money_tile(say, name, value, report.currency, (below, tokens.INK_3))

    back = raroc_words(one.year.raroc, say.language)
    return [
        money(say("当月贡献度", "Contribution, month"), last,
              say.month(one.month) if last is not None else say("该月没有账户", "no account in it")),
        money(say("近12个月贡献度", "Contribution, 12 months"), one.year.contribution,
              say(f"截至{say.month(one.month)}", f"to {say.month(one.month)}")),
        bars.Tile("RAROC", back, "", ((say("风险调整后的资本回报", "return on risk-adjusted capital"), tokens.INK_3),)),
        money(say("客户终身价值", "Lifetime value"), one.lifetime_value,
              say("36个月，按留存折现", "36 months, discounted")),
    ]  # fmt: skip


def _exactly(sheet: Sheet, one: CustomerValue) -> str:
    say = sheet.say
    if one.unknown:
        count = phrasing.counted(one.unknown, "en", "", "account")
        return say(
            f"负数为扣减；{one.unknown}个账户来源未提供余额",
            f"Below zero is taken away; {count} without a known balance",
        )
    return say("负数为扣减，相加即贡献度，分毫不差", "Below zero is taken away; adds up to the cent")


def _components(sheet: Sheet, report: CustomerReport, one: CustomerValue, width: float) -> Table:
    """The components of the month and of twelve, exact."""
    say, month = sheet.say, one.last
    unit = phrasing.currency_word(report.currency, say.language)
    last = [None] * len(STEPS) if month is None else parts_of(month)
    rows = [
        Row((say.opened(say(*COMPONENT_WORDS[name])), phrasing.money(now), phrasing.money(year)))
        for name, now, year in zip(STEPS, last, parts_of(one.year), strict=True)
    ]
    total = None if month is None else month.contribution
    capital = None if month is None else month.capital
    rows += [
        Row(
            (say(*COMPONENT_WORDS["contribution"]), phrasing.money(total), phrasing.money(one.year.contribution)),
            "total",
        ),
        Row(
            (
                say("月均占用资本", "Capital, mean"),
                phrasing.money(capital),
                phrasing.money(_mean_capital(one.year, one.months)),
            )
        ),
    ]
    columns = [
        Column(say("组成", "Component"), 34), Column(say.bracket(say.short_month(one.month), unit), 33, True),
        Column(say.bracket(say("近12个月", "12 months"), unit), 33, True),
    ]  # fmt: skip
    return table(sheet, columns, rows, dense=True, width=width)


def _mean_capital(year: Sums, months: int) -> Decimal | None:
    return (year.capital / months).quantize(year.capital) if months else None


def outlook(sheet: Sheet, report: CustomerReport) -> list[Flowable]:
    """Leaving and the likeliest offer beside each other, then each family with what speaks for it and against it."""
    say, one = sheet.say, report.outlook
    title = say("流失预警与下一产品", "Attrition and next product")
    if one is None:
        words = say("尚无已发布的流失预警与下一产品。", "No attrition or next-product run is published yet.")
        return section(sheet, title, "", empty(sheet, words))
    pair = beside(
        _leaving(sheet, report, one.leaving, one.leaving_absent), _best(sheet, one.best, one.offers, one.offers_absent)
    )
    caption = say(
        "依据已发布的模型，每项附理由；可能不等于必然",
        "From the published models, each with its reasons; likely is not certain",
    )
    parts: list[Flowable] = [*heading(sheet, title, caption), pair, Spacer(0, 2 * tokens.UNIT)]
    if not one.offers:
        return [KeepTogether(parts)]
    if one.basis:
        parts += [sheet.text(one.basis, "caption"), Spacer(0, tokens.UNIT)]
    # Whole: each family apart from the offer it explains would begin a page by itself.
    return [KeepTogether([*parts, *_offers(sheet, one.offers, one.offers_months)]), Spacer(0, 2 * tokens.UNIT)]


def _leaving(sheet: Sheet, report: CustomerReport, one: Leaving | None, absent: str | None) -> list[Flowable]:
    say = sheet.say
    if one is None:
        words = absent or say("尚无已发布的流失预警。", "No attrition run is published yet.")
        return [sheet.text(say("流失预警", "Attrition"), "strong"), sheet.text(words, "quiet")]
    level = (
        say("偏高", "High")
        if one.probability >= HIGH
        else say("有所升高", "Raised")
        if one.probability >= RAISED
        else say("较低", "Low")
    )
    tone = "bad" if one.probability >= HIGH else "warn" if one.probability >= RAISED else "plain"
    at_risk = say.money(one.aum_at_risk, report.currency)
    width, _ = widths_beside()
    chance = phrasing.percent(one.probability, 1 if one.probability >= LEAST else 2)
    return [
        sheet.text(
            say(f"未来{one.months}个月流失可能 {chance}", f"{chance} to leave within {one.months} months"), "strong"
        ),
        Spacer(0, 2),
        bars.chips(
            [(level, tone), (say(f"在险资产 {at_risk}", f"AUM at risk {at_risk}"), "plain")], width, sheet.accent
        ),
        Spacer(0, 3),
        *([sheet.text(one.words, "quiet")] if one.words else []),
        *(_drivers(sheet, one.drivers, one.caption) if one.drivers else []),
    ]


def _drivers(sheet: Sheet, drivers: Sequence[Driver], caption: str = "") -> list[Flowable]:
    if not drivers:
        return [
            sheet.text(sheet.say("没有哪一项明显推高这一可能。", "Nothing raises the probability notably."), "quiet")
        ]
    lines = [
        sheet.bullet(
            f"{place}.", sheet.say.bracket(sheet.say.opened(one.words), f"{one.name} {phrasing.percent(one.part, 0)}")
        )
        for place, one in enumerate(drivers, 1)
    ]
    said = caption or sheet.say("原因，括号内为在所列原因中的比重", "Reasons; in brackets their part of those listed")
    return [sheet.text(said, "caption"), *lines]


def _best(sheet: Sheet, best: Offer | None, offers: Sequence[Offer], absent: str | None) -> list[Flowable]:
    say = sheet.say
    title = sheet.text(say("下一产品", "Next product"), "strong")
    if not offers:
        return [
            title,
            sheet.text(absent or say("尚无已发布的下一产品。", "No next-product run is published yet."), "quiet"),
        ]
    if best is None:
        reasons = list(dict.fromkeys(reason for offer in offers for reason in offer.against))
        return [title, sheet.text(nothing_allowed(say.language), "quiet"),
                *(sheet.bullet("▪", say.stop(reason)) for reason in reasons)]  # fmt: skip
    width, _ = widths_beside()
    chance = phrasing.percent(best.probability)
    chips = [(say("可以推荐", "May be offered"), "good")]
    if best.times is not None:
        times = phrasing.number(best.times, 1)
        chips.append((say(f"为一般客户的{times}倍", f"{times} times the usual"), "plain"))
    return [
        sheet.text(say(f"{best.name}，开办可能 {chance}", f"{best.name}, {chance} to open"), "strong"),
        Spacer(0, 2),
        bars.chips(chips, width, sheet.accent),
        Spacer(0, 3),
        *_why(sheet, best),
    ]


def _why(sheet: Sheet, best: Offer) -> list[Flowable]:
    """The customer's own drivers; without any, what the segment does."""
    peers = peers_words(best, sheet.say.language)
    if best.drivers or peers is None:
        return _drivers(sheet, best.drivers)
    return [sheet.text(sheet.say.stop(sheet.say.opened(peers)), "quiet")]


def _offers(sheet: Sheet, offers: Sequence[Offer], months: int) -> list[Flowable]:
    """Every family that was told of: those not to be offered stand there with the reason."""
    say = sheet.say
    also = say("；", "; ")
    rows = []
    for one in offers:
        state = say("可以推荐", "May be offered")
        if one.against:
            state = say("不可推荐：", "Not to be offered: ") + also.join(one.against)
        times = phrasing.ABSENT if one.times is None else phrasing.number(one.times, 1)
        cells = (one.name, phrasing.percent(one.probability), phrasing.percent(one.usual), times,
                 say.opened(also.join(driver.words for driver in one.drivers) or peers_words(one, say.language) or phrasing.ABSENT),
                 state)  # fmt: skip
        rows.append(Row(cells, tones=((5, tokens.WARN),) if one.against else ()))
    columns = [
        Column(say("产品", "Product"), 14), Column(say("可能", "Likely"), 8, True), Column(say("一般", "Usual"), 8, True),
        Column(say("倍数", "Times"), 8, True), Column(say("理由", "Why"), 38), Column(say("能否推荐", "May it be offered"), 24),
    ]  # fmt: skip
    caption = say(
        f"未来{months}个月内开办的可能；“一般”是未持有该类产品的客户的平均",
        f"Probability of opening within {months} months; usual is the mean of customers without the family",
    )
    title = say("各类产品的可能与理由", "Each product family: how likely, and why")
    return [*heading(sheet, title, caption), table(sheet, columns, rows, small=True)]

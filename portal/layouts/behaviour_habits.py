"""How customers use the bank: active or not, how often, by which channels and when, money in and out, what for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.behaviour import activity, habits
from domain.behaviour.measures import FREQUENCIES
from domain.counted import whom
from domain.phrasing import counted, number, percent, short_month
from portal.access import Ctx
from portal.behaviour_question import Seen
from portal.customer_words import Words
from portal.layouts.behaviour import chart_id, to_people
from portal.layouts.customer_overview import HOURS, WEEKDAYS, apart
from portal.widgets import charts, frame, status
from portal.widgets.charts import Figure, Series, Table
from portal.widgets.tiles import Comparison, judged, tile

MOST_BARS = 10
HEIGHT = 260
Month = activity.Month
Value = Callable[[Month], Decimal | int | None]
# Tiles: (name, its figure of a month, unit, whether more is better).
TILES: tuple[tuple[str, Value, str, int], ...] = (
    ("active", lambda m: m.active, "count", 1), ("active_share", lambda m: m.active_share, "share", 1),
    ("per_active", lambda m: m.per_active, "ratio", 1), ("digital_share", lambda m: m.digital_share, "share", 1),
    ("inflow", lambda m: m.inflow, "money", 1), ("net", lambda m: m.net, "flow", 1),
)  # fmt: skip

OF_CUSTOMERS = ("active", "active_share")  # tiles that count some of the customers with an account


def body(ctx: Ctx, seen: Seen) -> list[Component]:
    """Tiles, then charts two by two."""
    read, places = seen.habits, seen.shown_months
    if not len(read) or not places:
        return [frame.nothing(ctx, "behaviour.nobody")]
    flow = habits.unpacked(read.columns["flow"], habits.FLOW)
    uses = habits.unpacked(read.columns["uses"], habits.USES)
    months = activity.months_of(flow)
    told = {at: months[at] for at in places}
    return [
        html.Div([_tile(ctx, seen, told, *one) for one in TILES], className="gx-tiles"),
        html.Div([_active(ctx, seen, told), _frequency(ctx, seen, flow)], className="gx-grid-2"),
        html.Div([_channels(ctx, seen, uses), _digital(ctx, seen, told)], className="gx-grid-2"),
        html.Div([_hours(ctx, seen), *_branches(ctx, seen, flow)], className="gx-grid-2"),
        html.Div([_flow(ctx, seen, told), _categories(ctx, seen, uses)], className="gx-grid-2"),
    ]


def _tile(
    ctx: Ctx, seen: Seen, told: Mapping[int, Month], name: str, value: Value, unit: str, direction: int
) -> Component:
    line = [value(told[at]) if at in told else None for at in range(habits.MONTHS)]
    now = line[-1]
    before, words, small = _figure(ctx, seen, now, unit)
    compared = [
        Comparison(ctx.t(f"common.{key}"), _moved(ctx, now, line[at], unit), _judged(now, line[at], direction))
        for key, at in (("month_on_month", -2), ("year_on_year", 0))
    ]
    return tile(
        ctx.t(f"behaviour.name.{name}"), words, small, compared, [None if v is None else float(v) for v in line],
        ctx.t(f"behaviour.about.{name}"), ctx.theme, ctx.settings.red_means_up, before=before,
        note=_of(ctx, told[habits.MONTHS - 1].customers) if name in OF_CUSTOMERS and habits.MONTHS - 1 in told else None,
    )  # fmt: skip


def _figure(ctx: Ctx, seen: Seen, value: Decimal | int | None, unit: str) -> tuple[str, str, str]:
    """As `phrasing.money_parts`."""
    if unit == "share":
        return "", percent(value), ""
    if unit == "count":
        return "", number(value), ""
    if unit == "ratio":
        return "", number(value, 2), ""
    return phrasing.money_parts(value, seen.currency, ctx.language)


def _moved(ctx: Ctx, now: Decimal | int | None, before: Decimal | int | None, unit: str) -> str:
    if now is None or before is None:
        return phrasing.ABSENT
    if unit == "share":
        return phrasing.percent_points(Decimal(now) - Decimal(before), ctx.language, 1)
    if unit == "flow":  # about zero a change in percent says nothing
        return phrasing.short(Decimal(now) - Decimal(before), ctx.language, sign=True)
    return percent(phrasing.change(now, before), sign=True)


def _judged(now: Decimal | int | None, before: Decimal | int | None, direction: int) -> bool | None:
    return None if now is None or before is None else judged(Decimal(now) - Decimal(before), direction)


def opening(figure: Figure, ofs: Sequence[Sequence[str]]) -> Figure:
    """The figure with the names of what stands behind each point of each trace, for assets/filters.js."""
    for trace, names in zip(figure["data"], ofs, strict=True):
        trace["meta"] = [{"view": "people", "of": name} for name in names]
    return figure


def _places(ctx: Ctx, seen: Seen, told: Mapping[int, Month]) -> tuple[list[str], list[str], list[str]]:
    """(short words, whole words, 2026-10) of the months shown."""
    days = [seen.asked.months[at] for at in told]
    short = apart([short_month(day, ctx.language) for day in days])
    return short, [phrasing.month(day, ctx.language) for day in days], [f"{day:%Y-%m}" for day in days]


def _active(ctx: Ctx, seen: Seen, told: Mapping[int, Month]) -> Component:
    short, whole, keys = _places(ctx, seen, told)
    months = list(told.values())
    shown = [f"{counted(m.active, ctx.language, '户', 'customer')} · {percent(m.active_share)}" for m in months]
    figure = charts.bars(
        short, [Series(ctx.t("behaviour.name.active"), [m.active for m in months], shown)], ctx.theme, height=HEIGHT
    )
    opening(figure, [[f"active:{key}" for key in keys]])
    heads = [
        ctx.t(f"behaviour.head.{name}")
        for name in ("month", "customers", "active", "active_share", "own", "per_active")
    ]
    rows = [
        [word, number(m.customers), to_people(ctx, seen, f"active:{key}", number(m.active)), percent(m.active_share),
         to_people(ctx, seen, f"own:{key}", number(m.own)), number(m.per_active, 2)]
        for word, key, m in reversed(list(zip(whole, keys, months, strict=True)))
    ]  # fmt: skip
    last = months[-1]
    title = ctx.t("behaviour.active_says", share=percent(last.active_share), count=number(last.active))
    table = Table(heads, rows, tuple(range(1, 6)))
    why = ctx.t("behaviour.active_why", of=_of(ctx, last.customers))
    return charts.chart_card(title, why, figure, table, ctx.language, chart_id("active"))


def _of(ctx: Ctx, whole: int) -> str:
    """Whom a share of customers is of: 月末有未销户账户的客户 4,730 户."""
    return ctx.t("behaviour.of_whole", whom=whom("open", ctx.language), whole=number(whole))


def band_words(ctx: Ctx, band: str) -> str:
    """0 笔, 1–2 笔, 21 笔以上."""
    low, end = FREQUENCIES[band]
    if end is None:
        return ctx.t("behaviour.from_times", low=low)
    return ctx.t("behaviour.times", count=str(low) if end - low == 1 else f"{low}–{end - 1}")


def _frequency(ctx: Ctx, seen: Seen, flow: habits.Rows) -> Component:
    found = activity.frequencies(flow)
    total = sum(found.values())
    names = [band_words(ctx, band) for band in found]
    shares = [percent(Decimal(count) / total if total else None) for count in found.values()]
    shown = [f"{number(count)} · {share}" for count, share in zip(found.values(), shares, strict=True)]
    figure = charts.hbars(names, list(found.values()), ctx.theme, shown, HEIGHT)
    figure["layout"]["margin"]["r"] = 110
    opening(figure, [[f"freq:{band}" for band in found]])
    heads = [ctx.t(f"behaviour.head.{name}") for name in ("frequency", "customers", "share")]
    rows = [
        [name, to_people(ctx, seen, f"freq:{band}", number(count)), share]
        for name, (band, count), share in zip(names, found.items(), shares, strict=True)
    ]
    month = phrasing.month(seen.asked.months[-1], ctx.language)
    idle = percent(Decimal(found["0"]) / total if total else None)
    title, why = (
        ctx.t("behaviour.frequency_says", share=idle),
        ctx.t("behaviour.frequency_why", month=month, of=_of(ctx, total)),
    )
    return charts.chart_card(title, why, figure, Table(heads, rows, (1, 2)), ctx.language, chart_id("frequency"))


def _channels(ctx: Ctx, seen: Seen, uses: habits.Rows) -> Component:
    found = activity.year_of_uses(uses, "channel")
    why = ctx.t("behaviour.channels_why", day=phrasing.day(seen.picture.as_of))
    if not found:
        return _empty(ctx, "channels", why)
    total = sum(found.values())
    names = [channel_words(ctx, seen.words, code) for code in found]
    shares = [percent(Decimal(n) / total) for n in found.values()]
    figure = charts.hbars(names, [n / total for n in found.values()], ctx.theme, shares, HEIGHT)
    opening(figure, [[f"channel:{code}" for code in found]])
    heads = [ctx.t(f"behaviour.head.{name}") for name in ("channel", "own", "share")]
    rows = [
        [name, to_people(ctx, seen, f"channel:{code}", number(n)), share]
        for name, (code, n), share in zip(names, found.items(), shares, strict=True)
    ]
    title = ctx.t("behaviour.channels_says", channel=names[0], share=shares[0])
    return charts.chart_card(title, why, figure, Table(heads, rows, (1, 2)), ctx.language, chart_id("channels"))


def channel_words(ctx: Ctx, words: Words, code: str) -> str:
    """手机银行, Mobile banking; what goes by itself is called so."""
    return ctx.t("behaviour.automatic") if code == habits.AUTOMATIC else words.channel(code)


def _empty(ctx: Ctx, name: str, why: str) -> Component:
    none = status.empty(ctx.t(f"behaviour.no_{name}"), ctx.t("behaviour.nobody_what"))
    return charts.chart_card(ctx.t(f"behaviour.{name}"), why, None, None, ctx.language, empty=none)


def _digital(ctx: Ctx, seen: Seen, told: Mapping[int, Month]) -> Component:
    short, whole, keys = _places(ctx, seen, told)
    shares = [m.digital_share for m in told.values()]
    why = ctx.t("behaviour.digital_why")
    if all(share is None for share in shares):
        return _empty(ctx, "digital", why)
    drawn = Series(
        ctx.t("behaviour.digital"), [None if s is None else s * 100 for s in shares], [percent(s) for s in shares]
    )
    figure = charts.upright(charts.lines(short, [drawn], ctx.theme, "%", HEIGHT), len(short), 3)
    opening(figure, [[f"digital:{key}" for key in keys]])
    heads = [ctx.t(f"behaviour.head.{name}") for name in ("month", "digital", "own", "digital_share")]
    rows = [
        [word, to_people(ctx, seen, f"digital:{key}", number(m.digital)), to_people(ctx, seen, f"own:{key}", number(m.own)),
         percent(m.digital_share)]
        for word, key, m in reversed(list(zip(whole, keys, told.values(), strict=True)))
    ]  # fmt: skip
    title = ctx.t("behaviour.digital_says", share=percent(shares[-1]))
    return charts.chart_card(title, why, figure, Table(heads, rows, (1, 2, 3)), ctx.language, chart_id("digital"))


def _branches(ctx: Ctx, seen: Seen, flow: habits.Rows) -> list[Component]:
    """Digital share of the branches below; none where there is one branch only."""
    keys = {one.branch_id: child_of(ctx, seen, one.branch_id) for one in seen.asked.tree}
    found = activity.digital_by(flow, [keys[branch] for branch in seen.habits.branch_ids])
    found = {key: told for key, told in found.items() if told[1]}
    if len(found) < 2:
        return []
    ranked = sorted(found, key=lambda key: (-found[key][0] / found[key][1], key))
    names = {one.branch_id: one.name for one in seen.asked.tree}
    own = seen.asked.branch.branch_id if seen.asked.branch else ""
    words = [ctx.t("overview.own", branch=names[key]) if key == own else names[key] for key in ranked]
    shares = [percent(Decimal(found[key][0]) / found[key][1]) for key in ranked]
    few = ranked[:MOST_BARS]
    values = [found[key][0] / found[key][1] for key in few]
    figure = charts.hbars(words[:MOST_BARS], values, ctx.theme, shares[:MOST_BARS], HEIGHT)
    figure["data"][0]["meta"] = [{"branch": key} for key in few]
    heads = [ctx.t(f"behaviour.head.{name}") for name in ("branch", "digital", "own", "digital_share")]
    rows: list[list[Any]] = [
        [dcc.Link(word, href=seen.asked.address(branch=key)), *(number(n) for n in found[key]), share]
        for word, key, share in zip(words, ranked, shares, strict=True)
    ]
    title, why = ctx.t("behaviour.by_branch_says", branch=words[0], share=shares[0]), ctx.t("behaviour.by_branch_why")
    return [charts.chart_card(title, why, figure, Table(heads, rows, (1, 2, 3)), ctx.language, chart_id("branches"))]


def child_of(ctx: Ctx, seen: Seen, branch_id: str) -> str:
    """The branch below the chosen one (or the viewer's top) in whose subtree this one lies; the chosen one itself."""
    tree = seen.asked.tree
    by_id = {one.branch_id: one for one in tree}
    tops = [one for one in tree if one.path in ctx.scope.paths]
    top = seen.asked.branch or (tops[0] if len(tops) == 1 else None)
    one = by_id[branch_id]
    while (
        top is not None and one.branch_id != top.branch_id and one.parent_id in by_id and one.parent_id != top.branch_id
    ):
        one = by_id[one.parent_id]
    while top is None and one.parent_id in by_id:
        one = by_id[one.parent_id]
    return one.branch_id


def _hours(ctx: Ctx, seen: Seen) -> Component:
    language = ctx.language
    told = activity.year_of_hours(seen.habits.columns["hours"])
    why = ctx.t("behaviour.hours_why", day=phrasing.day(seen.picture.as_of))
    if not any(any(row) for row in told):
        return _empty(ctx, "hours", why)
    days = [ctx.t("customer.weekday", day=d) for d in WEEKDAYS["zh" if language == "zh" else "en"]]
    words = [[counted(n, language, "笔", "movement") for n in row] for row in told]
    figure = charts.heatmap(HOURS, days, told, ctx.theme, words, height=HEIGHT)
    figure["layout"]["xaxis"] |= {"dtick": 4, "title": {"text": ctx.t("customer.hour")}}
    figure["data"][0]["meta"] = [
        [{"view": "people", "of": f"slot:{day}-{hour}"} for hour in range(habits.HOURS)] for day in range(habits.DAYS)
    ]
    rows = [
        [day, *(to_people(ctx, seen, f"slot:{at}-{hour}", number(n)) if n else "0" for hour, n in enumerate(row))]
        for at, (day, row) in enumerate(zip(days, told, strict=True))
    ]
    behind = Table([ctx.t("customer.weekday_head"), *HOURS], rows, tuple(range(1, habits.HOURS + 1)))
    most, at, hour = max((n, -d, -h) for d, row in enumerate(told) for h, n in enumerate(row))
    title = ctx.t("behaviour.hours_says", day=days[-at], hour=-hour, count=number(most))
    return charts.chart_card(title, why, figure, behind, language, chart_id("hours"))


def _flow(ctx: Ctx, seen: Seen, told: Mapping[int, Month]) -> Component:
    language, months = ctx.language, list(told.values())
    short, whole, keys = _places(ctx, seen, told)
    scale = phrasing.scale_of([v for m in months for v in (m.inflow, m.outflow)], language)
    unit = phrasing.scale_unit(scale, seen.currency, language)

    def drawn(name: str, values: Sequence[Decimal]) -> Series:
        return Series(
            ctx.t(f"behaviour.head.{name}"),
            [v / scale.divisor for v in values],
            [phrasing.scaled(v, scale) for v in values],
        )

    figure = charts.bars(
        short, [drawn("inflow", [m.inflow for m in months]), drawn("outflow", [m.outflow for m in months])], ctx.theme, unit, HEIGHT
    )  # fmt: skip
    opening(figure, [[f"{way}:{key}" for key in keys] for way in ("inflow", "outflow")])
    heads = [ctx.t(f"behaviour.head.{name}") for name in ("month", "inflow", "outflow", "net")]
    rows = [
        [word, *(to_people(ctx, seen, f"{way}:{key}", phrasing.money(getattr(m, way))) for way in ("inflow", "outflow")),
         phrasing.money(m.net, sign=True)]
        for word, key, m in reversed(list(zip(whole, keys, months, strict=True)))
    ]  # fmt: skip
    net = sum((m.net for m in months[-12:]), Decimal(0))
    key = "behaviour.flow_in" if net >= 0 else "behaviour.flow_out"
    title = ctx.t(key, amount=phrasing.short_money(abs(net), seen.currency, language), count=len(months[-12:]))
    why = ctx.t("behaviour.flow_why", unit=unit)
    return charts.chart_card(title, why, figure, Table(heads, rows, (1, 2, 3)), language, chart_id("flow"))


def _categories(ctx: Ctx, seen: Seen, uses: habits.Rows) -> Component:
    language = ctx.language
    spent, counts = activity.year_of_uses(uses, "spent"), activity.year_of_uses(uses, "category")
    why = ctx.t("behaviour.categories_why", day=phrasing.day(seen.picture.as_of))
    if not spent:
        return _empty(ctx, "categories", why)
    total, codes = sum(spent.values()), list(spent)
    names, shares = [seen.words.category(code) for code in codes], [percent(Decimal(n) / total) for n in spent.values()]
    few = codes[:MOST_BARS]
    figure = charts.hbars(
        names[:MOST_BARS], [spent[code] / total for code in few], ctx.theme, shares[:MOST_BARS], HEIGHT
    )
    opening(figure, [[f"spent:{code}" for code in few]])
    heads = [ctx.t(f"behaviour.head.{name}") for name in ("category", "spent", "share", "own")]
    rows = [
        [name, to_people(ctx, seen, f"spent:{code}", phrasing.money(activity.money(spent[code]))), share,
         to_people(ctx, seen, f"category:{code}", number(counts.get(code, 0)))]
        for name, code, share in zip(names, codes, shares, strict=True)
    ]  # fmt: skip
    title = ctx.t("behaviour.categories_says", category=names[0], share=shares[0])
    return charts.chart_card(title, why, figure, Table(heads, rows, (1, 2, 3)), language, chart_id("categories"))

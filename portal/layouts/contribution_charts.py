"""The charts of contribution: the waterfall of its components, the bridge from last month, the whale curve."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from domain import phrasing
from domain.contribution.curve import WhaleCurve
from domain.contribution.sums import Sums
from domain.contribution.words import COMPONENT_WORDS
from domain.phrasing import choose, money, number, percent, short_month
from portal.access import Ctx
from portal.contribution_people import CHANGE, PEOPLE, TWELVE, people_address
from portal.contribution_question import YEAR, View
from portal.layouts.customer_overview import apart
from portal.overview_question import query
from portal.widgets import status
from portal.widgets.charts import Figure, Series, Table, bridge, chart_card, lines
from portal.widgets.theme import tokens
from store.kpis import month_before
from warehouse.contribution.behind import LOST, STAYED, WON

HEIGHT = 260
BEST = 0.2  # of the customers: what the whale curve's title tells of
SEES = "customers.search"  # without it figures lead to no customers
WATERFALL, BRIDGE = "contribution-waterfall", "contribution-bridge"
STEPS = ("deposit_margin", "loan_margin", "fees", "expected_loss", "operating_cost", "capital_cost")
TAKEN = ("expected_loss", "operating_cost", "capital_cost")
CHANGES = ("volume", "margin", "mix", "won", "lost")


def parts_of(sums: Sums) -> list[Decimal]:
    """The components with the sign they have in the contribution, in the order of the waterfall."""
    return [-getattr(sums, name) if name in TAKEN else getattr(sums, name) for name in STEPS]


def waterfall(ctx: Ctx, sums: Sums, currency: str) -> tuple[Figure, str]:
    """The components from zero to the contribution, and the unit they are in."""
    parts = parts_of(sums)
    scale = phrasing.scale_of([*parts, sums.contribution], ctx.language)
    names = [choose(ctx.language, *COMPONENT_WORDS[name]) for name in (*STEPS, "contribution")]
    shown = [*(phrasing.scaled(part, scale, sign=True) for part in parts), phrasing.scaled(sums.contribution, scale)]
    levels = (float(parts[0]), float(sums.contribution))
    tones = [*("c5" if part < 0 else "c3" for part in parts), "c1"]
    figure = bridge(
        [_broken(name) for name in names], levels, [float(part) for part in parts[1:]], ctx.theme, shown, tones, HEIGHT
    )
    return from_zero(figure, parts), phrasing.scale_unit(scale, currency, ctx.language)


def _broken(name: str) -> str:
    """Two lines where a name has several words: seven bars stand side by side on a phone."""
    first, _, rest = name.partition(" ")
    return f"{first}<br>{rest}" if rest else name


def from_zero(figure: Figure, parts: Sequence[Decimal]) -> Figure:
    """The same bars on an axis that holds zero: these are amounts, not levels."""
    tops, at = [0.0], Decimal(0)
    for part in parts:
        at += part
        tops.append(float(at))
    low, high = min(tops), max(tops)
    room = (high - low) or 1.0
    figure["layout"]["yaxis"]["range"] = [low - (0.15 * room if low < 0 else 0), high + 0.18 * room]
    return figure


def waterfall_card(ctx: Ctx, view: View) -> Component:
    """The month's waterfall, with twelve months beside it in the table."""
    language, year = ctx.language, view.year()
    figure, unit = waterfall(ctx, view.now, view.currency)
    heads = [
        "",
        phrasing.month(view.asked.month, language),
        ctx.t("contribution.last_month"),
        ctx.t("contribution.twelve"),
    ]
    sums = (view.now, view.at(1), year)
    cost = view.now.expected_loss + view.now.operating_cost + view.now.capital_cost
    earned = view.now.margin + view.now.fees
    title = ctx.t("contribution.waterfall")
    if earned > 0:
        title = ctx.t("contribution.waterfall_says", share=percent(view.now.contribution / earned, 0))
    why = ctx.t(
        "contribution.waterfall_why", unit=unit, earned=phrasing.short(earned, language), cost=phrasing.short(cost, language)
    )  # fmt: skip
    links = [people_address(view.asked, sort=f"-{name}") for name in (*STEPS, "contribution")] if ctx.may(SEES) else []
    return chart_card(
        title, why, led(figure, links), component_table(language, heads, sums, links), language, ident=WATERFALL,
        actions=to_people(ctx, links[-1] if links else ""),
    )  # fmt: skip


def led(figure: Figure, links: Sequence[str]) -> Figure:
    """The same bars, each of which leads somewhere when it is pressed (assets/contribution.js)."""
    figure["layout"]["meta"] = {"links": list(links)}
    return figure


def to_people(ctx: Ctx, link: str) -> list[Component]:
    """The way to the customers behind a chart; none where the viewer may not list customers."""
    return [dcc.Link(ctx.t("contribution.see_customers"), href=link, className="gx-btn small")] if link else []


def component_table(
    language: str, heads: Sequence[str], columns: Sequence[Sums | None], links: Sequence[str] = ()
) -> Table:
    """Components down, months or customers across, exact to the cent; what is taken away is below zero.

    links: where each component leads, in the order of the bars.
    """
    names = [*STEPS, "contribution"]
    values = [None if sums is None else [*parts_of(sums), sums.contribution] for sums in columns]
    words: list[Any] = [choose(language, *COMPONENT_WORDS[name]) for name in names]
    words = [dcc.Link(word, href=link) for word, link in zip(words, links, strict=True)] if links else words
    rows = [[words[at], *(money(None if told is None else told[at]) for told in values)] for at in range(len(names))]
    return Table(heads, rows, tuple(range(1, len(heads))))


def change_card(ctx: Ctx, view: View) -> Component:
    """Why this month differs from the last: parts that add up to the cent."""
    language, moved = ctx.language, view.change
    if moved is None:
        empty = status.empty(ctx.t("contribution.no_change"), ctx.t("contribution.no_change_what"))
        return chart_card(ctx.t("contribution.change"), "", None, None, language, empty=empty)
    parts = [getattr(moved, name) for name in CHANGES]
    words = [ctx.t(f"contribution.change_part.{name}") for name in CHANGES]
    months = [short_month(month_before(view.asked.month, ago), language) for ago in (1, 0)]
    unit = phrasing.currency_word(view.currency, language)
    shown = [
        phrasing.short(moved.before, language), *(phrasing.short(part, language, sign=True) for part in parts),
        phrasing.short(moved.now, language),
    ]  # fmt: skip
    rising, falling = ("c5", "c3") if ctx.settings.red_means_up else ("c3", "c5")
    tones = ["c6", *(rising if part >= 0 else falling for part in parts), "c1"]
    figure = bridge(
        [months[0], *words, months[1]], (float(moved.before), float(moved.now)), [float(part) for part in parts], ctx.theme,
        shown, tones, HEIGHT,
    )  # fmt: skip
    most = max(range(len(parts)), key=lambda at: parts[at] if moved.total > 0 else -parts[at])
    title = ctx.t("contribution.unchanged")
    if moved.total:
        title = ctx.t(
            "contribution.rose" if moved.total > 0 else "contribution.fell", amount=phrasing.short_money(
                abs(moved.total), view.currency, language), part=words[most],
        )  # fmt: skip
    why = ctx.t("contribution.change_why", unit=unit)
    links = _change_links(view) if ctx.may(SEES) else []
    named: list[Any] = (
        [dcc.Link(word, href=link) for word, link in zip(words, links[1:-1], strict=True)] if links else words
    )
    rows = [
        [phrasing.month(month_before(view.asked.month), language), money(moved.before)],
        *([word, money(part, sign=True)] for word, part in zip(named, parts, strict=True)),
        [phrasing.month(view.asked.month, language), money(moved.now)],
    ]
    table = Table([ctx.t("contribution.part"), unit], rows, (1,))
    return chart_card(
        title, why, led(figure, links), table, language, ident=BRIDGE, actions=to_people(ctx, links[-1] if links else "")
    )  # fmt: skip


def _change_links(view: View) -> list[str]:
    """Where each bar leads: volume, margin and mix together are the change of the customers of both months.

    Those who explain a fall stand first when it fell.
    """
    order = "-moved" if view.change is None or view.change.total >= 0 else "moved"
    both = people_address(view.asked, CHANGE, order, STAYED)
    parts = [people_address(view.asked, CHANGE, order, name) if name in (WON, LOST) else both for name in CHANGES]
    whole = people_address(view.asked, CHANGE, order)
    return [whole, *parts, whole]


def whale_card(ctx: Ctx, view: View) -> Component:
    """Customers from best to worst, and what they bring together; the peak, and who takes away from it."""
    language, curve = ctx.language, view.curve
    last = phrasing.month(view.asked.months[-1], language)
    if curve is None:
        empty = status.empty(ctx.t("contribution.no_customers"), ctx.t("contribution.empty_what"))
        return chart_card(ctx.t("contribution.whale"), "", None, None, language, empty=empty)
    amounts = [Decimal(point.cumulative).scaleb(-2) for point in curve.points]
    scale = phrasing.scale_of(amounts, language)
    unit = phrasing.scale_unit(scale, view.currency, language)
    places = [percent(point.customers, 0 if len(curve.points) > 100 else 1) for point in curve.points]
    words = [f"{place} · {phrasing.scaled(amount, scale)}" for place, amount in zip(places, amounts, strict=True)]
    figure = lines(
        apart(places), [Series(ctx.t("contribution.cumulative"), [amount / scale.divisor for amount in amounts], words)],
        ctx.theme, unit, HEIGHT,
    )  # fmt: skip
    at = min(range(len(curve.points)), key=lambda place: abs(curve.points[place].customers - curve.peak.customers))
    _mark_peak(ctx, figure, at, ctx.t("contribution.peak", share=percent(curve.peak.customers, 0)))
    step = max(len(places) // 10, 1)
    figure["layout"]["xaxis"] |= {"dtick": 2 * step, "tickangle": 0}
    title = whale_says(ctx, curve, view.currency)
    heads = [ctx.t("contribution.best_share"), ctx.t("contribution.cumulative"), ctx.t("contribution.of_total")]
    rows = [
        [place, money(amount), percent(point.share)]
        for at, (place, amount, point) in enumerate(zip(places, amounts, curve.points, strict=True))
        if at % step == 0 or at == len(places) - 1
    ]
    why = ctx.t("contribution.whale_why", unit=unit, month=last, people=number(curve.people))
    # The curve is of the run's last twelve months, whatever month the page shows.
    year = {"month": f"{view.asked.months[-1]:%Y-%m}", "branch": view.asked.branch_id, "of": TWELVE}
    link = f"{PEOPLE}?{query(**year)}" if ctx.may(SEES) and len(view.asked.months) >= YEAR else ""
    return chart_card(title, why, figure, Table(heads, rows, (0, 1, 2)), language, actions=to_people(ctx, link))


def whale_says(ctx: Ctx, curve: WhaleCurve, currency: str) -> str:
    """What the best fifth bring, and who takes away from it. A share of all only where it is one: of a whole that is small
    beside what the best bring it would be many hundred per cent, of none or less nothing at all."""
    language = ctx.language

    def said(cents: int) -> str:
        return phrasing.short_money(Decimal(cents).scaleb(-2), currency, language)

    best = next((point for point in curve.points if point.customers >= BEST), curve.points[-1])
    whole = curve.points[-1].cumulative
    losing = ctx.t("contribution.no_losing")
    if curve.losing:
        people: Any = number(curve.losing) if language == "zh" else curve.losing
        losing = ctx.t("contribution.whale_losing", people=people, amount=said(-curve.lost))
    told = {
        "share": percent(best.customers, 0),
        "amount": said(best.cumulative),
        "total": said(whole),
        "losing": losing,
    }
    if whole <= 0 or best.share is None:
        return ctx.t("contribution.whale_nothing", **told)
    if best.share <= 1:
        return ctx.t("contribution.whale_share", part=percent(best.share, 0), **told)
    return ctx.t("contribution.whale_times", times=number(best.share, 1), **told)


def _mark_peak(ctx: Ctx, figure: Figure, at: int, words: str) -> None:
    look, layout = tokens(ctx.theme), figure["layout"]
    line = {"color": look["ink-3"], "width": 1, "dash": "dot"}
    layout["shapes"] = [{"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line}]
    right = 2 * at >= len(figure["data"][0]["x"])  # of the middle: the words stand where there is room
    place = {"xanchor": "right" if right else "left", "xshift": -6 if right else 6}
    font = {"color": look["ink-2"], "size": 12}
    # In place of the line's own label, whose margin would leave a phone no room for the curve.
    layout["annotations"] = [
        {"x": at, "y": 0.04, "yref": "paper", "text": words, "showarrow": False, "font": font, **place}
    ]
    layout["margin"] = {**layout["margin"], "r": 28}

"""The 360 at a glance: assets and debts, why this grade, which segment, what happened last, when the customer is active."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dash import html
from dash.development.base_component import Component

from domain.phrasing import (
    WEEKDAYS,
    change,
    counted,
    currency_word,
    day,
    in_unit,
    money,
    month,
    number,
    percent,
    scale_of,
    scale_unit,
    scaled,
    short_money,
    short_month,
)
from portal.access import Ctx
from portal.layouts import customer_life_cycle, customer_outlook
from portal.layouts.customer import View, facts, grid
from portal.layouts.customer_movements import box
from portal.layouts.customer_rating import segment_card, why_card
from portal.widgets import charts, status
from portal.widgets.charts import Series, Table

HOURS = tuple(f"{hour}" for hour in range(24))


def tab(ctx: Ctx, view: View) -> list[Component]:
    """Three cards that answer, what may come, where it came from, then movements and hours."""
    life = customer_life_cycle.card(ctx, view)
    return [
        grid(assets(ctx, view), why_card(ctx, view), segment_card(ctx, view), look="gx-grid-3 customer-even"),
        customer_outlook.glance(ctx, view),
        *([life] if life is not None else []),
        grid(box(ctx, view.page, short=True), html.Div([hours(ctx, view), facts(ctx, view)], className="gx-stack")),
    ]


def assets(ctx: Ctx, view: View) -> Component:
    """AUM, loans and free credit today, with the lines that led to them."""
    one, language = view.customer, ctx.language
    scale = scale_of([v for m in view.months for v in (m.aum, m.loans)], language)
    unit, whole = scale_unit(scale, view.currency, language), currency_word(view.currency, language)
    held = ctx.t("customer.loan_count", count=len(view.loans)) if view.loans else ""
    free = _free(one.credit_limit, one.credit_used)
    heads = [
        _head(ctx.t(f"customer.{name}"), short_money(value, view.currency, language), more)
        for name, value, more in (
            ("aum", one.aum, _year_on_year(ctx, view)),
            ("loans", one.loans, held),
            ("free_credit", free, _used(ctx, one.credit_limit, one.credit_used)),
        )
    ]
    places = [short_month(m.month, language) for m in view.months]
    told = (
        (ctx.t("customer.aum"), [m.aum for m in view.months]),
        (ctx.t("customer.loans"), [m.loans for m in view.months]),
    )
    drawn = [
        Series(name, [None if v is None else v / scale.divisor for v in values], [scaled(v, scale) for v in values])
        for name, values in told
        if any(values)
    ]
    figure = charts.lines(apart(places), drawn, ctx.theme, unit, 200) if drawn else None
    if figure is not None:  # every third month, the last among them: a narrow card has no room for thirteen names
        charts.upright(figure, len(places), 3)
    behind = Table(
        [
            ctx.t("customer.month"),  # exact amounts, so not in the unit of the chart they stand behind
            *(in_unit(ctx.t(f"customer.{name}"), whole, language) for name in ("aum", "deposits", "loans")),
        ],
        [(month(m.month, language), money(m.aum), money(m.deposits), money(m.loans)) for m in reversed(view.months)],
        right=(1, 2, 3),
    )
    sub = ctx.t("customer.assets_sub", unit=unit, count=len(view.months))
    empty = status.empty(ctx.t("customer.no_balances"), ctx.t("customer.no_balances_what"))
    card = charts.chart_card(ctx.t("customer.assets"), sub, figure, behind, language, empty=empty)
    card.children.insert(1, html.Div(heads, className="customer-heads"))
    return card


def apart(places: list[str]) -> list[str]:
    """A month that comes twice in thirteen is told apart by a space nobody sees: categories must differ."""
    seen: dict[str, int] = {}
    told = []
    for place in places:
        told.append(place + "\u200b" * seen.get(place, 0))
        seen[place] = seen.get(place, 0) + 1
    return told


def _head(name: str, value: str, more: Any) -> Component:
    return html.Div(
        [
            html.Div(name, className="gx-sub"),
            html.Div(value, className="customer-figure"),
            html.Div(more, className="gx-sub"),
        ]
    )


def _year_on_year(ctx: Ctx, view: View) -> Any:
    if len(view.months) < 13:
        return ""
    moved = change(view.months[-1].aum, view.months[-13].aum)
    if moved is None:
        return ""
    look = "gx-up" if moved > 0 else "gx-down" if moved < 0 else "gx-flat"
    return html.Span(ctx.t("customer.year_on_year", change=percent(moved, sign=True)), className=look)


def _free(limit: Decimal | None, used: Decimal | None) -> Decimal | None:
    return None if limit is None else limit - (used or Decimal(0))


def _used(ctx: Ctx, limit: Decimal | None, used: Decimal | None) -> str:
    return ctx.t("customer.used", share=percent((used or Decimal(0)) / limit, 0)) if limit else ""


def hours(ctx: Ctx, view: View) -> Component:
    """When the customer is active, weekday by hour; where the source has no times, that is said."""
    told, language = view.activity.hours, ctx.language
    days = [ctx.t("customer.weekday", day=d) for d in WEEKDAYS["zh" if language == "zh" else "en"]]
    title = ctx.t("customer.hours")
    if told is None or not any(any(row) for row in told):
        why = "customer.no_times" if told is None else "customer.no_own_movements"
        return charts.chart_card(
            title, ctx.t("customer.hours_sub"), None, None, language, empty=status.empty(ctx.t(why))
        )
    words = [[counted(n, language, "笔", "movement") for n in row] for row in told]
    figure = charts.heatmap(HOURS, days, told, ctx.theme, words, height=220)
    figure["layout"]["xaxis"] |= {"dtick": 4, "title": {"text": ctx.t("customer.hour")}}
    behind = Table([ctx.t("customer.weekday_head"), *HOURS], [(d, *(number(n) for n in row)) for d, row in zip(days, told, strict=True)],
                   right=tuple(range(1, 25)))  # fmt: skip
    return charts.chart_card(title, _finding(ctx, view, days), figure, behind, language)


def _finding(ctx: Ctx, view: View, days: list[str]) -> str:
    told = view.activity.hours or ()
    most, at, hour = max((n, -d, -h) for d, row in enumerate(told) for h, n in enumerate(row))
    words = ctx.t("customer.hours_most", day=days[-at], hour=-hour, count=counted(most, ctx.language, "笔", "movement"))
    if view.activity.channels:
        first = view.activity.channels[0]
        words += ctx.t("customer.hours_channel", channel=view.words.channel(first.code), share=percent(first.share, 0))
    return words


def as_of_line(ctx: Ctx, view: View) -> Component:
    """What everything on the page was made of."""
    words = ctx.t(
        "customer.made_of", day=day(view.as_of), segmentation=view.runs[0] or ctx.t("customer.none_published"),
        credit=view.runs[1] or ctx.t("customer.none_published"), currency=view.currency,
    )  # fmt: skip
    return html.P(words, className="gx-sub customer-made-of")

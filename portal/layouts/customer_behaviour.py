"""How a customer uses the bank: flow by month, channels, categories, hours, and every movement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from dash.development.base_component import Component

from domain.phrasing import money, month, number, percent, scale_of, scale_unit, scaled, short_money, short_month
from domain.reports.customer import Share
from portal.access import Ctx
from portal.layouts.customer import View, grid, pairs
from portal.layouts.customer_movements import box
from portal.layouts.customer_overview import apart, hours
from portal.widgets import charts, frame, status
from portal.widgets.charts import Series, Table

MOST_SHARES = 8


def tab(ctx: Ctx, view: View) -> list[Component]:
    """Flow and figures, shares, hours, movements."""
    channels = _shares(ctx, "channels", view.activity.channels, view.words.channel)
    categories = _shares(ctx, "categories", view.activity.categories, view.words.category)
    return [
        grid(_flow(ctx, view), _figures(ctx, view)),
        grid(channels, categories, hours(ctx, view), look="gx-grid-3"),
        box(ctx, view.page),
    ]


def _flow(ctx: Ctx, view: View) -> Component:
    language = ctx.language
    told = view.months
    scale = scale_of([v for m in told for v in (m.inflow, m.outflow)], language)
    unit = scale_unit(scale, view.currency, language)

    def drawn(key: str, values: Sequence[Decimal]) -> Series:
        return Series(ctx.t(f"customer.{key}"), [v / scale.divisor for v in values], [scaled(v, scale) for v in values])

    figure = None
    if any(m.inflow or m.outflow for m in told):
        places = apart([short_month(m.month, language) for m in told])
        series = [drawn("inflow", [m.inflow for m in told]), drawn("outflow", [m.outflow for m in told])]
        figure = charts.bars(places, series, ctx.theme, unit)
    heads = [ctx.t(f"customer.{name}") for name in ("month", "inflow", "outflow", "net", "own_movements")]
    rows = [
        (month(m.month, language), money(m.inflow), money(m.outflow), money(m.inflow - m.outflow, sign=True), number(m.own_movements))
        for m in reversed(told)
    ]  # fmt: skip
    empty = status.empty(ctx.t("customer.no_flow"), ctx.t("customer.no_movements_what"))
    return charts.chart_card(ctx.t("customer.flow"), ctx.t("customer.flow_sub", unit=unit), figure, Table(heads, rows, (1, 2, 3, 4)),
                             language, empty=empty)  # fmt: skip


def _figures(ctx: Ctx, view: View) -> Component:
    told = view.activity
    income = "—" if told.regular_income is None else short_money(told.regular_income, view.currency, ctx.language)
    rows = [
        (ctx.t("customer.movements_12m"), number(told.movements_12m)),
        (ctx.t("customer.active_months"), number(told.active_months_12m)),
        (ctx.t("customer.days_since_last"), number(told.days_since_last)),
        (ctx.t("customer.regular_income"), income),
    ]
    return frame.card(ctx.t("customer.activity"), pairs(rows), why=ctx.t("customer.activity_sub"))


def _shares(ctx: Ctx, key: str, shares: Sequence[Share], words: Callable[[str | None], str]) -> Component:
    title, sub = ctx.t(f"customer.{key}"), ctx.t(f"customer.{key}_sub")
    if not shares:
        return charts.chart_card(
            title, sub, None, None, ctx.language, empty=status.empty(ctx.t("customer.no_own_movements"))
        )
    shown = shares[:MOST_SHARES]
    names, said = [words(one.code) for one in shown], [percent(one.share) for one in shown]
    figure = charts.hbars(names, [one.share for one in shown], ctx.theme, said)
    behind = Table([title, ctx.t("customer.share")], [(words(one.code), percent(one.share)) for one in shares], (1,))
    return charts.chart_card(title, sub, figure, behind, ctx.language)

"""The movements of a customer, a page at a time."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import day, minute, money, number
from domain.reports.customer import Movement
from portal.access import Ctx
from portal.customer_words import Words
from portal.layouts.customer import Ids
from portal.widgets import frame, status
from portal.widgets.marks import marks

SHORT_PAGE, PAGE = 8, 25


def box(ctx: Ctx, page: int, short: bool = False) -> Component:
    """The card; its rows come by a callback of their own, so that it can fail and be asked again alone."""
    rows = SHORT_PAGE if short else PAGE
    buttons = [
        html.Button(
            ctx.t(f"customer.{key}"), id=ident, n_clicks=0, type="button", className="gx-btn small", disabled=True
        )
        for key, ident in (("newer", Ids.NEWER), ("older", Ids.OLDER))
    ]
    return frame.card(
        ctx.t("customer.movements"),
        [
            dcc.Store(id=Ids.MOVEMENTS_PAGE, data={"first": (page - 1) * rows, "rows": rows}),
            dcc.Store(id=Ids.MOVEMENTS_SHOWN),
            html.Div(status.skeleton(rows), id=Ids.MOVEMENTS, **marks(aria_live="polite")),
            html.Div(buttons, className="gx-pager"),
        ],
        why=ctx.t("customer.movements_sub"),
    )


def rows(ctx: Ctx, words: Words, found: tuple[Movement, ...], total: int, first: int) -> Component:
    """The table of one page, or why there is none."""
    if not found:
        return status.empty(ctx.t("customer.no_movements"), ctx.t("customer.no_movements_what"))
    names = ("when", "what", "partner", "channel", "account", "amount", "balance")
    heads = [
        html.Th(ctx.t(f"customer.movement.{name}"), className="n" if name in ("amount", "balance") else "", scope="col")
        for name in names
    ]
    lines = [html.Tr(_cells(words, one)) for one in found]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(lines)], className="gx-table customer-moves")
    told = ctx.t("common.rows_of", first=number(first + 1), last=number(first + len(found)), total=number(total))
    return html.Div([html.Div(table, className="gx-scroll"), html.P(told, className="gx-sub")])


def _cells(words: Words, one: Movement) -> list[Component]:
    what = words.movement(one.kind)
    if one.category and words.category(one.category) != what:
        what = f"{what} · {words.category(one.category)}"
    partner = " ".join(part for part in (one.counterparty, one.counterparty_account) if part) or "—"
    return [
        html.Td(minute(one.booked_at) if one.has_time else day(one.booked_at), className="w"),
        html.Td(what),
        html.Td(partner),
        html.Td(words.channel(one.channel), className="w"),
        html.Td(one.account, className="w"),
        html.Td(money(one.amount, sign=True), className="n customer-in" if one.amount > 0 else "n"),
        html.Td(money(one.balance_after), className="n"),
    ]

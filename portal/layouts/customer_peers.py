"""Peers: the customers of the same segment within the viewer's scope, and where this one stands among them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import Scale, currency_word, number, percent, scale_of, scale_unit, scaled, short, short_money
from domain.segmentation.peers import LEAST, Peers, Place, peers
from portal.access import Ctx
from portal.customer_words import tone_of_grade
from portal.layouts.customer import View
from portal.widgets import frame, status
from portal.widgets.marks import marks
from store.peers import FIGURES, MONEY, Peer, peer_lines, segment_figures


def tab(ctx: Ctx, view: View) -> list[Component]:
    """Quartiles, then the nearest."""
    one, title = view.customer, ctx.t("customer.tab.peers")
    if one.segment is None:
        key = "not_segmented" if view.runs[0] else "no_segment"
        what = ctx.t(f"customer.{key}_what", version=view.runs[0] or "")
        return [frame.card(title, status.empty(ctx.t("customer.no_peers"), what))]
    found = peers(segment_figures(ctx.connection, ctx.scope, one.segment), one.customer_id, FIGURES, FIGURES)
    if found.count < LEAST:
        told = ctx.t("customer.few_peers", segment=view.words.segment(one.segment), count=number(found.count))
        return [frame.card(title, status.empty(told, ctx.t("customer.few_peers_what", least=LEAST)))]
    return [_compared(ctx, view, found), _nearest(ctx, view, found)]


def _compared(ctx: Ctx, view: View, found: Peers) -> Component:
    name = view.words.segment(view.customer.segment or 0)

    def said(place: Place, value: float | None) -> str:
        if value is None:
            return "—"
        return short(_money(value), ctx.language) if place.name in MONEY else number(value, 0)

    names = ("what", "this_customer", "low_quarter", "median", "high_quarter", "place")
    heads = [
        html.Th(ctx.t(f"customer.{n}"), className="n" if 0 < at < 5 else "", scope="col") for at, n in enumerate(names)
    ]
    rows = [
        html.Tr(
            [
                html.Td(ctx.t(f"customer.peer.{place.name}")),
                html.Td(html.B(said(place, place.value)), className="n"),
                *(html.Td(said(place, value), className="n") for value in (place.low, place.middle, place.high)),
                html.Td(_bar(ctx, place)),
            ]
        )
        for place in found.places
    ]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table customer-peers")
    title = ctx.t("customer.peers_title", segment=name, count=number(found.count))
    why = ctx.t("customer.peers_why", version=view.runs[0] or "—", currency=currency_word(view.currency, ctx.language))
    return frame.card(title, html.Div(table, className="gx-scroll"), why=why)


def _money(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 2)))


def _bar(ctx: Ctx, place: Place) -> Component | str:
    """Where the customer lies between the least and the most, the middle half of the peers marked."""
    if place.below is None:
        return "—"
    told = ctx.t("customer.above_peers", share=percent(place.below, 0))
    bar = html.Div(
        [html.U(), html.I(style={"left": f"{place.below:.1%}"})],
        className="customer-place",
        **marks(aria_hidden="true"),
    )
    return html.Div([bar, html.Small(told, className="gx-sub")], className="customer-placed")


def _nearest(ctx: Ctx, view: View, found: Peers) -> Component:
    lines = peer_lines(ctx.connection, ctx.scope, found.nearest)
    scale = scale_of([v for one in lines for v in (one.aum, one.loans)], ctx.language)
    unit = scale_unit(scale, view.currency, ctx.language)
    names = ("customer", "branch", "tier", "grade", "aum", "loans", "contribution_12m", "products_held")
    right = ("aum", "loans", "contribution_12m", "products_held")
    heads = [html.Th(ctx.t(f"customer.peer.{n}"), className="n" if n in right else "", scope="col") for n in names]
    rows = [html.Tr(_line(view, one, scale)) for one in lines]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table")
    why = ctx.t("customer.nearest_why", unit=unit)
    return frame.card(ctx.t("customer.nearest"), html.Div(table, className="gx-scroll"), why=why)


def _line(view: View, one: Peer, scale: Scale) -> Sequence[Component]:
    name = view.words.name(one.name, one.kind, one.customer_id)
    grade = status.chip(one.grade, tone_of_grade(one.grade)) if one.grade else "—"
    return [
        html.Td(dcc.Link(name, href=f"/customers/{one.customer_id}")),
        html.Td(one.branch or "—"),
        html.Td(view.words.tier(one.tier) or "—", className="w"),
        html.Td(grade),
        *(html.Td(scaled(value, scale), className="n") for value in (one.aum, one.loans)),
        html.Td(short_money(one.contribution_12m, view.currency, view.words.language), className="n w"),
        html.Td(number(one.products_held), className="n"),
    ]

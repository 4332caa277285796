"""Whether the customer may leave and what they may want next, each with its reasons, and why not where not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.outlook import basis_of, leaving_of, no_offers, nothing_allowed, offers_of, peers_words, why_not_looked_at
from domain.phrasing import number, percent, short_money
from domain.reports.outlook import Driver, Leaving, Offer
from portal.access import Ctx
from portal.layouts.customer import View, grid
from portal.widgets import frame, status
from portal.widgets.marks import marks
from store.runs import Run, on_show

LEAST = 0.001  # less is told with two decimals
HIGH, RAISED = 0.3, 0.1  # of leaving: where the chip turns red, and orange


def tab(ctx: Ctx, view: View) -> list[Component]:
    """Leaving and the likeliest offer beside each other, then every offer with its reasons."""
    leaving, offering = _runs(ctx)
    cards: list[Component] = [grid(_leaving(ctx, view, leaving), _best(ctx, view, offering), look="gx-grid-2 even")]
    if offering is not None and view.customer.next_product:
        cards.append(_offers(ctx, view, offering))
    return cards


def glance(ctx: Ctx, view: View) -> Component:
    """Both in short, for the overview, with the way to the whole."""
    leaving, offering = _runs(ctx)
    here = f"/customers/{view.customer.customer_id}?tab=outlook"
    more = dcc.Link(ctx.t("customer.more"), href=here, className="gx-btn small")
    cards = (_leaving(ctx, view, leaving, [more]), _best(ctx, view, offering, [more]))
    return grid(*cards, look="gx-grid-2 even customer-even")


def _runs(ctx: Ctx) -> tuple[Run | None, Run | None]:
    """The published runs of both kinds, without their models, which nothing here reads."""
    told = on_show(ctx.connection)
    return told.get("attrition"), told.get("next_product")


def _leaving(ctx: Ctx, view: View, run: Run | None, actions: Sequence[Component] = ()) -> Component:
    title, one = ctx.t("customer.leaving"), view.customer
    if run is None:
        empty = status.empty(ctx.t("customer.no_attrition"), ctx.t("customer.no_attrition_what"))
        return frame.card(title, empty, actions=actions)
    told = leaving_of(
        one.attrition, one.aum_at_risk, one.attrition_drivers, run.parameters, run.metrics, view.currency, ctx.language
    )
    if told is None:
        why = why_not_looked_at(one.aum, one.last_own_movement_on, run.as_of, run.parameters, run.version, ctx.language)
        return frame.card(title, status.empty(ctx.t("customer.not_looked_at"), why), actions=actions)
    why = ctx.t("customer.leaving_why", months=told.months, version=run.version)
    if run.metrics.get("better") is False:
        why += ctx.t("customer.leaving_no_better")
    return frame.card(title, [_leaving_head(ctx, view, told), *_reasons(told)], why=why, actions=actions)


def _leaving_head(ctx: Ctx, view: View, told: Leaving) -> Component:
    tone = "bad" if told.probability >= HIGH else "warn" if told.probability >= RAISED else "plain"
    level = ctx.t(f"customer.leaving_level.{ {'bad': 'high', 'warn': 'raised', 'plain': 'low'}[tone] }")
    risk = short_money(told.aum_at_risk, view.currency, ctx.language)
    held = short_money(view.customer.aum, view.currency, ctx.language)
    return html.Div(
        [
            _figure(
                ctx.t("customer.leaving_probability"),
                percent(told.probability, 1 if told.probability >= LEAST else 2),
                status.chip(level, tone),
            ),
            _figure(ctx.t("customer.aum_at_risk"), risk, ctx.t("customer.aum_at_risk_of", held=held)),
        ],
        className="customer-heads two",
    )


def _figure(name: str, value: str, more: Any) -> Component:
    return html.Div(
        [
            html.Div(name, className="gx-sub"),
            html.Div(value, className="customer-figure"),
            html.Div(more, className="gx-sub"),
        ]
    )


def _reasons(told: Leaving) -> list[Component]:
    """That there is no sign where there is none; then what raises the probability, or what speaks for staying."""
    found: list[Component] = [html.P(told.words, className="gx-sub")] if told.words else []
    return [*found, _bars(told.caption, told.drivers)] if told.drivers else found


def _drivers(ctx: Ctx, drivers: Sequence[Driver]) -> Component:
    """What raises the probability of an offer."""
    if not drivers:
        return html.P(ctx.t("customer.no_drivers"), className="gx-sub")
    return _bars(ctx.t("customer.drivers"), drivers)


def _bars(caption: str, drivers: Sequence[Driver]) -> Component:
    """Reasons as bars of their parts."""
    rows = [
        html.Li(
            [
                html.Div([html.Span(one.name, className="gx-sub"), html.Div(one.words)], className="customer-part"),
                html.Div(html.I(style={"width": f"{one.part:.1%}"}, className="part"), className="customer-bar"),
                html.Span(percent(one.part, 0), className="n"),
            ],
            className="customer-point driver",
        )
        for one in drivers
    ]
    return html.Div([html.H4(caption), html.Ol(rows, className="customer-points plain")])


def _best(ctx: Ctx, view: View, run: Run | None, actions: Sequence[Component] = ()) -> Component:
    title = ctx.t("customer.next_product")
    if run is None:
        empty = status.empty(ctx.t("customer.no_next"), ctx.t("customer.no_next_what"))
        return frame.card(title, empty, actions=actions)
    offers = offers_of(view.customer.next_product, view.currency, ctx.language)
    why = ctx.t("customer.next_why", version=run.version)
    if not offers:
        return frame.card(
            title, status.empty(ctx.t("customer.no_offers"), no_offers(run.version, ctx.language)), actions=actions
        )
    best = next((offer for offer in offers if not offer.against), None)
    if best is None:
        reasons = list(dict.fromkeys(reason for offer in offers for reason in offer.against))
        listed = html.Ul([html.Li(reason) for reason in reasons], className="customer-list")
        return frame.card(title, [status.empty(nothing_allowed(ctx.language)), listed], why=why, actions=actions)
    head = html.Div(
        [
            _figure(ctx.t("customer.likeliest"), best.name, status.chip(ctx.t("customer.may_offer"), "good")),
            _figure(ctx.t("customer.next_probability"), percent(best.probability), _usual(ctx, best)),
        ],
        className="customer-heads two",
    )
    basis = basis_of(run.metrics, ctx.language)
    went_by = html.P(basis, className="gx-sub") if basis else None
    return frame.card(title, [head, _why(ctx, best), went_by], why=why, actions=actions)


def _why(ctx: Ctx, best: Offer) -> Component:
    """The customer's own drivers; without any, what the segment does."""
    peers = peers_words(best, ctx.language)
    return _drivers(ctx, best.drivers) if best.drivers or peers is None else html.P(peers)


def _usual(ctx: Ctx, offer: Offer) -> str:
    if offer.usual is None:
        return ""
    told = {"usual": percent(offer.usual), "times": number(offer.times, 1)}
    return ctx.t("customer.against_usual", **told)


def _offers(ctx: Ctx, view: View, run: Run) -> Component:
    """Every offer the run told of this customer: what speaks for it, what against it."""
    offers = offers_of(view.customer.next_product, view.currency, ctx.language)
    names = ("offer", "probability", "usual", "times", "for", "state")
    right = ("probability", "usual", "times")
    heads = [html.Th(ctx.t(f"customer.offer.{n}"), className="n" if n in right else "", scope="col") for n in names]
    rows = [html.Tr(_offer(ctx, offer)) for offer in offers]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table gx-cards customer-offers")
    why = ctx.t("customer.offers_why", months=int(run.parameters.get("horizon") or 3), version=run.version)
    doubt = ctx.t("customer.offers_no_better") if run.metrics.get("better") is False else None
    if run.metrics.get("basis") == "rule":
        doubt = None  # it is that very rule
    note = [html.P(words, className="gx-sub") for words in (basis_of(run.metrics, ctx.language), doubt) if words]
    return frame.card(ctx.t("customer.offers"), [html.Div(table, className="gx-scroll"), *note], why=why)


def _offer(ctx: Ctx, offer: Offer) -> list[Component]:
    reasons = "；" if ctx.language == "zh" else "; "
    state: Any = status.chip(ctx.t("customer.may_offer"), "good")
    if offer.against:
        against = html.Div(reasons.join(offer.against), className="gx-sub")
        state = html.Div([status.chip(ctx.t("customer.not_offered"), "warn"), against])
    cells = {
        "probability": percent(offer.probability), "usual": percent(offer.usual),
        "times": "—" if offer.times is None else ctx.t("customer.times", times=number(offer.times, 1)),
    }  # fmt: skip
    return [
        html.Td(offer.name, className="w"),
        *(html.Td(words, className="n", **_headed(ctx, name)) for name, words in cells.items()),
        html.Td(
            reasons.join(one.words for one in offer.drivers) or peers_words(offer, ctx.language) or "—",
            **_headed(ctx, "for"),
        ),
        html.Td(state),
    ]


def _headed(ctx: Ctx, name: str) -> dict[str, Any]:
    """The head of the column, for the narrow screen, where a row is a card."""
    return marks(data_head=ctx.t(f"customer.offer.{name}"))

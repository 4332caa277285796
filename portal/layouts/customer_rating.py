"""The rating and the segment of a customer, each with why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import html
from dash.development.base_component import Component

from domain.phrasing import begun, number, percent
from domain.reports.customer import CharacteristicPoints, Rating, Segment
from portal import report_button
from portal.access import Ctx
from portal.customer_words import tone_of_grade
from portal.layouts import customer_override, customer_rating_history
from portal.layouts.customer import View, grid
from portal.widgets import charts, frame, status
from portal.widgets.marks import marks
from store.models import on_trial

CREDIT_STEM = "customer-credit"  # of the button that makes the credit report
SHOWN_AT_FIRST = 5
MOST = 5  # of an RFM score


def why_card(ctx: Ctx, view: View, whole: bool = False) -> Component:
    """Why this grade: points as bars, what they add up to, and what would move one grade."""
    rating = view.rating
    if rating is None:
        key = "not_rated" if view.runs[1] else "no_rating"
        return frame.card(
            ctx.t("customer.rating"), status.empty(ctx.t(f"customer.{key}"), ctx.t(f"customer.{key}_what"))
        )
    if rating.score is None:
        words = ctx.t("customer.defaulted") if rating.grade == "D" else ctx.t("customer.no_points")
        return frame.card(ctx.t("customer.why_grade", grade=rating.grade), status.empty(words))
    why = ctx.t("customer.why_grade_sub", score=rating.score, version=view.runs[1] or "—")
    body: list[Component] = [] if rating.override is None else [customer_override.line(ctx, rating, rating.override)]
    body.append(_bars(ctx, rating, whole) if rating.points else status.empty(ctx.t("customer.no_points")))
    if ctx.picture is not None and ctx.picture.credit_run_id and on_trial(ctx.connection, ctx.picture.credit_run_id):
        body.insert(0, html.P(ctx.t("customer.on_trial"), className="gx-alert warn", role="note"))
    if rating.outside:
        body.append(html.P(rating.outside, className="gx-sub customer-outside"))
    if rating.to_next_grade:
        body.append(html.P(rating.to_next_grade, className="customer-next"))
    return frame.card(ctx.t("customer.why_grade", grade=rating.grade), body, why=why)


def _bars(ctx: Ctx, rating: Rating, whole: bool) -> Component:
    # The parts that could gain most come first: they are what a conversation is about.
    ordered = sorted(rating.points, key=lambda part: (-part.lost, -part.best))
    shown = ordered if whole else ordered[:SHOWN_AT_FIRST]
    rest = ordered[len(shown) :]
    # One scale for all that are shown, from zero: what could be had is the track, what is had the bar.
    low = min(0, *(part.points for part in shown))
    span = max(1, *(max(part.best, part.points) for part in shown)) - low
    rows = [_head(ctx)] if whole else []
    rows += [_bar(ctx, part, low, span, whole) for part in shown]
    if rest:
        rows.append(_line(ctx.t("customer.other_parts", count=len(rest)), sum(part.points for part in rest)))
    rows.append(_line(ctx.t("customer.base_points"), rating.base_points))
    beside = _beside(ctx, rating) if whole else ""
    rows.append(_line(ctx.t("customer.score"), rating.score or 0, total=True, beside=beside))
    return html.Div(rows, className="customer-points whole" if whole else "customer-points")


def _head(ctx: Ctx) -> Component:
    names = ("what", "", "points_of_best")
    return html.Div(
        [html.Span(ctx.t(f"customer.{n}") if n else "", className="n" if n == names[2] else "") for n in names],
        className="customer-point head gx-sub",
    )


def _beside(ctx: Ctx, rating: Rating) -> str:
    """What the best and the average of those the card was made with come to."""
    best = rating.base_points + sum(part.best for part in rating.points)
    averages = [part.average for part in rating.points if part.average is not None]
    if len(averages) < len(rating.points):
        return ctx.t("customer.best_only", best=number(best))
    return ctx.t("customer.best_and_average", best=number(best), average=number(rating.base_points + sum(averages), 1))


def _bar(ctx: Ctx, part: CharacteristicPoints, low: int, span: int, whole: bool) -> Component:
    def piece(kind: Callable[..., Component], points: int, look: str) -> Component:
        left = (min(points, 0) - low) / span
        return kind(style={"left": f"{left:.1%}", "width": f"{abs(points) / span:.1%}"}, className=look)

    look = "lost" if part.points < 0 else "full" if part.points >= part.best else "part"
    pieces = [piece(html.U, part.best, ""), piece(html.I, part.points, look)]
    figures: list[Any] = [f"{number(part.points)} / {number(part.best)}"]
    value = part.value
    if whole:
        value = f"{part.value} · {part.band}" if part.band and part.band != part.value else part.value
        if part.average is not None:
            left = min(max((part.average - low) / span, 0.0), 1.0)
            pieces.append(html.B(style={"left": f"{left:.1%}"}))
            figures.append(html.Small(ctx.t("customer.average_points", points=number(part.average, 1))))
    bar = html.Div(pieces, className="customer-bar", **marks(aria_hidden="true"))
    name = html.Div([html.Span(begun(part.name)), html.Small(value)], className="customer-part")
    return html.Div([name, bar, html.Span(figures, className="n")], className="customer-point")


def _line(name: str, points: int, total: bool = False, beside: str = "") -> Component:
    look = "customer-point total" if total else "customer-point"
    words = [html.Span(name), html.Small(beside)] if beside else name
    named = html.Div(words, className="customer-part") if beside else html.Span(words)
    return html.Div([named, html.Span(), html.Span(number(points), className="n")], className=look)


def segment_card(ctx: Ctx, view: View) -> Component:
    """Tier, life cycle, RFM and cluster, each with its reason."""
    one = view.segment
    if one is None:
        key, version = "not_segmented" if view.runs[0] else "no_segment", view.runs[0] or ""
        return frame.card(
            ctx.t("customer.segment"),
            status.empty(ctx.t(f"customer.{key}"), ctx.t(f"customer.{key}_what", version=version)),
        )
    rows = [
        _reason(
            ctx.t("customer.tier"), one.tier or ctx.t("common.unknown"), one.tier_why, "accent" if one.tier else "plain"
        ),
        _reason(ctx.t("customer.life_cycle"), one.life_cycle, one.life_cycle_why),
        _rfm(ctx, one),
        _reason(ctx.t("customer.cluster"), one.cluster, one.cluster_description),
    ]
    why = ctx.t("customer.segment_sub", version=view.runs[0] or "—")
    return frame.card(
        ctx.t("customer.segment"), html.Div([r for r in rows if r is not None], className="customer-reasons"), why=why
    )


def _reason(name: str, value: str | None, why: str | None, tone: str = "plain") -> Component | None:
    if value is None:
        return None
    chip = status.chip(value, tone)
    return html.Div(
        [
            html.Span(name, className="gx-sub"),
            html.Div([html.Div(chip, className="gx-row"), html.Div(why, className="gx-sub") if why else None]),
        ]
    )


def _rfm(ctx: Ctx, one: Segment) -> Component | None:
    scores = [("recency", one.recency), ("frequency", one.frequency), ("monetary", one.monetary)]
    if all(score is None for _, score in scores):
        return None
    dots = [
        html.Span(
            [ctx.t(f"customer.{name}"), " ", html.B(f"{score}/{MOST}" if score is not None else "—")],
            className="customer-score",
        )
        for name, score in scores
    ]
    why = html.Div(one.rfm_why, className="gx-sub") if one.rfm_why else None
    return html.Div([html.Span("RFM", className="gx-sub"), html.Div([html.Div(dots, className="gx-row"), why])])


def tab(ctx: Ctx, view: View) -> list[Component]:
    """Points with values against best and average, reasons, the override, and the cluster beside its group."""
    beside = [_standing(ctx, view), customer_override.card(ctx, view), _reasons(ctx, view)]
    return [
        grid(
            why_card(ctx, view, whole=True), html.Div([one for one in beside if one is not None], className="gx-stack")
        ),
        grid(*customer_rating_history.history_cards(ctx, view)),
        grid(segment_card(ctx, view), _distinct(ctx, view), look="gx-grid-2 even"),
    ]


def _actions(ctx: Ctx, view: View) -> list[Component]:
    """What makes the credit report."""
    if not ctx.may("reports.credit"):
        return []
    asked = {"customer_id": view.customer.customer_id}
    return [report_button.shown(ctx, CREDIT_STEM, ctx.t("reports.make_credit"), asked, main=False)]


def _standing(ctx: Ctx, view: View) -> Component | None:
    rating = view.rating
    if rating is None:
        return None
    rows: list[tuple[str, Any]] = [
        (ctx.t("customer.grade_in_effect"), status.chip(rating.grade_in_effect, tone_of_grade(rating.grade_in_effect))),
        (ctx.t("customer.model_grade"), status.chip(rating.grade, tone_of_grade(rating.grade))),
        (ctx.t("customer.score"), number(rating.score)),
        (ctx.t("customer.pd"), percent(rating.probability_of_default, 2)),
        (ctx.t("customer.model"), view.runs[1] or "—"),
    ]
    listed = [part for key, value in rows for part in (html.Dt(key), html.Dd(value))]
    body = html.Dl(listed, className="gx-kv")
    return frame.card(ctx.t("customer.standing"), body, why=ctx.t("customer.standing_why"), actions=_actions(ctx, view))


def _reasons(ctx: Ctx, view: View) -> Component | None:
    if view.rating is None or not view.rating.reasons:
        return None
    reasons = html.Ol([html.Li(begun(reason)) for reason in view.rating.reasons], className="customer-list")
    return frame.card(ctx.t("customer.reasons"), reasons, why=ctx.t("customer.reasons_why"))


def _distinct(ctx: Ctx, view: View) -> Component | None:
    one = view.segment
    if one is None or not one.distinct:
        return None
    heads = [ctx.t("customer.what"), ctx.t("customer.this_customer"), ctx.t("customer.group_median")]
    table = charts.table(charts.Table(heads, [(d.name, d.customer, d.group) for d in one.distinct], right=(1, 2)))
    return frame.card(ctx.t("customer.distinct", name=one.cluster or ""), table, why=ctx.t("customer.distinct_why"))

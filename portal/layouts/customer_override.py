"""The override of a customer's grade on the 360: what holds, what waits, and the form that proposes one."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.credit.grades import DEFAULTED
from domain.credit.overrides import (
    IN_FORCE,
    MOST_MONTHS,
    MOST_NOTCHES,
    MOST_WORDS,
    PROPOSED,
    REASONS,
    UP,
    Override,
    Reason,
    allowed,
    last_day,
    notches,
    way_of,
)
from domain.phrasing import day, number
from domain.reports.customer import Overridden, Rating
from portal.access import Ctx
from portal.customer_words import tone_of_grade
from portal.layouts.customer import View
from portal.widgets import frame, pickers, status
from portal.widgets.lists import facts
from store import overrides as store

PATH = "/risk/overrides"
PAST_SHOWN = 5


class Ids:
    """Of the form."""

    WHO = "customer-override-who"
    WAYS = "customer-override-ways"  # grade -> up or down, of those that may be proposed
    GRADE = "customer-override-grade"
    REASON = "customer-override-reason"
    WORDS = "customer-override-words"
    UNTIL = "customer-override-until"
    PROPOSE = "customer-override-propose"
    TOLD = "customer-override-told"


def line(ctx: Ctx, rating: Rating, one: Overridden) -> Component:
    """One sentence that tells both grades apart, wherever the model's grade is explained."""
    key = "override_line" if one.holds else "override_rests_line"
    told = {"model": rating.grade, "grade": one.grade, "until": day(one.expires_on)}
    words = ctx.t(f"customer.{key}", **told, by=one.proposed_by, signed=one.signed_by)
    return html.P(words, className="gx-alert", role="note")


def card(ctx: Ctx, view: View) -> Component | None:
    """The card of the rating tab; nothing for who is not rated and never had one."""
    if view.rating is None and not view.overrides:
        return None
    waiting = next((one for one in view.overrides if one.state == PROPOSED), None)
    parts: list[Any] = []
    if view.rating is not None and view.rating.override is not None:
        parts.append(_holding(ctx, view.rating, _current(ctx, view)))
    else:
        parts.append(html.P(ctx.t("customer.no_override"), className="gx-sub"))
    if waiting is not None:
        parts.append(_waiting(ctx, waiting))
    elif view.rating is not None and ctx.may(store.MAY_PROPOSE):
        parts.append(_form(ctx, view, view.rating))
    past = [one for one in view.overrides if one.state_on(ctx.now.date()) not in (IN_FORCE, PROPOSED)]
    if past:
        parts.append(_past(ctx, past))
    why = ctx.t("customer.override_why", most=MOST_NOTCHES, months=MOST_MONTHS)
    return frame.card(ctx.t("customer.override"), parts, why=why)


def _current(ctx: Ctx, view: View) -> Override | None:
    return next((one for one in view.overrides if one.state_on(ctx.now.date()) == IN_FORCE), None)


def _link(ctx: Ctx, one: Override | None, key: str) -> Component | None:
    if one is None or not ctx.may(store.MAY_PROPOSE):
        return None
    return html.A(ctx.t(key), href=f"{PATH}?of={one.override_id}", className="gx-btn small")


def _who_when(name: str | None, at: Any) -> list[Any]:
    return [f"{name} · ", html.Span(day(at), className="gx-whole")]


def _holding(ctx: Ctx, rating: Rating, row: Override | None) -> Component:
    one = rating.override
    if one is None:
        return html.Div()
    grades = html.Span(
        [
            status.chip(one.model_grade, tone_of_grade(one.model_grade)),
            " → ",
            status.chip(one.grade, tone_of_grade(one.grade)),
        ]
    )
    told: list[tuple[str, Any]] = [
        (ctx.t("customer.override_fact.grades"), grades),
        (ctx.t("customer.override_fact.until"), day(one.expires_on)),
        (ctx.t("customer.override_fact.reason"), [one.reason, html.Div(one.words, className="gx-sub")]),
        (ctx.t("customer.override_fact.proposed"), _who_when(one.proposed_by, one.proposed_at)),
        (ctx.t("customer.override_fact.signed"), _who_when(one.signed_by, one.signed_at)),
    ]
    note = html.P(one.note, className="gx-alert warn", role="note") if one.note else None
    parts = [note, facts(told), _link(ctx, row, "customer.override_open")]
    return html.Div([part for part in parts if part is not None])


def _waiting(ctx: Ctx, one: Override) -> Component:
    words = ctx.t(
        "customer.override_waits", model=one.model_grade, grade=one.grade, by=one.proposer_name or one.proposed_by,
        day=day(ctx.local(one.proposed_at)),
    )  # fmt: skip
    parts = [html.P(words, className="gx-alert", role="note"), _link(ctx, one, "customer.override_open")]
    return html.Div([part for part in parts if part is not None])


def _form(ctx: Ctx, view: View, rating: Rating) -> Component:
    """What may be proposed; where nothing may, why."""
    scale = store.ladder(ctx.connection)
    grades = allowed(rating.grade, bool(view.customer.days_past_due), scale)
    if not grades:
        key = "override_never" if rating.grade == DEFAULTED else "override_none_left"
        return html.P(ctx.t(f"customer.{key}"), className="gx-sub")
    choices = [(_grade_words(ctx, rating.grade, grade, scale), grade) for grade in grades]
    ways = {grade: way_of(notches(rating.grade, grade, scale)) for grade in grades}
    until = date(ctx.now.year + (ctx.now.month > 6), (ctx.now.month + 5) % 12 + 1, 1)
    fields = [
        (Ids.GRADE, "grade", pickers.dropdown(ctx, Ids.GRADE, choices, None, searchable=False, placeholder="")),
        (Ids.REASON, "reason", pickers.dropdown(ctx, Ids.REASON, reasons(ctx, None), None, searchable=False, placeholder="")),
        (Ids.WORDS, "words", dcc.Textarea(id=Ids.WORDS, className="gx-input", rows=3, maxLength=MOST_WORDS)),
        (Ids.UNTIL, "until", dcc.Input(id=Ids.UNTIL, type="text", value=day(until), className="gx-input", autoComplete="off")),
    ]  # fmt: skip
    hints = {"until": ctx.t("customer.override_until_hint", last=day(last_day(ctx.now.date())))}
    boxes = [
        html.Div(
            [html.Label(ctx.t(f"customer.override_field.{name}"), htmlFor=ident), box,
             html.Small(hints[name], className="gx-sub") if name in hints else None],
            className="gx-field",
        )
        for ident, name, box in fields
    ]  # fmt: skip
    button = html.Button(
        ctx.t("customer.override_propose"), id=Ids.PROPOSE, n_clicks=0, type="button", className="gx-btn main"
    )
    overdue = html.P(ctx.t("customer.override_overdue"), className="gx-sub") if view.customer.days_past_due else None
    body = [
        dcc.Store(id=Ids.WHO, data=view.customer.customer_id),
        dcc.Store(id=Ids.WAYS, data=ways),
        overdue,
        *boxes,
        html.Div(button, className="gx-row"),
        status.told(Ids.TOLD),
    ]
    return html.Details(
        [
            html.Summary(ctx.t("customer.override_begin")),
            html.Div([b for b in body if b is not None], className="gx-form"),
        ],
        className="customer-override",
    )


def _grade_words(ctx: Ctx, model: str, grade: str, scale: tuple[str, ...]) -> str:
    distance = notches(model, grade, scale)
    return f"{grade} · {ctx.t(f'customer.override_{way_of(distance)}', count=number(abs(distance)))}"


def reasons(ctx: Ctx, way: str | None) -> list[tuple[str, str]]:
    """(words, code) of the reasons that speak for this way; of all of them, each with its own, before one is chosen."""
    return [(_reason_words(ctx, each, way), each.code) for each in REASONS if way is None or way in each.ways]


def _reason_words(ctx: Ctx, reason: Reason, way: str | None) -> str:
    if way is not None or len(reason.ways) > 1:
        return str(reason.words(ctx.language))
    only = ctx.t("customer.override_only_up" if reason.ways == (UP,) else "customer.override_only_down")
    return (
        f"{reason.words(ctx.language)}（{only}）" if ctx.language == "zh" else f"{reason.words(ctx.language)} ({only})"
    )


def _past(ctx: Ctx, past: list[Override]) -> Component:
    items = [
        html.Li(
            ctx.t(
                "customer.override_past", model=one.model_grade, grade=one.grade, day=day(ctx.local(one.proposed_at)),
                state=ctx.t(f"overrides.state.{one.state_on(ctx.now.date())}"),
            )
        )
        for one in past[:PAST_SHOWN]
    ]  # fmt: skip
    return html.Div([html.H4(ctx.t("customer.overrides_past")), html.Ul(items, className="customer-list")])

"""Contribution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component

from portal.access import Bind, Ctx
from portal.contribution_question import BY, month_of, question_of, run_on_show, view_of
from portal.customer_words import words_of
from portal.layouts import contribution as page
from portal.layouts.contribution import Ids
from portal.layouts.contribution_charts import BRIDGE, WATERFALL
from portal.layouts.contribution_table import people_card
from portal.widgets import frame
from store.contributions import best
from store.customers import named

MOST_PEOPLE = 10


def show(ctx: Ctx, told: Mapping[str, Any] | None) -> tuple[Any, str, list[Component], Any]:
    """Body, context, actions and foot of the month and scope in the address."""
    if ctx.picture is None:
        return frame.nothing(ctx, "common.empty_picture"), "", [], None
    if not ctx.scope.paths:
        return frame.nothing(ctx, "overview.no_scope"), "", [], None
    run = run_on_show(ctx)
    if run is None:
        return page.no_run(ctx), "", [], None
    wanted = str((told or {}).get("month") or "")
    odd = bool(wanted) and month_of(run, wanted) is None
    # An old or mistyped link opens on the newest month, and says so.
    view = view_of(ctx, question_of(ctx, run, {**(told or {}), "month": "" if odd else wanted}))
    notes = [page.no_such_month(ctx, wanted, run)] if odd else []
    if note := page.earlier_rating(ctx, run):
        notes.append(note)
    return [*notes, *page.body(ctx, view)], page.context(ctx, view), page.actions(ctx, view), page.made_of(ctx, view)


def people(ctx: Ctx, told: Mapping[str, Any] | None) -> Any:
    """Who brings most and who costs most, on the audit trail as every list of customers is."""
    run = run_on_show(ctx) if ctx.picture is not None and ctx.scope.paths else None
    if run is None or not ctx.may("customers.search"):
        return None
    asked = question_of(ctx, run, {**(told or {}), "month": ""})
    found = [
        best(ctx.connection, ctx.scope, run.run_id, asked.path, MOST_PEOPLE, worst=worst) for worst in (False, True)
    ]
    found[1] = [one for one in found[1] if one.year.contribution < 0]
    who = named(ctx.connection, ctx.scope, [one.customer_id for side in found for one in side])
    ctx.audit(
        "contribution.customers",
        "branch",
        asked.branch_id or None,
        run=run.run_id,
        shown=sum(len(side) for side in found),
    )
    return people_card(ctx, found[0], found[1], who, words_of(ctx), ctx.currency, run.as_of)


def asked(told: Mapping[str, Any] | None) -> tuple[str, ...]:
    """What tells one question from another."""
    month, branch, by = (str((told or {}).get(name) or "") for name in ("month", "branch", "by"))
    return month, branch, by if by in BY else ""


def register(bind: Bind) -> None:
    """Attach them."""
    parts = [Output(ident, "children") for ident in (Ids.BODY, Ids.CONTEXT, Ids.ACTIONS, Ids.FOOT)]
    bind(show, output=parts, inputs=[Input(Ids.ASKED, "data")], permission="contribution.view", keep=asked)
    bind(
        people, output=Output(Ids.PEOPLE, "children"), inputs=[Input(Ids.ASKED, "data")], permission="contribution.view",
        writes=True,
    )  # fmt: skip
    bind.clientside(
        "overview.go", output=Output("_pages_location", "search", allow_duplicate=True),
        inputs=[Input(Ids.MONTH, "value"), Input(Ids.BRANCH, "value")], states=[State(Ids.ASKED, "data"), State(Ids.SHOWN, "data")],
        prevent_initial_call=True,
    )  # fmt: skip
    for chart in (WATERFALL, BRIDGE):
        bind.clientside(
            "contribution.open", output=Output("_pages_location", "href", allow_duplicate=True),
            inputs=[Input(chart, "clickData")], states=[State(chart, "figure")], prevent_initial_call=True,
        )  # fmt: skip

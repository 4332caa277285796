"""Segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash
from dash import ALL, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.access import Bind, Ctx, Refusal
from portal.layouts import segments as page
from portal.layouts.segments import Ids
from portal.layouts.segments_moves import movers_card
from portal.layouts.segments_profile import Ids as Form
from portal.segments_question import BY, VIEWS, question_of, run_on_show, view_of
from portal.widgets import frame, status
from store import segment_names
from store.segment_names import NameRefused


def show(ctx: Ctx, told: Mapping[str, Any] | None, _named: int = 0) -> tuple[Any, str, list[Component], Any]:
    """Body, context, actions and foot of the view in the address."""
    if ctx.picture is None:
        return frame.nothing(ctx, "common.empty_picture"), "", [], None
    if not ctx.scope.paths:
        return frame.nothing(ctx, "overview.no_scope"), "", [], None
    run = run_on_show(ctx)
    if run is None:
        return page.no_run(ctx), "", [], None
    view = view_of(ctx, question_of(ctx, run, told or {}))
    return page.body(ctx, view), page.context(ctx, view), page.actions(ctx, view), page.made_of(ctx, view)


def people(ctx: Ctx, told: Mapping[str, Any] | None, _named: int = 0) -> Any:
    """The biggest movers, on the audit trail as every list of customers is; nothing in the other views."""
    run = (
        run_on_show(ctx)
        if (told or {}).get("view") == "moves" and ctx.picture is not None and ctx.scope.paths
        else None
    )
    if run is None or not ctx.may("customers.search"):
        return None
    view = view_of(ctx, question_of(ctx, run, told or {}))
    if view.asked.before is None:
        return None
    ctx.audit(
        "segments.movers", "branch", view.asked.branch_id or None, run=run.run_id, by=view.asked.by, shown=len(view.movers)
    )  # fmt: skip
    return movers_card(ctx, view)


def give(
    ctx: Ctx, clicks: list[int | None], zh: list[str | None], en: list[str | None], reason: list[str | None],
    numbers: list[dict[str, Any]], named: int,
) -> tuple[Component, int]:  # fmt: skip
    """Name the segment whose button was pressed; pages, papers and exports call it so from this transaction on."""
    pressed = dash.ctx.triggered_id
    if not any(clicks) or not isinstance(pressed, dict):
        raise PreventUpdate
    segment = int(pressed["number"])
    at = next((place for place, ident in enumerate(numbers) if int(ident["number"]) == segment), None)
    if at is None:
        raise PreventUpdate
    words = [(each[at] or "").strip() for each in (zh, en, reason)]
    try:
        segment_names.give(
            ctx.connection, segment, words[0], words[1], words[2], ctx.viewer.login, ctx.now, ctx.address
        )
    except NameRefused as refusal:
        raise Refusal(f"segments.refused.{refusal.key}", **refusal.values) from refusal
    key = "segments.done_named" if words[0] else "segments.done_unnamed"
    return status.toast(ctx.t(key, name=words[0] if ctx.language == "zh" else words[1]), "good"), named + 1


def asked(told: Mapping[str, Any] | None, _named: int = 0) -> tuple[str, ...]:
    """What tells one question from another."""
    branch, view, by = (str((told or {}).get(name) or "") for name in ("branch", "view", "by"))
    return branch, view if view in VIEWS else "", by if by in BY else ""


def register(bind: Bind) -> None:
    """Attach them."""
    asks = [Input(Ids.ASKED, "data"), Input(Ids.NAMED, "data")]
    parts = [Output(ident, "children") for ident in (Ids.BODY, Ids.CONTEXT, Ids.ACTIONS, Ids.FOOT)]
    bind(show, output=parts, inputs=asks, permission="segments.view", keep=asked)
    bind(people, output=Output(Ids.PEOPLE, "children"), inputs=asks, permission="segments.view", writes=True)
    boxes = [State({"type": kind, "number": ALL}, "value") for kind in (Form.ZH, Form.EN, Form.REASON)]
    bind(
        give, output=[Output(frame.TOAST, "children", allow_duplicate=True), Output(Ids.NAMED, "data")],
        inputs=[Input({"type": Form.GIVE, "number": ALL}, "n_clicks")],
        states=[*boxes, State({"type": Form.ZH, "number": ALL}, "id"), State(Ids.NAMED, "data")],
        permission="segments.name", writes=True, prevent_initial_call=True,
    )  # fmt: skip
    bind.clientside(
        "segments.go", output=Output("_pages_location", "search", allow_duplicate=True), inputs=[Input(Ids.BRANCH, "value")],
        states=[State(Ids.SHOWN, "data")], prevent_initial_call=True,
    )  # fmt: skip
    charts = {"type": Ids.CHART, "name": ALL}
    bind.clientside(
        "segments.open", output=Output(Ids.SHOWN, "modified_timestamp"), inputs=[Input(charts, "clickData")],
        states=[State(charts, "figure")], prevent_initial_call=True,
    )  # fmt: skip

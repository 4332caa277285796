"""Runs: back to what was on show before."""

from __future__ import annotations

import dash
from dash import ALL, Input, Output, State
from dash.exceptions import PreventUpdate

from portal import run_words
from portal.access import Bind, Ctx, Refusal
from portal.layouts.runs import PATH, Ids
from portal.widgets import frame
from store.runs import RunRefused, back_to


def back(ctx: Ctx, clicks: list[int], _reasons: list[str | None]) -> str:
    """Put the run before on show again; the page is drawn anew."""
    pressed = dash.ctx.triggered_id
    if not any(clicks) or not isinstance(pressed, dict):
        raise PreventUpdate
    kind = str(pressed["kind"])
    given = {part["id"]["kind"]: part.get("value") for part in dash.ctx.states_list[0]}
    reason = str(given.get(kind) or "").strip()
    if kind not in run_words.KINDS:
        raise Refusal("runs.refused.nothing_before")
    if not reason:
        raise Refusal("runs.refused.reason_needed")
    try:
        back_to(ctx.connection, kind, ctx.viewer.login, ctx.now, reason[:400], ctx.address)
    except RunRefused as refusal:
        raise Refusal(f"runs.refused.{refusal.key}", **refusal.values) from refusal
    return PATH


def register(bind: Bind) -> None:
    """Attach them."""
    bind(
        back,
        output=Output(frame.PLACE, "href", allow_duplicate=True),
        inputs=[Input(Ids.back(ALL), "n_clicks")],
        states=[State(Ids.reason(ALL), "value")],
        permission="runs.publish",
        writes=True,
        prevent_initial_call=True,
    )

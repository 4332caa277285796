"""The card of downgrades on the home page: shown, and marked as seen."""

from __future__ import annotations

from typing import Any

import dash
from dash import ALL, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.access import Bind, Ctx, Refusal
from portal.layouts import home_downgrades as part
from portal.layouts.home_downgrades import Ids
from portal.widgets import frame, status
from store import rating_alerts
from store.rating_alerts import AlertRefused


def show_downgrades(ctx: Ctx, _turn: int | None) -> list[Component] | None:
    """What this person has not seen, within scope; each list of customers is on the trail. Nothing before the first rating."""
    if ctx.picture is None or not ctx.scope.paths:
        return None
    alerts = rating_alerts.unseen(ctx.connection, ctx.scope, ctx.viewer.login, ctx.viewer.staff_id, part.SHOWN)
    if alerts is None:
        return None
    if alerts.shown:
        ctx.audit("ratings.alerts", "customers", None, run=alerts.run_id, shown=len(alerts.shown), first=0)
    return part.downgrades(ctx, alerts, rating_alerts.moved(ctx.connection, ctx.scope, ctx.viewer.login))


def mark_seen(
    ctx: Ctx,
    every: int | None,
    each: list[int | None],
    whom: list[dict[str, Any]],
    run_id: int | None,
    turn: int | None,
) -> tuple[Component, int]:
    """Mark one, or all that stand on the card: never what this person has not had before their eyes."""
    pressed = dash.ctx.triggered_id
    if run_id is None or not (every or any(each or [])) or pressed is None:
        raise PreventUpdate
    wanted = [str(one["customer"]) for one in whom] if pressed == Ids.ALL else [str(pressed["customer"])]
    try:
        count = rating_alerts.mark_seen(
            ctx.connection, ctx.scope, int(run_id), wanted, ctx.viewer.login, ctx.now, ctx.address
        )
    except AlertRefused as refusal:
        raise Refusal(f"changes.refused.{refusal.key}") from refusal
    return status.toast(ctx.t("home.done_seen", count=count), "good"), (turn or 0) + 1


def note_card(ctx: Ctx, clicks: int | None, run_id: int | None, turn: int | None) -> int:
    """Take note that another card or scale moved the grades: the line goes, for this person."""
    if not clicks or run_id is None:
        raise PreventUpdate
    try:
        rating_alerts.note_card(ctx.connection, int(run_id), ctx.viewer.login, ctx.now, ctx.address)
    except AlertRefused as refusal:
        raise Refusal(f"changes.refused.{refusal.key}") from refusal
    return (turn or 0) + 1


def register(bind: Bind) -> None:
    """Attach them to the home page."""
    bind(
        show_downgrades, output=Output(Ids.CARD, "children"), inputs=[Input(Ids.TURN, "data")], permission="ratings.alerts",
        writes=True,
    )  # fmt: skip
    one = {"type": Ids.SEEN, "customer": ALL}
    bind(
        mark_seen, output=[Output(frame.TOAST, "children", allow_duplicate=True), Output(Ids.TURN, "data")],
        inputs=[Input(Ids.ALL, "n_clicks"), Input(one, "n_clicks")],
        states=[State(one, "id"), State(Ids.RUN, "data"), State(Ids.TURN, "data")],
        permission="ratings.alerts", writes=True, prevent_initial_call=True,
    )  # fmt: skip
    bind(
        note_card, output=Output(Ids.TURN, "data", allow_duplicate=True), inputs=[Input(Ids.NOTED, "n_clicks")],
        states=[State(Ids.RUN, "data"), State(Ids.TURN, "data")], permission="ratings.alerts", writes=True,
        prevent_initial_call=True,
    )  # fmt: skip

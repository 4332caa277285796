"""One delivery: rolled back, forward, its rejects shown."""

from __future__ import annotations

import dash
from dash import ALL, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from domain.deliveries import LedgerRefusal
from portal import background
from portal.access import Bind, Ctx, Refusal
from portal.layouts import delivery as page
from portal.layouts.delivery import Ids
from portal.layouts.jobs import PATH as JOBS
from portal.widgets import frame, status
from store import ledger
from warehouse.rejects import rejects


def turn(ctx: Ctx, clicks: int, batch_id: int, reason: str | None) -> tuple[str, Component]:
    """Roll it back or forward, as its state allows, and rebuild what the pages show; on to that job."""
    if not clicks:
        raise PreventUpdate
    batch, said = page.found(ctx, batch_id), (reason or "").strip()
    way = page.TURNS.get(batch.state)
    if way is None:
        raise Refusal("deliveries.refused.state", batch=batch_id)
    if not said:
        raise Refusal("deliveries.refused.reason")
    try:
        change = ledger.roll_back if way == "back" else ledger.roll_forward
        change(ctx.connection, batch.batch_id, ctx.viewer.login, ctx.now)
    except LedgerRefusal as error:
        raise Refusal("deliveries.refused.state", batch=batch_id) from error
    day = batch.business_date.isoformat() if batch.business_date else None
    ctx.audit(f"deliveries.roll_{way}", "batch", str(batch.batch_id), reason=said[:400], business_date=day)
    entered = background.start(ctx, "build_picture", {}, implied=True)
    return f"{JOBS}/{entered.job_id}", status.toast(ctx.t(f"delivery.done_{way}", batch=batch.batch_id), "good")


def show_rejects(ctx: Ctx, clicks: int, pages: list[int], batch_id: int) -> Component:
    """One page of them, on the audit trail: they are a bank's own rows."""
    pressed = dash.ctx.triggered_id
    if not clicks or (isinstance(pressed, dict) and not any(pages)):
        raise PreventUpdate
    at = int(pressed["page"]) if isinstance(pressed, dict) else 0
    if not 0 <= at * page.SHOWN_AT_ONCE < page.SHOWN_IN_ALL:
        raise PreventUpdate
    batch = page.found(ctx, batch_id)
    first = at * page.SHOWN_AT_ONCE
    rows, total = rejects(ctx.settings.warehouse, batch.batch_id, page.SHOWN_AT_ONCE, first)
    ctx.audit("deliveries.rejects.view", "batch", str(batch.batch_id), first=first, rows=len(rows))
    return page.rejected(ctx, rows, total, at)


def register(bind: Bind) -> None:
    """Attach them."""
    batch = State(Ids.BATCH, "data")
    bind(
        turn,
        output=[
            Output(frame.PLACE, "href", allow_duplicate=True),
            Output(frame.TOAST, "children", allow_duplicate=True),
        ],
        inputs=[Input(Ids.TURN, "n_clicks")],
        states=[batch, State(Ids.REASON, "value")],
        permission="deliveries.roll_back",
        writes=True,
        prevent_initial_call=True,
    )
    bind(
        show_rejects,
        output=Output(Ids.REJECTS, "children"),
        inputs=[Input(Ids.SHOW, "n_clicks"), Input(page.more(ALL), "n_clicks")],
        states=[batch],
        permission="deliveries.rejects",
        writes=True,
        prevent_initial_call=True,
    )

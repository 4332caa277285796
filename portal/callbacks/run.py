"""One run: published or rejected. The store refuses whoever started it."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, html
from dash.exceptions import PreventUpdate

from portal.access import Bind, Ctx, Refusal
from portal.layouts import run as page
from portal.layouts import run_movers, run_moves
from portal.layouts.run import Ids
from portal.layouts.runs import PATH
from portal.widgets import frame
from store import runs
from store.runs import RunRefused


def publish(ctx: Ctx, clicks: int, run_id: int, reason: str | None, seen: int | None) -> str:
    """Put it on show: pages and papers read it from this transaction on.

    seen: the run it was compared with on the page; when another is on show by now, the decider looks again first.
    """
    if not clicks:
        raise PreventUpdate
    now = runs.published(ctx.connection, page.found(ctx, run_id).kind)
    if seen is not None and seen != (now.run_id if now else 0):
        raise Refusal("run.other_on_show", version=now.version if now else "—")
    try:
        said = (reason or "").strip()[:400] or None
        runs.publish(ctx.connection, run_id, ctx.viewer.login, ctx.now, said, ctx.address)
    except RunRefused as refusal:
        raise Refusal(f"runs.refused.{refusal.key}", **refusal.values) from refusal
    return f"{PATH}/{run_id}"


def reject(ctx: Ctx, clicks: int, run_id: int, reason: str | None) -> str:
    """Turn it down, with a reason."""
    if not clicks:
        raise PreventUpdate
    try:
        runs.reject(ctx.connection, run_id, ctx.viewer.login, ctx.now, (reason or "").strip()[:400], ctx.address)
    except RunRefused as refusal:
        raise Refusal(f"runs.refused.{refusal.key}", **refusal.values) from refusal
    return f"{PATH}/{run_id}"


def movers(ctx: Ctx, run_id: int | None) -> Any:
    """Who would move, and who most, on the audit trail as every list of customers is; no customer for who sees none."""
    if run_id is None:
        return None
    run = page.found(ctx, run_id)
    shown = run_moves.replaced(ctx, run)
    if run_moves.sees_customers(ctx):
        found = run_movers.movers_of(ctx, run)
        if found:
            ctx.audit("runs.movers", "run", str(run.run_id), shown=sum(len(each.people) for each in found))
        shown += [*run_moves.mine(ctx, run), *run_movers.cards(ctx, run, found)]
    return html.Div(shown, className="gx-stack") if shown else None


def register(bind: Bind) -> None:
    """Attach them."""
    asks = [Input(Ids.RUN, "data")]
    bind(movers, output=Output(Ids.MOVERS, "children"), inputs=asks, permission="runs.view", writes=True)
    for handler, button, more in ((publish, Ids.PUBLISH, [State(Ids.SEEN, "data")]), (reject, Ids.REJECT, [])):
        bind(
            handler,
            output=Output(frame.PLACE, "href", allow_duplicate=True),
            inputs=[Input(button, "n_clicks")],
            states=[State(Ids.RUN, "data"), State(Ids.REASON, "value"), *more],
            permission="runs.publish",
            writes=True,
            prevent_initial_call=True,
        )

"""One job: watch it, cancel it, run it again."""

from __future__ import annotations

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal import background, job_words
from portal.access import Bind, Ctx
from portal.callbacks.jobs import act_on
from portal.layouts import job as page
from portal.layouts import jobs
from portal.layouts.job import Ids
from portal.layouts.jobs import PATH
from portal.widgets import frame, status
from store import jobs as rows


def show(
    ctx: Ctx, _tick: int | None, _changed: int, _obeyed: int, job_id: int
) -> tuple[Component | None, Component, Component, bool, bool, bool]:
    """Its chain, standing, log, whether to stop asking, and which buttons are not there."""
    row = background.found(ctx, job_id)
    lines = rows.last_lines(ctx.connection, row.job_id)
    chain = page.chain_of(ctx, row)
    return (
        page.chain(ctx, row, chain),
        page.standing(ctx, row),
        page.log(ctx, row, lines),
        not row.active and (chain is None or chain.state != "running"),
        not page.may_cancel(ctx, row),
        not job_words.can_retry(ctx, row),
    )


def cancel(ctx: Ctx, clicks: int, job_id: int, changed: int) -> tuple[Component, int]:
    """Stop it."""
    if not clicks:
        raise PreventUpdate
    return status.toast(act_on(ctx, "cancel", job_id), "good"), changed + 1


def retry(ctx: Ctx, clicks: int, job_id: int) -> tuple[str, object]:
    """Run it again; on to the page of the new job."""
    if not clicks:
        raise PreventUpdate
    entered = background.again(ctx, job_id)
    return f"{PATH}/{entered.job_id}", no_update


def register(bind: Bind) -> None:
    """Attach them."""
    job, changed = State(Ids.JOB, "data"), Input(Ids.CHANGED, "data")
    toast = Output(frame.TOAST, "children", allow_duplicate=True)
    bind(
        show,
        output=[
            Output(Ids.CHAIN, "children"), Output(Ids.STANDING, "children"), Output(Ids.LOG, "children"), Output(Ids.TICK, "disabled"),
            Output(Ids.CANCEL, "hidden"), Output(Ids.RETRY, "hidden"),
        ],
        inputs=[Input(Ids.TICK, "n_intervals"), changed, Input(jobs.Ids.CHANGED, "data")],
        states=[job],
        permission="jobs.view",
    )  # fmt: skip
    bind(
        cancel,
        output=[toast, Output(Ids.CHANGED, "data", allow_duplicate=True)],
        inputs=[Input(Ids.CANCEL, "n_clicks")],
        states=[job, State(Ids.CHANGED, "data")],
        permission="jobs.cancel",
        writes=True,
        prevent_initial_call=True,
    )
    bind(
        retry,
        output=[Output(frame.PLACE, "href", allow_duplicate=True), toast],
        inputs=[Input(Ids.RETRY, "n_clicks")],
        states=[job],
        permission="jobs.view",
        writes=True,
        prevent_initial_call=True,
    )

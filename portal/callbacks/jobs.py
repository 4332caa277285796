"""The jobs page: start, watch, cancel, retry."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import dash
from dash import ALL, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from domain.phrasing import choose
from jobs.registry import JOB_KINDS, Field
from portal import background, chain_words, job_words
from portal.access import Bind, Ctx, Refusal
from portal.layouts import jobs as page
from portal.layouts.jobs import Ids
from portal.widgets import frame, status
from store import chains
from store import jobs as rows
from store.branches import names_of

Asked = dict[str, Any]


def show_live(ctx: Ctx, _tick: int | None, _changed: int, seen: list[int]) -> tuple[Component, bool, Any]:
    """What is under way; asks again by itself only while there is something."""
    active, open_chains = rows.active(ctx.connection), chains.open_chains(ctx.connection)
    ids = [row.job_id for row in active] + [-chain.chain_id for chain in open_chains]
    idle = not active and all(chain.state == "halted" for chain in open_chains)
    return page.live(ctx, active, open_chains), idle, ids if ids != seen else no_update


def show_history(ctx: Ctx, asked: Asked, _changed: int, _seen: list[int]) -> Component:
    """The page of the history the address asks for; anew when something was started or ended."""
    return page.history(ctx, asked)


def start(ctx: Ctx, clicks: list[int], given: list[Any], changed: int) -> tuple[Component, int]:
    """Enter the kind whose button was pressed, with what its form says."""
    pressed = dash.ctx.triggered_id
    if not any(clicks) or not isinstance(pressed, dict):
        raise PreventUpdate
    kind = JOB_KINDS.get(str(pressed["kind"]))
    if kind is None or kind.form is None:
        raise Refusal("jobs.refused.not_offered")
    told = {
        part["id"]["name"]: part.get("value") for part in dash.ctx.states_list[0] if part["id"]["kind"] == kind.name
    }
    parameters = {field.name: _read(ctx, field, told.get(field.name)) for field in kind.form}
    entered = background.start(ctx, kind.name, {name: value for name, value in parameters.items() if value is not None})
    key = "jobs.already" if entered.already_running else "jobs.started"
    words = ctx.t(key, job=entered.job_id, kind=kind.title(ctx.language))
    return status.toast(words, "plain" if entered.already_running else "good"), changed + 1


def _read(ctx: Ctx, field: Field, value: Any) -> Any:
    """The parameter a field holds, None when it was left alone. Refusal says how it is written."""
    if field.kind == "flag":
        return True if value else None
    text = str(value or "").strip()
    if not text:
        return None
    if field.kind == "branch":
        if text not in names_of(ctx.connection, [text]):
            raise Refusal("jobs.refused.branch", value=text[:40])
        return text
    try:
        if field.kind == "date":
            return date.fromisoformat(text).isoformat()
        share = Decimal(text.rstrip("%").strip()) / 100
        if not 0 < share < 1:
            raise ValueError(text)
        return float(share)
    except (ValueError, InvalidOperation) as error:
        name = choose(ctx.language, field.zh, field.en)
        raise Refusal(f"jobs.refused.{field.kind}", field=name, value=text[:40]) from error


def obey(ctx: Ctx, clicks: int, order: str | None, changed: int) -> tuple[Component, int]:
    """Cancel or retry a job of the lists."""
    if not clicks or not order:
        raise PreventUpdate
    told = json.loads(order)
    sentence = act_on(ctx, str(told["act"]), int(told["job"]))
    return status.toast(sentence, "good"), changed + 1


def act_on(ctx: Ctx, act: str, job_id: int) -> str:
    """Cancel or retry a job, or cancel a chain or let it go on (then `job_id` is the chain's); what was done, in words."""
    if act == "cancel":
        ctx.require("jobs.cancel")
        row = background.stop(ctx, job_id)
        key = "jobs.cancelled" if row.status == "cancelled" else "jobs.stopping"
        return ctx.t(key, job=job_id, kind=job_words.title(ctx, row.kind))
    if act == "cancel_chain":
        ctx.require("jobs.cancel")
        return ctx.t("jobs.chain_stopping", chain=chain_words.title(ctx, background.stop_chain(ctx, job_id)))
    if act == "skip":
        return ctx.t("jobs.skipped", chain=chain_words.title(ctx, background.go_on_without(ctx, job_id)))
    if act == "retry":
        entered = background.again(ctx, job_id)
        return ctx.t("jobs.retried", job=entered.job_id, old=job_id)
    raise PreventUpdate


def register(bind: Bind) -> None:
    """Attach them."""
    changed, seen = Input(Ids.CHANGED, "data"), Output(Ids.SEEN, "data")
    bind(
        show_live,
        output=[Output(Ids.LIVE, "children"), Output(Ids.TICK, "disabled"), seen],
        inputs=[Input(Ids.TICK, "n_intervals"), changed],
        states=[State(Ids.SEEN, "data")],
        permission="jobs.view",
    )
    bind(
        show_history,
        output=Output(Ids.HISTORY, "children"),
        inputs=[Input(Ids.ASKED, "data"), changed, Input(Ids.SEEN, "data")],
        permission="jobs.view",
    )
    told = [Output(frame.TOAST, "children", allow_duplicate=True), Output(Ids.CHANGED, "data", allow_duplicate=True)]
    bind(
        start,
        output=told,
        inputs=[Input(Ids.start(ALL), "n_clicks")],
        states=[State(Ids.field(ALL, ALL), "value"), State(Ids.CHANGED, "data")],
        permission="jobs.submit",
        writes=True,
        prevent_initial_call=True,
    )
    bind(
        obey,
        output=told,
        inputs=[Input(Ids.OBEY, "n_clicks")],
        states=[State(Ids.ORDER, "data"), State(Ids.CHANGED, "data")],
        permission="jobs.view",
        writes=True,
        prevent_initial_call=True,
    )

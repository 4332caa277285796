"""Schedules: kept as an administrator set them, or started now."""

from __future__ import annotations

from typing import Any

import dash
from dash import ALL, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from jobs.queue import as_at_first
from jobs.registry import SCHEDULES
from portal import background, chain_words, job_words
from portal.access import Bind, Ctx, Refusal
from portal.layouts import schedules as page
from portal.layouts.schedules import Ids
from portal.widgets import frame, status
from store import schedules
from store.schedules import ScheduleRefused


def save(ctx: Ctx, clicks: list[int], _given: list[Any]) -> tuple[list[Component], Component]:
    """Keep the schedule whose button was pressed as its form says; the cards anew, so that they show the next time."""
    name = _pressed(clicks)
    told = {part["id"]["part"]: part.get("value") for part in dash.ctx.states_list[0] if part["id"]["name"] == name}
    day, at = told.get("day"), str(told.get("at") or "").strip()
    try:
        kept = schedules.change(
            ctx.connection, as_at_first(SCHEDULES[name]), bool(told.get("active")),
            day if isinstance(day, int) else None, at, list(told.get("steps") or ()),
            ctx.viewer.login, ctx.now, ctx.address,
        )  # fmt: skip
    except ScheduleRefused as refused:
        raise Refusal(f"schedules.refused.{refused.key}") from refused
    title = SCHEDULES[name].title(ctx.language)
    key = "saved_next" if kept.next_at else "saved"
    words = ctx.t(f"schedules.{key}", name=title, next=job_words.moment(ctx, kept.next_at))
    return page.cards(ctx), status.toast(words, "good")


def run(ctx: Ctx, clicks: list[int]) -> tuple[list[Component], Component]:
    """Start its chain now; its card leads to it."""
    started = background.start_schedule(ctx, _pressed(clicks))
    key = "schedules.already" if started.already else "schedules.started"
    words = ctx.t(key, name=chain_words.title(ctx, started.chain))
    return page.cards(ctx), status.toast(words, "plain" if started.already else "good")


def _pressed(clicks: list[int]) -> str:
    pressed = dash.ctx.triggered_id
    if not any(clicks) or not isinstance(pressed, dict):
        raise PreventUpdate
    name = str(pressed["name"])
    if name not in SCHEDULES:
        raise Refusal("schedules.refused.none")
    return name


def register(bind: Bind) -> None:
    """Attach them."""
    told = [Output(Ids.CARDS, "children", allow_duplicate=True), Output(frame.TOAST, "children", allow_duplicate=True)]
    bind(
        save,
        output=told,
        inputs=[Input(Ids.save(ALL), "n_clicks")],
        states=[State(Ids.field(ALL, ALL), "value")],
        permission="schedules.edit",
        writes=True,
        prevent_initial_call=True,
    )
    bind(
        run,
        output=told,
        inputs=[Input(Ids.run(ALL), "n_clicks")],
        permission="schedules.edit",
        writes=True,
        prevent_initial_call=True,
    )

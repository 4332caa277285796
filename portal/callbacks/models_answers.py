"""Answers to findings, conditions of a signature, and what is done about them: each refused where its form stands."""

from __future__ import annotations

from dash import Input, Output, State
from dash.exceptions import PreventUpdate

from portal.access import Bind, Ctx, Refusal
from portal.callbacks.customer_override import day_in
from portal.layouts.models_answers import SET, Ids
from portal.layouts.models_comparison import PATH
from portal.layouts.models_comparison import Ids as Page
from portal.widgets import frame
from store import undertakings
from store.model_steps import ModelRefused
from store.undertakings import Promise


def give(
    ctx: Ctx, clicks: int, model_id: int, about: str | None, words: str | None, owner: str | None, due: str | None
) -> tuple[str, None]:
    """Keep an answer, or a condition of this person's signature."""
    if not clicks:
        raise PreventUpdate
    if not about:
        raise Refusal("models.refused.about_needed")
    told = Promise(words or "", owner or "", day_in(due))
    who = ctx.viewer.login, ctx.now, ctx.address
    try:
        if about == SET:
            undertakings.condition(ctx.connection, int(model_id), told, *who)
        else:
            undertakings.answer(ctx.connection, int(model_id), about, told, *who)
    except ModelRefused as refusal:
        raise Refusal(f"models.refused.{refusal.key}", **refusal.values) from refusal
    return f"{PATH}?model={int(model_id)}", None


def close(ctx: Ctx, clicks: int, which: str | None, words: str | None) -> tuple[str, None]:
    """Say that it is done; another than who must do it."""
    if not clicks:
        raise PreventUpdate
    if not which or not str(which).isdecimal():
        raise Refusal("models.refused.which_needed")
    try:
        number = undertakings.close(ctx.connection, int(which), words or "", ctx.viewer.login, ctx.now, ctx.address)
    except ModelRefused as refusal:
        raise Refusal(f"models.refused.{refusal.key}", **refusal.values) from refusal
    return f"{PATH}?model={number}", None


def register(bind: Bind) -> None:
    """Attach them to the page of models."""
    place = Output(frame.PLACE, "href", allow_duplicate=True)
    given = [State(each, "value") for each in (Ids.ABOUT, Ids.WORDS, Ids.OWNER, Ids.DUE)]
    bind(
        give, output=[place, Output(Ids.TOLD, "children")], inputs=[Input(Ids.GIVE, "n_clicks")],
        states=[State(Page.MODEL, "data"), *given], permission="models.answer", writes=True, prevent_initial_call=True,
    )  # fmt: skip
    bind(
        close, output=[place, Output(Ids.CLOSED, "children")], inputs=[Input(Ids.CLOSE, "n_clicks")],
        states=[State(Ids.WHICH, "value"), State(Ids.SEEN, "value")], permission="models.answer", writes=True,
        prevent_initial_call=True,
    )  # fmt: skip

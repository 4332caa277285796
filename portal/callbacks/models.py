"""Models: validated, approved, retired or given to somebody, each by the persons the store allows; and two set side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal import background, report_button
from portal.access import Bind, Ctx, Refusal
from portal.callbacks import models_answers
from portal.layouts import models_comparison as page
from portal.layouts.models_comparison import KIND, PATH, Ids
from portal.widgets import frame
from store import model_decisions as decide
from store import models as store
from store.model_steps import ModelRefused


def validate(ctx: Ctx, clicks: int, model_id: int, words: str | None) -> tuple[str, None]:
    """A second person says that it does what it should."""
    return _done(ctx, clicks, decide.validate, model_id, words)


def approve(ctx: Ctx, clicks: int, model_id: int, words: str | None) -> tuple[str, None]:
    """A third person allows its use."""
    return _done(ctx, clicks, decide.approve, model_id, words)


def retire(ctx: Ctx, clicks: int, model_id: int, words: str | None) -> tuple[str, None]:
    """Turn it down, or take a replaced one out for good."""
    return _done(ctx, clicks, decide.retire, model_id, words)


def assign(
    ctx: Ctx, clicks: int, model_id: int, words: str | None, owner: str | None, tier: int | None
) -> tuple[str, None]:
    """Say who answers for it and how much depends on it."""
    whose = (owner or "", int(tier or 0))
    return _done(ctx, clicks, lambda to, number, *rest: decide.assign(to, number, *whose, *rest), model_id, words)


def _done(ctx: Ctx, clicks: int, act: Callable[..., None], model_id: int, words: str | None) -> tuple[str, None]:
    if not clicks:
        raise PreventUpdate
    try:
        act(ctx.connection, int(model_id), ctx.viewer.login, ctx.now, words or "", ctx.address)
    except ModelRefused as refusal:
        raise Refusal(f"models.refused.{refusal.key}", **refusal.values) from refusal
    return f"{PATH}?model={int(model_id)}", None


def choose(_ctx: Ctx, against: str | None, model_id: int, pair: Sequence[int]) -> str:
    """Another challenger, in the address. The box tells what it holds when the page comes, too: that is no choice."""
    if not against or not str(against).isdecimal() or int(against) == int(pair[1]):
        raise PreventUpdate
    return f"{PATH}?model={int(model_id)}&against={against}"


def compare(ctx: Ctx, clicks: int, pair: Sequence[int]) -> tuple[list[Component], bool]:
    """Start the job for this pair."""
    if not clicks:
        raise PreventUpdate
    asked = _pair(ctx, pair)
    background.start(ctx, KIND, asked[0])
    return page.answer(ctx, *asked)


def look(ctx: Ctx, _ticks: int | None, pair: Sequence[int]) -> tuple[list[Component], bool]:
    """How far it is; the answer once it is there."""
    return page.answer(ctx, *_pair(ctx, pair))


def _pair(ctx: Ctx, pair: Sequence[int]) -> tuple[dict[str, int], tuple[str, str]]:
    """The two as the job is asked for them, and what they are called. Refusal for one that may not be compared."""
    every, shown = store.list_models(ctx.connection), store.shown(ctx.connection)
    names = {each.model_id: each.version for each in page.challengers(every, shown)}
    first, second = (int(each) for each in pair)
    if first != shown or second not in names:
        raise Refusal("models.refused.not_these")
    champion = next(each.version for each in every if each.model_id == shown)
    return {"champion": first, "challenger": second}, (champion, names[second])


def register(bind: Bind) -> None:
    """Attach them."""
    place = Output(frame.PLACE, "href", allow_duplicate=True)
    number, words = State(Ids.MODEL, "data"), State(Ids.WORDS, "value")
    acts: tuple[tuple[Callable[..., Any], str, list[State], str], ...] = (
        (validate, Ids.VALIDATE, [], "models.validate"), (approve, Ids.APPROVE, [], "models.approve"),
        (retire, Ids.RETIRE, [], "models.retire"),
        (assign, Ids.ASSIGN, [State(Ids.OWNER, "value"), State(Ids.TIER, "value")], "models.assign"),
    )  # fmt: skip
    for handler, button, more, permission in acts:
        bind(
            handler, output=[place, Output(Ids.TOLD, "children", allow_duplicate=True)], inputs=[Input(button, "n_clicks")],
            states=[number, words, *more],
            permission=permission, writes=True, prevent_initial_call=True,
        )  # fmt: skip
    bind(
        choose, output=place, inputs=[Input(Ids.AGAINST, "value")], states=[number, State(Ids.PAIR, "data")], permission="models.view",
        prevent_initial_call=True,
    )  # fmt: skip
    models_answers.register(bind)
    report_button.register(bind, "models", report_button.for_model, "models.dossier", states=[number])
    shown = [Output(Ids.BODY, "children", allow_duplicate=True), Output(Ids.TICK, "disabled", allow_duplicate=True)]
    bind(
        compare, output=shown, inputs=[Input(Ids.COMPARE, "n_clicks")], states=[State(Ids.PAIR, "data")],
        permission="models.compare", writes=True, prevent_initial_call=True,
    )  # fmt: skip
    bind(
        look, output=shown, inputs=[Input(Ids.TICK, "n_intervals")], states=[State(Ids.PAIR, "data")],
        permission="models.view", prevent_initial_call=True,
    )  # fmt: skip

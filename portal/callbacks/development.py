"""Scorecard development: bins changed by hand stand in the address; only what is saved with a reason is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash
from dash import ALL, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from domain.credit.by_hand import plan_of, split_at
from domain.credit.characteristics import named
from domain.credit.scorecard import from_dict
from domain.credit.typed import BadCut, cut_of, most_of
from domain.phrasing import exact
from portal import background
from portal.access import Bind, Ctx, Refusal
from portal.development_question import Question, effect_of, opened, question_of, trials
from portal.layouts import development as page
from portal.layouts import development_bins as bins_page
from portal.layouts import development_effect as effect_page
from portal.layouts import development_leak as leak_page
from portal.layouts.development import Ids
from store import clearances, developments
from store.developments import DraftRefused
from store.jobs import active
from store.runs import list_runs

DEVELOP, RATE = "develop_scorecard", "rate_customers"
Asked = Mapping[str, Any] | None
Sent = tuple[str, None]  # the question the page turns to, and no word of a refusal beside the form


def show(ctx: Ctx, told: Asked) -> list[Component]:
    """The sample, the opened characteristic, the effect of what was changed, the list and the drafts."""
    asked = question_of(ctx, told or {})
    kept, made = developments.drafts(ctx.connection), list_runs(ctx.connection, "credit")
    if asked is None:
        return [page.nothing(ctx)]
    parts: list[Component] = [bins_page.odd_address(ctx)] if asked.odd else []
    both = None
    try:
        both = trials(ctx, asked)
    except ValueError as error:
        parts.append(bins_page.no_card(ctx, error))
    found, sample = opened(ctx, asked), page.sample(ctx, asked.made)
    looked = clearances.newest(ctx.connection)
    rest = [sample, page.characteristics(ctx, asked, looked), leak_page.left_out(ctx), page.drafts(ctx, kept, made)]
    beside = effect_page.effect(ctx, asked, both) if both else None
    suspicion = leak_page.suspicion(ctx, asked, looked)
    if asked.of is not None and found is None:
        parts.append(bins_page.gone(ctx))
    if found is None:
        return [page.stacked([*parts, beside, *rest])]
    card = both.after.card if both else from_dict(dict(asked.made.found["card"]))
    chart, bins = bins_page.opened(ctx, asked, found, card, beside or sample)
    return [*parts, chart, page.stacked([bins, suspicion, *(rest if beside else rest[1:])])]


def _asked(ctx: Ctx, told: Asked) -> Question:
    asked = question_of(ctx, told or {})
    if asked is None:
        raise Refusal("development.nothing")
    return asked


def cut(ctx: Ctx, clicks: int, text: str | None, told: Asked) -> Sent:
    """One more cut point of the opened characteristic, in the address."""
    if not clicks:
        raise PreventUpdate
    asked = _asked(ctx, told)
    found = opened(ctx, asked)
    if found is None or found.shown.kind != "number" or asked.of is None:
        raise Refusal("development.gone")
    known = named(asked.of)
    try:
        at = cut_of(str(text or ""), known.unit)
        plan = split_at(plan_of(found.shown), at)
    except BadCut as wrong:
        most, name = exact(most_of(wrong.unit)), page.name_of(ctx, asked.of)
        raise Refusal(
            f"development.cut_wrong.{wrong.key}", unit=ctx.t(f"development.unit.{known.unit}"), most=most, name=name
        ) from wrong
    except ValueError as error:
        raise Refusal("development.bad_cut") from error
    if plan == plan_of(found.shown):
        raise Refusal("development.cut_there", name=page.name_of(ctx, asked.of))
    return f"?{asked.query(bins=asked.changed(asked.of, plan))}", None


def save(ctx: Ctx, clicks: int, reason: str | None, told: Asked) -> Sent:
    """Keep the changes as a draft with their reason; the page then shows the characteristic as developed again."""
    if not clicks:
        raise PreventUpdate
    asked = _asked(ctx, told)
    try:  # before the cards are fitted: whoever forgot it reads so at once
        developments.reasoned(reason or "", "reason_needed", "say why these bins are set by hand")
    except DraftRefused as refusal:
        raise _refusal(refusal) from refusal
    try:
        both = trials(ctx, asked)
    except ValueError as error:
        raise Refusal("development.refused.no_card") from error
    effect = effect_of(both) if both else {}
    try:
        developments.save_draft(
            ctx.connection, asked.made.development_id, asked.bins, effect, reason or "", ctx.viewer.login, ctx.now,
            ctx.address,
        )  # fmt: skip
    except DraftRefused as refusal:
        raise _refusal(refusal) from refusal
    return f"?{asked.query(bins={})}", None


def _refusal(refused: DraftRefused) -> Refusal:
    """Of too few words it says what signatures are told of theirs."""
    where = "models" if refused.values else "development"
    return Refusal(f"{where}.refused.{refused.key}", **refused.values)


def clear(ctx: Ctx, clicks: int, reason: str | None, told: Asked) -> Sent:
    """Clear the opened characteristic of the suspicion of a leak, or take that back: in force from the next development."""
    if not clicks:
        raise PreventUpdate
    asked = _asked(ctx, told)
    if asked.of is None:
        raise Refusal("development.gone")
    before = clearances.newest(ctx.connection).get(asked.of)
    try:
        clearances.clear(
            ctx.connection, asked.made.development_id, asked.of, before is None or not before.cleared, reason or "",
            ctx.viewer.login, ctx.now, ctx.address,
        )  # fmt: skip
    except DraftRefused as refusal:
        raise _refusal(refusal) from refusal
    return f"?{asked.query()}&seen={int(ctx.now.timestamp())}", None


def draw(ctx: Ctx, clicks: int) -> int:
    """Draw the sample anew and develop on it."""
    if not clicks:
        raise PreventUpdate
    return background.start(ctx, DEVELOP, {}).job_id


def candidate(ctx: Ctx, clicks: Sequence[int | None]) -> int:
    """A credit run with a draft's bins: a candidate that somebody else publishes or rejects, as any other."""
    chosen = dash.ctx.triggered_id
    if not any(clicks) or not isinstance(chosen, dict):
        raise PreventUpdate
    found = developments.draft(ctx.connection, int(chosen["draft"]))
    if found is None:
        raise Refusal("development.refused.no_such_draft")
    return background.start(ctx, RATE, {"draft": found.draft_id}, implied=True).job_id


def progress(ctx: Ctx, job: int | None, _ticks: int | None) -> tuple[Component | None, bool]:
    """The job started here, or a development somebody else started; whether to stop looking."""
    rows = [row for row in active(ctx.connection) if row.kind == DEVELOP]
    row = background.found(ctx, job) if job else next(iter(rows), None)
    if row is None or row.kind not in (DEVELOP, RATE):
        return None, True
    return page.under_way(ctx, row), not row.active


def register(bind: Bind) -> None:
    """Attach them."""
    told, place = State(Ids.ASKED, "data"), Output("_pages_location", "search", allow_duplicate=True)
    job = Output(Ids.JOB, "data", allow_duplicate=True)
    bind(show, output=Output(Ids.BODY, "children"), inputs=[Input(Ids.ASKED, "data")], permission="development.view")
    bind(
        progress, output=[Output(Ids.PROGRESS, "children"), Output(Ids.TICK, "disabled")],
        inputs=[Input(Ids.JOB, "data"), Input(Ids.TICK, "n_intervals")], permission="development.view",
    )  # fmt: skip
    bind(
        cut, output=[place, Output(Ids.CUT_TOLD, "children")], inputs=[Input(Ids.CUT, "n_clicks")],
        states=[State(Ids.CUT_AT, "value"), told],
        permission="development.edit", prevent_initial_call=True,
    )  # fmt: skip
    bind(
        save, output=[place, Output(Ids.SAVE_TOLD, "children")], inputs=[Input(Ids.SAVE, "n_clicks")],
        states=[State(Ids.REASON, "value"), told],
        permission="development.edit", writes=True, prevent_initial_call=True,
    )  # fmt: skip
    bind(
        clear, output=[place, Output(Ids.CLEAR_TOLD, "children")], inputs=[Input(Ids.CLEAR, "n_clicks")],
        states=[State(Ids.CLEAR_REASON, "value"), told],
        permission="development.edit", writes=True, prevent_initial_call=True,
    )  # fmt: skip
    bind(
        draw, output=job, inputs=[Input(Ids.DRAW, "n_clicks")], permission="development.edit", writes=True,
        prevent_initial_call=True,
    )  # fmt: skip
    bind(
        candidate, output=job, inputs=[Input({"type": Ids.CANDIDATE, "draft": ALL}, "n_clicks")],
        permission="development.edit", writes=True, prevent_initial_call=True,
    )  # fmt: skip

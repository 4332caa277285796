"""The register of scorecards: who stands behind each, one model's card with its history, and what may be decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.actors import MACHINES
from domain.credit.reach import reach_of
from domain.credit.scorecard import from_dict
from domain.phrasing import day, minute, number
from portal.access import Ctx, Refusal
from portal.actors import person
from portal.address_numbers import number_in
from portal.layouts import models_answers, models_comparison, models_dossier, run_card
from portal.layouts.models_comparison import PATH, Ids
from portal.layouts.runs import PATH as RUNS
from portal.run_parameters import long_run_words
from portal.run_words import slope_of_card
from portal.widgets import frame, status
from portal.widgets.lists import facts
from portal.widgets.marks import marks
from store import models as store
from store.jobs import said
from store.model_decisions import TIERS
from store.model_steps import LONGEST_WORDS
from store.models import Event, Model
from store.parameters import masterscale_at
from store.reports import newest_dossier
from store.runs import Run
from store.runs import run as run_of
from store.undertakings import Undertaking, findings, of_model
from store.users import is_person

TONES = {"developed": "plain", "validated": "accent", "approved": "accent", "in_use": "good", "retired": "plain"}
# By state: the step that may follow, the permission it takes.
NEXT = {"developed": "validate", "validated": "approve"}
RETIRABLE = ("developed", "validated", "approved", "retired")


@dataclass(frozen=True)
class View:
    """What the page shows: the register, the model that is opened, and the one the grades on show are made with."""

    every: Sequence[Model]
    chosen: Model
    shown: int | None


def layout(ctx: Ctx, model: str = "", against: str = "") -> Component:
    """The register above, the opened model below it; `against` names the challenger it is set beside."""
    every, shown = store.list_models(ctx.connection), store.shown(ctx.connection)
    body: list[Component]
    view = None
    if not every:
        body = [frame.card(None, status.empty(ctx.t("models.nothing"), ctx.t("models.nothing_what")))]
    else:
        view = View(every, _chosen(ctx, model, every, shown), shown)
        steps = store.events(ctx.connection, view.chosen.model_id)
        head = html.Div([_facts(ctx, view), _decide(ctx, view)], className="gx-grid-2")
        beside = models_comparison.asked(ctx, every, shown, against)
        parts = [
            _trial(ctx, view),
            _register(ctx, view),
            head,
            models_dossier.card(ctx, view.chosen, steps),
            *models_answers.cards(ctx, view.chosen),
            _card(ctx, view.chosen),
            _history(ctx, steps, of_model(ctx.connection, view.chosen.model_id)),
            *beside,
        ]
        kept = html.Div([part for part in parts if part is not None], className="gx-stack")
        body = [dcc.Store(id=Ids.MODEL, data=view.chosen.model_id), kept]
    chosen = None if view is None else view.chosen
    return frame.page(ctx.t("models.title"), ctx.t("models.context"), models_dossier.button(ctx, chosen), body)


def _chosen(ctx: Ctx, asked: str, every: Sequence[Model], shown: int | None) -> Model:
    """The model asked for; the one on show, else the newest. Refusal for one that is not there."""
    wanted = number_in(asked) if asked else shown or every[0].model_id
    found = None if wanted is None else store.model(ctx.connection, wanted)
    if found is None:
        raise Refusal("models.refused.no_such_model")
    return found


def _trial(ctx: Ctx, view: View) -> Component | None:
    """That the grades on show are made with a card nobody stands behind yet."""
    on_show = next((each for each in view.every if each.model_id == view.shown), None)
    if on_show is None or on_show.signed:
        return None
    return html.P(ctx.t("models.on_trial", version=on_show.version), className="gx-alert warn", role="note")


def _register(ctx: Ctx, view: View) -> Component:
    names = ("version", "purpose", "tier", "state", "owner", "developed", "auc", "in_use_since")
    heads = [
        html.Th(ctx.t(f"models.head.{name}"), scope="col", className="n" if name == "auc" else "") for name in names
    ]
    rows = []
    for each in view.every:
        here = each.model_id == view.chosen.model_id
        cells: list[Any] = [
            dcc.Link(each.version, href=f"{PATH}?model={each.model_id}"), ctx.t(f"models.purpose.{each.purpose}"),
            ctx.t(f"models.tier.{each.tier}"), chip(ctx, each, view.shown), person(ctx, each.owner),
            f"{person(ctx, each.developed_by)} · {_on(ctx, each.developed_at)}", _auc(each),
            _on(ctx, each.in_use_since),
        ]  # fmt: skip
        drawn = [
            html.Td(cell, className="n" if at == 6 else "", **(_headed(ctx, name) if at else {}))
            for at, (name, cell) in enumerate(zip(names, cells, strict=True))
        ]
        rows.append(html.Tr(drawn, className="on" if here else "", **(marks(aria_current="true") if here else {})))
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table gx-cards models-cards")
    return frame.card(
        ctx.t("models.register"), html.Div(table, className="gx-scroll"), why=ctx.t("models.register_why")
    )


def chip(ctx: Ctx, each: Model, shown: int | None) -> Component:
    """Its state, and that it is shown on trial where it is."""
    if each.model_id == shown and not each.signed:
        return status.chip(ctx.t("models.state_trial", state=ctx.t(f"models.state.{each.state}")), "warn")
    return status.chip(ctx.t(f"models.state.{each.state}"), TONES[each.state])


def _auc(each: Model) -> str:
    found = each.metrics.get("auc") or {}
    return "—" if found.get("value") is None else number(found["value"], 3)


def _on(ctx: Ctx, at: datetime | None) -> str:
    local = ctx.local(at)
    return "—" if local is None else day(local.date())


def _step(ctx: Ctx, by: str | None, at: Any) -> Any:
    if by is None or at is None:
        return "—"
    return [person(ctx, by), html.Div(minute(ctx.local(at)), className="gx-sub")]


def _facts(ctx: Ctx, view: View) -> Component:
    one = view.chosen
    made = run_of(ctx.connection, one.run_id)
    name: Any = made.version if made is not None else "—"
    if made is not None and ctx.may("runs.view"):
        name = dcc.Link(name, href=f"{RUNS}/{one.run_id}")
    figures = one.metrics
    auc, ks = figures.get("auc") or {}, figures.get("ks") or {}
    between = (
        f"{_auc(one)} ({number(auc['low'], 3)}–{number(auc['high'], 3)})" if auc.get("low") is not None else _auc(one)
    )
    pairs: list[tuple[str, Any]] = [
        ("state", chip(ctx, one, view.shown)), ("purpose", ctx.t(f"models.purpose.{one.purpose}")),
        ("tier", ctx.t(f"models.tier.{one.tier}")), ("owner", person(ctx, one.owner)), ("run", name),
        ("as_of", one.definition.get("as_of") or (day(made.as_of) if made else "—")),
        ("sample", ctx.t("models.sample", rows=number(figures.get("rows")), bad=number(figures.get("bad")))),
        ("auc", between), ("ks", number(ks.get("value"), 3)), ("slope", slope_of_card(figures, ctx)),
        ("long_run", _long_run(ctx, one, made)),
        ("developed", _step(ctx, one.developed_by, one.developed_at)),
        ("validated", _step(ctx, one.validated_by, one.validated_at)),
        ("approved", _step(ctx, one.approved_by, one.approved_at)),
        ("in_use_since", minute(ctx.local(one.in_use_since)) if one.in_use_since else "—"),
    ]  # fmt: skip
    if one.state == "retired":
        pairs.append(("retired", _step(ctx, one.retired_by, one.retired_at)))
        other = next((each.version for each in view.every if each.model_id == one.replaced_by), None)
        pairs.append(("replaced_by", other or ctx.t("models.for_good")))
    told = [(ctx.t(f"models.head.{name}"), value) for name, value in pairs]
    return frame.card(ctx.t("models.one", version=one.version), facts(told), why=ctx.t(f"models.next.{_next(view)}"))


def _long_run(ctx: Ctx, one: Model, made: Run | None) -> str:
    asked = None if made is None else made.parameters.get("long_run_rate")
    return long_run_words(ctx, asked, one.card.get("long_run_rate"), one.metrics)


def _next(view: View) -> str:
    one = view.chosen
    if one.state == "retired":
        return "retired" if one.replaced_by is None else "replaced"
    return one.state


def _decide(ctx: Ctx, view: View) -> Component:
    """What this viewer may do to the model, with words; a person who may not is told why, the store refuses in any case."""
    one, may = view.chosen, ctx.may
    step = NEXT.get(one.state)
    buttons: list[Component] = []
    notice = None
    if step is not None and may(f"models.{step}"):
        notice = _not_this_person(ctx, one, step)
        ask = ctx.t(f"models.ask.{step}", version=one.version)
        ident = Ids.VALIDATE if step == "validate" else Ids.APPROVE
        word = ctx.t(f"models.act.{step}")
        buttons.append(status.confirm(ident, word, ask, "main", needs=Ids.WORDS, disabled=notice is not None))
    retirable = one.state in RETIRABLE and one.model_id != view.shown
    if retirable and may("models.retire") and not (one.state == "retired" and one.replaced_by is None):
        ask = ctx.t("models.ask.retire", version=one.version)
        buttons.append(status.confirm(Ids.RETIRE, ctx.t("models.act.retire"), ask, "danger", needs=Ids.WORDS))
    assigned = one.state != "retired" and may("models.assign")
    if assigned:
        ask = ctx.t("models.ask.assign", version=one.version)
        buttons.append(status.confirm(Ids.ASSIGN, ctx.t("models.act.assign"), ask, needs=Ids.WORDS))
    if not buttons:
        return frame.card(ctx.t("models.decide"), html.P(ctx.t("models.nothing_to_decide"), className="gx-sub"))
    words = dcc.Textarea(id=Ids.WORDS, className="gx-input", rows=3, maxLength=LONGEST_WORDS)
    body: list[Component | None] = [
        *(_owner(ctx, one) if assigned else []),
        html.Label([ctx.t("models.words"), words], className="gx-labelled"),
        notice,
        html.Div(buttons, className="gx-row"),
        status.told(Ids.TOLD),
    ]
    shown = html.Div([part for part in body if part is not None], className="gx-form")
    return frame.card(ctx.t("models.decide"), shown, why=ctx.t("models.decide_why"))


def _not_this_person(ctx: Ctx, one: Model, step: str) -> Component | None:
    mine = ctx.viewer.login
    key = None
    if mine == one.developed_by:
        key = "own_model"
    elif step == "approve" and mine == one.validated_by:
        key = "same_person"
    elif newest_dossier(ctx.connection, one.model_id) is None:
        key = "no_dossier"
    elif key_of_findings := _unanswered(ctx, one, mine if step == "validate" else one.validated_by, step):
        key = key_of_findings
    elif step == "approve" and not is_person(ctx.connection, one.owner):
        key = "nobody_answers"
    return (
        None
        if key is None
        else html.P(ctx.t(f"models.refused.{key}", version=one.version), className="gx-alert", role="note")
    )


def _unanswered(ctx: Ctx, one: Model, validator: str | None, step: str) -> str | None:
    """Why the findings hold this person back: that they answered one comes first, as no further answer changes it."""
    found = findings(ctx.connection, one.model_id) or ()
    if step == "validate" and any(each.given_by(validator) for each in found):
        return "you_answered"
    return None if all(each.answered(validator) for each in found) else "unanswered_here"


def _owner(ctx: Ctx, one: Model) -> list[Component]:
    named = "" if one.owner in MACHINES else person(ctx, one.owner)
    owner = dcc.Input(id=Ids.OWNER, type="text", value=named, className="gx-input", maxLength=64, autoComplete="off")
    tiers = [{"label": ctx.t(f"models.tier.{tier}"), "value": tier} for tier in TIERS]
    tier = dcc.RadioItems(tiers, one.tier, id=Ids.TIER, className="gx-checks")
    return [
        html.Label([ctx.t("models.head.owner"), owner], className="gx-labelled"),
        html.Div([html.Span(ctx.t("models.head.tier")), tier], className="gx-labelled", role="group"),
    ]


def _card(ctx: Ctx, one: Model) -> Component:
    """Its characteristics with their points, and the ways the card leaves the building."""
    title = ctx.t("models.card", version=one.version)
    try:
        card = from_dict(dict(one.card))
    except ValueError:
        return frame.card(title, html.P(ctx.t("run.card_changed"), className="gx-alert warn", role="note"))
    count = ctx.t("run.card_open", count=number(len(card.characteristics)))
    parts: list[Component] = [html.Details([html.Summary(count), run_card.card_table(ctx, card)])]
    _, scale = masterscale_at(ctx.connection, ctx.data_day)
    beyond = reach_of(replace(card, masterscale=scale)).words(ctx.language)
    if beyond:
        parts.insert(0, html.P(beyond, className="gx-alert", role="note"))
    if ctx.may("runs.view"):
        parts.append(run_card.card_links(ctx, one.run_id))
    return frame.card(
        title, html.Div(parts, className="gx-stack"), why=ctx.t("run.card_why", base=str(card.base_points))
    )


def _history(ctx: Ctx, steps: Sequence[Event], promised: Sequence[Undertaking]) -> Component:
    names = ("at", "act", "by", "words")
    heads = [html.Th(ctx.t(f"models.head.{name}"), scope="col") for name in names]
    rows = [_event(ctx, each, models_answers.concerned(ctx, promised, each)) for each in steps]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table gx-cards models-cards")
    return frame.card(ctx.t("models.history"), html.Div(table, className="gx-scroll"), why=ctx.t("models.history_why"))


def _headed(ctx: Ctx, name: str) -> dict[str, Any]:
    """What a cell is called where a row stands as a card."""
    return marks(data_head=ctx.t(f"models.head.{name}"))


def _event(ctx: Ctx, each: Event, about: str | None) -> Component:
    words: Any = said(each.words, ctx.language) or ctx.t("models.by_a_run")
    if each.owner is not None and each.tier is not None:
        given = ctx.t("models.given", owner=person(ctx, each.owner), tier=ctx.t(f"models.tier.{each.tier}"))
        words = [words, html.Div(given, className="gx-sub")]
    if about is not None:
        words = [words, html.Div(about, className="gx-sub")]
    cells: list[Any] = [
        minute(ctx.local(each.at)),
        models_dossier.step_words(ctx, each.act),
        person(ctx, each.by),
        words,
    ]
    heads = ("at", "act", "by", "words")
    return html.Tr(
        [
            html.Td(
                cell,
                className="models-words" if name == "words" else "",
                **marks(data_head=ctx.t(f"models.head.{name}")),
            )
            for name, cell in zip(heads, cells, strict=True)
        ]
    )

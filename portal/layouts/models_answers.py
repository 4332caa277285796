"""What the newest dossier of a model found and what was answered, conditions of its signatures, and what is still to be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.credit.finding_words import finding_words
from domain.phrasing import day
from portal.access import Ctx
from portal.actors import person
from portal.widgets import frame, pickers, status
from portal.widgets.marks import marks
from store.model_steps import LONGEST_WORDS
from store.models import Event, Model
from store.undertakings import ANSWER, CONDITION, Found, Undertaking, findings, of_model

WATCH = "watch"
TONES = {WATCH: "warn", "act": "bad"}
KIND_OF = {"answered": ANSWER, "condition": CONDITION}  # by step of the history
SET = "condition"  # the choice that is no finding


class Ids:
    """Of this part."""

    ABOUT = "models-answer-about"
    WORDS = "models-answer-words"
    OWNER = "models-answer-owner"
    DUE = "models-answer-due"
    GIVE = "models-answer-give"
    TOLD = "models-answer-told"
    WHICH = "models-close-which"
    SEEN = "models-close-words"
    CLOSE = "models-close"
    CLOSED = "models-close-told"


def cards(ctx: Ctx, one: Model) -> list[Component]:
    """Findings with their answers, and everything that was promised with its day; forms for who may write."""
    found, promised = findings(ctx.connection, one.model_id), of_model(ctx.connection, one.model_id)
    writes = one.state != "retired" and ctx.may("models.answer")
    shown = [] if found is None and not promised else [_findings(ctx, one, found, writes)]
    return [*shown, *([_promised(ctx, promised, writes)] if promised else [])]


def _findings(ctx: Ctx, one: Model, found: Sequence[Found] | None, writes: bool) -> Component:
    title, why = ctx.t("models.answers.title"), ctx.t("models.answers.why")
    body: list[Component] = []
    if found is None:
        body.append(html.P(ctx.t("models.refused.old_dossier", version=one.version), className="gx-alert", role="note"))
    elif not found:
        body.append(status.empty(ctx.t("models.answers.none"), ctx.t("models.answers.none_what")))
    else:
        body.append(
            _table(ctx, ("finding", "judged", "answer", "until", "by"), [_found(ctx, one, each) for each in found])
        )
    if writes and found is not None:
        body.append(_form(ctx, one, found))
    return frame.card(title, html.Div(body, className="gx-stack"), why=why)


def _found(ctx: Ctx, one: Model, each: Found) -> list[Any]:
    told = each.answer
    # What nobody may sign without is not only watched, however grave it is.
    judged, tone = ("to_answer", "bad") if each.required and each.level == WATCH else (each.level, TONES[each.level])
    level: list[Any] = [status.chip(ctx.t(f"models.answers.{judged}"), tone)]
    words: Any = "—"
    if told is not None:
        words = told.words
    elif each.required:
        words = status.chip(ctx.t("models.answers.missing"), "bad")
    if told is not None and not each.answered(one.validated_by):
        words = [told.words, " ", status.chip(ctx.t("models.answers.by_validator"), "bad")]
    return [finding_words(each.key, ctx.language), level, words, _until(ctx, told), _by(ctx, told)]


def _until(ctx: Ctx, told: Undertaking | None) -> Any:
    return "—" if told is None else [person(ctx, told.owner), html.Div(day(told.due), className="gx-sub")]


def _by(ctx: Ctx, told: Undertaking | None) -> Any:
    return "—" if told is None else [person(ctx, told.made_by), html.Div(_on(ctx, told.made_at), className="gx-sub")]


def _on(ctx: Ctx, at: datetime) -> str:
    return day(ctx.local(at))


def _promised(ctx: Ctx, every: Sequence[Undertaking], writes: bool) -> Component:
    """Everything, what is open first and of that what is due first."""
    ordered = sorted(every, key=lambda one: (not one.open, one.due, one.undertaking_id))
    rows = [[_what(ctx, one), one.words, _until(ctx, one), _state(ctx, one)] for one in ordered]
    body: list[Component] = [_table(ctx, ("what", "answer", "until", "state"), rows)]
    mine = [one for one in ordered if one.open and one.owner != ctx.viewer.login]
    if writes and mine:
        body.append(_closing(ctx, mine))
    elif writes and any(one.open for one in ordered):
        body.append(html.P(ctx.t("models.answers.only_yours"), className="gx-sub"))
    return frame.card(
        ctx.t("models.answers.promised"), html.Div(body, className="gx-stack"), why=ctx.t("models.answers.promised_why")
    )


def _what(ctx: Ctx, one: Undertaking) -> str:
    if one.kind == CONDITION:
        return ctx.t(f"models.answers.of_{one.step}")
    return ctx.t("models.answers.to", finding=finding_words(one.finding or "", ctx.language))


def concerned(ctx: Ctx, every: Sequence[Undertaking], step: Event) -> str | None:
    """Which of everything promised a step of the history is about: two answers may be given in the same words."""
    for one in every:
        given = (one.kind, one.made_by, one.made_at) == (KIND_OF.get(step.act), step.by, step.at)
        if given or (step.act == "closed" and (one.closed_by, one.closed_at) == (step.by, step.at)):
            return _what(ctx, one)
    return None


def _state(ctx: Ctx, one: Undertaking) -> Any:
    if one.closed_at is not None:
        by = ctx.t("models.answers.closed_by", by=person(ctx, one.closed_by), day=_on(ctx, one.closed_at))
        return [
            status.chip(ctx.t("models.answers.closed"), "good"),
            html.Div(f"{by} {one.closed_words}", className="gx-sub"),
        ]
    if one.replaced:
        return status.chip(ctx.t("models.answers.replaced"), "plain")
    return due_chip(ctx, one)


def due_chip(ctx: Ctx, one: Undertaking) -> Component:
    """How long there is, or for how long it has been over."""
    left = (one.due - ctx.now.date()).days
    key = "overdue" if left < 0 else "today" if left == 0 else "left"
    return status.chip(
        ctx.t(f"models.answers.{key}", days=str(abs(left))), "bad" if left < 0 else "warn" if left <= 30 else "plain"
    )


def _form(ctx: Ctx, one: Model, found: Sequence[Found]) -> Component:
    """Answer a finding, or set a condition: what is done, who does it, until when."""
    open_first = sorted(found, key=lambda each: each.answered(one.validated_by))
    choices = [(_asked(ctx, each), each.key) for each in open_first]
    if one.developed_by != ctx.viewer.login:
        choices.append((ctx.t("models.answers.set"), SET))
    if not choices:
        return html.Div()
    begin = choices[0][1] if open_first and not open_first[0].answered(one.validated_by) else None
    about = pickers.dropdown(ctx, Ids.ABOUT, choices, begin, searchable=False, placeholder="")
    words = dcc.Textarea(id=Ids.WORDS, className="gx-input", rows=2, maxLength=LONGEST_WORDS)
    fields = html.Div(
        [
            _typed(ctx.t("models.answers.field_owner"), Ids.OWNER, 64),
            _typed(ctx.t("models.answers.field_due"), Ids.DUE, 10, ctx.t("models.answers.due_hint")),
        ],
        className="gx-row models-promise",
    )
    give = html.Button(ctx.t("models.answers.give"), id=Ids.GIVE, n_clicks=0, type="button", className="gx-btn main")
    body = [
        html.Div([html.Span(ctx.t("models.answers.field_about")), about], className="gx-labelled"),
        html.Label([ctx.t("models.answers.field_words"), words], className="gx-labelled"),
        html.P(ctx.t("models.answers.correct"), className="gx-sub"),
        fields, html.Div(give, className="gx-row"), status.told(Ids.TOLD),
    ]  # fmt: skip
    return html.Details(
        [html.Summary(ctx.t("models.answers.begin")), html.Div(body, className="gx-form")],
        open=any(not each.answered(one.validated_by) for each in found),
    )


def _asked(ctx: Ctx, each: Found) -> str:
    """A finding to answer; that it has an answer, and whose, where a new one would replace it."""
    words = finding_words(each.key, ctx.language)
    if each.answer is None:
        return words
    return ctx.t("models.answers.again", finding=words, by=person(ctx, each.answer.made_by))


def _closing(ctx: Ctx, mine: Sequence[Undertaking]) -> Component:
    choices = [(f"{_what(ctx, one)}：{one.words[:60]}" if ctx.language == "zh" else f"{_what(ctx, one)}: {one.words[:60]}",
                str(one.undertaking_id)) for one in mine]  # fmt: skip
    which = pickers.dropdown(
        ctx, Ids.WHICH, choices, choices[0][1] if len(choices) == 1 else None, searchable=False, placeholder=""
    )
    words = dcc.Textarea(id=Ids.SEEN, className="gx-input", rows=2, maxLength=LONGEST_WORDS)
    button = html.Button(ctx.t("models.answers.close"), id=Ids.CLOSE, n_clicks=0, type="button", className="gx-btn")
    body = [
        html.Div([html.Span(ctx.t("models.answers.field_which")), which], className="gx-labelled"),
        html.Label([ctx.t("models.answers.field_seen"), words], className="gx-labelled"),
        html.Div(button, className="gx-row"), status.told(Ids.CLOSED),
    ]  # fmt: skip
    return html.Details([html.Summary(ctx.t("models.answers.begin_close")), html.Div(body, className="gx-form")])


def _typed(words: str, ident: str, longest: int, hint: str = "") -> Component:
    box = dcc.Input(
        id=ident, type="text", className="gx-input", maxLength=longest, autoComplete="off", placeholder=hint
    )
    return html.Label([words, box], className="gx-labelled")


def _table(ctx: Ctx, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Component:
    heads = [ctx.t(f"models.answers.head_{name}") for name in names]
    drawn = [
        html.Tr(
            [
                html.Td(cell, **(marks(data_head=head) if at else {}))
                for at, (head, cell) in enumerate(zip(heads, row, strict=True))
            ]
        )
        for row in rows
    ]
    head = html.Thead(html.Tr([html.Th(each, scope="col") for each in heads]))
    return html.Div(
        html.Table([head, html.Tbody(drawn)], className="gx-table gx-cards models-cards"), className="gx-scroll"
    )

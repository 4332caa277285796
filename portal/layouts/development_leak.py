"""Suspicions of a leak: who cleared which characteristic and why; and what is not offered for credit at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.credit.characteristics import EXCLUDED, named
from domain.phrasing import begun, choose, minute, number
from portal.access import Ctx
from portal.actors import person
from portal.development_question import Question
from portal.layouts.development import Ids, name_of
from portal.widgets import frame, status
from portal.widgets.marks import marks
from store.clearances import Looked


def suspicion(ctx: Ctx, asked: Question, looked: Mapping[str, Looked]) -> Component | None:
    """Of the opened characteristic, where its information value is over the bound: what was found, and the form to say it."""
    if asked.of is None or not asked.told_of(asked.of)["leak"]:
        return None
    declared, one = named(asked.of).cleared, looked.get(asked.of)
    title = ctx.t("development.suspicion.title", name=name_of(ctx, asked.of))
    what = ctx.t("development.suspicion.what", iv=number(asked.told_of(asked.of)["iv"], 3))
    if declared is not None:
        words = ctx.t("development.suspicion.declared", why=choose(ctx.language, declared.zh, declared.en))
        return frame.card(title, html.P(begun(words)), why=what)
    parts: list[Any] = []
    if one is not None:
        key = "development.suspicion.cleared" if one.cleared else "development.suspicion.again"
        parts.append(
            html.P(ctx.t(key, who=person(ctx, one.made_by), at=minute(ctx.local(one.made_at)), why=one.reason))
        )
    else:
        parts.append(html.P(ctx.t("development.suspicion.open")))
    if ctx.may("development.edit"):
        parts += _form(ctx, one is not None and one.cleared)
    return frame.card(title, parts, why=what)


def _form(ctx: Ctx, cleared: bool) -> list[Component]:
    words = ctx.t("development.suspicion.reason")
    reason = dcc.Textarea(id=Ids.CLEAR_REASON, className="gx-input", rows=2, maxLength=400, placeholder=words)
    act = ctx.t("development.suspicion.suspect" if cleared else "development.suspicion.clear")
    button = html.Button(act, id=Ids.CLEAR, n_clicks=0, type="button", className="gx-btn")
    return [
        html.Div(reason, role="group", **marks(aria_label=words)),
        html.Div(button, className="gx-row development-cut"),
        status.told(Ids.CLEAR_TOLD),
    ]


def left_out(ctx: Ctx) -> Component:
    """Topics of the catalogue that are not offered for credit, each with its reason."""
    rows = [[choose(ctx.language, *one.what), choose(ctx.language, *one.why)] for one in EXCLUDED]
    heads = [ctx.t("development.excluded.what"), ctx.t("development.excluded.why")]
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(head, scope="col") for head in heads])),
            html.Tbody([html.Tr([html.Td(cell, className="development-why") for cell in row]) for row in rows]),
        ],
        className="gx-table",
    )
    closed = html.Details(
        [
            html.Summary(ctx.t("development.excluded.open", count=number(len(EXCLUDED)))),
            html.Div(table, className="gx-scroll"),
        ]
    )
    return frame.card(ctx.t("development.excluded.title"), closed, why=ctx.t("development.excluded.note"))

"""Home: what waits for this person's signature, and only what they may sign: models of the register,
overrides of ratings, versions of parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.credit.finding_words import finding_words
from domain.phrasing import counted, day
from portal.access import Ctx
from portal.actors import person
from portal.layouts.models_answers import due_chip
from portal.layouts.models_comparison import PATH as MODELS
from portal.layouts.overrides import address
from portal.layouts.parameters import PATH as PARAMETERS
from portal.widgets import frame, status
from store.model_decisions import Waiting
from store.override_rows import WAITING
from store.parameters import CONTRIBUTION, ParameterVersion
from store.undertakings import Due

STEPS = ("validate", "approve", "answer")


class Ids:
    """Of this part."""

    CARD = "home-waiting"
    DUE = "home-due"


def concerns(ctx: Ctx) -> bool:
    """Whether this person signs anything at all."""
    return any(ctx.may(f"models.{step}") for step in STEPS) or ctx.may("ratings.sign") or ctx.may("parameters.approve")


def waiting(
    ctx: Ctx, models: Sequence[Waiting], overrides: int, proposals: Sequence[ParameterVersion] = ()
) -> Component:
    """A line for each model and each version of parameters, and one for the overrides, each with the way to it."""
    lines = [*(_model(ctx, one) for one in models), *(_proposal(ctx, one) for one in proposals)]
    if overrides:
        words = ctx.t("home.override_waits", count=counted(overrides, ctx.language, "项", "override"))
        lines.append(_line(ctx, words, ctx.t("home.to_sign"), address(WAITING)))
    table = html.Table(html.Tbody(lines), className="gx-table home-table")
    return frame.card(ctx.t("home.waiting"), table, why=ctx.t("home.waiting_why"))


def due(ctx: Ctx, every: Sequence[Due]) -> Component:
    """A line for each thing promised about a model: what, by whom, and how long there is."""
    lines = [_due(ctx, one) for one in every]
    table = html.Table(html.Tbody(lines), className="gx-table home-table")
    return frame.card(ctx.t("home.due"), table, why=ctx.t("home.due_why"))


def _due(ctx: Ctx, one: Due) -> Component:
    mine = one.what.owner == ctx.viewer.login
    who = ctx.t("home.due_yours") if mine else person(ctx, one.what.owner)
    about = {"finding": finding_words(one.what.finding, ctx.language)} if one.what.finding else {}
    words = ctx.t(f"home.due_{one.what.kind}", version=one.version, words=one.what.words, **about)
    way = html.A(ctx.t("home.to_model"), href=f"{MODELS}?model={one.what.model_id}", className="gx-btn small")
    return html.Tr([
        html.Td([words, html.Div(f"{who} · {day(one.what.due)}", className="gx-sub")]),
        html.Td(due_chip(ctx, one.what), className="w"),
        html.Td(way if ctx.may("models.view") else None, className="n"),
    ])  # fmt: skip


def _model(ctx: Ctx, one: Waiting) -> Component:
    key = one.step if one.dossier else "dossier"
    words = ctx.t(f"home.model_{key}", version=one.version, by=person(ctx, one.developed_by), count=str(one.count))
    return _line(ctx, words, ctx.t(f"home.to_{key}", count=str(one.count)), f"{MODELS}?model={one.model_id}")


def _proposal(ctx: Ctx, one: ParameterVersion) -> Component:
    by, since = person(ctx, one.proposed_by), day(one.valid_from)
    words = ctx.t(f"home.proposal_{one.kind}", version=one.version, by=by, day=since)
    asked = f"?version={one.version}" if one.kind == CONTRIBUTION else ""  # the others stand below, open to decide on
    return _line(ctx, words, ctx.t("home.to_proposal"), f"{PARAMETERS}{asked}")


def _line(ctx: Ctx, words: str, way: str, href: str) -> Component:
    chip = status.chip(ctx.t("home.yours"), "warn")
    return html.Tr([
        html.Td([words, " ", chip]), html.Td(html.A(way, href=href, className="gx-btn small"), className="n"),
    ])  # fmt: skip

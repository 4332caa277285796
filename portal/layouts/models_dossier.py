"""The validation dossier of a model: the button that makes it, with the job that runs already, and the papers there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from domain.phrasing import minute
from portal import report_button
from portal.access import Ctx
from portal.actors import person
from portal.downloads import kinds_open_to
from portal.widgets import frame, status
from portal.widgets.marks import marks
from store.jobs import ACTIVE, recent
from store.models import Event, Model
from store.reports import DOSSIER, Dossier, dossiers

STEM = "models"
COLUMNS = ("made", "language", "carries", "by", "code")


def button(ctx: Ctx, one: Model | None) -> list[Component]:
    """What makes the dossier of the opened model, or the progress of the one this person has asked for."""
    if one is None or not ctx.may("models.dossier"):
        return []
    running = next(
        (
            job
            for job in recent(ctx.connection, 10, (DOSSIER,), ctx.viewer.login, statuses=ACTIVE)
            if job.parameters.get("run_id") == one.run_id
        ),
        None,
    )
    return [report_button.shown(ctx, STEM, ctx.t("models.dossier"), running=running)]


def card(ctx: Ctx, one: Model, steps: Sequence[Event]) -> Component:
    """Every dossier of the model, the newest of each language marked, with the last step of the register it carries."""
    title, why = ctx.t("models.dossiers"), ctx.t("models.dossiers_why")
    found = dossiers(ctx.connection, one.model_id)
    if not found:
        return frame.card(title, status.empty(ctx.t("models.no_dossier"), ctx.t("models.no_dossier_what")), why=why)
    heads = [html.Th(ctx.t(f"models.paper.{name}"), scope="col") for name in COLUMNS]
    newest: set[str] = set()
    rows = []
    for each in found:
        rows.append(_row(ctx, each, steps, each.language not in newest))
        newest.add(each.language)
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table gx-cards models-cards")
    return frame.card(title, html.Div(table, className="gx-scroll"), why=why)


def _row(ctx: Ctx, each: Dossier, steps: Sequence[Event], newest: bool) -> Component:
    at: Any = minute(ctx.local(each.created_at))
    if DOSSIER in kinds_open_to(ctx):
        at = html.A(at, href=f"/files/{each.report_id}")
    carried = next((step for step in steps if step.event_id == each.model_event), None)
    last = "—" if carried is None else step_words(ctx, carried.act)
    behind = newest and bool(steps) and (each.model_event or 0) < steps[-1].event_id
    chip = ("models.paper.follows", "warn") if behind else ("models.paper.newest", "good") if newest else None
    told = [last, " ", status.chip(ctx.t(chip[0]), chip[1])] if chip else last
    language = ctx.t(f"models.paper.{each.language}")
    cells = (at, language, told, person(ctx, each.created_by), html.Code(each.code))
    return html.Tr([
        html.Td(cell, className="w" if name in ("made", "code") else "",
                **(marks(data_head=ctx.t(f"models.paper.{name}")) if name != COLUMNS[0] else {}))
        for name, cell in zip(COLUMNS, cells, strict=True)
    ])  # fmt: skip


def step_words(ctx: Ctx, act: str) -> str:
    """A step of the register in words."""
    return (
        ctx.t(f"models.{act}")
        if act in ("assigned", "answered", "condition", "closed")
        else ctx.t(f"models.state.{act}")
    )

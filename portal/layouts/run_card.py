"""The scorecard of a credit run as a table a person can score with by hand, and the ways it leaves the building."""

from __future__ import annotations

from itertools import groupby

from dash import dcc, html
from dash.development.base_component import Component

from domain.credit.elsewhere import CardLine, card_lines
from domain.credit.scorecard import Scorecard, from_dict
from domain.phrasing import number, percent
from portal.access import Ctx
from portal.layouts.models_comparison import PATH as MODELS
from portal.layouts.runs import PATH
from portal.widgets import frame
from store.models import of_run
from store.runs import Run

FORMS = ("xlsx", "csv", "json", "duckdb", "postgresql")


def card_of(run: Run) -> Scorecard | None:
    """The card of a credit run; None for a run that made none. ValueError when it was changed by hand."""
    return from_dict(dict(run.model)) if run.kind == "credit" and run.model.get("characteristics") else None


def scorecard(ctx: Ctx, run: Run) -> Component | None:
    """The card with its bins and points, closed at first; None for a run without one."""
    try:
        card = card_of(run)
    except ValueError:
        return html.P(ctx.t("run.card_changed"), className="gx-alert warn", role="note")
    if card is None:
        return None
    closed = html.Details(
        [html.Summary(ctx.t("run.card_open", count=number(len(card.characteristics)))), card_table(ctx, card)]
    )
    why = ctx.t("run.card_why", base=str(card.base_points))
    return frame.card(ctx.t("run.card"), [closed, card_links(ctx, run.run_id)], why=why)


def standing(ctx: Ctx, run: Run) -> Component | None:
    """Which model a credit run was rated with and how far it is; nothing for other kinds."""
    if run.kind != "credit":
        return None
    model = of_run(ctx.connection, run.run_id)
    if model is None:
        return html.P(ctx.t("run.model_unknown"), className="gx-alert warn", role="note")
    gone = model.state == "retired" and model.replaced_by is None
    key = "run.model_gone" if gone else "run.model_signed" if model.signed else "run.model_trial"
    words = ctx.t(key, version=model.version, state=ctx.t(f"models.state.{model.state}"))
    link = (
        dcc.Link(ctx.t("run.model_open"), href=f"{MODELS}?model={model.model_id}") if ctx.may("models.view") else None
    )
    look = "gx-alert" if model.signed and not gone else "gx-alert warn"
    return html.P([words, " ", link] if link else words, className=look, role="note")


def card_table(ctx: Ctx, card: Scorecard) -> Component:
    """Its characteristics with their bins and points."""
    names = ("characteristic", "band", "rows", "bad_rate", "woe", "points")
    heads = [
        html.Th(ctx.t(f"run.card_head.{name}"), scope="col", className="n" if name in names[2:] else "")
        for name in names
    ]
    bodies = [
        html.Tbody(_lines(ctx, list(lines))) for _, lines in groupby(card_lines(card), lambda line: line.characteristic)
    ]
    table = html.Table([html.Thead(html.Tr(heads)), *bodies], className="gx-table run-card")
    return html.Div(table, className="gx-scroll")


def card_links(ctx: Ctx, run_id: int) -> Component:
    """The ways it leaves the building."""
    links = [
        html.A(ctx.t(f"run.card_form.{form}"), href=f"{PATH}/{run_id}/card.{form}", className="gx-btn small")
        for form in FORMS
    ]
    return html.Div(links, className="gx-row")


def _lines(ctx: Ctx, lines: list[CardLine]) -> list[Component]:
    found: list[Component] = []
    for place, line in enumerate(lines):
        cells: list[Component] = [
            html.Td(getattr(line.says, ctx.language)),
            html.Td(number(line.rows), className="n"),
            html.Td("—" if line.bad_rate is None else percent(line.bad_rate), className="n"),
            html.Td(number(line.woe, 2, sign=True), className="n"),
            html.Td(number(line.points, sign=True), className="n"),
        ]
        if not place:
            title = getattr(line.title, ctx.language)
            cells.insert(0, html.Th(title, scope="rowgroup", rowSpan=len(lines)))
        found.append(html.Tr(cells))
    return found

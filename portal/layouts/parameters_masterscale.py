"""The masterscale among the parameters: the bounds in force, every version of them, and how a new one comes to count."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.credit.grades import DEFAULTED, Masterscale
from domain.phrasing import day, percent_exact
from domain.plain import from_plain
from portal.access import Ctx
from portal.layouts.parameters_proposal import act, proposal, table, typed, versions_table, waiting_in
from portal.widgets import frame, status
from store import parameters as store
from store.parameters import MASTERSCALE, ParameterVersion
from store.runs import list_runs

RUNS_SHOWN = 4


class Ids:
    """Of the masterscale's part of the page."""

    BOUND = "parameters-masterscale-bound"
    VALID_FROM = "parameters-masterscale-valid-from"
    REASON = "parameters-masterscale-reason"
    PROPOSE = "parameters-masterscale-propose"
    VERSION = "parameters-masterscale-version"
    DECISION = "parameters-masterscale-decision"
    APPROVE = "parameters-masterscale-approve"
    REJECT = "parameters-masterscale-reject"
    TOLD = "parameters-masterscale-told"


def box(grade: Any) -> dict[str, Any]:
    """The id of the box in which a grade's PD ends."""
    return {"type": Ids.BOUND, "grade": grade}


def masterscale(ctx: Ctx) -> Component:
    """The card: bounds, versions, runs, and what the reader may do."""
    rows = store.versions(ctx.connection, MASTERSCALE)
    number, scale = store.masterscale_at(ctx.connection, ctx.data_day)
    waiting = waiting_in(rows)
    proposed = from_plain(Masterscale, waiting.parameters) if waiting is not None else None
    parts: list[Component | None] = [
        html.P(ctx.t("parameters.in_force", version=number, day=day(ctx.data_day)), className="gx-sub"),
        _bounds(ctx, scale, proposed, waiting),
        versions_table(ctx, rows, number) if rows else None,
        _runs(ctx),
    ]
    parts.append(act(ctx, waiting, Ids, lambda: _form(ctx, scale)))
    return frame.card(
        ctx.t("parameters.scale.title"), [part for part in parts if part is not None], why=ctx.t("parameters.scale.why")
    )


def _spans(scale: Masterscale) -> list[str]:
    """From which PD to under which, a grade each."""
    ends = [*map(percent_exact, scale.bounds), percent_exact(1.0)]
    return [f"{low} – {high}" for low, high in zip([percent_exact(0.0), *ends], ends, strict=False)]


def _bounds(
    ctx: Ctx, scale: Masterscale, proposed: Masterscale | None, waiting: ParameterVersion | None
) -> Component:  # fmt: skip
    heads = [ctx.t("parameters.scale.grade"), ctx.t("parameters.scale.pd")]
    if waiting is not None:
        heads.append(ctx.t("parameters.scale.proposed", version=waiting.version))
    later = _spans(proposed) if proposed is not None else None
    rows = []
    for place, (grade, span) in enumerate(zip(scale.grades, _spans(scale), strict=True)):
        cells = [html.Td(grade), html.Td(span, className="w")]
        if later is not None:
            cells.append(html.Td(later[place], className="w parameters-moved" if later[place] != span else "w"))
        rows.append(html.Tr(cells))
    default = html.Td(ctx.t("parameters.scale.default"), colSpan=len(heads) - 1)
    return table(heads, [*rows, html.Tr([html.Td(DEFAULTED), default])])


def _runs(ctx: Ctx) -> Component | None:
    """Which credit run graded by which version."""
    found = list_runs(ctx.connection, "credit", RUNS_SHOWN)
    if not found:
        return None
    rows = [
        html.Tr(
            [
                html.Td(
                    dcc.Link(run.version, href=f"/admin/runs/{run.run_id}") if ctx.may("runs.view") else run.version
                ),
                html.Td(status.chip(ctx.t(f"runs.state.{run.state}"), "good" if run.state == "published" else "plain")),
                html.Td(ctx.t("parameters.number", version=run.parameters.get("masterscale_version", 0))),
            ]
        )
        for run in found
    ]
    return table(
        [ctx.t(f"parameters.head.{name}") for name in ("run", "state")] + [ctx.t("parameters.scale.title")], rows
    )


def _form(ctx: Ctx, scale: Masterscale) -> Component:
    """A box for the PD at which each grade but the last ends."""
    boxes = [
        typed(ctx.t("parameters.scale.ends", grade=grade), box(grade), f"{bound * 100:.6g}")
        for grade, bound in zip(scale.grades, scale.bounds, strict=False)
    ]
    return proposal(ctx, Ids, ctx.t("parameters.scale.change"), boxes)

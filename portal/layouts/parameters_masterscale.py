"""The masterscale among the parameters: the bounds in force, every version of them, and how a new one comes to count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.credit.grades import DEFAULTED, Masterscale
from domain.phrasing import day, minute, percent
from domain.plain import from_plain
from portal.access import Ctx
from portal.layouts.parameters_decision import MOST_REASON, TONES, decision
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


def box(grade: Any) -> dict[str, Any]:
    """The id of the box in which a grade's PD ends."""
    return {"type": Ids.BOUND, "grade": grade}


def masterscale(ctx: Ctx) -> Component:
    """The card: bounds, versions, runs, and what the reader may do."""
    rows = store.versions(ctx.connection, MASTERSCALE)
    number, scale = store.masterscale_at(ctx.connection, ctx.now.date())
    waiting = next((each for each in rows if each.state == "proposed"), None)
    proposed = from_plain(Masterscale, waiting.parameters) if waiting is not None else None
    parts: list[Component | None] = [
        html.P(ctx.t("parameters.scale.in_force", version=number), className="gx-sub"),
        _bounds(ctx, scale, proposed, waiting),
        versions_table(ctx, rows, number) if rows else None,
        _runs(ctx),
    ]
    if waiting is not None and ctx.may("parameters.approve"):
        parts.append(decision(ctx, waiting, Ids))
    elif waiting is None and ctx.may("parameters.propose"):
        parts.append(_form(ctx, scale))
    return frame.card(
        ctx.t("parameters.scale.title"), [part for part in parts if part is not None], why=ctx.t("parameters.scale.why")
    )


def _table(heads: Sequence[str], rows: Sequence[Component]) -> Component:
    head = html.Tr([html.Th(name, scope="col") for name in heads])
    return html.Div(html.Table([html.Thead(head), html.Tbody(list(rows))], className="gx-table"), className="gx-scroll")


def _spans(scale: Masterscale) -> list[str]:
    """From which PD to under which, a grade each."""
    ends = [*map(_percent, scale.bounds), _percent(1.0)]
    return [f"{low} – {high}" for low, high in zip([_percent(0.0), *ends], ends, strict=False)]


def _percent(bound: float) -> str:
    """With two decimals, or as many as a finer bound has: two bounds never look alike."""
    part = f"{bound * 100:.6f}".partition(".")[2]
    return percent(bound, max(2, len(part.rstrip("0"))))


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
    return _table(heads, [*rows, html.Tr([html.Td(DEFAULTED), default])])


def versions_table(ctx: Ctx, rows: Sequence[ParameterVersion], now: int) -> Component:
    """Every version of a kind, who proposed and decided it and why."""
    heads = [ctx.t(f"parameters.head.{name}") for name in ("version", "valid_from", "state", "proposed", "decided")]
    drawn = []
    for each in rows:
        word = ctx.t("parameters.now") if each.version == now else ctx.t(f"parameters.state.{each.state}")
        decided: list[Any] = ["—"]
        if each.decided_by and each.decided_at:
            decided = [f"{each.decided_by} · {minute(ctx.local(each.decided_at))}"]
            decided += [html.Div(each.decision_reason, className="gx-sub")] if each.decision_reason else []
        said = [
            f"{each.proposed_by} · {minute(ctx.local(each.proposed_at))}",
            html.Div(each.reason, className="gx-sub"),
        ]
        cells: list[Any] = [
            ctx.t("parameters.number", version=each.version), day(each.valid_from),
            status.chip(word, TONES[each.state]), said, decided,
        ]  # fmt: skip
        look = ("", "w", "w", "parameters-words", "parameters-words")
        drawn.append(html.Tr([html.Td(cell, className=name) for cell, name in zip(cells, look, strict=True)]))
    return _table(heads, drawn)


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
    return _table(
        [ctx.t(f"parameters.head.{name}") for name in ("run", "state")] + [ctx.t("parameters.scale.title")], rows
    )


def _form(ctx: Ctx, scale: Masterscale) -> Component:
    """A box for the PD at which each grade but the last ends, the day, the reason."""
    boxes = [
        html.Label(
            [
                ctx.t("parameters.scale.ends", grade=grade),
                dcc.Input(
                    id=box(grade), type="text", value=f"{bound * 100:.6g}", className="gx-input", autoComplete="off"
                ),
            ],
            className="gx-labelled",
        )
        for grade, bound in zip(scale.grades, scale.bounds, strict=False)
    ]
    first = dcc.Input(
        id=Ids.VALID_FROM, type="text", value=day(ctx.now.date()), className="gx-input", autoComplete="off"
    )
    reason = dcc.Textarea(id=Ids.REASON, className="gx-input", rows=2, maxLength=MOST_REASON)
    ask = ctx.t("parameters.ask_propose")
    body = [
        html.Div(boxes, className="gx-row parameters-bounds"),
        html.Label([ctx.t("parameters.valid_from"), first], className="gx-labelled"),
        html.Label([ctx.t("parameters.reason"), reason], className="gx-labelled"),
        html.Div(
            status.confirm(Ids.PROPOSE, ctx.t("parameters.propose"), ask, "main", needs=Ids.REASON), className="gx-row"
        ),
    ]
    return html.Details([html.Summary(ctx.t("parameters.scale.change")), html.Div(body, className="gx-form")])

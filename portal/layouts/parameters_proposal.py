"""What every kind of parameters on its own card has alike: its versions, who may act on them, and the end of the form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import day, minute
from portal.access import Ctx
from portal.layouts.parameters_decision import MOST_REASON, DecisionIds, decision, standing
from portal.widgets import status
from store.parameters import ParameterVersion


class ProposalIds(DecisionIds, Protocol):
    """What the parts are called on a page."""

    VALID_FROM: str
    REASON: str
    PROPOSE: str


def waiting_in(rows: Sequence[ParameterVersion]) -> ParameterVersion | None:
    """The proposed version nobody has decided on; a kind has one at the most."""
    return next((each for each in rows if each.state == "proposed"), None)


def act(
    ctx: Ctx, waiting: ParameterVersion | None, ids: type[ProposalIds], form: Callable[[], Component]
) -> Component | None:
    """The decision where a proposal waits, else the form of a new one; None for who may do neither."""
    if waiting is None:
        return form() if ctx.may("parameters.propose") else None
    if not ctx.may("parameters.approve"):
        return None
    return html.Div([part for part in (_not_yet(ctx, waiting), decision(ctx, waiting, ids)) if part is not None])


def _not_yet(ctx: Ctx, waiting: ParameterVersion) -> Component | None:
    """That the data is not so far yet: whoever approves it should not look for it in the next rating."""
    if waiting.valid_from <= ctx.data_day:
        return None
    words = ctx.t("parameters.not_yet", version=waiting.version, begins=day(waiting.valid_from), day=day(ctx.data_day))
    return html.P(words, className="gx-alert", role="note")


def typed(words: str, ident: str | dict[str, Any], value: str) -> Component:
    """A box with its words."""
    given = dcc.Input(id=ident, type="text", value=value, className="gx-input", autoComplete="off")
    return html.Label([words, given], className="gx-labelled")


def proposal(
    ctx: Ctx, ids: type[ProposalIds], title: str, boxes: Sequence[Component], note: str | None = None
) -> Component:
    """The fold-out of a new version: its boxes, from when on, why, and sending it."""
    reason = dcc.Textarea(id=ids.REASON, className="gx-input", rows=2, maxLength=MOST_REASON)
    send = status.confirm(
        ids.PROPOSE, ctx.t("parameters.propose"), ctx.t("parameters.ask_propose"), "main", needs=ids.REASON
    )
    body = [
        *([html.P(note, className="gx-sub")] if note else []),
        html.Div(list(boxes), className="gx-row parameters-bounds"),
        typed(ctx.t("parameters.data_day"), ids.VALID_FROM, day(ctx.data_day)),
        html.P(ctx.t("parameters.data_day_why", day=day(ctx.data_day)), className="gx-sub"),
        html.Label([ctx.t("parameters.reason"), reason], className="gx-labelled"),
        html.Div(send, className="gx-row"),
        status.told(ids.TOLD),
    ]
    return html.Details([html.Summary(title), html.Div(body, className="gx-form")])


def table(heads: Sequence[str], rows: Sequence[Component]) -> Component:
    """Heads over rows that scroll within the card."""
    head = html.Tr([html.Th(name, scope="col") for name in heads])
    return html.Div(html.Table([html.Thead(head), html.Tbody(list(rows))], className="gx-table"), className="gx-scroll")


def versions_table(ctx: Ctx, rows: Sequence[ParameterVersion], now: int) -> Component:
    """Every version of a kind, who proposed and decided it and why."""
    heads = [ctx.t(f"parameters.head.{name}") for name in ("version", "data_day", "state", "proposed", "decided")]
    drawn = []
    for each in rows:
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
            standing(ctx, each, now, ctx.data_day), said, decided,
        ]  # fmt: skip
        look = ("", "w", "w", "parameters-words", "parameters-words")
        drawn.append(html.Tr([html.Td(cell, className=name) for cell, name in zip(cells, look, strict=True)]))
    return table(heads, drawn)

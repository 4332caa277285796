"""Deciding on a proposed version of parameters, whichever they are: the reason, approve, reject or withdraw."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import day
from portal.access import Ctx
from portal.widgets import status
from store.parameters import ParameterVersion

MOST_REASON = 400
TONES = {"proposed": "warn", "approved": "good", "rejected": "bad"}


class DecisionIds(Protocol):
    """What the parts are called on a page."""

    VERSION: str
    DECISION: str
    APPROVE: str
    REJECT: str
    TOLD: str


def standing(ctx: Ctx, row: ParameterVersion, now: int | None, on: date) -> Component:
    """How a version stands, in a chip. now: the number of what is in force; on: the day that is judged by."""
    if row.state == "approved":
        if row.version == now:
            return status.chip(ctx.t("parameters.now"), "good")
        later = row.valid_from > on
        return status.chip(ctx.t("parameters.later" if later else "parameters.over"), "accent" if later else "plain")
    if row.state == "rejected" and row.decided_by == row.proposed_by:
        return status.chip(ctx.t("parameters.withdrawn"))
    return status.chip(ctx.t(f"parameters.state.{row.state}"), TONES[row.state])


def decision(ctx: Ctx, waiting: ParameterVersion, ids: type[DecisionIds]) -> Component:
    """Approve is not offered to who proposed it; the store refuses them too."""
    own = waiting.proposed_by == ctx.viewer.login
    reason = dcc.Textarea(id=ids.DECISION, className="gx-input", rows=2, maxLength=MOST_REASON)
    ask = ctx.t("parameters.ask_approve", version=waiting.version, day=day(waiting.valid_from))
    refuse = ctx.t("parameters.ask_withdraw" if own else "parameters.ask_reject", version=waiting.version)
    words = ctx.t("parameters.withdraw" if own else "parameters.reject")
    buttons = [
        status.confirm(ids.APPROVE, ctx.t("parameters.approve"), ask, "main", needs=ids.DECISION, disabled=own),
        status.confirm(ids.REJECT, words, refuse, "danger", needs=ids.DECISION),
    ]
    notice = html.P(ctx.t("parameters.refused.own_proposal"), className="gx-alert", role="note") if own else None
    parts = [
        dcc.Store(id=ids.VERSION, data=waiting.version_id),
        html.Label([ctx.t("parameters.decision_reason"), reason], className="gx-labelled"),
        notice,
        html.Div(buttons, className="gx-row"),
        status.told(ids.TOLD),
    ]
    return html.Div([part for part in parts if part is not None], className="gx-form")

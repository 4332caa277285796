"""What each grade could be lent: proposed by one, approved by another, as every parameter is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from dash import ALL, Input, Output, State
from dash.exceptions import PreventUpdate

from domain.credit.grades import Masterscale
from domain.credit.limits import MOST_MONTHS, BadLimits, GradeLimit, LimitParameters
from domain.plain import to_plain
from portal.access import Bind, Ctx, Refusal
from portal.layouts.parameters import PATH
from portal.layouts.parameters_decision import MOST_REASON
from portal.layouts.parameters_limits import BURDEN, MULTIPLE, RETURN, SHARE, TERM, Ids, box
from portal.widgets import frame
from store import parameters as store
from store.parameters import LIMITS, ParameterRefused

LONGEST = 20
Boxes = dict[tuple[str, str], Any]


def propose_limits(
    ctx: Ctx, clicks: int, valid_from: str | None, reason: str | None, values: Sequence[Any], idents: Sequence[Any]
) -> tuple[str, None]:  # fmt: skip
    """Keep a proposal of other shares and multiples."""
    if not clicks:
        raise PreventUpdate
    day = _day(valid_from)
    boxes = {(str(one["figure"]), str(one["grade"])): value for one, value in zip(idents, values, strict=True)}
    _, before = store.limits_at(ctx.connection, day)
    try:
        asked = read(ctx, boxes, before)
    except BadLimits as error:
        raise Refusal(f"parameters.limits.bad.{error.key}", **error.values) from error
    if asked == before:
        raise Refusal("parameters.refused.same_limits")
    said = (reason or "").strip()[:MOST_REASON]
    try:
        made = store.propose(ctx.connection, LIMITS, day, to_plain(asked), said, ctx.viewer.login, ctx.now, ctx.address)
    except ParameterRefused as refused:
        raise Refusal(f"parameters.refused.{refused.key}", sentence=str(refused)) from refused
    row = store.version(ctx.connection, made)
    return f"{PATH}?limits={row.version if row else ''}", None


def read(ctx: Ctx, boxes: Boxes, before: LimitParameters) -> LimitParameters:
    """The parameters as the boxes have them; what has no box stays. BadLimits or Refusal says what is wrong."""
    grades = []
    for grade in Masterscale().grades:
        share, multiple = (_number(ctx, boxes, figure, grade) for figure in (SHARE, MULTIPLE))
        if (share is None) != (multiple is None):
            raise Refusal("parameters.limits.half", grade=grade)
        if share is not None and multiple is not None:
            grades.append(GradeLimit(grade, share / 100, multiple))
    term, burden, target = (_number(ctx, boxes, figure, "") for figure in (TERM, BURDEN, RETURN))
    if burden is None:
        raise Refusal("parameters.bad.needed", cell=ctx.t(f"parameters.limits.{BURDEN}"))
    if term is None or term != int(term):
        raise Refusal("parameters.limits.bad.term", most=MOST_MONTHS)
    return replace(
        before, grades=tuple(grades), term_months=int(term), card_burden=burden / 100,
        target_return=None if target is None else target / 100,
    )  # fmt: skip


def _number(ctx: Ctx, boxes: Boxes, figure: str, grade: str) -> Decimal | None:
    written = str(boxes.get((figure, grade)) or "").strip().removesuffix("%").strip()[:LONGEST]
    if not written:
        return None
    try:
        found = Decimal(written)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise Refusal("parameters.bad.number", cell=grade or ctx.t(f"parameters.limits.{figure}"), text=written)
    return found


def _day(text: str | None) -> date:
    written = (text or "").strip()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Refusal("parameters.bad.day", text=written[:LONGEST]) from error


def register_limits(bind: Bind, approve: Any, reject: Any) -> None:
    """Attach them, and the two decisions every kind of parameters shares."""
    sent = [Output(frame.PLACE, "href", allow_duplicate=True), Output(Ids.TOLD, "children", allow_duplicate=True)]
    bind(
        propose_limits, output=sent, inputs=[Input(Ids.PROPOSE, "n_clicks")],
        states=[
            State(Ids.VALID_FROM, "value"), State(Ids.REASON, "value"), State(box(ALL, ALL), "value"), State(box(ALL, ALL), "id"),
        ],
        permission="parameters.propose", writes=True, prevent_initial_call=True,
    )  # fmt: skip
    for handler, button in ((approve, Ids.APPROVE), (reject, Ids.REJECT)):
        bind(
            handler, output=sent, inputs=[Input(button, "n_clicks")],
            states=[State(Ids.VERSION, "data"), State(Ids.DECISION, "value")],
            permission="parameters.approve", writes=True, prevent_initial_call=True,
        )  # fmt: skip

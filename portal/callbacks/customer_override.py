"""The form on the 360 that proposes an override; the rules are the store's (store/overrides.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dash import Input, Output, State
from dash.exceptions import PreventUpdate

from domain.credit.overrides import DOWN, UP
from portal.access import Bind, Ctx, Refusal
from portal.layouts.customer_override import Ids, reasons
from portal.widgets import frame, pickers
from store import overrides
from store.overrides import OverrideRefused

LONGEST_DAY = 32


def offer(
    ctx: Ctx, grade: str | None, reason: str | None, ways: Mapping[str, str] | None
) -> tuple[list[dict[str, str]], str | None]:
    """The reasons that speak for the way of the grade chosen; one chosen before that does not is let go. The store judges."""
    way = (ways or {}).get(str(grade))
    offered = reasons(ctx, way if way in (UP, DOWN) else None)
    return pickers.choices(offered), reason if reason in {code for _, code in offered} else None


def propose(
    ctx: Ctx, clicks: int, customer_id: str, grade: str | None, reason: str | None, words: str | None, until: str | None
) -> tuple[str, None]:
    """Keep the proposal; the tab then says that it waits for a signature."""
    if not clicks:
        raise PreventUpdate
    if not grade:
        raise Refusal("overrides.refused.grade_needed")
    try:
        overrides.propose(
            ctx.connection, ctx.scope, str(customer_id), grade, reason or "", words or "", day_in(until), ctx.viewer.login,
            ctx.now, ctx.address,
        )  # fmt: skip
    except OverrideRefused as refused:
        raise said(refused) from refused
    return f"/customers/{customer_id}?tab=rating", None


def day_in(text: str | None) -> date | None:
    """A day as it was typed; None for nothing. Refusal for what is no day."""
    written = (text or "").strip()
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Refusal("overrides.refused.bad_day", text=written[:LONGEST_DAY]) from error


def said(refused: OverrideRefused) -> Refusal:
    """The store's refusal in the viewer's words."""
    return Refusal(f"overrides.refused.{refused.key}", **refused.values)


def register(bind: Bind) -> None:
    """Attach them."""
    bind(
        offer, output=[Output(Ids.REASON, "options"), Output(Ids.REASON, "value")], inputs=[Input(Ids.GRADE, "value")],
        states=[State(Ids.REASON, "value"), State(Ids.WAYS, "data")], permission=overrides.MAY_PROPOSE,
        prevent_initial_call=True,
    )  # fmt: skip
    told = (Ids.GRADE, "value"), (Ids.REASON, "value"), (Ids.WORDS, "value"), (Ids.UNTIL, "value")
    bind(
        propose, output=[Output(frame.PLACE, "href", allow_duplicate=True), Output(Ids.TOLD, "children")],
        inputs=[Input(Ids.PROPOSE, "n_clicks")],
        states=[State(Ids.WHO, "data"), *(State(*one) for one in told)], permission=overrides.MAY_PROPOSE, writes=True,
        prevent_initial_call=True,
    )  # fmt: skip

"""Overrides of ratings: the lists, and what is decided on one; the rules are the store's (store/overrides.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.access import Bind, Ctx
from portal.address_numbers import number_in, page_in
from portal.callbacks.customer_override import said
from portal.customer_words import words_of
from portal.layouts import overrides as page
from portal.layouts.overrides import PAGE_SIZE, Ids, View
from portal.widgets import frame
from store import audit, overrides
from store.customers import named
from store.database import writing
from store.override_rows import HOLDING, LISTS, WAITING
from store.overrides import MAY_PROPOSE, MAY_SIGN, Override, OverrideRefused

MONTHS = 12


def show(ctx: Ctx, asked: Mapping[str, Any] | None) -> list[Component]:
    """The list asked for, in scope; that it was seen is on the trail."""
    if not ctx.scope.paths:
        return [frame.nothing(ctx, "overview.no_scope")]
    told = asked or {}
    today = ctx.now.date()
    number = number_in(told.get("of"))
    chosen = overrides.override(ctx.connection, ctx.scope, number) if number else None
    which = str(told.get("which") or _list_of(ctx, chosen))
    which = which if which in LISTS else WAITING
    at = page_in(told.get("page"))
    counts = {name: overrides.listed(ctx.connection, ctx.scope, name, today, limit=1)[1] for name in LISTS}
    rows, _ = overrides.listed(ctx.connection, ctx.scope, which, today, PAGE_SIZE, (at - 1) * PAGE_SIZE)
    view = View(
        which, at, rows, counts, chosen, overrides.rates(ctx.connection, ctx.scope, days(today), ctx.now.tzinfo),
        _names(ctx, [*rows, *([chosen] if chosen else [])]), overrides.ladder(ctx.connection),
    )  # fmt: skip
    with writing(ctx.engine) as connection:
        seen = {"kind": which, "shown": len(rows)}
        audit.write(connection, ctx.now, ctx.viewer.login, "overrides.view", "overrides", None, seen, ctx.address)
    return page.body(ctx, view)


def _list_of(ctx: Ctx, one: Override | None) -> str:
    state = one.state_on(ctx.now.date()) if one else "proposed"
    return {"proposed": WAITING, "in_force": HOLDING}.get(state, LISTS[-1])


def _names(ctx: Ctx, rows: list[Override]) -> dict[str, str]:
    """What each customer is called for this viewer; by number where they have left the picture."""
    words = words_of(ctx)
    known = named(ctx.connection, ctx.scope, sorted({one.customer_id for one in rows}))
    told = {}
    for one in rows:
        name, kind = known.get(one.customer_id, (None, "personal"))
        told[one.customer_id] = words.name(name, kind, one.customer_id)
    return told


def days(today: date) -> list[date]:
    """The last month-ends, oldest first, and today."""
    ends, first = [], today.replace(day=1)
    for _ in range(MONTHS):
        end = first - timedelta(days=1)
        ends.append(end)
        first = end.replace(day=1)
    return [*ends[::-1], today]


def sign(ctx: Ctx, clicks: int, override_id: int, words: str | None) -> tuple[str, None]:
    """The second signature."""
    return _done(ctx, clicks, overrides.sign, override_id, words)


def refuse(ctx: Ctx, clicks: int, override_id: int, words: str | None) -> tuple[str, None]:
    """Turned down."""
    return _done(ctx, clicks, overrides.refuse, override_id, words)


def withdraw(ctx: Ctx, clicks: int, override_id: int, words: str | None) -> tuple[str, None]:
    """Taken back, or ended."""
    return _done(ctx, clicks, overrides.withdraw, override_id, words)


def _done(ctx: Ctx, clicks: int, act: Callable[..., None], override_id: int, words: str | None) -> tuple[str, None]:
    if not clicks:
        raise PreventUpdate
    try:
        act(ctx.connection, ctx.scope, int(override_id), words or "", ctx.viewer.login, ctx.now, ctx.address)
    except OverrideRefused as refused:
        raise said(refused) from refused
    one = overrides.override(ctx.connection, ctx.scope, int(override_id))
    return page.address(_list_of(ctx, one), of=int(override_id)), None


def register(bind: Bind) -> None:
    """Attach them."""
    place = Output(frame.PLACE, "href", allow_duplicate=True)
    bind(show, output=Output(Ids.BODY, "children"), inputs=[Input(Ids.ASKED, "data")], permission="overrides.view")
    for handler, button, permission in (
        (sign, Ids.SIGN, MAY_SIGN), (refuse, Ids.REFUSE, MAY_SIGN), (withdraw, Ids.WITHDRAW, MAY_PROPOSE),
    ):  # fmt: skip
        bind(
            handler, output=[place, Output(Ids.TOLD, "children", allow_duplicate=True)], inputs=[Input(button, "n_clicks")],
            states=[State(Ids.OF, "data"), State(Ids.WORDS, "value")], permission=permission, writes=True,
            prevent_initial_call=True,
        )  # fmt: skip

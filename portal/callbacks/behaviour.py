"""Behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.access import Bind, Ctx
from portal.behaviour_question import NAMES, Behind, Seen, behind, question_of
from portal.filters import bind_charts, bind_filters
from portal.layouts import behaviour as page
from portal.layouts import behaviour_attrition, behaviour_habits, behaviour_offers, behaviour_people
from portal.layouts.behaviour import Ids
from portal.widgets import frame, grids
from store.behaviour import known, people
from store.watch_list import SORTS, cells, watched

VIEWS = {
    "habits": behaviour_habits.body, "attrition": behaviour_attrition.body, "offers": behaviour_offers.body,
    "people": behaviour_people.body,
}  # fmt: skip


def show(ctx: Ctx, told: Mapping[str, Any] | None) -> tuple[Any, str, list[Component], dict[str, str]]:
    """Body, context, actions and set filters of what the address asks."""
    picture = ctx.picture
    if picture is None:
        return frame.nothing(ctx, "common.empty_picture"), "", [], {}
    if not ctx.scope.paths:
        return frame.nothing(ctx, "overview.no_scope"), "", [], {}
    seen = Seen(ctx, question_of(ctx, picture, told or {}), picture)
    of = seen.asked.measure
    needs_habits = seen.asked.view == "habits" or (of is not None and of.source != "chances")
    if needs_habits and not known(ctx.connection):
        shown: list[Component] = [frame.nothing(ctx, "behaviour.no_habits", jobs=True)]
    else:
        shown = VIEWS[seen.asked.view](ctx, seen)
    return [page.tabs(ctx, seen), *shown], page.context(ctx, seen), page.actions(ctx, seen), page.filters(seen)


def rows(ctx: Ctx, request: Mapping[str, Any] | None, told: Mapping[str, Any] | None) -> dict[str, Any]:
    """One block of the watch list or of the customers behind a figure; each is on the audit trail."""
    wanted, picture = grids.asked(request), ctx.picture
    if picture is None:
        raise PreventUpdate
    seen = Seen(ctx, question_of(ctx, picture, told or {}), picture)
    found, total = (_watched if seen.asked.view == "attrition" else _behind)(seen, wanted)
    act = "behaviour.watch_list" if seen.asked.view == "attrition" else "behaviour.people"
    ctx.audit(act, "customers", None, question=seen.asked.query(), first=wanted.first, shown=len(found), found=total)
    return grids.answer(found, total)


def _watched(seen: Seen, wanted: grids.Asked) -> tuple[list[dict[str, Any]], int]:
    ctx, asked = seen.ctx, seen.asked
    sort = wanted.sort if wanted.sort in SORTS else None
    found = watched(
        ctx.connection, ctx.scope, asked.facets, asked.bands, run_id=seen.attrition.run_id if seen.attrition else None,
        sort=sort or "aum_at_risk", descending=wanted.descending if sort else True, start=wanted.first, rows=wanted.count,
    )  # fmt: skip
    total = sum(cell.customers for cell in cells(ctx.connection, ctx.scope, asked.facets, asked.bands))
    return [behaviour_attrition.row(seen, one) for one in found], total


def _behind(seen: Seen, wanted: grids.Asked) -> tuple[list[dict[str, Any]], int]:
    measure = seen.asked.measure
    if measure is None:
        raise PreventUpdate
    found = behind(seen, measure)
    order = ranked(found, wanted.descending or wanted.sort is None)[wanted.first : wanted.first + wanted.count]
    who = people(seen.ctx.connection, seen.ctx.scope, [str(found.ids[at]) for at in order])
    shown = [
        behaviour_people.row(
            seen, measure, who[found.ids[at]], int(found.values[at]), None if found.against is None else int(found.against[at])
        )
        for at in order
    ]  # fmt: skip
    return shown, len(found.ids)


def ranked(found: Behind, descending: bool) -> Any:
    """Places of the customers by value, ties by number."""
    return np.lexsort((found.ids.astype(str), -found.values if descending else found.values))


def asked(told: Mapping[str, Any] | None) -> tuple[str, ...]:
    """What tells one question from another."""
    return tuple(str((told or {}).get(name) or "") for name in NAMES)


def register(bind: Bind) -> None:
    """Attach them."""
    parts = [*(Output(ident, "children") for ident in (Ids.BODY, Ids.CONTEXT, Ids.ACTIONS)), Output(Ids.SHOWN, "data")]
    bind(show, output=parts, inputs=[Input(Ids.ASKED, "data")], permission="behaviour.view", keep=asked)
    bind(
        rows, output=Output(Ids.GRID, "getRowsResponse"), inputs=[Input(Ids.GRID, "getRowsRequest")],
        states=[State(Ids.ASKED, "data")], permission="behaviour.view", writes=True,
    )  # fmt: skip
    bind_filters(bind, Ids.FILTER, Ids.SHOWN)
    bind_charts(bind, Ids.CHART)

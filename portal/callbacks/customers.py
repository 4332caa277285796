"""Look-up: rows, counts and saved views."""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State
from dash import ctx as dash_ctx
from dash.exceptions import PreventUpdate

from domain.search_query import read
from portal.access import Bind, Ctx, Refusal
from portal.customer_question import PAGE, question_of
from portal.customer_words import words_of
from portal.layouts import customers as page
from portal.layouts.customers import Ids
from portal.widgets import grids
from store import saved_views
from store.facets import NAMES
from store.lookup import SORTS, facet_counts, place_names, search

UNKNOWN_END = -1  # what the table takes for "there are more"


def rows(ctx: Ctx, request: dict[str, Any] | None, state: str | None) -> dict[str, Any]:
    """One block of the table; each is on the audit trail, with what was asked."""
    wanted, asked = grids.asked(request), question_of(state, ctx)
    sort = wanted.sort if wanted.sort in SORTS else "aum"
    found = search(
        ctx.connection, ctx.scope, asked.text, asked.facets, sort=sort, start=wanted.first, rows=wanted.count,
        descending=wanted.descending if wanted.sort in SORTS else True,
    )  # fmt: skip
    ctx.audit(
        "customers.search", "customers", text=asked.text, facets={name: list(v) for name, v in asked.facets.items()},
        first=wanted.first, shown=len(found.rows), found=found.total, more=found.more,
    )  # fmt: skip
    words = words_of(ctx)
    return grids.answer([page.row(hit, words) for hit in found.rows], UNKNOWN_END if found.more else found.total)


def counts(ctx: Ctx, state: str | None) -> tuple[Any, ...]:
    """How many there are, and the values of each facet."""
    asked = question_of(state, ctx)
    counted = facet_counts(ctx.connection, ctx.scope, asked.text, asked.facets)
    places = place_names(ctx.connection, [*counted.by["branch"], *asked.facets.get("branch", ())],
                         [*counted.by["manager"], *asked.facets.get("manager", ())])  # fmt: skip
    words = words_of(ctx)
    shown = page.total(ctx, counted, asked, read(asked.text).shape == "short")
    hits = {"state": state or "", "hits": None if counted.more else counted.hits}
    return (
        shown,
        hits,
        *(page.options(ctx, name, counted.by[name], asked.facets.get(name, ()), words, places) for name in NAMES),
    )


def views(ctx: Ctx, _state: str | None) -> Any:
    """The viewer's saved views."""
    return page.saved(ctx, saved_views.views(ctx.connection, ctx.viewer.user_id, PAGE))


def save_view(ctx: Ctx, _clicks: int, _enter: int, name: str | None, address: str | None) -> tuple[Any, str]:
    """Keep the question under a name."""
    try:
        saved_views.save(ctx.connection, ctx.viewer.user_id, PAGE, name or "", question_of(address).query())
    except saved_views.ViewRefused as refusal:
        raise Refusal(f"customers.view_{refusal.key}") from refusal
    return views(ctx, None), ""


def drop_view(ctx: Ctx, clicks: list[int | None]) -> Any:
    """Forget a view."""
    pressed = dash_ctx.triggered_id
    if not isinstance(pressed, dict) or not any(clicks):
        raise PreventUpdate
    saved_views.drop(ctx.connection, ctx.viewer.user_id, int(pressed["view"]))
    return views(ctx, None)


def register(bind: Bind) -> None:
    """Attach them. What is asked is put together in the browser (assets/customers.js): box and facets make the state,
    state and order the address.
    """
    checked = [Input(Ids.facet(name), "value") for name in NAMES]
    bind.clientside(
        "customers.state", output=Output(Ids.STATE, "data"), inputs=[Input(Ids.QUERY, "value"), Input(Ids.QUERY, "n_submit"), *checked],
        prevent_initial_call=True,
    )  # fmt: skip
    bind.clientside(
        "customers.address",
        output=Output(Ids.ADDRESS, "data"),
        inputs=[Input(Ids.STATE, "data"), Input(Ids.GRID, "getRowsRequest"), Input(Ids.GRID, "paginationInfo")],
        prevent_initial_call=True,
    )
    bind.clientside(
        "customers.ends", output=Output(Ids.HITS, "modified_timestamp"), states=[State(Ids.STATE, "data")],
        inputs=[Input(Ids.HITS, "data"), Input(Ids.GRID, "getRowsResponse")], prevent_initial_call=True,
    )  # fmt: skip
    bind.clientside(
        "customers.clear", output=[Output(Ids.facet(name), "value") for name in NAMES], inputs=[Input(Ids.CLEAR, "n_clicks")],
        prevent_initial_call=True,
    )  # fmt: skip
    bind.clientside("customers.fold", output=Output(Ids.FOLD, "open"), inputs=[Input(Ids.FOLD, "id")])
    grids.refresh_on(bind, Ids.GRID, [Input(Ids.STATE, "data")])
    bind(
        rows, output=Output(Ids.GRID, "getRowsResponse"), inputs=[Input(Ids.GRID, "getRowsRequest")],
        states=[State(Ids.STATE, "data")], permission="customers.search", writes=True,
    )  # fmt: skip
    bind(
        counts, output=[Output(Ids.TOTAL, "children"), Output(Ids.HITS, "data"), *(Output(Ids.facet(name), "options") for name in NAMES)],
        inputs=[Input(Ids.STATE, "data")], permission="customers.search",
    )  # fmt: skip
    _register_views(bind)


def _register_views(bind: Bind) -> None:
    shown = Output(Ids.VIEWS, "children")
    bind(views, output=shown, inputs=[Input(Ids.VIEWS, "id")], permission="customers.search")
    again = Output(Ids.VIEWS, "children", allow_duplicate=True)
    bind(
        save_view, output=[again, Output(Ids.VIEW_NAME, "value")],
        inputs=[Input(Ids.SAVE_VIEW, "n_clicks"), Input(Ids.VIEW_NAME, "n_submit")],
        states=[State(Ids.VIEW_NAME, "value"), State(Ids.ADDRESS, "data")],
        permission="customers.search", writes=True, prevent_initial_call=True,
    )  # fmt: skip
    bind(
        drop_view, output=again, inputs=[Input({"type": Ids.DROP_VIEW, "view": ALL}, "n_clicks")],
        permission="customers.search", writes=True, prevent_initial_call=True,
    )  # fmt: skip

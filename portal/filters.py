"""Filters that stand in the address and charts whose points open the customers behind them, as several pages have them."""

from __future__ import annotations

from dash import ALL, Input, Output, State

from portal.access import Bind


def bind_filters(bind: Bind, filters: str, shown: str) -> None:
    """What is chosen in a filter goes into the address. filters: the type of their pattern ids, each with a name; shown:
    the Store of what the page has filled them with (assets/filters.js)."""
    one = {"type": filters, "name": ALL}
    _bind(bind, "filters.go", Input(one, "value"), State(one, "id"), State(shown, "data"))


def bind_charts(bind: Bind, charts: str) -> None:
    """A click on a point asks for what `meta` of its trace calls it. charts: the type of their pattern ids."""
    one = {"type": charts, "name": ALL}
    _bind(bind, "filters.open", Input(one, "clickData"), State(one, "figure"))


def _bind(bind: Bind, function: str, asked: Input, *states: State) -> None:
    place = Output("_pages_location", "search", allow_duplicate=True)
    bind.clientside(function, output=place, inputs=[asked], states=list(states), prevent_initial_call=True)

"""Facts side by side, and where one is in a list that is paged on the server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import number
from portal import translations


def facts(pairs: Sequence[tuple[str, Any]]) -> Component:
    """Name over value, as many in a row as there is room for."""
    return html.Dl([html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs], className="gx-facts")


def pager(language: str, page: int, total: int, size: int, address: Callable[[int], str]) -> Component:
    """Which rows are shown of how many, with links to the pages beside; `address` gives a page's (the first is 1)."""
    first, last = (page - 1) * size + 1, min(page * size, total)

    def say(key: str, **values: object) -> str:
        return translations.text(language, f"common.{key}", **values)

    parts: list[Any] = [html.Span(say("rows_of", first=number(first), last=number(last), total=number(total)))]
    if page > 1:
        parts.append(dcc.Link(say("previous"), href=address(page - 1), className="gx-btn small"))
    if last < total:
        parts.append(dcc.Link(say("next"), href=address(page + 1), className="gx-btn small"))
    return html.Div(parts, className="gx-pager")

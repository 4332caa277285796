"""Tables that are sorted and paged on the server, with a row that opens by click or Enter.

A page that has one is marked grid=True in PAGES. The rows come by a callback of the page:

    bind(rows, output=Output(Ids.GRID, "getRowsResponse"), inputs=[Input(Ids.GRID, "getRowsRequest")], …)

    def rows(ctx, request):
        asked = grids.asked(request)
        found = query(ctx.connection, ctx.scope, sort=asked.sort, descending=asked.descending, limit=asked.count, offset=asked.first)
        return grids.answer([{"name": …, "href": f"/customers/{…}"} for … in found.rows], found.total)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_ag_grid
from dash import Input, Output
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal import translations
from portal.access import Bind

MOST_ROWS = 500  # of one request, whatever the browser asks for


@dataclass(frozen=True)
class Column:
    """One column. `field` is the key in the rows and the name of the sort.

    kind: text, number (to the right; words already), chip ({"text", "tone"}), link ({"text", "href"}).
    """

    field: str
    head: str
    kind: str = "text"
    width: int | None = None
    sortable: bool = True
    pinned: bool = False
    hidden: bool = False
    tip: str | None = None


def tier_column(head: str, language: str) -> Column:
    """Value tiers as chips, wide enough for the longest: 公司·战略, Company, strategic."""
    return Column("tier", head, "chip", 116 if language == "zh" else 152, sortable=False)


@dataclass(frozen=True)
class Asked:
    """What the table wants: `count` rows from `first` on, sorted by a field of a column or None."""

    first: int
    count: int
    sort: str | None
    descending: bool


def grid(
    ident: Any,
    columns: Sequence[Column],
    language: str,
    label: str,
    page_size: int = 50,
    height: str = "560px",
    sort: tuple[str, bool] | None = None,
    page: int = 1,
) -> Component:
    """The empty table; rows arrive page by page. `sort` is (field, descending) and `page` the page at first."""
    options = {
        "pagination": True,
        "paginationPageSize": page_size,
        "paginationPageSizeSelector": [20, 50, 100],
        "cacheBlockSize": page_size,
        "maxBlocksInCache": 10,
        "rowHeight": 38,
        "headerHeight": 36,
        "suppressMovableColumns": False,
        "suppressCellFocus": False,
        "enableCellTextSelection": True,
        "localeText": locale(language),
        # The table opens on a page only where it believes that there are rows up to it.
        "infiniteInitialRowCount": (page - 1) * page_size + 1,
        "initialState": {"pagination": {"page": page - 1, "pageSize": page_size}},
        "theme": {"function": "gxTheme(themeQuartz)"},
    }
    return dash_ag_grid.AgGrid(
        id=ident,
        rowModelType="infinite",
        columnDefs=[_definition(column, sort) for column in columns],
        defaultColDef={"resizable": True, "sortable": True, "filter": False, "suppressHeaderMenuButton": True},
        dashGridOptions=options,
        eventListeners={"rowClicked": ["gxOpenRow(params)"], "cellKeyDown": ["gxOpenRow(params)"]},
        className="gx-grid",
        style={"height": height},
        columnSize="responsiveSizeToFit",
        dangerously_allow_code=False,
    )


def _definition(column: Column, sort: tuple[str, bool] | None) -> dict[str, Any]:
    found: dict[str, Any] = {"field": column.field, "headerName": column.head, "sortable": column.sortable}
    if column.kind == "number":
        found |= {"cellClass": "gx-cell-number", "headerClass": "gx-head-number"}
    if column.kind in ("chip", "link"):
        found["cellRenderer"] = {"chip": "GxChip", "link": "GxLink"}[column.kind]
    if column.width:
        found |= {"minWidth": column.width}
    if column.pinned:
        found["pinned"] = "left"
    if column.hidden:
        found["hide"] = True
    if column.tip:
        found["headerTooltip"] = column.tip
    if sort and sort[0] == column.field:
        found["sort"] = "desc" if sort[1] else "asc"
    return found


def asked(request: Mapping[str, Any] | None) -> Asked:
    """A getRowsRequest made safe. PreventUpdate before the table has asked for anything."""
    if not request:
        raise PreventUpdate
    first = max(int(request.get("startRow") or 0), 0)
    count = int(request.get("endRow") or first + 100) - first
    order = (request.get("sortModel") or [{}])[0]
    return Asked(first, min(max(count, 1), MOST_ROWS), order.get("colId"), order.get("sort") == "desc")


def answer(rows: Sequence[Mapping[str, Any]], total: int) -> dict[str, Any]:
    """What the table takes: the rows asked for and how many there are in all. A row's `href` is where it opens."""
    return {"rowData": [dict(row) for row in rows], "rowCount": total}


def refresh_on(bind: Bind, ident: str, inputs: Sequence[Input]) -> None:
    """Fetch the rows anew, from the first page, whenever one of `inputs` changes."""
    bind.clientside("frame.refresh_grid", output=Output(ident, "className"), inputs=inputs, prevent_initial_call=True)


def locale(language: str) -> dict[str, str]:
    """The table's own words."""
    names = (
        "page", "of", "to", "more", "firstPage", "previousPage", "nextPage", "lastPage", "loadingOoo", "noRowsToShow",
        "pageSizeSelectorLabel", "ariaPageSizeSelectorLabel", "pageLastRowUnknown", "loadingError",
    )  # fmt: skip
    return {name: translations.text(language, f"common.grid.{name}") for name in names}

"""The credit portfolio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.access import Bind, Ctx
from portal.filters import bind_charts, bind_filters
from portal.layouts import portfolio as page
from portal.layouts.portfolio_concentration import LARGEST, borrowers_card
from portal.layouts.portfolio_loss import MOVERS, movers_card
from portal.layouts.portfolio_parts import Ids
from portal.layouts.portfolio_people import SORTS, order_of, row
from portal.overview_question import month_of
from portal.portfolio_question import NAMES, cells_of, opened, question_of
from portal.widgets import frame, grids
from store.portfolio import contacts

Parts = tuple[Any, str, list[Component], Any, dict[str, str]]


def show(ctx: Ctx, told: Mapping[str, Any] | None) -> Parts:
    """Body, context, actions, foot and set filters of what the address asks."""
    picture = ctx.picture
    if picture is None:
        return frame.nothing(ctx, "common.empty_picture"), "", [], None, {}
    if not ctx.scope.paths:
        return frame.nothing(ctx, "overview.no_scope"), "", [], None, {}
    if picture.opening_month is None:
        return frame.nothing(ctx, "portfolio.empty"), "", [], None, {}
    asked = question_of(ctx, picture, told or {})
    if asked.figure is not None:
        ctx.require("customers.search")
    with opened(ctx, asked, picture) as seen:
        return (
            page.body(ctx, seen),
            page.context(ctx, seen),
            page.actions(ctx, seen),
            page.made_of(ctx, seen),
            page.filters(seen),
        )


def people(ctx: Ctx, told: Mapping[str, Any] | None) -> Any:
    """Whose loss rose most, or who owes most; on the audit trail as every list of customers is."""
    picture = ctx.picture
    view = str((told or {}).get("view") or "")
    if picture is None or picture.opening_month is None or not ctx.scope.paths or not ctx.may("customers.search"):
        return None
    wanted = str((told or {}).get("month") or "")
    if view not in ("loss", "concentration") or (wanted and month_of(picture, wanted) is None):
        return None
    asked = question_of(ctx, picture, told or {})
    with opened(ctx, asked, picture) as seen:
        if view == "loss":
            movers = seen.book.movers(MOVERS) if seen.before else ()
            who = contacts(ctx.connection, ctx.scope, [one.customer_id for one in movers])
            shown: Component = movers_card(ctx, seen, movers, who)
        else:
            largest = seen.book.borrowers(LARGEST)[0]
            who = contacts(ctx.connection, ctx.scope, [one.key[1] for one in largest])
            shown = borrowers_card(ctx, seen, largest, who)
    ctx.audit(
        "portfolio.list", "branch", asked.branch_id or None, view=view, month=f"{asked.month:%Y-%m}", shown=len(who)
    )
    return shown


def rows(ctx: Ctx, request: Mapping[str, Any] | None, told: Mapping[str, Any] | None) -> dict[str, Any]:
    """One block of the customers behind a figure, on the audit trail."""
    ctx.require("customers.search")
    wanted, picture = grids.asked(request), ctx.picture
    if picture is None:
        raise PreventUpdate
    asked = question_of(ctx, picture, told or {})
    if asked.figure is None:
        raise PreventUpdate
    with opened(ctx, asked, picture) as seen:
        sort = wanted.sort if wanted.sort in SORTS else None
        found = seen.book.people(
            asked.figure.source, cells_of(seen, asked.figure), sort or order_of(seen), wanted.descending if sort else True,
            wanted.count, wanted.first,
        )  # fmt: skip
        who = contacts(ctx.connection, ctx.scope, [one.customer_id for one in found.rows])
        shown = [row(seen, one, who.get(one.customer_id)) for one in found.rows]
    total = found.whole.customers
    ctx.audit(
        "portfolio.people", "customers", None, question=asked.query(), first=wanted.first, shown=len(shown), found=total
    )
    return grids.answer(shown, total)


def asked(told: Mapping[str, Any] | None) -> tuple[str, ...]:
    """What tells one question from another."""
    return tuple(str((told or {}).get(name) or "")[:200] for name in NAMES)


def register(bind: Bind) -> None:
    """Attach them."""
    parts = [
        *(Output(ident, "children") for ident in (Ids.BODY, Ids.CONTEXT, Ids.ACTIONS, Ids.FOOT)),
        Output(Ids.SHOWN, "data"),
    ]
    asks = [Input(Ids.ASKED, "data")]
    bind(show, output=parts, inputs=asks, permission="portfolio.view", keep=asked)
    bind(people, output=Output(Ids.PEOPLE, "children"), inputs=asks, permission="portfolio.view", writes=True)
    bind(
        rows, output=Output(Ids.GRID, "getRowsResponse"), inputs=[Input(Ids.GRID, "getRowsRequest")],
        states=[State(Ids.ASKED, "data")], permission="portfolio.view", writes=True,
    )  # fmt: skip
    bind_filters(bind, Ids.FILTER, Ids.SHOWN)
    bind_charts(bind, Ids.CHART)

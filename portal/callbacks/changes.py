"""Rating changes and early warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import Input, Output
from dash.development.base_component import Component

from portal.access import Bind, Ctx
from portal.changes_question import ROWS, Seen, question_of
from portal.filters import bind_charts, bind_filters
from portal.layouts import changes as page
from portal.layouts.changes import Ids
from portal.layouts.changes_list import list_card
from portal.widgets import frame
from store.early_warning import Flag, flagged
from store.rating_changes import Changed, listed


def show(ctx: Ctx, told: Mapping[str, Any] | None) -> tuple[Any, str, list[Component], dict[str, str]]:
    """Body, context, actions and set filters of what the address asks."""
    if ctx.picture is None:
        return frame.nothing(ctx, "common.empty_picture"), "", [], {}
    if not ctx.scope.paths:
        return frame.nothing(ctx, "overview.no_scope"), "", [], {}
    seen = Seen(ctx, question_of(ctx, told or {}))
    return page.body(ctx, seen), page.context(ctx, seen), page.actions(ctx, seen), page.filters(seen)


def people(ctx: Ctx, told: Mapping[str, Any] | None) -> Any:
    """One page of the list, on the audit trail; nothing where there is no list to show."""
    if ctx.picture is None or not ctx.scope.paths:
        return None
    seen = Seen(ctx, question_of(ctx, told or {}))
    if not has_list(seen):
        return None
    seen = Seen(ctx, replace(seen.asked, page=seen.page))
    rows = rows_of(seen, seen.asked.first, ROWS)
    act = "ratings.warnings" if seen.asked.view == "warning" else "ratings.changes"
    ctx.audit(act, "customers", None, **narrowed(seen), first=seen.asked.first, shown=len(rows), found=seen.found)
    return list_card(ctx, seen, rows)


def narrowed(seen: Seen) -> dict[str, Any]:
    """What the list is narrowed to, as the trail keeps it."""
    asked = seen.asked
    return {
        "branch_id": asked.told["branch"],
        "move": asked.move,
        "notches": asked.notches,
        "rule": asked.rule,
        "more": False,
    }


def has_list(seen: Seen) -> bool:
    """Whether the question has a list of customers."""
    if seen.asked.view == "warning":
        return bool(seen.asked.rule) and seen.board is not None
    return page.why_nothing(seen) is None


def rows_of(seen: Seen, first: int, count: int) -> list[Changed] | list[Flag]:
    """Rows of the list, within scope."""
    asked, ctx = seen.asked, seen.ctx
    order: dict[str, Any] = {"sort": asked.sort, "descending": asked.descending, "start": first, "rows": count}
    if asked.view == "warning":
        return flagged(ctx.connection, ctx.scope, asked.rule, asked.path, **order)
    if seen.run is None:
        return []
    narrowed: dict[str, Any] = {"move": asked.move, "notches": asked.notches}
    return listed(ctx.connection, ctx.scope, seen.run.run_id, asked.path, **narrowed, **order)


def register(bind: Bind) -> None:
    """Attach them."""
    parts = [*(Output(ident, "children") for ident in (Ids.BODY, Ids.CONTEXT, Ids.ACTIONS)), Output(Ids.SHOWN, "data")]
    bind(show, output=parts, inputs=[Input(Ids.ASKED, "data")], permission="ratings.view")
    bind(
        people,
        output=Output(Ids.LIST, "children"),
        inputs=[Input(Ids.ASKED, "data")],
        permission="ratings.view",
        writes=True,
    )
    bind_filters(bind, Ids.FILTER, Ids.SHOWN)
    bind_charts(bind, Ids.CHART)

"""The audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from dash import Input, Output
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.access import Bind, Ctx, Refusal
from portal.address_numbers import page_in
from portal.layouts import audit as page
from portal.layouts.audit import ROWS, Ids
from store import audit

LAST_PAGE = 1_000_000


def show(ctx: Ctx, asked: Mapping[str, str]) -> Component:
    """The rows that fit the filter, newest first, a page at a time."""
    wanted = {name: (asked.get(name) or "").strip() for name in page.FIELDS}
    first = (min(page_in(asked.get("page")), LAST_PAGE) - 1) * ROWS
    entries, total = audit.trail(ctx.connection, _filter(ctx, wanted), ROWS, first)
    return page.body(ctx, page.Shown(entries, total, first, wanted, audit.actions(ctx.connection)))


def _filter(ctx: Ctx, wanted: Mapping[str, str]) -> audit.TrailFilter:
    try:
        since, until = page.day_of(ctx, wanted["since"]), page.day_of(ctx, wanted["until"])
    except ValueError:
        raise Refusal("audit.bad_day") from None
    zone = ctx.now.tzinfo
    return audit.TrailFilter(
        actor=wanted["actor"] or None,
        action=wanted["action"] or None,
        object_id=wanted["object_id"] or None,
        since=datetime.combine(since, time(), zone) if since else None,
        until=datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
    )


def verify(ctx: Ctx, clicks: int) -> Component:
    """Check the whole chain; that it was checked is itself on the trail."""
    if not clicks:
        raise PreventUpdate
    broken = audit.verify_chain(ctx.connection)
    rows = audit.trail(ctx.connection, audit.TrailFilter(), 1)[1]
    ctx.audit("audit.verify", "audit", None, broken=broken, rows=rows)
    return page.verdict(ctx, broken, rows)


def register(bind: Bind) -> None:
    """Attach them."""
    bind(show, output=Output(Ids.BODY, "children"), inputs=[Input(Ids.ASKED, "data")], permission="audit.view")
    bind(
        verify,
        output=Output(Ids.VERDICT, "children"),
        inputs=[Input(Ids.VERIFY, "n_clicks")],
        permission="audit.view",
        writes=True,
        prevent_initial_call=True,
    )

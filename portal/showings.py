"""When a run was on show, by whom and why, in words: on its own page, in the list of runs, in the 360's versions."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from domain.phrasing import minute
from portal.access import Ctx
from portal.actors import person as name_of
from portal.widgets import frame
from store.jobs import said
from store.shown import Showing


def span(ctx: Ctx, one: Showing) -> str:
    """From when until when."""
    since = minute(ctx.local(one.since))
    if one.until is None:
        return ctx.t("runs.shown.until_now", since=since)
    return ctx.t("runs.shown.span", since=since, until=minute(ctx.local(one.until)))


def person(ctx: Ctx, one: Showing) -> str:
    """Who put it on show, or put it on show again."""
    return ctx.t("runs.shown.again_by" if one.again else "runs.shown.by", who=name_of(ctx, one.by))


def line(ctx: Ctx, one: Showing, version: bool = True) -> str:
    """One time on show: from when until when, what, by whom, in place of what, why."""
    named = one.version if version else ""
    parts = (span(ctx, one), named, person(ctx, one), _replaced(ctx, one), said(one.reason, ctx.language))
    return " · ".join(part for part in parts if part)


def _replaced(ctx: Ctx, one: Showing) -> str:
    return ctx.t("runs.shown.replaced", version=one.replaced) if one.replaced else ""


def cell(ctx: Ctx, one: Showing) -> Component:
    """One time in a table's cell: from when until when; by whom, in place of what, why."""
    why = said(one.reason, ctx.language)
    about = " · ".join(part for part in (person(ctx, one), _replaced(ctx, one), why) if part)
    return html.Div([html.Div(span(ctx, one)), html.Div(about, className="gx-sub")])


def card(ctx: Ctx, shown: Iterable[Showing]) -> Component | None:
    """Of one run, the last time first; None for what never was on show."""
    lines = [html.Li(line(ctx, one, version=False)) for one in shown][::-1]
    if not lines:
        return None
    return frame.card(ctx.t("runs.shown.title"), html.Ul(lines, className="customer-list"), why=ctx.t("runs.shown.why"))

"""Home: what this person starts the day with. Each part stands for whoever may see the page behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.kpis import BY_NAME
from domain.month import HEADLINES, MonthSums, figure
from domain.phrasing import day, minute, month, number
from portal.access import Ctx
from portal.job_words import chip as job_chip
from portal.layouts import home_waiting
from portal.layouts.audit import action_words
from portal.layouts.home_downgrades import Ids as Downgrades
from portal.layouts.monitoring import PATH as MONITORING
from portal.layouts.monitoring import level_chip, standing_table, to_do
from portal.widgets import frame, status
from portal.widgets.kpi_tiles import kpi_tile
from store.customers import Customer
from store.jobs import JobRow
from store.monitoring import Watched
from store.picture import PictureOnShow
from store.served_runs import KINDS

RECENT, JOBS = 8, 6
STANDING = 3  # figures past a threshold that are named here


class Ids:
    """Of this page."""

    ASKED = "home-asked"
    HEADLINES = "home-headlines"
    MONITORING = "home-monitoring"
    RECENT = "home-recent"
    FRESH = "home-fresh"
    JOBS = "home-jobs"
    TRAIL = "home-trail"


def layout(ctx: Ctx) -> Component:
    """The parts this person may see, each to be filled by its callback."""
    parts: list[Component] = [dcc.Store(id=Ids.ASKED, data=ctx.viewer.login)]
    if home_waiting.concerns(ctx):
        parts.append(html.Div(id=home_waiting.Ids.CARD, className="home-part"))
    parts.append(html.Div(id=home_waiting.Ids.DUE, className="home-part"))
    if ctx.may("overview.view"):
        parts.append(html.Div(status.skeleton(4), id=Ids.HEADLINES))
    if ctx.may("monitoring.view"):
        parts.append(html.Div(id=Ids.MONITORING, className="home-part"))
    if ctx.may("ratings.alerts"):
        parts += [dcc.Store(id=Downgrades.TURN, data=0), html.Div(id=Downgrades.CARD, className="home-downgrades")]
    work = [
        part
        for permission, part in (
            ("customers.search", _look_up(ctx)), ("customers.view", _waiting(Ids.RECENT)), ("deliveries.view", _waiting(Ids.FRESH)),
            ("jobs.view", _waiting(Ids.JOBS)), ("audit.view", _waiting(Ids.TRAIL)),
        )
        if ctx.may(permission)
    ]  # fmt: skip
    parts.append(html.Div(work, className="gx-grid-2 even"))
    return frame.page(ctx.t("home.hello", name=ctx.viewer.name), _context(ctx), body=parts)


def _context(ctx: Ctx) -> str:
    return f"{frame.role_words(ctx.viewer.roles, ctx.language)} · {day(ctx.now.date())}"


def _waiting(ident: str) -> Component:
    return html.Div(frame.card(None, status.skeleton()), id=ident)


def _look_up(ctx: Ctx) -> Component:
    box = dcc.Input(
        name="q",
        type="search",
        placeholder=ctx.t("common.look_up_hint"),
        autoComplete="off",
        className="gx-input",
        id="home-q",
    )
    send = html.Button(ctx.t("home.look_up"), type="submit", className="gx-btn main")
    return frame.card(
        ctx.t("home.look_up_title"),
        html.Form(
            [html.Div(box, className="home-box"), send], action="/customers", method="get", className="home-search"
        ),
        why=ctx.t("home.look_up_why"),
    )


def _table(rows: Sequence[Component]) -> Component:
    return html.Table(html.Tbody(rows), className="gx-table home-table")


def no_picture(ctx: Ctx) -> Component:
    """Before the first delivery."""
    return frame.card(None, status.empty(ctx.t("common.empty_picture"), ctx.t("common.empty_picture_what")))


def headlines(ctx: Ctx, sums: MonthSums) -> Component:
    """Six KPIs of the whole scope, and the way to all of them."""
    tiles = [kpi_tile(ctx, figure(BY_NAME[name], sums, ctx.language), ctx.currency) for name in HEADLINES]
    words = ctx.t("home.headlines", month=month(sums.month, ctx.language))
    more = html.A(ctx.t("home.to_overview"), href="/overview")
    head = html.Div([html.H3(words), more], className="home-line")
    return html.Div([head, html.Div(tiles, className="gx-tiles")])


def monitoring(ctx: Ctx, watched: Watched) -> Component:
    """The status of the scorecard on show, while it is not stable: what to do and what it stands on, as the page says it."""
    found = watched.verdict
    line = html.Div([level_chip(ctx, found.level), html.Span(to_do(ctx, found))], className="gx-row monitoring-status")
    more = html.A(ctx.t("home.to_monitoring"), href=MONITORING, className="gx-btn small")
    title = ctx.t("home.monitoring", month=f"{watched.month:%Y-%m}")
    body = [part for part in (line, standing_table(ctx, found, STANDING)) if part is not None]
    return frame.card(title, body, why=ctx.t("home.monitoring_why"), actions=[more])


def recent(ctx: Ctx, customers: Sequence[Customer], names: Mapping[str, str]) -> Component:
    """Customers this person looked at last, the newest first."""
    rows = [
        html.Tr([
            html.Td(html.A(names[customer.customer_id], href=f"/customers/{customer.customer_id}")),
            html.Td(customer.customer_id, className="gx-sub w"),
            html.Td(status.chip(customer.grade, "accent") if customer.grade else "—", className="n"),
        ])
        for customer in customers
    ]  # fmt: skip
    body = _table(rows) if rows else status.empty(ctx.t("home.none_seen"), ctx.t("home.none_seen_what"))
    return frame.card(ctx.t("home.recent"), body, why=ctx.t("home.recent_why"))


def fresh(ctx: Ctx, shown: PictureOnShow | None, received: int) -> Component:
    """How old the picture is and what it was made of."""
    ledger = html.A(ctx.t("home.to_deliveries"), href="/admin/deliveries", className="gx-btn small")
    if shown is None:
        body = status.empty(ctx.t("common.empty_picture"), ctx.t("common.empty_picture_what"))
        return frame.card(ctx.t("home.fresh"), body, actions=[ledger])
    age = (ctx.now.date() - shown.as_of).days
    rows: tuple[tuple[str, Any], ...] = (
        (
            "as_of",
            [
                day(shown.as_of),
                " ",
                status.chip(ctx.t("home.days_old", days=number(age)), "good" if age <= 3 else "warn"),
            ],
        ),
        ("batch", f"#{shown.batch_id}"),
        ("built", minute(ctx.local(shown.built_at))),
        ("received", number(received)),
    )
    told = [(ctx.t(f"home.fresh_{key}"), value) for key, value in rows]
    told += [(ctx.t(f"runs.kind.{kind}"), shown.versions.get(kind) or ctx.t("home.unpublished")) for kind in KINDS]
    listed = [part for label, value in told for part in (html.Dt(label), html.Dd(value))]
    return frame.card(ctx.t("home.fresh"), html.Dl(listed, className="gx-kv"), actions=[ledger])


def jobs(ctx: Ctx, rows: Sequence[JobRow], titles: Mapping[str, str]) -> Component:
    """What runs, waits and ended last."""
    lines = [
        html.Tr([
            html.Td(html.A(titles.get(row.kind, row.kind), href=f"/admin/jobs/{row.job_id}")),
            html.Td(minute(ctx.local(row.submitted_at)), className="w gx-sub"),
            html.Td(job_chip(ctx, row), className="n"),
        ])
        for row in rows
    ]  # fmt: skip
    body = _table(lines) if lines else status.empty(ctx.t("home.no_jobs"), ctx.t("home.no_jobs_what"))
    more = html.A(ctx.t("home.to_jobs"), href="/admin/jobs", className="gx-btn small")
    return frame.card(ctx.t("home.jobs"), body, actions=[more])


def trail(ctx: Ctx, counts: Mapping[str, int]) -> Component:
    """How often each thing was done in the last 24 hours."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [
        html.Tr(
            [
                html.Td(html.A(action_words(ctx, action), href=f"/audit?action={action}")),
                html.Td(number(count), className="n"),
            ]
        )
        for action, count in ordered
    ]
    body = _table(rows) if rows else status.empty(ctx.t("home.quiet"), ctx.t("home.quiet_what"))
    more = html.A(ctx.t("home.to_audit"), href="/audit", className="gx-btn small")
    return frame.card(ctx.t("home.trail"), body, why=ctx.t("home.trail_why"), actions=[more])

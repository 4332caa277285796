"""Home: each part asks for itself, so that one that fails fails alone."""

from __future__ import annotations

from datetime import timedelta

from dash import Input, Output
from dash.development.base_component import Component

from domain.month import MonthSums
from jobs.registry import JOB_KINDS
from portal.access import Bind, Ctx
from portal.callbacks import home_downgrades, home_waiting
from portal.customer_words import words_of
from portal.layouts import home as page
from portal.layouts.home import Ids
from store import audit, kpis
from store.customers import customer
from store.jobs import recent as recent_jobs
from store.ledger import count_batches
from store.monitoring import card_on_show
from store.monitoring import newest as newest_watched

DAY = timedelta(days=1)


def show_headlines(ctx: Ctx, _login: str) -> Component:
    """The scope's KPIs of the newest complete month."""
    shown = ctx.picture
    newest = shown.opening_month if shown is not None else None
    if shown is None or newest is None:
        return page.no_picture(ctx)
    months = tuple(kpis.last_months(newest))
    return page.headlines(ctx, MonthSums(newest, months, kpis.series(ctx.connection, ctx.scope, months), ()))


def show_recent(ctx: Ctx, login: str) -> Component:
    """Who was looked at last, as far as they are in scope today."""
    seen = audit.last_objects(ctx.connection, ctx.viewer.login, "customer.view", page.RECENT)
    found = [one for key in seen if (one := customer(ctx.connection, ctx.scope, key)) is not None]
    words = words_of(ctx)
    return page.recent(ctx, found, {one.customer_id: words.name(one.name, one.kind, one.customer_id) for one in found})


def show_fresh(ctx: Ctx, _login: str) -> Component:
    """The picture on show."""
    return page.fresh(ctx, ctx.picture, count_batches(ctx.connection))


def show_jobs(ctx: Ctx, _login: str) -> Component:
    """The newest jobs."""
    titles = {name: kind.title(ctx.language) for name, kind in JOB_KINDS.items()}
    return page.jobs(ctx, recent_jobs(ctx.connection, limit=page.JOBS), titles)


def show_trail(ctx: Ctx, _login: str) -> Component:
    """The last 24 hours of the trail."""
    return page.trail(ctx, audit.counts_since(ctx.connection, ctx.now - DAY))


def show_monitoring(ctx: Ctx, _login: str) -> Component | None:
    """Warnings about the scorecard on show that begin in its newest month; nothing where there is none."""
    run_id = card_on_show(ctx.connection)
    watched = None if run_id is None else newest_watched(ctx.connection, run_id)
    return None if watched is None or not watched.verdict.standing else page.monitoring(ctx, watched)


def register(bind: Bind) -> None:
    """Attach them."""
    for handler, place, permission in (
        (show_monitoring, Ids.MONITORING, "monitoring.view"),
        (show_headlines, Ids.HEADLINES, "overview.view"),
        (show_recent, Ids.RECENT, "customers.view"),
        (show_fresh, Ids.FRESH, "deliveries.view"),
        (show_jobs, Ids.JOBS, "jobs.view"),
        (show_trail, Ids.TRAIL, "audit.view"),
    ):
        bind(handler, output=Output(place, "children"), inputs=[Input(Ids.ASKED, "data")], permission=permission)
    home_downgrades.register(bind)
    home_waiting.register(bind, Ids.ASKED)

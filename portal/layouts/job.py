"""One job: how it stands, what it wrote, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from portal import background, chain_words, job_words
from portal.access import Ctx
from portal.actors import who
from portal.layouts import jobs
from portal.layouts.jobs import PATH, POLL_MS
from portal.widgets import frame, lists, status
from portal.widgets.marks import marks
from store import chains
from store.chains import Chain
from store.jobs import JobRow, LogLine, said

# What a result names, and the page and permission that open it.
RESULTS = (("batch_id", "/admin/deliveries", "deliveries.view"), ("run_id", "/admin/runs", "runs.view"))


class Ids:
    """Of this page."""

    JOB = "job-number"
    TICK = "job-tick"
    STANDING = "job-standing"
    LOG = "job-log"
    CANCEL = "job-cancel"
    RETRY = "job-retry"
    CHANGED = "job-changed"
    CHAIN = "job-chain"


def layout(ctx: Ctx, job_id: str) -> Component:
    """The head with its buttons; standing and log come by callback, again and again while it waits or runs."""
    row = background.found(ctx, job_id)
    ask = ctx.t("jobs.ask_cancel", job=row.job_id, kind=job_words.title(ctx, row.kind))
    cancel = status.confirm(Ids.CANCEL, ctx.t("jobs.cancel"), ask, "danger", hidden=not may_cancel(ctx, row))
    retry = html.Button(
        ctx.t("jobs.retry"),
        id=Ids.RETRY,
        n_clicks=0,
        type="button",
        className="gx-btn main",
        hidden=not job_words.can_retry(ctx, row),
    )
    back = dcc.Link(ctx.t("job.back"), href=PATH, className="gx-btn")
    return frame.page(
        f"{job_words.title(ctx, row.kind)} #{row.job_id}",
        job_words.parameters(ctx, row),
        [back, cancel, retry],
        [
            dcc.Store(id=Ids.JOB, data=row.job_id),
            dcc.Store(id=Ids.CHANGED, data=0),
            dcc.Interval(id=Ids.TICK, interval=POLL_MS, disabled=not row.active),
            dcc.Store(id=jobs.Ids.ORDER),
            html.Button(id=jobs.Ids.OBEY, n_clicks=0, hidden=True, type="button", tabIndex=-1),
            dcc.Store(id=jobs.Ids.CHANGED, data=0),
            html.Div(
                [
                    html.Div(id=Ids.CHAIN, **marks(aria_live="polite")),
                    html.Div(frame.card(None, status.skeleton(3)), id=Ids.STANDING, **marks(aria_live="polite")),
                    html.Div(frame.card(None, status.skeleton(6)), id=Ids.LOG),
                ],
                className="gx-stack",
            ),
        ],
    )


def may_cancel(ctx: Ctx, row: JobRow) -> bool:
    """Whether the button is there: it waits or runs, and nobody has asked yet."""
    return row.active and row.cancel_requested_at is None and ctx.may("jobs.cancel")


def chain_of(ctx: Ctx, row: JobRow) -> Chain | None:
    """The chain it is a step of, None for a job that stands for itself."""
    return chains.of_job(ctx.connection, row.job_id)


def chain(ctx: Ctx, row: JobRow, found: Chain | None) -> Component | None:
    """The chain it is a step of: every step, and what may be done with the whole."""
    if found is None:
        return None
    late = chain_words.late(ctx, found)
    orders = jobs.chain_orders(ctx, found)
    return frame.card(
        chain_words.title(ctx, found),
        [
            html.P([chain_words.chip(ctx, found), " ", html.Span(chain_words.about(ctx, found), className="gx-sub")]),
            html.P(late, className="gx-alert warn", role="note") if late else None,
            chain_words.steps(ctx, found, row.job_id),
        ],
        why=ctx.t("job.chain_why"),
        actions=orders,
    )


def standing(ctx: Ctx, row: JobRow) -> Component:
    """Progress or the end, then who, when and where."""
    facts: list[tuple[str, Any]] = [
        ("who", who(ctx, row.submitted_by)),
        ("asked", job_words.moment(ctx, row.submitted_at)),
        ("began", job_words.moment(ctx, row.claimed_at)),
        ("ended", job_words.moment(ctx, row.finished_at)),
        ("took", job_words.took(ctx, row)),
        ("attempt", str(row.attempt) if row.attempt else "—"),
        ("queue", ctx.t(f"jobs.queue.{row.queue}")),
    ]
    if row.retry_of is not None:
        facts.append(("retry_of", dcc.Link(f"#{row.retry_of}", href=f"{PATH}/{row.retry_of}")))
    if told := job_words.rows_told(row, ctx.language):
        facts.append(("rows", told))
    body = [
        html.Div(job_words.progress(ctx, row), className="gx-job-now"),
        _results(ctx, row),
        lists.facts([(ctx.t(f"job.{key}"), value) for key, value in facts]),
    ]
    return frame.card(None, [html.P(job_words.chip(ctx, row)), *(part for part in body if part is not None)])


def _results(ctx: Ctx, row: JobRow) -> Component | None:
    result = row.result or {}
    links = [
        dcc.Link(ctx.t(f"job.open.{name}", number=result[name]), href=f"{path}/{result[name]}", className="gx-btn")
        for name, path, permission in RESULTS
        if isinstance(result.get(name), int) and ctx.may(permission)
    ]
    return html.Div(links, className="gx-row gx-job-links") if links else None


def log(ctx: Ctx, row: JobRow, lines: Sequence[LogLine]) -> Component:
    """The end of what it wrote about itself."""
    if not lines:
        what = ctx.t("job.no_log_yet") if row.active else ctx.t("job.no_log_what")
        return frame.card(ctx.t("job.log"), status.empty(ctx.t("job.no_log"), what))
    shown = [
        html.Div(
            [html.Time(f"{local:%H:%M:%S}" if (local := ctx.local(line.at)) else ""), said(line.line, ctx.language)]
        )
        for line in lines
    ]
    return frame.card(
        ctx.t("job.log"), html.Div(shown, className="gx-log", tabIndex=0, role="log"), why=ctx.t("job.log_why")
    )

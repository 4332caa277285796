"""Work that takes longer than a click: entered beside its audit row, sent to the workers once both are committed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobs import queue
from jobs.queue import NotAllowed, Submitted
from portal.access import Ctx, Refusal
from store import chains
from store import jobs as rows
from store.jobs import JobRow, NoSuchJob


def start(ctx: Ctx, kind: str, parameters: Mapping[str, Any], implied: bool = False) -> Submitted:
    """Enter a job in the viewer's name and scope; needs writes=True.

    A second asking while the first waits or runs gives the first one's id. `implied`: it follows from something the
    viewer may do, so that the kind's own permission is not asked for. Refusal without the permission otherwise.
    """
    grants = None if implied else ctx.viewer.grants
    try:
        entered = queue.enter(ctx.connection, kind, parameters, ctx.viewer.login, ctx.scope, ctx.now, grants)
    except NotAllowed as error:
        raise Refusal("jobs.refused.not_allowed") from error
    if not entered.already_running:
        ctx.audit("jobs.submit", "job", str(entered.job_id), kind=kind, parameters=dict(parameters))
        _send_later(ctx, entered.job_id)
    return entered


def again(ctx: Ctx, job_id: int) -> Submitted:
    """The same work once more, in the viewer's name and scope. Refusal without the permission of its kind."""
    found(ctx, job_id)
    try:
        entered = queue.enter_again(ctx.connection, job_id, ctx.viewer.login, ctx.scope, ctx.now, ctx.viewer.grants)
    except NotAllowed as error:
        raise Refusal("jobs.refused.not_allowed") from error
    if not entered.already_running:
        ctx.audit("jobs.retry", "job", str(entered.job_id), retry_of=job_id)
        _send_later(ctx, entered.job_id)
    return entered


def stop(ctx: Ctx, job_id: int) -> JobRow:
    """Ask a job to stop: a waiting one is cancelled at once, a running one's process is killed after the commit."""
    before = found(ctx, job_id)
    if not before.active:
        raise Refusal("jobs.refused.ended", job=job_id)
    row = chains.stop_job(ctx.connection, job_id, ctx.viewer.login, ctx.now)
    ctx.audit("jobs.cancel", "job", str(job_id), kind=row.kind, was=before.status)
    ctx.after(lambda: queue.stop(ctx.settings.redis_url, row))
    return row


def found(ctx: Ctx, job_id: int | str) -> JobRow:
    """The row of a number as it stands in an address. Refusal when there is none."""
    number = str(job_id)
    try:
        if number.isascii() and number.isdigit() and len(number) < 10:
            return rows.job(ctx.connection, int(number))
    except NoSuchJob:
        pass
    raise Refusal("jobs.refused.none", job=number[:20])


def _send_later(ctx: Ctx, job_id: int) -> None:
    row = rows.job(ctx.connection, job_id)
    ctx.after(lambda: queue.send(ctx.settings.redis_url, [row]))

"""Work that takes longer than a click: entered beside its audit row, sent to the workers once both are committed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from jobs import queue
from jobs.queue import NotAllowed, Submitted
from jobs.registry import JOB_KINDS, SCHEDULES
from portal.access import Ctx, Refusal
from portal.address_numbers import number_in
from store import chains, schedules
from store import jobs as rows
from store.chains import Chain, NoSuchChain, Started
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


def stop_chain(ctx: Ctx, chain_id: int) -> Chain:
    """Stop what runs of a chain and drop what waits; the processes are killed after the commit."""
    chain = _chain(ctx, chain_id)
    if chain.state not in chains.OPEN:
        raise Refusal("jobs.refused.chain_ended")
    stopped = chains.cancel(ctx.connection, chain_id, ctx.viewer.login, ctx.now)
    kinds = [step.kind for step in chain.steps if not step.settled]
    ctx.audit("jobs.cancel_chain", "chain", str(chain_id), steps=kinds, schedule=chain.schedule)
    for row in stopped:
        ctx.after(partial(queue.stop, ctx.settings.redis_url, row))
    return chain


def go_on_without(ctx: Ctx, chain_id: int) -> Chain:
    """Let a halted chain go on without the step it is at. Refusal when it is not halted or the rest needs the step."""
    chain = _chain(ctx, chain_id)
    step = chain.current
    if step is not None:
        ctx.require(JOB_KINDS[step.kind].permission)
    to_send = chains.skip(ctx.connection, chain_id, ctx.now)
    if to_send is None or step is None:
        raise Refusal("jobs.refused.not_halted")
    ctx.audit("jobs.skip", "chain", str(chain_id), steps=[step.kind], schedule=chain.schedule)
    ctx.after(lambda: queue.send(ctx.settings.redis_url, to_send))
    return chain


def start_schedule(ctx: Ctx, name: str) -> Started:
    """The chain of a schedule now, as it is set, in the viewer's name. Refusal without the permission of its steps."""
    schedule = SCHEDULES[name]
    line = schedules.line(ctx.connection, queue.as_at_first(schedule))
    if not line.steps:
        raise Refusal("schedules.refused.no_steps")
    for step in line.steps:
        ctx.require(JOB_KINDS[step].permission)
    started = queue.run_schedule(ctx.connection, schedule, line.steps, ctx.viewer.login, ctx.now)
    if not started.already:
        told = {"schedule": name, "steps": list(line.steps)}
        ctx.audit("schedules.run", "chain", str(started.chain.chain_id), **told)
        ctx.after(lambda: queue.send(ctx.settings.redis_url, started.to_send))
    return started


def _chain(ctx: Ctx, chain_id: int) -> Chain:
    try:
        return chains.chain(ctx.connection, chain_id)
    except NoSuchChain as error:
        raise Refusal("jobs.refused.no_chain") from error


def found(ctx: Ctx, job_id: int | str) -> JobRow:
    """The row of a number as it stands in an address. Refusal when there is none."""
    number = number_in(job_id)
    with suppress(NoSuchJob):
        if number is not None:
            return rows.job(ctx.connection, number)
    raise Refusal("jobs.refused.none", job=str(job_id)[:20])


def _send_later(ctx: Ctx, job_id: int) -> None:
    row = rows.job(ctx.connection, job_id)
    ctx.after(lambda: queue.send(ctx.settings.redis_url, [row]))

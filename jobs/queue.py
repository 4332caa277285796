"""Into the queue: a row is entered and committed, then its id is sent to Redis. The row is the truth.

When Redis cannot be reached the row simply waits: `jobs.sweep` sends what was not sent. What is sent twice runs once,
because work is claimed by a conditional update of the row.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.command import send_stop_job_command
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job as Message
from rq.serializers import JSONSerializer

from jobs.registry import DELIVERY, REGISTRY, JobKind, Registry, Schedule
from store import chains, schedules
from store import jobs as rows
from store.branches import subtree
from store.chains import Planned
from store.database import Connection, Engine, writing
from store.jobs import JobRow, NewJob
from store.schedules import Line
from store.scope import Scope

log = logging.getLogger(__name__)
RESULT_TTL_S, FAILURE_TTL_S = 3600, 24 * 3600
CONNECT_S = 3


class NotAllowed(Exception):
    """The person who asks may not start or cancel this kind of work."""


@dataclass(frozen=True)
class Submitted:
    """The job that stands for an asking, the first of its chain where others follow it; `already_running` when it was
    there before."""

    job_id: int
    already_running: bool


def connect(redis_url: str) -> Redis:
    """A client that gives up soon when nobody answers."""
    return Redis.from_url(redis_url, socket_connect_timeout=CONNECT_S)


def new_job(kind: JobKind, parameters: Mapping[str, Any], by: str, scope: Scope, retry_of: int | None = None) -> NewJob:
    """What is entered for an asking of this kind."""
    return NewJob(kind.name, kind.queue, parameters, by, scope, kind.personal, lane(kind), retry_of)


def lane(kind: JobKind) -> str | None:
    """Of each lane one job runs at a time: a kind that runs alone has one of its own."""
    return kind.name if kind.alone else None


def enter(
    connection: Connection,
    kind: str,
    parameters: Mapping[str, Any],
    by: str,
    scope: Scope,
    now: dt.datetime,
    grants: Collection[str] | None = None,
    registry: Registry = REGISTRY,
    only: Collection[str] | None = None,
) -> Submitted:
    """The row, in the caller's own transaction (beside an audit row, say). After its commit call `send`; should that
    be forgotten or fail, the sweep does it within seconds. `grants`: the asker's; NotAllowed without the kind's.

    What follows it makes it a chain; of the steps a delivery may start those that are switched on, or those in `only`.
    """
    wanted = registry.kind(kind)
    _require(wanted, grants)
    _require_branch(connection, parameters, scope)
    if wanted.then:
        return _enter_chain(connection, wanted, parameters, by, now, registry, only)
    entered = rows.enter(connection, new_job(wanted, parameters, by, scope), now)
    return Submitted(entered.job.job_id, entered.already)


def _require_branch(connection: Connection, parameters: Mapping[str, Any], scope: Scope) -> None:
    """OutOfScope for a recompute of a branch that is not of who asks. Who sees no branch, as who only runs the system,
    computes for others: the whole bank or any part of it."""
    named = parameters.get("branch")
    if named is None or not scope.paths:
        return
    below = subtree(connection, str(named))
    if below:  # one that is not there is the job's to refuse, in words
        scope.require(below[0].path)


def _enter_chain(
    connection: Connection,
    kind: JobKind,
    parameters: Mapping[str, Any],
    by: str,
    now: dt.datetime,
    registry: Registry,
    only: Collection[str] | None = None,
) -> Submitted:
    steps = following(connection, kind, parameters, registry, only)
    started = chains.start(connection, kind.name, steps, by, now)
    place = started.chain.steps[-len(steps)]  # one that was there may have begun with others before these
    if place.job_id is None:
        place = started.chain.current or place
    return Submitted(place.job_id or 0, started.already)


def following(
    connection: Connection,
    kind: JobKind,
    parameters: Mapping[str, Any],
    registry: Registry = REGISTRY,
    only: Collection[str] | None = None,
) -> list[Planned]:
    """A kind and all that follows it, in order; of the steps a delivery may start those that are switched on, or those
    in `only`."""
    offered = registry.schedules.get(DELIVERY)
    dropped: set[str] = set()
    if offered is not None:
        set_so = schedules.line(connection, as_at_first(offered))
        chosen = only if only is not None else set_so.steps if set_so.active else ()
        dropped = set(offered.offered) - set(chosen)
    names = [kind.name]
    for name in names:
        names += [each for each in registry.kind(name).then if each not in names and each not in dropped]
    return [planned(registry.kind(name), parameters if name == kind.name else {}) for name in names]


def planned(kind: JobKind, parameters: Mapping[str, Any]) -> Planned:
    """A kind as a step of a chain."""
    return Planned(kind.name, kind.queue, lane(kind), parameters, bool(kind.then), kind.waits_for)


def as_at_first(schedule: Schedule) -> Line:
    """A schedule as the registry has it, with all its steps."""
    return Line(schedule.name, schedule.active, schedule.day, schedule.at, schedule.offered)


def run_schedule(
    connection: Connection,
    schedule: Schedule,
    steps: Sequence[str],
    by: str,
    now: dt.datetime,
    due_at: dt.datetime | None = None,
    registry: Registry = REGISTRY,
) -> chains.Started:
    """The chain of a schedule, entered; send its rows after the commit. due_at: None when a person starts it."""
    told = [planned(registry.kind(name), {}) for name in steps]
    return chains.start(connection, "schedule", told, by, now, schedule.name, due_at)


def submit(
    engine: Engine,
    redis_url: str,
    kind: str,
    parameters: Mapping[str, Any],
    by: str,
    scope: Scope,
    now: dt.datetime,
    grants: Collection[str] | None = None,
    registry: Registry = REGISTRY,
) -> Submitted:
    """Enter, commit, send. A second asking while the first waits or runs gives the first one's id.

    Not to be called inside another writing transaction of the same SQLite database: use `enter` and `send` there.
    """
    with writing(engine) as connection:
        submitted = enter(connection, kind, parameters, by, scope, now, grants, registry)
        row = rows.job(connection, submitted.job_id)
    if not submitted.already_running:
        send(redis_url, [row], registry)
    return submitted


def retry(
    engine: Engine,
    redis_url: str,
    job_id: int,
    by: str,
    scope: Scope,
    now: dt.datetime,
    grants: Collection[str] | None = None,
    registry: Registry = REGISTRY,
) -> Submitted:
    """A new row with the parameters of an ended one, in the scope of who asks now. One still active is given back."""
    with writing(engine) as connection:
        submitted = enter_again(connection, job_id, by, scope, now, grants, registry)
        row = rows.job(connection, submitted.job_id)
    if not submitted.already_running:
        send(redis_url, [row], registry)
    return submitted


def enter_again(
    connection: Connection,
    job_id: int,
    by: str,
    scope: Scope,
    now: dt.datetime,
    grants: Collection[str] | None = None,
    registry: Registry = REGISTRY,
) -> Submitted:
    """What `retry` enters, in the caller's own transaction; call `send` after its commit, as for `enter`.

    A step of a chain is run alone, and the steps after it then go on; what others follow, outside of a chain that still
    stands, begins a new one.
    """
    old = rows.job(connection, job_id)
    kind = registry.kind(old.kind)
    _require(kind, grants)
    _require_branch(connection, old.parameters, scope)
    if old.active:
        return Submitted(old.job_id, True)
    chain = chains.of_job(connection, job_id)
    step = next((each for each in chain.steps if each.job_id == job_id), None) if chain is not None else None
    standing = step is not None and chain is not None and chain.state != "cancelled" and old.status != "done"
    if kind.then and not standing:
        return _enter_chain(connection, kind, old.parameters, by, now, registry)
    new = new_job(kind, old.parameters, by, scope, retry_of=job_id)
    if chain is not None and standing:
        new = replace(new, chain_id=chain.chain_id)
    entered = rows.enter(connection, new, now)
    chains.retried(connection, job_id, entered.job.job_id, now)
    return Submitted(entered.job.job_id, entered.already)


def cancel(
    engine: Engine, redis_url: str, job_id: int, by: str, now: dt.datetime, registry: Registry = REGISTRY
) -> JobRow:
    """The row after asking: a waiting job is `cancelled` at once, a running one ends within seconds.

    Its process is killed; the worker that had it then ends the row. Should Redis not carry the order, the process
    reads the flag in its row with its next heartbeat and ends itself.
    """
    with writing(engine) as connection:
        row = chains.stop_job(connection, job_id, by, now)
    stop(redis_url, row)
    return row


def cancel_chain(engine: Engine, redis_url: str, chain_id: int, by: str, now: dt.datetime) -> chains.Chain:
    """The chain after asking: what waits of it is dropped at once, what runs ends within seconds."""
    with writing(engine) as connection:
        stopped = chains.cancel(connection, chain_id, by, now)
        found = chains.chain(connection, chain_id)
    for row in stopped:
        stop(redis_url, row)
    return found


def stop(redis_url: str, row: JobRow) -> None:
    """After the commit of `store.chains.stop_job`: take a waiting job's message away, kill a running job's process."""
    try:
        with connect(redis_url) as redis:
            if row.status == "running":
                send_stop_job_command(redis, message_id(row.job_id, row.attempt - 1), serializer=JSONSerializer)
            elif row.status == "cancelled":
                Message.fetch(message_id(row.job_id, row.attempt), redis, JSONSerializer).delete()
    except (NoSuchJobError, InvalidJobOperation):
        return  # not in Redis: its process reads the flag, or nobody ever will take it up
    except RedisError:
        log.warning("the order to stop job %s could not be sent; its process reads it in the row", row.job_id)


def send(redis_url: str, waiting: Iterable[JobRow], registry: Registry = REGISTRY) -> None:
    """Put committed rows into their queues. Redis out of reach is a warning: the sweep sends them later. With no
    address at all nothing is sent: a process that does its work itself."""
    if not redis_url:
        return
    try:
        with connect(redis_url) as redis:
            for row in waiting:
                _put(redis, row, registry)
    except RedisError as error:
        log.warning("Redis did not take jobs (%s); they wait in the table until the next sweep", error)


def _put(redis: Redis, row: JobRow, registry: Registry) -> None:
    kind = registry.kind(row.kind)
    Queue(row.queue, connection=redis, serializer=JSONSerializer).enqueue_call(
        registry.executor,
        args=(row.job_id,),
        timeout=kind.timeout,
        result_ttl=RESULT_TTL_S,
        failure_ttl=FAILURE_TTL_S,
        description=f"{row.kind} {row.job_id}",
        job_id=message_id(row.job_id, row.attempt),
    )


def message_id(job_id: int, attempts_made: int) -> str:
    """The id a row's message has in Redis: one for each attempt, so it can be found from the row alone."""
    return f"guanxi-{job_id}-{attempts_made}"


def sent(redis: Redis, queues: Iterable[str]) -> set[str]:
    """Ids of the messages that wait in these queues."""
    return {
        found for name in queues for found in Queue(name, connection=redis, serializer=JSONSerializer).get_job_ids()
    }


def _require(kind: JobKind, grants: Collection[str] | None) -> None:
    if grants is not None and kind.permission not in grants:
        raise NotAllowed(f"to start “{kind.en}” you need the grant {kind.permission}; ask an administrator")

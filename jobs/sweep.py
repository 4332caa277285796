"""The sweep: what was lost is found, and what is due is started. `python -m jobs.sweep` does it every few seconds.

Our own rows are the truth. A waiting row whose message Redis no longer has is sent again; a running row whose process
is gone waits again, or fails with a sentence after a few attempts. On this machine a process is looked for by its id,
which is exact; of another machine's only the heartbeat tells.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from redis.exceptions import RedisError

from config.settings import Settings, load_settings
from jobs import queue, uploads
from jobs.processes import is_alive
from jobs.registry import QUEUES, REGISTRY, Registry
from jobs.runner import utc_now
from store import chains, job_claims, models, overrides, reports, schedules
from store.database import Engine, open_engine, reading, writing
from store.jobs import JobRow, job, newest_asked
from store.scope import NOTHING

log = logging.getLogger(__name__)
EVERY_S = 10.0
MOST_ATTEMPTS = 3
SILENT_S = 60.0  # a process of another machine counts as lost after this
UNSENT_S = 5.0  # a row younger than this is still being sent by whoever entered it
SCHEDULE = "schedule"  # who starts what is due
SIGN_OFF = "sign_off_dossier"


@dataclass(frozen=True)
class Swept:
    """What one sweep did: job ids."""

    settled: tuple[int, ...]
    sent_again: tuple[int, ...]
    started: tuple[int, ...]


def sweep(engine: Engine, settings: Settings, now: dt.datetime, registry: Registry = REGISTRY) -> Swept:
    """Settle lost rows, start what is due, let chains go on, send what Redis does not have, write down which overrides are
    over, ask for dossiers that carry what was decided, clear uploads away. Safe to run at the same time elsewhere."""
    settled = _settle_lost(engine, now, registry)
    started = _start_due(engine, settings, now, registry)
    _go_on(engine, settings, now, registry)
    sent_again = _send_unsent(engine, settings, now, registry)
    _end_overrides(engine, settings, now)
    carry_sign_offs(engine, settings, now, registry)
    uploads.clear(engine, settings.uploads, now)
    return Swept(settled, sent_again, started)


def _settle_lost(engine: Engine, now: dt.datetime, registry: Registry) -> tuple[int, ...]:
    with reading(engine) as connection:
        lost = [row for row in job_claims.running(connection) if _is_lost(row, now)]
    done = []
    for row in lost:
        with writing(engine) as connection:
            limit = registry.kind(row.kind).timeout
            outcome = job_claims.settle(connection, row, now, MOST_ATTEMPTS, limit)
        if outcome is not None:
            log.warning("the process of job %s is gone; the job is now %s", row.job_id, outcome[0])
            done.append(row.job_id)
    return tuple(done)


def _end_overrides(engine: Engine, settings: Settings, now: dt.datetime) -> None:
    local = now.astimezone(ZoneInfo(settings.time_zone))
    with reading(engine) as connection:
        if not overrides.past_their_day(connection, local.date()):
            return
    with writing(engine) as connection:
        overrides.expire_due(connection, local)


def carry_sign_offs(engine: Engine, settings: Settings, now: dt.datetime, registry: Registry) -> None:
    """After a step of the register, whoever took it and whatever was killed since: its dossier with that step, asked for
    once. One that failed waits for the next step, or for a person."""
    if SIGN_OFF not in registry.kinds:
        return
    with reading(engine) as connection:
        behind = reports.dossiers_behind(connection)
        due = [(told, step) for told, step in behind if newest_asked(connection, SIGN_OFF, _told(told, step)) is None]
    if not due:
        return
    begun: list[JobRow] = []
    with writing(engine) as connection:
        for report_id, step in due:
            told = _told(report_id, step)
            if newest_asked(connection, SIGN_OFF, told) is None:
                by = models.event_by(connection, step)
                entered = queue.enter(connection, SIGN_OFF, told, by, NOTHING, now, registry=registry)
                begun.append(job(connection, entered.job_id))
    queue.send(settings.redis_url, begun, registry)


def _told(report_id: int, step: int) -> dict[str, int]:
    return {"report_id": report_id, "model_event": step}


def _is_lost(row: JobRow, now: dt.datetime) -> bool:
    alive = is_alive(row.worker)
    if alive is not None:
        return not alive
    last = row.heartbeat_at or row.claimed_at or row.submitted_at
    return (now - last).total_seconds() > SILENT_S


def _send_unsent(engine: Engine, settings: Settings, now: dt.datetime, registry: Registry) -> tuple[int, ...]:
    with reading(engine) as connection:
        waiting = job_claims.queued(connection, now - dt.timedelta(seconds=UNSENT_S))
    if not waiting:
        return ()
    try:
        with queue.connect(settings.redis_url) as redis:
            there = queue.sent(redis, {row.queue for row in waiting} | set(QUEUES))
    except RedisError as error:
        log.warning("Redis cannot be reached (%s); %d jobs wait", error, len(waiting))
        return ()
    unsent = [row for row in waiting if queue.message_id(row.job_id, row.attempt) not in there]
    queue.send(settings.redis_url, unsent, registry)
    return tuple(row.job_id for row in unsent)


def _start_due(engine: Engine, settings: Settings, now: dt.datetime, registry: Registry) -> tuple[int, ...]:
    """Begin the chains whose time came: once, however many times that was while nothing ran."""
    local = now.astimezone(ZoneInfo(settings.time_zone))
    with reading(engine) as connection:
        there = schedules.lines(connection)
    new = [schedule for name, schedule in registry.schedules.items() if name not in there]
    if not new and not any(line.next_at is not None and line.next_at <= now for line in there.values()):
        return ()
    begun: list[JobRow] = []
    with writing(engine) as connection:
        there = schedules.lines(connection)
        for schedule in new:
            if schedule.name not in there:
                schedules.add(connection, queue.as_at_first(schedule), local)
        for line in schedules.due(connection, local):
            if line.name in registry.schedules:
                wanted = registry.schedules[line.name]
                started = queue.run_schedule(connection, wanted, line.steps, SCHEDULE, now, line.next_at, registry)
                begun += started.to_send
    queue.send(settings.redis_url, begun, registry)
    return tuple(row.job_id for row in begun)


def _go_on(engine: Engine, settings: Settings, now: dt.datetime, registry: Registry) -> None:
    """Chains that waited for a decision, and any whose job went without telling."""
    with reading(engine) as connection:
        waiting = chains.stuck(connection)
    for chain_id in waiting:
        with writing(engine) as connection:
            to_send = chains.go_on(connection, chain_id, now)
        queue.send(settings.redis_url, to_send, registry)


def main() -> None:
    """Sweep for ever. A failed sweep is logged and the next one tries again."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    settings = load_settings()
    engine = open_engine(settings.database_url, pool_size=1)
    while True:
        try:
            sweep(engine, settings, utc_now())
        except Exception:
            log.exception("this sweep failed; the next one is in %s s", EVERY_S)
        time.sleep(EVERY_S)


if __name__ == "__main__":
    main()

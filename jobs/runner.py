"""One attempt at one job: claim it, run it, say how it ended. The only clock of the background is here.

A job function is `run(job, **parameters) -> dict | None`; what it returns is kept on the row as JSON. `changed: False`
in it means that nothing was found to do and nothing follows; `sentence` is what whoever asked should read of it first.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from rq.timeouts import JobTimeoutException

from config.settings import Settings, load_settings
from jobs import queue
from jobs.heartbeat import Heartbeat
from jobs.processes import this_process
from jobs.registry import REGISTRY, JobKind, Registry
from store.database import Engine, open_engine, reading, writing
from store.job_claims import CANCEL, LOST, Ending, claim, finish, too_long
from store.jobs import JobRow, NoSuchJob, in_both, job, said
from store.scope import Scope, whole_bank

log = logging.getLogger(__name__)
NOBODYS = 0  # no row has this number
PATIENCE_S = 3.0  # a message may arrive before the transaction that entered its row has been committed
Listener = Callable[[str, str | None, float | None], None]


class Refused(Exception):
    """A job cannot do what was asked; its text is a sentence for the person who asked, in one language or both."""

    def __init__(self, en: str, zh: str | None = None) -> None:
        super().__init__(en)
        self.sentence = en if zh is None else in_both(zh, en)


class Halted(Refused):
    """What the job needs is not there just now, whatever the data are: a chain halts here until it is tried again."""


class Cancelled(Exception):
    """Somebody asked for this job to stop, or its row was given to another process."""


@dataclass(frozen=True)
class Job:
    """What a job function is given.

    by: the login of who asked. scope: the branches they may see, or the whole bank where the kind is not personal.
    now: when this attempt began; `clock()` is the time of the call. engine: this process's own. The names of steps
    are keys `jobs.step.<name>` of the portal's catalogue.
    """

    job_id: int
    settings: Settings
    engine: Engine
    by: str
    scope: Scope
    now: dt.datetime
    clock: Callable[[], dt.datetime]
    _heart: Heartbeat | None = None
    _listener: Listener | None = None

    def step(self, name: str, percent: float | None = None, detail: str | None = None) -> None:
        """Where the job is: a step's key, the share done of the whole (0 to 100), and a detail such as rows; one in words is
        given in both languages (store.jobs.in_both).

        Costs nothing, may be called often and inside a transaction. Raises Cancelled when the job is to stop.
        """
        if self._heart is not None:
            self._heart.tell(name, detail, percent)
        if self._listener is not None:
            self._listener(name, said(detail, "en"), percent)
        self.check()

    def log(self, line: str, zh: str | None = None) -> None:
        """A line for the log on the jobs page, in English and Chinese: facts of the run, never a customer's."""
        if self._heart is not None:
            self._heart.say(line if zh is None else in_both(zh, line))

    def check(self) -> None:
        """Cancelled when somebody asked for that."""
        if self._heart is not None and self._heart.standing in (CANCEL, LOST):
            raise Cancelled


def utc_now() -> dt.datetime:
    """The time, aware."""
    return dt.datetime.now(dt.UTC)


def execute(job_id: int, registry: Registry = REGISTRY) -> dict[str, Any] | None:
    """What a worker calls with the id of a row; runs in a work horse of its own. Re-raises what the job raised, so
    that RQ records the failure too."""
    settings = load_settings()
    engine = engine_of(settings.database_url)
    try:
        return run_one(engine, settings, job_id, registry, hard=True)
    finally:
        engine.dispose()


@cache
def engine_of(url: str) -> Engine:
    """The engine of a worker and of the processes it forks: they inherit the statements it knows, never a connection.

    Who uses it disposes of its connections before there is another process.
    """
    return open_engine(url, pool_size=4)


def rehearse(settings: Settings, kinds: Iterable[JobKind]) -> None:
    """Before a worker forks: what attempts at these kinds ask first is asked once, changing nothing, so that the
    processes it forks know the statements already. A kind's module may have `rehearse(job)` of its own."""
    engine = engine_of(settings.database_url)
    try:
        with writing(engine) as connection:
            claim(connection, NOBODYS, "", utc_now())
        with reading(engine) as connection:
            scope = whole_bank(connection)
        job = Job(NOBODYS, settings, engine, "", scope, utc_now(), utc_now)
        for kind in kinds:
            own = getattr(import_module(kind.function.rpartition(".")[0]), "rehearse", None)
            if own is not None:
                own(job)
    finally:
        engine.dispose()


def run_one(
    engine: Engine,
    settings: Settings,
    job_id: int,
    registry: Registry = REGISTRY,
    hard: bool = False,
    listener: Listener | None = None,
    clock: Callable[[], dt.datetime] = utc_now,
) -> dict[str, Any] | None:
    """One attempt at the row `job_id`, in this process; None when it was not waiting. `hard`: see Heartbeat."""
    row = _claim(engine, job_id, clock)
    if row is None:
        log.info("job %s was not waiting any more", job_id)
        return None
    kind = registry.kind(row.kind)
    heart = Heartbeat(engine, row, clock, kind.timeout, hard)
    begun = row.claimed_at or clock()
    scope = _scope(engine, kind, row)
    told = Job(job_id, settings, engine, row.submitted_by, scope, begun, clock, heart, listener)
    heart.start()
    raised: BaseException | None = None
    try:
        result = kind.resolve()(told, **row.parameters) or {}
        # A second attempt may find done what a killed first one did: what follows has still to follow.
        changed = result.get("changed") is not False or row.attempt > 1
        ending = Ending("done", result.get("sentence"), result=result, changed=changed)
    except Cancelled:
        ending, result = Ending("cancelled"), None
    except BaseException as error:  # also the alarm of RQ and a Ctrl-C in a console: the row must say how it ended
        raised, result = error, None
        ending = _failure(error, row, kind)
    heart.stop()
    _finish(engine, settings, row, ending, clock, registry)
    if raised is not None:
        raise raised
    return result


def _claim(engine: Engine, job_id: int, clock: Callable[[], dt.datetime]) -> JobRow | None:
    end = time.monotonic() + PATIENCE_S
    while True:
        with writing(engine) as connection:
            row = claim(connection, job_id, this_process(), clock())
            if row is not None:
                return row
            try:
                job(connection, job_id)
                return None
            except NoSuchJob:
                if time.monotonic() > end:
                    raise
        time.sleep(0.1)


def _scope(engine: Engine, kind: JobKind, row: JobRow) -> Scope:
    if kind.personal:
        return Scope(tuple(row.scope))
    with reading(engine) as connection:
        return whole_bank(connection)


def _failure(error: BaseException, row: JobRow, kind: JobKind) -> Ending:
    if isinstance(error, Refused):
        log.info("job %s (%s) refused: %s", row.job_id, row.kind, error)
        return Ending("failed", error.sentence, refused=not isinstance(error, Halted))
    incident = secrets.token_hex(4)
    log.error("incident %s: job %s (%s) failed", incident, row.job_id, row.kind, exc_info=error)
    if isinstance(error, JobTimeoutException):
        return Ending("failed", too_long(kind.timeout), incident)
    if isinstance(error, KeyboardInterrupt):
        return Ending("cancelled")
    sentence = in_both(
        f"出现了意外错误，未作任何更改。请重试；若再次失败，请把事件编号 {incident} 告诉系统管理员，日志中有详情。",
        f"Something unexpected went wrong and nothing was changed. Try again; if it fails again, give the incident "
        f"number {incident} to whoever runs the system: the log tells the rest.",
    )
    return Ending("failed", sentence, incident)


def _finish(
    engine: Engine,
    settings: Settings,
    row: JobRow,
    ending: Ending,
    clock: Callable[[], dt.datetime],
    registry: Registry,
) -> None:
    with writing(engine) as connection:
        following = finish(connection, row, ending, clock())
    log.info("job %s (%s) attempt %s: %s", row.job_id, row.kind, row.attempt, ending.status)
    if following is None:
        log.warning("job %s attempt %s ended %s, but its row had ended before", row.job_id, row.attempt, ending.status)
    elif following:
        queue.send(settings.redis_url, following, registry)

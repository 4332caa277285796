"""The rows of background work as a page reads them, and the ways a person changes one: enter, cancel, retry.

The work's own side (claim, beat, finish, settle) is in `store.job_claims`. Nothing here knows Redis.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.scope import NOTHING, Scope
from store.tables import batches, job_log, job_runs

ACTIVE = ("queued", "running")
ENDED = ("done", "failed", "cancelled")


class NoSuchJob(Exception):
    """Somebody asked for a job that has no row."""


@dataclass(frozen=True)
class JobRow:
    """One job as its row stands. Times are aware UTC; `percent` runs 0 to 100 and is None before the first step."""

    job_id: int
    kind: str
    parameters: dict[str, Any]
    parameters_key: str
    queue: str
    status: str
    submitted_by: str
    scope: list[str]
    submitted_at: dt.datetime
    claimed_at: dt.datetime | None
    heartbeat_at: dt.datetime | None
    finished_at: dt.datetime | None
    worker: str | None
    attempt: int
    retry_of: int | None
    step: str | None
    step_detail: str | None
    percent: float | None
    chain_id: int | None
    lane: str | None
    ground: str | None
    behind: int
    cancel_requested_at: dt.datetime | None
    cancelled_by: str | None
    sentence: str | None
    incident: str | None
    result: dict[str, Any] | None

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.status in ACTIVE


@dataclass(frozen=True)
class LogLine:
    """One line a job wrote about itself; `line_id` grows, so a page asks for what came after the last it has."""

    line_id: int
    at: dt.datetime
    line: str


@dataclass(frozen=True)
class NewJob:
    """What is entered. `personal` work is another job for each person who asks; of a `lane` one job runs at a time."""

    kind: str
    queue: str
    parameters: Mapping[str, Any]
    by: str
    scope: Scope
    personal: bool = False
    lane: str | None = None
    retry_of: int | None = None
    chain_id: int | None = None

    @property
    def key(self) -> str:
        """The same asking has the same key, whatever the order of its parameters."""
        told = [dict(self.parameters), [self.by, sorted(self.scope.paths)] if self.personal else None]
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Entered:
    """The row that stands for an asking, and whether it was there before."""

    job: JobRow
    already: bool


def enter(connection: Connection, new: NewJob, at: dt.datetime) -> Entered:
    """A queued row, or the active one of the same kind and parameters.

    Where the one found is being stopped, or runs, in a lane, on other batches than count now, a row is entered behind
    it: what it read when it began is older than what this asking is about.
    """
    row = {
        "kind": new.kind, "parameters": dict(new.parameters), "parameters_key": new.key, "queue": new.queue,
        "status": "queued", "submitted_by": new.by, "scope": list(new.scope.paths), "submitted_at": at,
        "retry_of": new.retry_of, "lane": new.lane, "chain_id": new.chain_id,
    }  # fmt: skip
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    for _ in range(10):
        found = _active(connection, new)
        same = [each for each in found if _stands_for(connection, each, new)]
        if same:
            return Entered(same[-1], True)
        row["behind"] = found[-1].job_id if found else 0
        fresh = connection.scalar(make(job_runs).values(**row).on_conflict_do_nothing().returning(job_runs.c.job_id))
        if fresh is not None:
            return Entered(job(connection, fresh), False)
    raise RuntimeError(f"a {new.kind} job kept ending while it was being entered; try again")


def _active(connection: Connection, new: NewJob) -> list[JobRow]:
    query = (
        select(job_runs)
        .where(job_runs.c.kind == new.kind, job_runs.c.parameters_key == new.key, job_runs.c.status.in_(ACTIVE))
        .order_by(job_runs.c.job_id)
        .with_for_update()
    )
    return [JobRow(**row._mapping) for row in connection.execute(query)]


def _stands_for(connection: Connection, row: JobRow, new: NewJob) -> bool:
    if row.status == "queued":
        return True
    return row.cancel_requested_at is None and (new.lane is None or row.ground == ground(connection))


def ground(connection: Connection) -> str:
    """A mark of the batches that count now: the same batches, the same mark."""
    ids = connection.scalars(select(batches.c.batch_id).where(batches.c.counts).order_by(batches.c.batch_id))
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:16]


def ask_cancel(connection: Connection, job_id: int, by: str, at: dt.datetime) -> JobRow:
    """The row after asking: `cancelled` at once when it was waiting, else flagged for the one who runs it.

    An ended job stays as it is. NoSuchJob when there is no such row.
    """
    asked = {"cancel_requested_at": at, "cancelled_by": by}
    connection.execute(
        update(job_runs)
        .where(job_runs.c.job_id == job_id, job_runs.c.status == "queued")
        .values(status="cancelled", finished_at=at, **asked)
    )
    connection.execute(
        update(job_runs)
        .where(job_runs.c.job_id == job_id, job_runs.c.status == "running", job_runs.c.cancel_requested_at.is_(None))
        .values(**asked)
    )
    return job(connection, job_id)


def job(connection: Connection, job_id: int) -> JobRow:
    """One row. NoSuchJob when there is none."""
    row = connection.execute(select(job_runs).where(job_runs.c.job_id == job_id)).one_or_none()
    if row is None:
        raise NoSuchJob(f"there is no job {job_id}; it may have been cleared away")
    return JobRow(**row._mapping)


def recent(
    connection: Connection,
    limit: int = 50,
    kinds: Sequence[str] | None = None,
    by: str | None = None,
    before: int | None = None,
    statuses: Sequence[str] | None = None,
) -> list[JobRow]:
    """The newest jobs first; `before` is the last id of the page before."""
    query = select(job_runs).order_by(job_runs.c.job_id.desc()).limit(limit)
    if kinds is not None:
        query = query.where(job_runs.c.kind.in_(list(kinds)))
    if by is not None:
        query = query.where(job_runs.c.submitted_by == by)
    if before is not None:
        query = query.where(job_runs.c.job_id < before)
    if statuses is not None:
        query = query.where(job_runs.c.status.in_(list(statuses)))
    return [JobRow(**row._mapping) for row in connection.execute(query)]


def page_of(
    connection: Connection, limit: int, offset: int, kind: str | None = None, status: str | None = None
) -> tuple[list[JobRow], int]:
    """One page of all jobs, the newest first, and how many there are in all that fit."""
    fitting = [job_runs.c.kind == kind] * (kind is not None) + [job_runs.c.status == status] * (status is not None)
    query = select(job_runs).where(*fitting).order_by(job_runs.c.job_id.desc()).limit(limit).offset(offset)
    total = connection.scalar(select(func.count()).select_from(job_runs).where(*fitting)) or 0
    return [JobRow(**row._mapping) for row in connection.execute(query)], total


def active(connection: Connection) -> list[JobRow]:
    """What waits or runs, oldest first."""
    query = select(job_runs).where(job_runs.c.status.in_(ACTIVE)).order_by(job_runs.c.job_id)
    return [JobRow(**row._mapping) for row in connection.execute(query)]


def newest_asked(connection: Connection, kind: str, parameters: Mapping[str, Any]) -> JobRow | None:
    """The newest job of a kind with exactly these parameters, whoever asked; None when nobody did."""
    key = NewJob(kind, "", parameters, "", NOTHING).key
    query = select(job_runs).where(job_runs.c.kind == kind, job_runs.c.parameters_key == key)
    row = connection.execute(query.order_by(job_runs.c.job_id.desc()).limit(1)).one_or_none()
    return None if row is None else JobRow(**row._mapping)


def place(connection: Connection, row: JobRow) -> int | None:
    """How many jobs of its queue come before a waiting one; None when it does not wait."""
    if row.status != "queued":
        return None
    before = or_(job_runs.c.status == "running", and_(job_runs.c.status == "queued", job_runs.c.job_id < row.job_id))
    return connection.scalar(select(func.count()).where(job_runs.c.queue == row.queue, before)) or 0


def log_lines(connection: Connection, job_id: int, after: int = 0, limit: int = 500) -> list[LogLine]:
    """Lines of a job after line `after`, in order."""
    query = (
        select(job_log.c.line_id, job_log.c.at, job_log.c.line)
        .where(job_log.c.job_id == job_id, job_log.c.line_id > after)
        .order_by(job_log.c.line_id)
        .limit(limit)
    )
    return [LogLine(*row) for row in connection.execute(query)]


def last_lines(connection: Connection, job_id: int, limit: int = 200) -> list[LogLine]:
    """The end of a job's log, in order."""
    query = (
        select(job_log.c.line_id, job_log.c.at, job_log.c.line)
        .where(job_log.c.job_id == job_id)
        .order_by(job_log.c.line_id.desc())
        .limit(limit)
    )
    return [LogLine(*row) for row in connection.execute(query)][::-1]


def add_lines(connection: Connection, job_id: int, lines: Sequence[tuple[dt.datetime, str]]) -> None:
    """Append lines to a job's log."""
    if lines:
        connection.execute(insert(job_log), [{"job_id": job_id, "at": at, "line": line} for at, line in lines])


def typical_seconds(connection: Connection, kind: str) -> float | None:
    """The middle duration of the last nine that were done; None when none was."""
    query = (
        select(job_runs.c.claimed_at, job_runs.c.finished_at)
        .where(job_runs.c.kind == kind, job_runs.c.status == "done", job_runs.c.claimed_at.is_not(None))
        .order_by(job_runs.c.job_id.desc())
        .limit(9)
    )
    took = sorted((end - start).total_seconds() for start, end in connection.execute(query) if end is not None)
    return took[len(took) // 2] if took else None


def seconds_left(row: JobRow, typical: float | None, now: dt.datetime) -> float | None:
    """An estimate for a running job: what its percent says (from 5 %) or what is typical, whichever is sooner.

    While the percent stands still its estimate grows, so beyond the typical time it is believed only from 50 % on.
    None when nothing can be said.
    """
    if row.status != "running" or row.claimed_at is None:
        return None
    elapsed, percent = (now - row.claimed_at).total_seconds(), row.percent or 0.0
    by_percent = elapsed * (100 - percent) / percent if percent >= 5 else None
    if typical is None:
        return by_percent
    if elapsed < typical:
        return typical - elapsed if by_percent is None else min(by_percent, typical - elapsed)
    return by_percent if percent >= 50 else None


def waiting_and_running(connection: Connection) -> dict[str, tuple[int, int]]:
    """By queue: how many wait, how many run."""
    query = (
        select(job_runs.c.queue, job_runs.c.status, func.count())
        .where(job_runs.c.status.in_(ACTIVE))
        .group_by(job_runs.c.queue, job_runs.c.status)
    )
    counts: dict[str, dict[str, int]] = {}
    for queue, status, count in connection.execute(query):
        counts.setdefault(queue, {})[status] = count
    return {queue: (found.get("queued", 0), found.get("running", 0)) for queue, found in counts.items()}


def in_both(zh: str, en: str) -> str:
    """One sentence in both languages, as the column keeps it."""
    return json.dumps({"zh": zh, "en": en}, ensure_ascii=False)


def said(sentence: str | None, language: str) -> str | None:
    """The sentence of a row in one language; a sentence kept in one language only is given as it is."""
    if sentence is None or not sentence.startswith('{"zh"'):
        return sentence
    return str(json.loads(sentence)[language])

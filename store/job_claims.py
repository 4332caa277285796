"""The work's own side of a job's row: claimed, beaten, finished and settled by conditional updates.

Every update names the attempt it speaks for, so that a process that lost its job can no longer change the row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, select, update
from sqlalchemy.exc import IntegrityError

from store import chains
from store.jobs import JobRow, add_lines, ground, in_both, job
from store.tables import job_runs

HELD, CANCEL, LOST = "held", "cancel", "lost"


@dataclass(frozen=True)
class Beat:
    """What a running job last said of itself; None leaves what stands in the row."""

    step: str | None = None
    detail: str | None = None
    percent: float | None = None
    lines: tuple[tuple[dt.datetime, str], ...] = ()


@dataclass(frozen=True)
class Ending:
    """How an attempt ended. `refused`: failed, with a sentence of its own: the data do not allow it. `changed`: whether
    it found anything to do; when not, the steps after it are not needed."""

    status: str
    sentence: str | None = None
    incident: str | None = None
    result: dict[str, Any] | None = None
    refused: bool = False
    changed: bool = True


def claim(connection: Connection, job_id: int, worker: str, at: dt.datetime) -> JobRow | None:
    """The row, now running as this worker's; None when it was not waiting any more (somebody else has it), or when
    another job of its lane runs: it then goes on waiting, and is sent again when that one ends."""
    lane = connection.scalar(select(job_runs.c.lane).where(job_runs.c.job_id == job_id))
    values = {"status": "running", "worker": worker, "claimed_at": at, "heartbeat_at": at}
    waiting = [job_runs.c.job_id == job_id, job_runs.c.status == "queued"]
    if lane is not None:
        other = job_runs.alias()
        waiting.append(~exists().where(other.c.lane == lane, other.c.status == "running"))
        values["ground"] = ground(connection)
    change = update(job_runs).where(*waiting).values(**values, attempt=job_runs.c.attempt + 1)
    try:
        with connection.begin_nested():
            taken = connection.execute(change).rowcount == 1
    except IntegrityError:  # another worker took one of the lane at this moment: the index lets only one of them
        return None
    return job(connection, job_id) if taken else None


def beat(connection: Connection, job_id: int, attempt: int, at: dt.datetime, told: Beat) -> str:
    """Write a sign of life with what the job said. HELD, CANCEL when a person asked for it, LOST when the row is
    no longer this attempt's."""
    values: dict[str, Any] = {"heartbeat_at": at}
    if told.step is not None:
        values |= {"step": told.step, "step_detail": told.detail}
    if told.percent is not None:
        values["percent"] = min(100.0, max(0.0, told.percent))
    kept = connection.execute(update(job_runs).where(*_held(job_id, attempt)).values(**values))
    if kept.rowcount != 1:
        return LOST
    add_lines(connection, job_id, told.lines)
    asked = connection.scalar(select(job_runs.c.cancel_requested_at).where(job_runs.c.job_id == job_id))
    return HELD if asked is None else CANCEL


def finish(connection: Connection, row: JobRow, ending: Ending, at: dt.datetime) -> list[JobRow] | None:
    """End the attempt `row` is about: once. The rows to be sent to Redis when this transaction has been committed: the
    next steps of its chains, and who waited for its lane; None when the attempt had ended before or was given to
    another."""
    values: dict[str, Any] = {
        "status": ending.status, "finished_at": at, "sentence": ending.sentence, "incident": ending.incident,
        "result": ending.result,
    }  # fmt: skip
    if ending.status == "done":
        values["percent"] = 100.0
    ended = connection.execute(update(job_runs).where(*_held(row.job_id, row.attempt)).values(**values))
    if ended.rowcount != 1:
        return None
    outcome = "refused" if ending.status == "failed" and ending.refused else ending.status
    following = chains.after(connection, row.job_id, outcome, at, ending.changed)
    return following + _next_of_lane(connection, row, following)


def _next_of_lane(connection: Connection, row: JobRow, following: Sequence[JobRow]) -> list[JobRow]:
    """Whoever waited for this one to end; its message may be gone, taken in vain by a worker meanwhile."""
    if row.lane is None or any(each.lane == row.lane for each in following):
        return []
    query = select(job_runs).where(job_runs.c.lane == row.lane, job_runs.c.status == "queued")
    return [JobRow(**found._mapping) for found in connection.execute(query.order_by(job_runs.c.job_id).limit(1))]


def settle(
    connection: Connection, row: JobRow, at: dt.datetime, most_attempts: int, time_limit: float
) -> tuple[str, list[JobRow]] | None:
    """Decide what becomes of an attempt whose process is gone: ('cancelled' | 'failed' | 'queued', rows to send).

    Cancelled when a person had asked; failed when its time was over or it has been tried often enough; else it waits
    again. None when the row was no longer running that attempt: somebody else settled it.
    """
    current = job(connection, row.job_id)
    if current.status != "running" or current.attempt != row.attempt:
        return None
    if current.cancel_requested_at is not None:
        ending = Ending("cancelled")
    elif current.claimed_at is not None and (at - current.claimed_at).total_seconds() > time_limit:
        ending = Ending("failed", too_long(time_limit))
    elif current.attempt >= most_attempts:
        ending = Ending("failed", _lost_for_good(current.attempt))
    else:
        again = update(job_runs).where(*_held(row.job_id, row.attempt))
        changed = connection.execute(again.values(status="queued", worker=None, step=None, percent=None))
        return ("queued", [job(connection, row.job_id)]) if changed.rowcount == 1 else None
    sent = finish(connection, current, ending, at)
    return None if sent is None else (ending.status, sent)


def _held(job_id: int, attempt: int) -> tuple[Any, ...]:
    return job_runs.c.job_id == job_id, job_runs.c.status == "running", job_runs.c.attempt == attempt


def too_long(time_limit: float) -> str:
    """The sentence for a job whose time is over."""
    minutes = max(1, round(time_limit / 60))
    return in_both(
        f"超过了 {minutes} 分钟的时限，已停止。请缩小范围后重试，或请管理员提高时限。",
        f"It took longer than its limit of {minutes} min and was stopped. Try a smaller range, or ask for a higher limit.",
    )


def _lost_for_good(attempts: int) -> str:
    return in_both(
        f"执行它的进程 {attempts} 次意外终止（内存不足或被关闭），不再自动重试。请检查服务器内存后点“重试”。",
        f"Its process ended unexpectedly {attempts} times (out of memory, or shut down), so it is not tried again by "
        "itself. Look at the server's memory, then press Retry.",
    )


def running(connection: Connection) -> list[JobRow]:
    """Every running row, oldest first."""
    query = select(job_runs).where(job_runs.c.status == "running").order_by(job_runs.c.job_id)
    return [JobRow(**row._mapping) for row in connection.execute(query)]


def queued(connection: Connection, before: dt.datetime) -> list[JobRow]:
    """Rows that have waited since before that moment and whose lane is free, oldest first."""
    other = job_runs.alias()
    busy = exists().where(other.c.lane == job_runs.c.lane, other.c.status == "running")
    query = select(job_runs).where(job_runs.c.status == "queued", job_runs.c.submitted_at < before, ~busy)
    return [JobRow(**row._mapping) for row in connection.execute(query.order_by(job_runs.c.job_id))]

"""A running job's heartbeat: a thread that writes what the job says, and learns what was decided about it.

The job itself never waits for the database to say how far it is: it tells this thread, which writes within a quarter
of a second, and every two seconds in any case, however long a step of DuckDB or a transaction takes. The thread also
carries out the end of a job that does not notice: one that was cancelled, that lost its row, or whose time is over.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time
from collections.abc import Callable

from store.database import Engine, writing
from store.job_claims import CANCEL, LOST, Beat, Ending, beat, finish, too_long
from store.jobs import JobRow

log = logging.getLogger(__name__)
BEAT_S = 2.0
QUICK_S = 0.25  # what a job says is written at most this often
GRACE_S = 3.0  # a cancelled job has this long to end by itself at its next step
OVERTIME_S = 15.0  # RQ's own alarm comes first; it cannot reach into a long call of C code


class Heartbeat(threading.Thread):
    """Beats for one attempt until `stop`. `hard`: may end the whole process (a work horse, never a console)."""

    def __init__(
        self, engine: Engine, row: JobRow, clock: Callable[[], dt.datetime], time_limit: float, hard: bool
    ) -> None:
        super().__init__(name=f"heartbeat of job {row.job_id}", daemon=True)
        self.engine, self.row, self.clock = engine, row, clock
        self.time_limit, self.hard = time_limit, hard
        self.standing = ""
        self._told = Beat()
        self._lines: list[tuple[dt.datetime, str]] = []
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._over = threading.Event()
        self._began = time.monotonic()
        self._asked_at: float | None = None

    def tell(self, step: str, detail: str | None, percent: float | None) -> None:
        """A new step; written soon, without the job waiting for it."""
        with self._lock:
            known = self._told.percent if percent is None else percent
            self._told = Beat(step, detail, known)
        self._news.set()

    def say(self, line: str) -> None:
        """A line for the job's log."""
        with self._lock:
            self._lines.append((self.clock(), line))
        self._news.set()

    def stop(self) -> None:
        """No more beats; what was said and not yet written is written. Returns when the thread has ended."""
        self._over.set()
        self._news.set()
        self.join(timeout=60)
        self._write()

    def run(self) -> None:
        """Beat, and look at what was decided."""
        while not self._over.is_set():
            if self._news.wait(BEAT_S):
                self._over.wait(QUICK_S)  # for what is said next: a short job is not held up by its own beats
            self._news.clear()
            if self._over.is_set():
                return
            self._write()
            self._carry_out()

    def _write(self) -> None:
        with self._lock:
            told, lines = self._told, tuple(self._lines)
            self._told, self._lines = Beat(), []
        try:
            with writing(self.engine) as connection:
                said = Beat(told.step, told.detail, told.percent, lines)
                self.standing = beat(connection, self.row.job_id, self.row.attempt, self.clock(), said)
        except Exception:  # a busy database is no reason to end the work; the next beat tells again
            log.warning("the heartbeat of job %s could not be written", self.row.job_id, exc_info=True)
            with self._lock:
                self._told = told if self._told == Beat() else self._told
                self._lines = [*lines, *self._lines]

    def _carry_out(self) -> None:
        now = time.monotonic()
        if self.standing == CANCEL:
            self._asked_at = self._asked_at or now
        if not self.hard:
            return
        if self.standing == LOST:
            log.error("job %s was given to another process; this one ends", self.row.job_id)
            os._exit(1)
        if self._asked_at is not None and now - self._asked_at > GRACE_S:
            self._end(Ending("cancelled"))
        if now - self._began > self.time_limit + OVERTIME_S:
            self._end(Ending("failed", too_long(self.time_limit)))

    def _end(self, ending: Ending) -> None:
        log.error("job %s did not end by itself; its process is ended: %s", self.row.job_id, ending.status)
        with writing(self.engine) as connection:
            finish(connection, self.row, ending, self.clock())
        os._exit(1)

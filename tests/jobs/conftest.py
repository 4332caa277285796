"""A home with a database, and real workers on it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import Engine, delete, insert

from config.settings import Settings, load_settings
from jobs import queue
from jobs.runner import utc_now
from jobs.sweep import Swept, sweep
from store import jobs as rows
from store.database import open_engine, reading, writing
from store.jobs import JobRow
from store.scope import NOTHING, Scope
from store.tables import batches, branches, chain_steps, chains, job_runs, schedules, settings
from tests.databases import KINDS as DATABASES
from tests.databases import Databases
from tests.jobs.kinds import KINDS
from tests.patience import until

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Background:
    """Rows, a Redis, and as many real workers as a test starts."""

    settings: Settings
    engine: Engine
    environ: dict[str, str]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def worker(self, *queues: str) -> subprocess.Popen[bytes]:
        """A worker of all queues or of these: one that still lives, else a new one."""
        for worker in self.workers:
            if worker.poll() is None:
                return worker
        order = [sys.executable, "-m", "tests.jobs.kinds", *(queues or ("quick", "heavy"))]
        with (self.settings.home / "worker.log").open("ab") as log:
            self.workers.append(subprocess.Popen(order, cwd=ROOT, env=self.environ, stdout=log, stderr=log))
        return self.workers[-1]

    def submit(self, kind: str, by: str = "li", scope: Scope = NOTHING, **parameters: Any) -> queue.Submitted:
        url = self.settings.redis_url
        return queue.submit(self.engine, url, kind, parameters, by, scope, utc_now(), registry=KINDS)

    def cancel(self, job_id: int) -> JobRow:
        return queue.cancel(self.engine, self.settings.redis_url, job_id, "wang", utc_now(), KINDS)

    def sweep(self, later: float = 0) -> Swept:
        return self.sweep_at(utc_now() + dt.timedelta(seconds=later))

    def sweep_at(self, now: dt.datetime) -> Swept:
        return sweep(self.engine, self.settings, now, KINDS)

    def row(self, job_id: int) -> JobRow:
        with reading(self.engine) as connection:
            return rows.job(connection, job_id)

    def until(self, job_id: int, true: Callable[[JobRow], Any]) -> JobRow:
        until(lambda: true(self.row(job_id)), lambda: f"{self.row(job_id)}\n{self.said()}")
        return self.row(job_id)

    def ended(self, job_id: int) -> JobRow:
        return self.until(job_id, lambda row: not row.active)

    def said(self) -> str:
        """The end of what the workers said."""
        log = self.settings.home / "worker.log"
        return log.read_text()[-4000:] if log.exists() else ""

    def child(self, job_id: int) -> int:
        """The process id of the work horse that has a running job."""
        row = self.until(job_id, lambda row: row.status == "running")
        assert row.worker is not None
        return int(row.worker.split()[1])

    def retire(self) -> None:
        """End every worker."""
        for worker in self.workers:
            worker.kill()
            worker.wait()

    def close(self) -> None:
        self.retire()
        self.engine.dispose()


def receive(background: Background, batch_id: int) -> None:
    """A batch that counts from now on, so that what was computed before is of other batches."""
    row = {
        "batch_id": batch_id, "source": "guanxi", "bank": "b", "business_date": dt.date(2026, 10, 31), "counts": True,
        "content_hash": f"{batch_id:064}", "state": "loaded", "received_at": utc_now(), "received_by": "x",
    }  # fmt: skip
    with writing(background.engine) as connection:
        connection.execute(insert(batches).values(row))


@pytest.fixture(scope="module", params=DATABASES)
def background_of_module(
    request: pytest.FixtureRequest, databases: Databases, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Background]:
    home = tmp_path_factory.mktemp("home")
    with ExitStack() as stack:
        url = stack.enter_context(databases.fresh(request.param, home))
        told = {
            "GUANXI_HOME": str(home),
            "GUANXI_SECRET_KEY": "k" * 40,
            "GUANXI_DATABASE_URL": url,
            "GUANXI_REDIS_URL": redis_url,
        }
        here = Background(load_settings(told), open_engine(url), {**os.environ, **told})
        stack.callback(here.close)
        yield here


@pytest.fixture
def background(background_of_module: Background) -> Background:
    """An empty table of jobs and empty queues; a worker of an earlier test may still be there, idle."""
    with writing(background_of_module.engine) as connection:
        for table in (chain_steps, chains, schedules, job_runs, settings, branches, batches):
            connection.execute(delete(table))
    for left in (
        *background_of_module.settings.home.glob("*.order"),
        background_of_module.settings.home / "months.txt",
    ):
        left.unlink(missing_ok=True)
    with Redis.from_url(background_of_module.settings.redis_url) as redis:
        for queue_name in ("quick", "heavy"):
            redis.delete(f"rq:queue:{queue_name}")
    return background_of_module

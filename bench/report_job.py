"""A report job from the click to the file, against a job that does nothing on a worker as RQ starts it."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from rq import Queue
from sqlalchemy import text

from bench import ground
from bench.context import ROOT, Context
from bench.line import Aim, Line
from bench.timing import interleaved
from config.settings import Settings
from jobs import queue
from store import jobs
from store.database import Engine, open_engine, reading
from store.scope import whole_bank

PEER_QUEUE = "bench-nothing"
CLICKS = 5  # in a round, each for another customer
LOOK_S, PATIENCE_S = 0.002, 60


def run(context: Context) -> list[Line]:
    settings = ground.settings_of(context.home)
    assert context.portal.home == context.home  # its Redis and workers run from here on
    engine = open_engine(settings.database_url)
    customers = iter(_customers(engine, (context.rounds + 1) * CLICKS))
    folder = context.scratch("jobs")
    try:
        with Redis.from_url(settings.redis_url) as redis, _default_worker(settings, folder):
            for _ in range(CLICKS):  # the first of each are slower and nobody's measure
                _report(engine, settings, next(customers))
                _nothing(redis)
            ours, peer = interleaved(
                context.rounds,
                lambda: statistics.median(_report(engine, settings, next(customers)) for _ in range(CLICKS)),
                lambda: statistics.median(_nothing(redis) for _ in range(CLICKS)),
            )
    finally:
        engine.dispose()
    note = "ours gathers the facts, sets the PDF and puts it on the shelf; looked at every 2 ms on both sides"
    return [
        Line("report job, click → file", "ms", ours.each(_milliseconds), "no-op job, RQ's default worker",
             peer.each(_milliseconds), Aim(2, "≤ 2", missed="drawing the paper alone takes longer than a no-op with all of RQ"), note)
    ]  # fmt: skip


def _milliseconds(seconds: float) -> float:
    return 1000 * seconds


def _customers(engine: Engine, count: int) -> list[str]:
    """The wealthiest, who have most to print."""
    with reading(engine) as connection:
        found = connection.execute(text("select customer_id from customers order by place limit :n"), {"n": count})
        return [str(row[0]) for row in found]


def _report(engine: Engine, settings: Settings, customer_id: str) -> float:
    """Seconds from the asking until the row says that the file is on the shelf."""
    with reading(engine) as connection:
        scope = whole_bank(connection)
    begun = time.perf_counter()
    told = {"customer_id": customer_id, "language": "zh"}
    asked = queue.submit(engine, settings.redis_url, "customer_report", told, ground.LOGIN, scope, ground.now())
    row = _ended(engine, asked.job_id, begun)
    taken = time.perf_counter() - begun
    if row.status != "done" or asked.already_running:
        raise RuntimeError(f"the report of {customer_id} was {row.status}: {jobs.said(row.sentence, 'en')}")
    return taken


def _ended(engine: Engine, job_id: int, begun: float) -> jobs.JobRow:
    while time.perf_counter() - begun < PATIENCE_S:
        with reading(engine) as connection:
            row = jobs.job(connection, job_id)
        if not row.active:
            return row
        time.sleep(LOOK_S)
    raise RuntimeError(f"job {job_id} has not ended after {PATIENCE_S} s: it is {row.status}, {row.step}")


def _nothing(redis: Redis) -> float:
    """Seconds until RQ says that a no-op has finished."""
    begun = time.perf_counter()
    asked = Queue(PEER_QUEUE, connection=redis).enqueue("bench.peers.noop.nothing")
    while time.perf_counter() - begun < PATIENCE_S:
        status = asked.get_status(refresh=True)
        if status == "finished":
            return time.perf_counter() - begun
        if status == "failed":
            break
        time.sleep(LOOK_S)
    raise RuntimeError("RQ's default worker did not finish a no-op job")


@contextmanager
def _default_worker(settings: Settings, folder: Path) -> Iterator[None]:
    """`rq worker` with nothing said, on a queue of its own."""
    order = [sys.executable, "-m", "rq.cli", "worker", "--url", settings.redis_url, PEER_QUEUE]
    with (folder / "rq.log").open("wb") as log:
        worker = subprocess.Popen(order, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(20)

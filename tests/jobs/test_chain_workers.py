"""Chains on real workers: no month twice at once, whoever asks and whoever is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from jobs import queue
from jobs.runner import utc_now
from store import chains
from store.chains import Chain
from store.database import reading, writing
from store.scope import NOTHING
from tests.jobs.conftest import ROOT, Background
from tests.jobs.kinds import KINDS
from tests.patience import until

STEPS = ("count", "weigh", "guess")


def begin(background: Background, steps: tuple[str, ...] = STEPS, by: str = "li") -> chains.Started:
    with writing(background.engine) as connection:
        monthly = KINDS.schedules["monthly"]
        started = queue.run_schedule(connection, monthly, steps, by, utc_now(), registry=KINDS)
    queue.send(background.settings.redis_url, started.to_send, KINDS)
    return started


def chain_of(background: Background, chain_id: int) -> Chain:
    with reading(background.engine) as connection:
        return chains.chain(connection, chain_id)


def comes_to(background: Background, chain_id: int, state: str) -> Chain:
    def there() -> bool:
        background.sweep(later=10)  # what Redis lost or was taken in vain is sent again
        return chain_of(background, chain_id).state == state

    until(there, lambda: (chain_of(background, chain_id), background.said()))
    return chain_of(background, chain_id)


def job_of(background: Background, chain_id: int, place: int) -> int:
    until(lambda: chain_of(background, chain_id).steps[place - 1].job_id is not None)
    return chain_of(background, chain_id).steps[place - 1].job_id or 0


@pytest.fixture
def two_workers(background: Background) -> list[subprocess.Popen[bytes]]:
    background.retire()
    background.workers.clear()
    for _ in range(2):
        order = [sys.executable, "-m", "tests.jobs.kinds", "heavy"]
        with (background.settings.home / "worker.log").open("ab") as log:
            background.workers.append(subprocess.Popen(order, cwd=ROOT, env=background.environ, stdout=log, stderr=log))
    return background.workers


def spans(background: Background) -> dict[str, list[tuple[float, float]]]:
    """By kind, when each attempt that came to its end began and ended, in order."""
    begun: dict[tuple[str, str], float] = {}
    found: dict[str, list[tuple[float, float]]] = {}
    for line in (background.settings.home / "months.txt").read_text().splitlines():
        kind, job_id, what, at = line.split()
        if what == "begin":
            begun[kind, job_id] = float(at)
        else:
            found.setdefault(kind, []).append((begun[kind, job_id], float(at)))
    return {kind: sorted(times) for kind, times in found.items()}


def assert_never_at_once(background: Background) -> None:
    for kind, times in spans(background).items():
        for (_, ended), (begun, _) in pairwise(times):
            assert ended <= begun, f"two of {kind} at once"


def test_two_chains_and_a_recompute_by_hand_never_compute_a_month_at_once(
    background: Background, two_workers: list[subprocess.Popen[bytes]]
) -> None:
    for kind in STEPS:
        (background.settings.home / f"{kind}.order").write_text("5")
    one = begin(background).chain.chain_id
    assert begin(background, by="zhao").chain.chain_id == one, "the same over the same data is the same chain"
    two = begin(background, ("weigh", "count"), by="zhao").chain.chain_id  # another order: a chain of its own
    by_hand = background.submit("weigh", as_of="2026-10-31").job_id
    assert [step.outcome for step in comes_to(background, one, "done").steps] == ["done"] * 3
    assert [step.outcome for step in comes_to(background, two, "done").steps] == ["done"] * 2
    background.ended(by_hand)
    assert_never_at_once(background)
    assert len(spans(background)["weigh"]) >= 2


def test_a_worker_and_its_child_are_killed_in_the_middle_of_a_chain(
    background: Background, two_workers: list[subprocess.Popen[bytes]]
) -> None:
    (background.settings.home / "weigh.order").write_text("hold")
    chain_id = begin(background).chain.chain_id
    job = job_of(background, chain_id, 2)
    child = background.child(job)
    parent = int(subprocess.check_output(["ps", "-o", "ppid=", "-p", str(child)], text=True))
    by_hand = background.submit("weigh", as_of="2026-10-31").job_id  # the other worker is free: it may not have it
    assert parent in [worker.pid for worker in two_workers]
    for pid in (parent, child):
        os.kill(pid, signal.SIGKILL)
    next(worker for worker in two_workers if worker.pid == parent).wait()
    (background.settings.home / "weigh.order").write_text("5")
    assert background.row(by_hand).status == "queued"
    done = comes_to(background, chain_id, "done")
    assert [step.outcome for step in done.steps] == ["done"] * 3
    assert background.row(job).attempt == 2
    assert background.row(job_of(background, chain_id, 1)).attempt == 1, "what was done is not done again"
    assert background.ended(by_hand).status == "done"
    assert_never_at_once(background)


def test_a_cancelled_chain_really_stops(background: Background, two_workers: list[subprocess.Popen[bytes]]) -> None:
    (background.settings.home / "weigh.order").write_text("hold")
    chain_id = begin(background).chain.chain_id
    job = job_of(background, chain_id, 2)
    child = background.child(job)
    queue.cancel_chain(background.engine, background.settings.redis_url, chain_id, "wang", utc_now())
    assert background.ended(job).status == "cancelled"
    until(lambda: not Path(f"/proc/{child}").exists())
    found = chain_of(background, chain_id)
    assert (found.state, [step.outcome for step in found.steps]) == ("cancelled", ["done", "cancelled", "dropped"])
    background.sweep(later=10)
    assert "guess" not in (background.settings.home / "months.txt").read_text()


def test_a_crash_halts_and_the_retry_goes_on_by_itself(
    background: Background, two_workers: list[subprocess.Popen[bytes]]
) -> None:
    (background.settings.home / "weigh.order").write_text("break")
    chain_id = begin(background).chain.chain_id
    halted = comes_to(background, chain_id, "halted")
    (background.settings.home / "weigh.order").write_text("0")
    step = halted.current
    assert step is not None
    url = background.settings.redis_url
    queue.retry(background.engine, url, step.job_id or 0, "wang", NOTHING, utc_now(), registry=KINDS)
    assert [step.outcome for step in comes_to(background, chain_id, "done").steps] == ["done"] * 3
    kinds = [line.split()[0] for line in (background.settings.home / "months.txt").read_text().splitlines()]
    assert kinds.count("count") == 2, "begun and ended once"


def test_a_message_that_comes_twice_does_its_work_once(
    background: Background, two_workers: list[subprocess.Popen[bytes]]
) -> None:
    """The second worker finds that the first has the job, and must not think that the job's process is gone."""
    (background.settings.home / "weigh.order").write_text("hold")
    job = background.submit("weigh").job_id
    running = background.until(job, lambda row: row.status == "running")
    log = background.settings.home / "worker.log"
    before = log.stat().st_size
    queue.send(background.settings.redis_url, [replace(running, attempt=running.attempt - 1)], KINDS)
    until(lambda: f"job {job} was not waiting any more" in log.read_text()[before:], background.said)
    (background.settings.home / "weigh.order").write_text("0")
    done = background.ended(job)
    assert (done.status, done.attempt) == ("done", 1)
    assert (background.settings.home / "months.txt").read_text().count("begin") == 1

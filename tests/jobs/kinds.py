"""Kinds of work that exist for tests only, in a table of their own, and the worker process that serves them."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path
from typing import Any

from config.settings import load_settings
from jobs import runner
from jobs.registry import HEAVY, QUICK, JobKind, Registry, Schedule
from jobs.runner import Job, Refused
from jobs.worker import serve


class TestKind(JobKind):
    """A kind whose function stands in this file, under its own name."""

    __test__ = False

    @property
    def function(self) -> str:
        return f"tests.jobs.kinds.{self.name}"


def _kind(name: str, queue: str = QUICK, timeout: int = 600, **more: Any) -> JobKind:
    return TestKind(name, queue, timeout, "jobs.submit", name, name, **more)


KINDS = Registry(
    {
        kind.name: kind
        for kind in (
            _kind("add_lines"),
            _kind("refuse"),
            _kind("break_down"),
            _kind("overrun", timeout=1),
            _kind("first", HEAVY, then=("second",), alone=True),
            _kind("second", HEAVY),
            _kind("paper", personal=True),
            _kind("nightly"),
            _kind("arrive", HEAVY, then=("settle_in",), alone=True),
            _kind("settle_in", HEAVY, then=("count", "weigh", "guess"), alone=True),
            *(_kind(name, HEAVY, alone=True) for name in ("count", "weigh", "guess")),
        )
    },
    "tests.jobs.kinds.execute",
    {
        "delivery": Schedule("delivery", "d", "d", ("count", "weigh", "guess")),
        "monthly": Schedule("monthly", "m", "m", ("nightly",), 2, "03:00"),
    },
)


def execute(job_id: int) -> dict[str, Any] | None:
    """What the test worker calls."""
    return runner.execute(job_id, KINDS)


def add_lines(job: Job, path: str, lines: int, stubborn: bool = False) -> dict[str, Any]:
    """Append lines to a file; in the middle wait as long as a file of the same name and `.hold` is there, so that a
    test never races with it. `stubborn`: never asks whether to stop, as C code would not.
    """
    with Path(path).open("a") as file:
        for i in range(lines):
            file.write(f"{job.job_id}\n")
            file.flush()
            while i == lines // 2 and Path(f"{path}.hold").exists():
                if not stubborn:
                    job.step("adding", 100 * i / lines, f"{i} lines")
                time.sleep(0.05)
    job.log("all lines are there")
    return {"lines": lines}


def refuse(job: Job) -> dict[str, Any]:
    raise Refused("the delivery has no accounts; send it again whole", "缺少账户文件，请重新完整发送。")


def break_down(job: Job) -> dict[str, Any]:
    raise ZeroDivisionError("secret detail")


def overrun(job: Job) -> dict[str, Any]:
    time.sleep(30)
    return {}


def first(job: Job, changed: bool = True, pause: float = 0) -> dict[str, Any]:
    time.sleep(pause)
    return {"changed": changed}


def second(job: Job) -> dict[str, Any]:
    return {"scope": list(job.scope.paths)}


def paper(job: Job) -> dict[str, Any]:
    return {"scope": list(job.scope.paths), "by": job.by}


def nightly(job: Job) -> dict[str, Any]:
    return {}


def arrive(job: Job, changed: bool = True) -> dict[str, Any]:
    return {"changed": changed}


def settle_in(job: Job) -> dict[str, Any]:
    return {}


def count(job: Job) -> dict[str, Any]:
    return _month(job, "count")


def weigh(job: Job, as_of: str | None = None) -> dict[str, Any]:
    return _month(job, "weigh")


def guess(job: Job) -> dict[str, Any]:
    return _month(job, "guess")


def _month(job: Job, kind: str) -> dict[str, Any]:
    """A recompute of a month: writes when it began and ended, and does what a file beside says it shall."""
    home = job.settings.home
    with (home / "months.txt").open("a") as file:
        file.write(f"{kind} {job.job_id} begin {time.monotonic()}\n")
    order = home / f"{kind}.order"
    told = order.read_text() if order.exists() else ""
    if told == "refuse":
        raise Refused("too few of them", "样本太少。")
    if told == "break":
        raise ZeroDivisionError(kind)
    turns = 0
    while (order.exists() and order.read_text() == "hold") or turns < int(told if told.isdigit() else 2):
        job.step("counting", 50)
        time.sleep(0.1)
        turns += 1
    with (home / "months.txt").open("a") as file:
        file.write(f"{kind} {job.job_id} end {time.monotonic()}\n")
    return {}


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    serve(load_settings(), sys.argv[1:], KINDS)

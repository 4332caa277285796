"""Kinds of work that exist for tests only, in a table of their own, and the worker process that serves them."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path
from typing import Any

from config.settings import load_settings
from jobs import runner
from jobs.registry import HEAVY, QUICK, JobKind, Registry
from jobs.runner import Job, Refused
from jobs.worker import serve


class TestKind(JobKind):
    """A kind whose function stands in this file, under its own name."""

    __test__ = False

    @property
    def function(self) -> str:
        return f"tests.jobs.kinds.{self.name}"


def _kind(name: str, queue: str = QUICK, timeout: int = 60, **more: Any) -> JobKind:
    return TestKind(name, queue, timeout, "jobs.submit", name, name, **more)


KINDS = Registry(
    {
        kind.name: kind
        for kind in (
            _kind("add_lines"),
            _kind("refuse"),
            _kind("break_down"),
            _kind("overrun", timeout=1),
            _kind("first", HEAVY, then=("second",), again=True),
            _kind("second", HEAVY),
            _kind("paper", personal=True),
            _kind("nightly", schedule="0 3 * * *"),
        )
    },
    "tests.jobs.kinds.execute",
)


def execute(job_id: int) -> dict[str, Any] | None:
    """What the test worker calls."""
    return runner.execute(job_id, KINDS)


def add_lines(job: Job, path: str, lines: int, pause: float, stubborn: bool = False) -> dict[str, Any]:
    """Append a line to a file every `pause` seconds. `stubborn`: never asks whether to stop, as C code would not."""
    with Path(path).open("a") as file:
        for i in range(lines):
            file.write(f"{job.job_id}\n")
            file.flush()
            if not stubborn:
                job.step("adding", 100 * i / lines, f"{i} lines")
            time.sleep(pause)
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


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    serve(load_settings(), sys.argv[1:], KINDS)

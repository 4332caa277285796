"""The supervisor keeps its children, restarts them, ends them in order, and leaves nothing behind when it is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.processes import started
from jobs.redis_server import answers
from tests.jobs.conftest import ROOT
from tests.patience import PATIENCE_S, until

# A supervisor with a Redis, a real worker and a process that has a child of its own.
PROGRAM = """
import sys
from pathlib import Path
from config.settings import load_settings
from console.supervisor import Child, Supervisor
settings = load_settings()
children = [
    Child("worker", [sys.executable, "-m", "tests.jobs.kinds", "quick"]),
    Child("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"]),
]
Supervisor(settings.home, settings.redis_url, children).run(None, lambda: print("ready", flush=True))
print("over", flush=True)
"""


# The portal answers when a file is there; the worker waits for that.
FOLLOWING = """
import sys
from config.settings import load_settings
from console.supervisor import Child, Supervisor
settings = load_settings()
asleep = [sys.executable, "-c", "import time; time.sleep(600)"]
print("ready", flush=True)
Supervisor(settings.home, settings.redis_url, [Child("web", asleep), Child("worker", asleep, follows=True)]).run(
    lambda: (settings.home / "answers").exists(), lambda: None
)
"""


class Kept:
    """A supervisor in a process of its own, and what it says runs."""

    def __init__(self, home: Path, program: str = PROGRAM) -> None:
        self.home = home
        told = {"GUANXI_HOME": str(home), "GUANXI_SECRET_KEY": "k" * 40}
        self.url = f"unix://{home / 'redis.sock'}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, **told}, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def state(self) -> dict[str, Any]:
        return dict(json.loads((self.home / "run" / "supervisor.json").read_text()))

    def pids(self) -> list[int]:
        told = self.state()
        return [told["redis"], *told["children"].values()]


@pytest.fixture
def kept(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Kept]:
    home = tmp_path_factory.mktemp("h")
    supervisor = Kept(home, getattr(request, "param", PROGRAM))
    yield supervisor
    supervisor.process.kill()
    supervisor.process.wait()
    if supervisor.process.stdout is not None:
        supervisor.process.stdout.close()


@pytest.mark.parametrize("kept", [FOLLOWING], indirect=True)
def test_workers_follow_the_portal_so_that_the_first_page_does_not_wait(kept: Kept) -> None:
    there = kept.home / "run" / "supervisor.json"
    until(lambda: there.exists() and "web" in kept.state()["children"], lambda: "the portal does not run")
    (kept.home / "answers").touch()
    until(lambda: set(kept.state()["children"]) == {"web", "worker"}, kept.state)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_everything(kept: Kept, number: signal.Signals) -> None:
    pids = kept.pids()
    assert len(pids) == 3
    kept.process.send_signal(number)
    assert kept.process.wait(PATIENCE_S) == 0
    assert [started(pid) for pid in pids] == [None] * 3
    assert not (kept.home / "run" / "supervisor.json").exists()


def test_killed_it_leaves_nothing_behind(kept: Kept) -> None:
    pids = kept.pids()
    kept.process.kill()
    until(lambda: [started(pid) for pid in pids] == [None] * 3, lambda: pids)


def test_what_dies_is_started_again(kept: Kept) -> None:
    before = kept.state()
    os.kill(before["children"]["sleeper"], signal.SIGKILL)
    until(lambda: kept.state()["children"]["sleeper"] != before["children"]["sleeper"])
    os.kill(before["redis"], signal.SIGKILL)
    until(lambda: kept.state()["redis"] != before["redis"] and answers(kept.url))

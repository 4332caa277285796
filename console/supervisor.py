"""One process that keeps the others: Redis, workers, scheduler, web. It restarts what dies and leaves nothing behind.

Every child is asked to stop when the supervisor is, and is killed by the kernel when the supervisor is killed; their
own children likewise. It runs one thread only, because the kernel's promise is about the thread that started a child.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import IO

from jobs.processes import die_with_parent, this_process
from jobs.redis_server import answers, launch, socket_of

STATE = "run/supervisor.json"
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0  # a child that lived this long starts again at once
FOLLOWS_S = 15.0
STOP_S = 4.0
LOG_LIMIT = 10 << 20


@dataclass
class Child:
    """One process to keep. `once`: it is not started again when it ends. `nice`: how far it steps back for others.
    `follows`: it is started when the portal answers, or FOLLOWS_S later, so that it does not keep the first page waiting.
    """

    name: str
    order: Sequence[str]
    once: bool = False
    nice: int = 0
    follows: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float = 0.0

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Keeps children for the installation in `home`. `tell` hears sentences for the terminal."""

    home: Path
    redis_url: str
    children: list[Child]
    tell: Callable[[str], None] = print
    facts: dict[str, object] = field(default_factory=dict)
    stopping: bool = False
    _redis: subprocess.Popen[bytes] | None = None

    def run(self, ready: Callable[[], bool] | None = None, when_ready: Callable[[], None] | None = None) -> None:
        """Start everything and keep it until SIGINT or SIGTERM. `when_ready` is called once, after `ready` says so."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            self._ensure_redis()
            for child in self.children:
                if child.follows and ready is not None:
                    child.due = time.monotonic() + FOLLOWS_S
                elif child.process is None:  # one may have been started before, and is taken over
                    self._start(child)
            while not self.stopping:
                self._look()
                if when_ready is not None and (ready is None or ready()):
                    when_ready()
                    when_ready = None
                    for child in self.children:
                        child.due = 0.0 if child.process is None and child.follows else child.due
                time.sleep(0.1 if when_ready else 0.3)
        finally:
            self._stop()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _ensure_redis(self) -> None:
        """Ours, on its socket, unless one answers at the address already."""
        socket = socket_of(self.redis_url)
        if answers(self.redis_url):
            return
        if socket is None:
            sys.exit(f"Redis does not answer at {self.redis_url}: start it, or unset REDIS_URL to use our own")
        with self._log("redis") as log:
            self._redis = launch(socket, self.home / "redis", log)

    def _start(self, child: Child) -> None:
        with self._log(child.name) as log:
            child.process = subprocess.Popen(
                list(child.order),
                cwd=Path(__file__).resolve().parent.parent,
                env={**os.environ, "GUANXI_HOME": str(self.home)},
                stdin=subprocess.DEVNULL,
                stdout=None if child.once else log,
                stderr=None if child.once else log,
                preexec_fn=partial(_before_it_runs, os.getpid(), child.nice),  # noqa: PLW1509  (this process has one thread)
                start_new_session=True,  # Ctrl-C is for this process, which ends the others in order
            )
        child.started = time.monotonic()
        self._note()

    def _look(self) -> None:
        if self._redis is not None and self._redis.poll() is not None:
            self.tell("Redis ended and is started again")
            self._redis = None
            self._ensure_redis()
            self._note()
        for child in self.children:
            if child.alive or (child.once and child.process is not None):
                continue
            now = time.monotonic()
            if child.process is not None:
                lived = now - child.started
                child.pause = 0.5 if lived > STEADY_S else min(LONGEST_PAUSE_S, max(0.5, child.pause * 2))
                child.due = now + child.pause
                self.tell(
                    f"{child.name} ended ({child.process.returncode}); it is started again in {child.pause:.1f} s"
                )
                child.process = None
            elif now >= child.due:
                self._start(child)

    def _stop(self) -> None:
        """Everybody is asked, then made to; Redis last, so that what the others say still arrives."""
        living = [child.process for child in self.children if child.process is not None and child.alive]
        _end(living)
        if self._redis is not None:
            _end([self._redis])
        (self.home / STATE).unlink(missing_ok=True)

    def _log(self, name: str) -> IO[bytes]:
        """The log of a child, for appending; one that has grown large is put aside first."""
        path = self.home / "log" / f"{name}.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def _note(self) -> None:
        """What runs, for `./guanxi status`."""
        told = {
            "process": this_process(),
            "children": {child.name: child.process.pid for child in self.children if child.process is not None},
            "redis": self._redis.pid if self._redis is not None else None,
            **self.facts,
        }
        path = self.home / STATE
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.replace(path)


def _before_it_runs(parent: int, nice: int) -> None:
    """In the child, between fork and exec."""
    os.nice(nice)
    die_with_parent(parent)


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    end = time.monotonic() + STOP_S
    for process in processes:
        try:
            process.wait(max(0.05, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()  # its own children are tied to it and end with it
            process.wait()

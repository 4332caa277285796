"""Commands that bring the portal up: install, fonts, start."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import IO, Any

import click

from config.settings import Settings
from console import installation
from console.place import Bar, Place, in_sentences
from console.supervisor import Child, Supervisor
from jobs.processes import die_with_parent
from jobs.registry import HEAVY, QUEUES
from store.database import open_engine

FIRST_PORT = 8050
FONTS_DONE = "stamp.json"  # written by console.fonts when both faces are whole


@click.command()
@click.option("--bank", default="demo", show_default=True, help="demo, or a bank whose files a source reads (berka).")
@click.option("--database", help="The database instead of SQLite: postgresql://user:password@host/name.")
@in_sentences
def install(bank: str, database: str | None) -> None:
    """Make an installation in GUANXI_HOME: folder, secret key, database. One that is there is brought up to date."""
    more = dict(installation.BANKS.get(bank, {}))
    if database:
        more["GUANXI_DATABASE_URL"] = database
    settings = installation.ensure(installation.home_of_environment(), more)
    click.echo(f"{settings.home} is ready; settings are in {settings.home / installation.ENV_FILE}")


@click.command()
@in_sentences
def fonts() -> None:
    """Cut the fonts of paper once; with the fonts there already it returns at once."""
    from console.fonts import prepare  # noqa: PLC0415
    from jobs.pdf.faces import font_folder  # noqa: PLC0415

    bar = Bar("fonts")
    paths = prepare(font_folder(), lambda share, words: bar(words, None, 100 * share))
    bar.end("ready")
    click.echo(f"{paths.regular}\n{paths.bold}")


@click.command()
@click.option("--bank", default="demo", show_default=True, help="demo, or a bank whose files a source reads (berka).")
@click.option("--delivery", type=click.Path(exists=True, path_type=Path), help="Its first delivery: a folder or a zip.")
@click.option("--customers", default=5000, show_default=True, help="Size of the demo bank.")
@click.option("--months", default=24, show_default=True, help="Months of history of the demo bank.")
@click.option("--empty", is_flag=True, help="Receive nothing first: start with what is there.")
@in_sentences
def start(bank: str, delivery: Path | None, customers: int, months: int, empty: bool) -> None:
    """Start everything under one supervisor and print the address and the accounts. Ctrl-C ends every process.

    The first time it makes the installation and receives the bank's first delivery. GUANXI_PORT and GUANXI_HOST say
    where it listens (8050 or the next free port, on this machine only).
    """
    from console import accounts, first_delivery, first_runs  # noqa: PLC0415  (they bring the database along)

    settings = installation.ensure(installation.home_of_environment(), installation.BANKS.get(bank, {}))
    host, port = os.environ.get("GUANXI_HOST", "127.0.0.1"), _port()  # asked for first: a taken one is told at once
    with _only_one(settings.home):
        engine = open_engine(settings.database_url, pool_size=2)
        place = Place(settings, engine, "installer")
        fonts = _cut_fonts(settings)
        if first_delivery.needed(place, empty):
            _prepare(bank, delivery, customers, months, empty)
        unpublished = not empty and not first_runs.all_published(place)
        words = accounts.table(place)
        engine.dispose()
        address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104  (compared, not bound)
        keeper = Supervisor(settings.home, settings.redis_url, _children(host, port, unpublished) + fonts, _say)
        keeper.facts["address"] = address
        keeper.run(lambda: _serves(address), lambda: _say(_welcome(settings, address, words)))
    _say("Everything has ended.")


def _prepare(bank: str, delivery: Path | None, customers: int, months: int, empty: bool) -> None:
    """In a process of its own; what it says is on the terminal. It ends with this one."""
    order = [sys.executable, "-m", "console.first_delivery", "--bank", bank]
    order += ["--customers", str(customers), "--months", str(months)]
    order += ["--delivery", str(delivery.resolve())] if delivery else []
    order += ["--empty"] if empty else []
    here = Path(__file__).resolve().parent.parent
    child = subprocess.Popen(order, cwd=here, preexec_fn=partial(die_with_parent, os.getpid()))  # noqa: PLW1509
    if child.wait() != 0:
        raise SystemExit(1)


def _cut_fonts(settings: Settings) -> list[Child]:
    """Cut beside all the rest, once; a second start finds them there. The supervisor takes the process over."""
    if (settings.fonts / FONTS_DONE).exists():
        return []
    order = [sys.executable, "-m", "console.fonts", str(settings.fonts)]
    with (settings.home / "log" / "fonts.log").open("ab") as log:
        process = subprocess.Popen(
            order,
            cwd=Path(__file__).resolve().parent.parent,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509  (this process has one thread)
            start_new_session=True,
        )
    return [Child("fonts", order, once=True, process=process)]


def _children(host: str, port: int, unpublished: bool) -> list[Child]:
    python = sys.executable
    web = [python, "-m", "gunicorn", "-c", "console/gunicorn_conf.py", "--no-control-socket", "-b", f"{host}:{port}"]
    children = [Child("web", [*web, "wsgi:server"])]
    children += [
        Child(f"worker-{name}", [python, "-m", "jobs.worker", name], nice=5 * (name == HEAVY), follows=True)
        for name in QUEUES
    ]
    children.append(Child("scheduler", [python, "-m", "jobs.sweep"], follows=True))
    if unpublished:
        children.append(Child("first-runs", [python, "-m", "console.first_runs"], once=True))
    return children


def _port() -> int:
    """GUANXI_PORT, else the first free one from 8050 on. ValueError when the one asked for is taken."""
    wanted = os.environ.get("GUANXI_PORT")
    if wanted:
        if not _free(int(wanted)):
            raise ValueError(f"port {wanted} is taken; set GUANXI_PORT to another, or leave it unset")
        return int(wanted)
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        if _free(port):
            return port
    raise ValueError(f"no port from {FIRST_PORT} to {FIRST_PORT + 99} is free; set GUANXI_PORT to one that is")


def _free(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _serves(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=2) as answer:  # noqa: S310  (our own http address)
            return bool(answer.status == 200)
    except OSError:
        return False


def _welcome(settings: Settings, address: str, words: str) -> str:
    lines = ["", f"  {settings.bank_name_zh} {settings.bank_name_en} is served at  {address}", ""]
    if words:
        lines += ["  First passwords, each to be changed at its first use "
                  f"(kept in {settings.home / 'accounts.txt'}):", words, ""]  # fmt: skip
    return "\n".join([*lines, "  Ctrl-C ends it.", ""])


def _say(words: str) -> None:
    click.echo(words)
    sys.stdout.flush()


class _only_one:
    """One supervisor an installation."""

    def __init__(self, home: Path) -> None:
        self.path = home / "run" / "start.lock"
        self.file: IO[Any] | None = None

    def __enter__(self) -> None:
        self.file = self.path.open("w")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException(
                f"{self.path.parent.parent} is started already; ./guanxi status shows where. Stop it first."
            ) from None

    def __exit__(self, *_: object) -> None:
        if self.file is not None:
            self.file.close()

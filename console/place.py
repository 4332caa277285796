"""What a command stands on: the settings, an engine, the operator's name, and sentences instead of tracebacks."""

from __future__ import annotations

import datetime as dt
import getpass
import logging
import secrets
import select
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec
from zoneinfo import ZoneInfo

import click

from config.settings import Settings, SettingsError, load_settings
from store.database import Engine, NotReady, open_engine, require_ready

P = ParamSpec("P")


@dataclass(frozen=True)
class Place:
    """One installation as a command sees it. `by` is written wherever a person's doing is recorded."""

    settings: Settings
    engine: Engine
    by: str

    @staticmethod
    def now() -> dt.datetime:
        """The time, aware."""
        return dt.datetime.now(dt.UTC)

    def time(self, at: dt.datetime, form: str = "%Y-%m-%d %H:%M") -> str:
        """A moment in the bank's time zone, as the pages show it."""
        return at.astimezone(ZoneInfo(self.settings.time_zone)).strftime(form)


@contextmanager
def opened() -> Iterator[Place]:
    """The installation of this environment (GUANXI_HOME). NotReady, in a sentence, where its database is not."""
    settings = load_settings()
    engine = open_engine(settings.database_url, pool_size=4)
    with _log_kept(settings):
        try:
            require_ready(engine)
            yield Place(settings, engine, f"console:{getpass.getuser()}"[:64])
        finally:
            engine.dispose()


@contextmanager
def _log_kept(settings: Settings) -> Iterator[None]:
    """What a person at a prompt need not read goes to a file, with the incident numbers they are given."""
    folder = settings.home / "log"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = logging.FileHandler(folder / "console.log", encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    logging.getLogger().addHandler(handler)
    try:
        yield
    except Exception as error:
        if not isinstance(error, (click.ClickException, *_refusals())) and not _nobody_reads(error):
            error.add_note(_incident(error))
        raise
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


def _nobody_reads(error: Exception) -> bool:
    """Whether what is written to has closed its end, as `head` does when it has seen enough: click then ends quietly.
    Any other broken pipe is an incident like the rest."""
    if not isinstance(error, BrokenPipeError):
        return False
    try:
        out = select.poll()
        out.register(sys.stdout.fileno(), 0)
        return any(told & select.POLLERR for _, told in out.poll(0))
    except (OSError, ValueError):  # no file behind it
        return False


def _incident(error: Exception) -> str:
    incident = secrets.token_hex(4)
    logging.getLogger(__name__).error("incident %s", incident, exc_info=error)
    return f"incident {incident} in log/console.log of the installation tells the rest"


def in_sentences(command: Callable[P, Any]) -> Callable[P, Any]:
    """A refusal becomes one sentence on stderr and exit code 1; anything else also an incident number, with the
    traceback in the log."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            return command(*args, **kwargs)
        except _refusals() as error:
            raise click.ClickException(_sentence(error)) from error
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            if _nobody_reads(error):
                raise
            told = "; ".join(getattr(error, "__notes__", None) or [_incident(error)])
            raise click.ClickException(f"Something unexpected went wrong ({type(error).__name__}); {told}") from error

    return run


def _refusals() -> tuple[type[Exception], ...]:
    from alembic.util import CommandError  # noqa: PLC0415  (a `--help` need not wait for these)
    from redis.exceptions import RedisError  # noqa: PLC0415

    from domain.deliveries import LedgerRefusal  # noqa: PLC0415
    from jobs.queue import NotAllowed  # noqa: PLC0415
    from jobs.redis_server import NoRedis  # noqa: PLC0415
    from jobs.runner import Refused  # noqa: PLC0415
    from store.jobs import NoSuchJob  # noqa: PLC0415
    from store.runs import RunRefused  # noqa: PLC0415
    from store.users import UserRefused  # noqa: PLC0415

    return (
        SettingsError, NotReady, LedgerRefusal, NotAllowed, NoRedis, Refused, NoSuchJob, RunRefused, UserRefused, RedisError,
        CommandError, FileExistsError, FileNotFoundError, PermissionError, ValueError,
    )  # fmt: skip


def _sentence(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text[0].upper() + text[1:]


class Bar:
    """A progress bar on stderr: one line that redraws itself in a terminal, one line a step elsewhere."""

    WIDTH = 28

    def __init__(self, title: str) -> None:
        self.title = title
        self.begun = time.monotonic()
        self._step = ""
        self._drawn = 0.0

    def __call__(self, step: str, detail: str | None = None, percent: float | None = None) -> None:
        """Draw `step` at `percent` (0 to 100)."""
        if not sys.stderr.isatty():
            if step != self._step:
                click.echo(f"  {self.title}: {step.replace('_', ' ')}", err=True)
        elif step != self._step or time.monotonic() - self._drawn > 0.1:
            done = round(self.WIDTH * (percent or 0) / 100)
            drawn = "#" * done + "." * (self.WIDTH - done)
            words = f"{step.replace('_', ' ')} {detail or ''}".strip()
            click.echo(f"\r\033[K  {self.title} [{drawn}] {percent or 0:3.0f} %  {words}"[:150], nl=False, err=True)
            self._drawn = time.monotonic()
        self._step = step

    def end(self, words: str) -> None:
        """The last line: what came of it, and how long it took."""
        start = "\r\033[K" if sys.stderr.isatty() else ""
        click.echo(f"{start}  {self.title}: {words} ({time.monotonic() - self.begun:.1f} s)", err=True)

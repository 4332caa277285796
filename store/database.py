"""The engine of this process: one place that knows SQLite from PostgreSQL.

SQLite runs in WAL mode and every writing transaction begins IMMEDIATE, so that two writers wait for each other
instead of failing half-way. PostgreSQL needs nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
BUSY_SECONDS = 30
MAPPED = 8 << 30  # bytes of a SQLite file at most; it takes address space, not memory


class NotReady(Exception):
    """The database cannot be worked with as it stands; the message is a sentence that says what to do."""


def open_engine(url: str, pool_size: int = 8, mapped: bool = False) -> Engine:
    """An engine for `url` (sqlite:/// or postgresql://). The database need not be migrated yet.

    mapped: for whoever reads much and writes little: SQLite's pages are read where the system keeps them instead of
    copied one by one into the 2 MB a connection has for them, a third less work for a question about a whole bank.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_size=pool_size, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: `_begin` below says which kind.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA case_sensitive_like=ON")
        if mapped:
            cursor.execute(f"PRAGMA mmap_size={MAPPED}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for questions only: on SQLite it never waits for a writer."""
    with engine.connect().execution_options(reading=True) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed when the block ends, undone when it raises."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def much_at_once(connection: Connection) -> Iterator[None]:
    """For a statement that changes many rows: SQLite keeps their pages in memory, 32 MB of them, and writes each once.

    With the 2 MB it has otherwise, a page that is changed again was written out and read back in between.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql("PRAGMA cache_size = -32000")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {usual}")


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest migration, making its tables when there are none."""
    from alembic import command  # noqa: PLC0415  (half a second to import, wanted only where a database is made)
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")


def require_ready(engine: Engine) -> None:
    """NotReady unless the database answers and stands at this program's newest migration; nothing is changed."""
    where = engine.url.render_as_string(hide_password=True)
    newest = max(path.name[:4] for path in MIGRATIONS.glob("versions/[0-9]*_*.py"))
    if engine.url.get_backend_name() == "sqlite" and not Path(str(engine.url.database)).is_file():
        raise NotReady(f"there is no database at {where} yet; ./guanxi install makes it, and so does make start")
    try:
        with reading(engine) as connection:
            there = inspect(connection).has_table("alembic_version")
            stands = connection.exec_driver_sql("select version_num from alembic_version").scalar() if there else None
    except OperationalError as error:
        told = str(error.orig).strip().splitlines()[0]
        raise NotReady(f"the database {where} does not answer ({told}); see that it runs and may be reached") from error
    if stands is None:
        raise NotReady(f"the database {where} has no tables yet; ./guanxi install makes them, and so does make start")
    if stands < newest:
        raise NotReady(
            f"the database {where} is older than this program (it stands at {stands}, needed is {newest}); stop the portal, "
            "keep a copy of the database, and bring it up to date with ./guanxi install"
        )
    if stands > newest:
        raise NotReady(
            f"the database {where} is newer than this program (it stands at {stands}, known is {newest}); use the program "
            "that made it, or a newer one"
        )

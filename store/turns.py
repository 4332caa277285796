"""Long writing in short transactions, so that nobody who also writes waits long.

SQLite has one write lock, and whoever waits for it looks again every tenth of a second: work that gives it up and takes
it again at once would hold it for good. So there is a pause as long as such a look between stretches of writing.
PostgreSQL locks rows, and needs no pause.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pyarrow as pa
from sqlalchemy import Connection, Engine, Table

from store.bulk import prepared
from store.database import reading, writing

STRETCH_S = 0.3  # the lock is held about this long
PAUSE_S = 0.12
ROWS_AT_FIRST, MOST_ROWS = 500, 50_000


class Turns:
    """The transactions of one long work."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.last = 0.0  # seconds the last transaction took, without its waiting
        self._held = 0.0

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction like store.database.writing, with a pause after it when others should have a turn."""
        with writing(self.engine) as connection:
            begun = time.monotonic()
            yield connection
        self.last = time.monotonic() - begun
        self._held += self.last
        if self._held >= STRETCH_S and self.engine.dialect.name == "sqlite":
            time.sleep(PAUSE_S)
            self._held = 0.0

    def fill(
        self, table: Table, batches: Iterable[pa.RecordBatch], heard: Callable[[int], None] = lambda _rows: None
    ) -> int:
        """Like store.bulk.fill, in as many transactions as it takes; as many rows in each as fill a stretch."""
        done, size = 0, ROWS_AT_FIRST
        for batch in batches:
            start = 0
            while start < batch.num_rows:
                piece = batch.slice(start, size)
                write = prepared(self.engine.dialect.name, table, piece)
                with self.writing() as connection:
                    write(connection)
                start += piece.num_rows
                done += piece.num_rows
                heard(done)
                size = _size(size, piece.num_rows, self.last)
        return done

    def drop(self, name: str) -> None:
        """Drop a table of SQLite or PostgreSQL, if it is there.

        SQLite reads a table's every page to let them go, so its indexes and then its rows go first, bit by bit.
        """
        if self.engine.dialect.name == "sqlite":
            with reading(self.engine) as connection:
                asked = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
                indexes = connection.exec_driver_sql(asked, (name,)).scalars().all()
                (text,) = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).one()
            for index in indexes:
                with self.writing() as connection:
                    connection.exec_driver_sql(f'DROP INDEX IF EXISTS "{index}"')
            if "WITHOUT ROWID" not in text:
                self._empty(name)
        with self.writing() as connection:
            connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}"')

    def _empty(self, name: str) -> None:
        size = gone = ROWS_AT_FIRST
        while gone == size:
            size = _size(size, gone, self.last)
            with self.writing() as connection:
                some = f'SELECT rowid FROM "{name}" ORDER BY rowid LIMIT {size}'
                gone = connection.exec_driver_sql(f'DELETE FROM "{name}" WHERE rowid IN ({some})').rowcount


def _size(size: int, rows: int, seconds: float) -> int:
    """How many rows next: what the last pace gives in a stretch, at most twice as many as before."""
    fitting = int(rows * STRETCH_S / max(seconds, 1e-3))
    return max(ROWS_AT_FIRST, min(fitting, size * 2, MOST_ROWS)) if rows == size else size

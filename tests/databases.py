"""Databases for tests: each kind is made and filled once a run, every test gets a copy of its own.

Migrating costs more than most tests; copying a file, or PostgreSQL's own CREATE DATABASE … TEMPLATE, costs almost
nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from store.database import migrate
from tests.servers import fresh_postgres_database, postgres_database

KINDS = ("sqlite", "postgresql")
Fill = Callable[[str], None]


class Databases:
    """Copies of what `fill(url)` makes of an empty database; `fill` must leave no connection open behind it."""

    def __init__(self, folder: Path, postgres: Callable[[], str]) -> None:
        self._folder, self._postgres = folder, postgres
        self._made: dict[tuple[str, Fill], str] = {}

    @contextmanager
    def fresh(self, kind: str, folder: Path, fill: Fill = migrate) -> Iterator[str]:
        """The address of a copy: of `kind`, a file in `folder` when it is SQLite; gone afterwards when PostgreSQL."""
        if kind == "sqlite":
            shutil.copy(self.sqlite_file(fill), folder / "guanxi.db")
            yield f"sqlite:///{folder / 'guanxi.db'}"
            return
        with fresh_postgres_database(self._postgres(), self._postgres_template(fill)) as url:
            yield url

    def sqlite_file(self, fill: Fill = migrate) -> Path:
        """The file the copies are made of: never write to it."""
        key = ("sqlite", fill)
        if key not in self._made:
            file = self._folder / f"{len(self._made)}.db"
            fill(f"sqlite:///{file}")
            # Closing the last connection folds the log into the file: one that is left would be missing in the copies.
            assert not list(file.parent.glob(f"{file.name}-*")), f"{fill.__qualname__} left a connection open"
            self._made[key] = str(file)
        return Path(self._made[key])

    def _postgres_template(self, fill: Fill) -> str:
        key = ("postgresql", fill)
        if key not in self._made:
            name = f"template_{len(self._made)}"
            fill(postgres_database(self._postgres(), name))
            self._made[key] = name
        return self._made[key]

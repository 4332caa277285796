"""A portal over the small picture: for the tests of pages, the house and the browser.

Loaded by the conftest.py of those folders only, so that no other test waits for the portal's imports.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import migrate, open_engine, writing
from tests.databases import KINDS, Databases
from tests.people import People, open_portal, write_people
from tests.small_picture import write_small_picture


def fill_small_bank(url: str) -> None:
    migrate(url)
    engine = open_engine(url)
    with writing(engine) as connection:
        write_small_picture(connection)
        write_people(connection)
    engine.dispose()


@pytest.fixture(scope="session")
def small_bank_file(databases: Databases) -> Path:
    """The small picture and the people in a SQLite file, made once: copy it, never write to it."""
    return databases.sqlite_file(fill_small_bank)


@pytest.fixture
def people(databases: Databases, tmp_path: Path) -> Iterator[People]:
    """A portal of its own over a copy of the small picture; see tests/people.py."""
    yield from _portal("sqlite", databases, tmp_path)


@pytest.fixture(params=KINDS)
def people_on_both(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[People]:
    """The same on either database; for what SQL could do differently."""
    yield from _portal(request.param, databases, tmp_path)


@pytest.fixture(scope="session")
def people_reading(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """One portal for all tests that change nothing but the audit trail and sessions."""
    yield from _portal("sqlite", databases, tmp_path_factory.mktemp("reading"))


def _portal(kind: str, databases: Databases, folder: Path) -> Iterator[People]:
    with databases.fresh(kind, folder, fill_small_bank) as url:
        found = open_portal(folder, url)
        yield found
        found.engine.dispose()

"""A portal over the small picture: for the tests of pages, the house and the browser.

Loaded by the conftest.py of those folders only, so that no other test waits for the portal's imports.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import migrate, open_engine, writing
from tests.people import People, open_portal, write_people
from tests.servers import fresh_postgres_database
from tests.small_picture import write_small_picture


def _fill(url: str) -> None:
    migrate(url)
    engine = open_engine(url)
    with writing(engine) as connection:
        write_small_picture(connection)
        write_people(connection)
    engine.dispose()


@pytest.fixture(scope="session")
def small_bank_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small picture and the people in a SQLite file, made once: copy it, never write to it."""
    file = tmp_path_factory.mktemp("small") / "small.db"
    _fill(f"sqlite:///{file}")
    for side in file.parent.glob("small.db-*"):
        side.unlink()
    return file


@pytest.fixture
def people(small_bank_file: Path, tmp_path: Path) -> Iterator[People]:
    """A portal of its own over a copy of the small picture; see tests/people.py."""
    shutil.copy(small_bank_file, tmp_path / "guanxi.db")
    found = open_portal(tmp_path, f"sqlite:///{tmp_path / 'guanxi.db'}")
    yield found
    found.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def people_on_both(request: pytest.FixtureRequest, small_bank_file: Path, tmp_path: Path) -> Iterator[People]:
    """The same on either database; for what SQL could do differently."""
    if request.param == "sqlite":
        yield request.getfixturevalue("people")
        return
    with fresh_postgres_database(request.getfixturevalue("postgres_url")) as url:
        _fill(url)
        found = open_portal(tmp_path, url)
        yield found
        found.engine.dispose()


@pytest.fixture(scope="session")
def people_reading(small_bank_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """One portal for all tests that change nothing but the audit trail and sessions."""
    folder = tmp_path_factory.mktemp("reading")
    shutil.copy(small_bank_file, folder / "guanxi.db")
    found = open_portal(folder, f"sqlite:///{folder / 'guanxi.db'}")
    yield found
    found.engine.dispose()

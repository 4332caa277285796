"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from store.database import open_engine
from tests.databases import KINDS, Databases
from tests.servers import postgres_server, redis_server

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real published data; it stands beside the checkout and is never copied into it."""
    folder = Path(os.environ.get("GUANXI_SHARED_DATA", ROOT.parent / "shared" / "data"))
    assert folder.is_dir(), f"the real data is expected at {folder}; set GUANXI_SHARED_DATA to where it is"
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of our own, started once for the whole run and stopped with it."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of our own, started once for the whole run and stopped with it."""
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Migrated databases of either kind, made once and copied; PostgreSQL starts when the first is asked for."""
    return Databases(tmp_path_factory.mktemp("databases"), lambda: str(request.getfixturevalue("postgres_url")))


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database, once as SQLite and once as PostgreSQL."""
    with databases.fresh(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh migrated database."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()

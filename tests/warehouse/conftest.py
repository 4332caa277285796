from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import open_engine
from tests.databases import Databases
from tests.warehouse.deliveries import Bank


@pytest.fixture(scope="session")
def empty_ledger(databases: Databases) -> Path:
    """A migrated SQLite file to copy."""
    return databases.sqlite_file()


@pytest.fixture
def bank(tmp_path: Path, empty_ledger: Path) -> Iterator[Bank]:
    """An empty warehouse with its ledger in SQLite; tests/store holds the ledger against both databases."""
    shutil.copy(empty_ledger, tmp_path / "ledger.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield Bank(engine, tmp_path)
    engine.dispose()

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import migrate, open_engine
from tests.warehouse.deliveries import Bank


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: migrating costs more than most tests."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    migrate(f"sqlite:///{path}")
    assert not path.with_name("ledger.db-wal").exists()  # closing the last connection folds the log into the file
    return path


@pytest.fixture
def bank(tmp_path: Path, empty_ledger: Path) -> Iterator[Bank]:
    """An empty warehouse with its ledger in SQLite; tests/store holds the ledger against both databases."""
    shutil.copy(empty_ledger, tmp_path / "ledger.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield Bank(engine, tmp_path)
    engine.dispose()

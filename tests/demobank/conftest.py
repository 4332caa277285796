"""One small demo bank for all tests of this folder, and a query over any delivery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from demobank.delivery import DeliveryFacts, write_delivery

CUSTOMERS, MONTHS, SEED = 2_500, 26, 7

Ask = Callable[[str], list[tuple[Any, ...]]]


def asks(facts: DeliveryFacts, *more: DeliveryFacts) -> Ask:
    """Queries over a delivery (or a first one and its increments) and its truth as truth_customers, truth_loans, truth_borrowers."""
    connection = duckdb.connect()
    for table in facts.rows:
        whole = table in ("branches", "staff", "products", "regions")  # sent again, all of it, with every increment
        files = [str(f.folder / f"{table}.parquet") for f in ((facts,) if whole else (facts, *more))]
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet({files!r})")
    for table in ("customers", "loans", "borrowers"):
        path = facts.truth_folder / f"{table}.parquet"
        connection.execute(f"CREATE VIEW truth_{table} AS SELECT * FROM read_parquet('{path}')")
    return lambda sql: connection.sql(sql).fetchall()


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> DeliveryFacts:
    return write_delivery(tmp_path_factory.mktemp("bank") / "first", CUSTOMERS, MONTHS, SEED)


@pytest.fixture(scope="session")
def ask(bank: DeliveryFacts) -> Ask:
    return asks(bank)

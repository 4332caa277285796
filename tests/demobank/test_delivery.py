"""The demo bank's delivery: the same twice, in the canonical shape, adding up, pointing where it says."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from demobank.columns import plain, schema_of
from demobank.delivery import DeliveryFacts, block_tables, write_delivery, write_increment
from demobank.plan import BLOCK, Plan
from domain.canonical import TABLES
from tests.demobank.conftest import CUSTOMERS, MONTHS, SEED, Ask, asks


def _hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_same_seed_gives_the_same_bytes_and_another_seed_another_bank(tmp_path: Path) -> None:
    one = write_delivery(tmp_path / "one", 300, 4, 5)
    two = write_delivery(tmp_path / "two", 300, 4, 5)
    other = write_delivery(tmp_path / "other", 300, 4, 6)
    assert _hashes(one.folder) == _hashes(two.folder)
    assert _hashes(one.truth_folder) == _hashes(two.truth_folder)
    assert _hashes(one.folder)["customers.parquet"] != _hashes(other.folder)["customers.parquet"]


def test_every_canonical_table_has_its_columns_and_types(bank: DeliveryFacts) -> None:
    for table in TABLES:
        assert pq.read_schema(bank.folder / f"{table.name}.parquet").equals(schema_of(table.name)), table.name
        assert bank.rows[table.name] > 0


def test_delivery_says_whose_it_is_and_for_which_day(bank: DeliveryFacts) -> None:
    said = tomllib.loads((bank.folder / "_delivery.toml").read_text(encoding="utf-8"))
    assert (said["bank"], said["source"], said["business_date"]) == ("江城银行", "guanxi", date(2026, 10, 31))


def test_a_block_is_the_same_made_alone_or_in_its_turn(tmp_path: Path) -> None:
    # The second block made without the first has the very rows the delivery has in that place.
    facts = write_delivery(tmp_path / "whole", BLOCK + 120, 2, SEED)
    alone = dict(block_tables(Plan(BLOCK + 120, 2, SEED, date(2026, 10, 31)), 1))
    for name in ("customers", "accounts", "transactions", "balances", "loan_status"):
        written = pq.read_table(facts.folder / f"{name}.parquet")
        rows = plain(alone[name])
        assert written.slice(written.num_rows - rows.num_rows).combine_chunks().equals(rows.combine_chunks()), name


def test_rows_are_written_block_by_block(tmp_path: Path) -> None:
    facts = write_delivery(tmp_path / "blocks", 2 * BLOCK + 5, 1, SEED)
    assert pq.ParquetFile(facts.folder / "transactions.parquet").num_row_groups == 3


def test_controls_agree_with_the_files_to_the_cent(bank: DeliveryFacts, ask: Ask) -> None:
    lines = (bank.folder / "_control.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "table,measure,value"
    control = {(t, m): v for t, m, v in (line.split(",") for line in lines[1:])}
    for table, rows in bank.rows.items():
        assert ask(f"SELECT count(*) FROM {table}") == [(rows,)]
        assert control[table, "rows"] == str(rows)
    assert ask("SELECT sum(amount) FROM transactions") == [(Decimal(control["transactions", "sum_amount"]),)]
    assert ask("SELECT sum(balance) FROM balances") == [(Decimal(control["balances", "sum_balance"]),)]


def test_keys_are_unique_and_every_reference_resolves(ask: Ask) -> None:
    for table in TABLES:
        keys = ", ".join(f'"{key}"' for key in table.key)
        assert ask(f"SELECT {keys} FROM {table.name} GROUP BY ALL HAVING count(*) > 1") == [], table.name
        for column in table.columns:
            if column.required:
                assert ask(f'SELECT 1 FROM {table.name} WHERE "{column.name}" IS NULL LIMIT 1') == []
            if column.references:
                key = next(t for t in TABLES if t.name == column.references).key[0]
                lost = f'"{column.name}" NOT IN (SELECT {key} FROM {column.references})'
                assert ask(f"SELECT 1 FROM {table.name} WHERE {lost} LIMIT 1") == [], (table.name, column.name)
            if column.values:
                words = ", ".join(f"'{v}'" for v in column.values)
                assert ask(f'SELECT 1 FROM {table.name} WHERE "{column.name}" NOT IN ({words}) LIMIT 1') == []


def test_every_account_has_exactly_one_owner(ask: Ask) -> None:
    owners = "SELECT account_id, count(*) FILTER (WHERE role = 'owner') AS n FROM accounts LEFT JOIN holders USING (account_id)"
    assert ask(f"SELECT 1 FROM ({owners} GROUP BY 1) WHERE n <> 1") == []


_ADDS_UP = """
    SELECT count(*), count(*) FILTER (WHERE balance <> moved) FROM (
        SELECT b.account_id, b.as_of, b.balance, coalesce(sum(t.amount), 0) AS moved
        FROM balances b JOIN accounts a USING (account_id) JOIN products p USING (product_id)
        LEFT JOIN transactions t ON t.account_id = b.account_id AND t.booked_at::DATE <= b.as_of
        WHERE p.family IN ('demand', 'time', 'settlement', 'credit_card') GROUP BY ALL)
"""


def test_balances_are_what_the_movements_add_up_to(ask: Ask) -> None:
    ((rows, wrong),) = ask(_ADDS_UP)
    assert rows > 50_000
    assert wrong == 0


def test_balance_after_runs_in_the_order_of_ids_and_of_time(ask: Ask) -> None:
    order = "OVER (PARTITION BY account_id ORDER BY transaction_id)"
    rows = f"SELECT *, sum(amount) {order} AS running, lag(booked_at) {order} AS earlier FROM transactions"
    assert ask(f"SELECT count(*) FROM ({rows}) WHERE running <> balance_after OR booked_at < earlier") == [(0,)]


def test_no_movement_lies_outside_its_account_or_the_history(ask: Ask) -> None:
    joined = "transactions t JOIN accounts a USING (account_id)"
    assert ask(f"SELECT count(*) FROM {joined} WHERE booked_at::DATE < opened_on OR booked_at::DATE > closed_on") == [
        (0,)
    ]
    first, last = ask("SELECT min(booked_at)::DATE, max(booked_at)::DATE FROM transactions")[0]
    assert (first, last) == (date(2024, 8, 31), date(2026, 10, 31))


def test_csv_holds_the_same_rows(tmp_path: Path) -> None:
    as_csv = write_delivery(tmp_path / "csv", 250, 3, 5, form="csv")
    as_parquet = write_delivery(tmp_path / "parquet", 250, 3, 5)
    assert as_csv.rows == as_parquet.rows
    for table in TABLES:
        exact = duckdb.sql(f"SELECT * FROM '{as_parquet.folder}/{table.name}.parquet'")
        types = {n: str(t) for n, t in zip(exact.columns, exact.types, strict=True)}
        read = duckdb.sql(
            f"SELECT * FROM read_csv('{as_csv.folder}/{table.name}.csv', header = true, columns = {types})"
        )
        assert read.except_(exact).fetchall() == [], table.name


def test_an_increment_continues_the_history_to_the_cent(bank: DeliveryFacts, tmp_path: Path) -> None:
    one = write_increment(tmp_path / "november", 1, CUSTOMERS, MONTHS, SEED)
    two = write_increment(tmp_path / "december", 2, CUSTOMERS, MONTHS, SEED)
    assert (one.business_date, two.business_date) == (date(2026, 11, 30), date(2026, 12, 31))
    both = asks(bank, one, two)
    newest = "SELECT DISTINCT ON (account_id) * FROM (SELECT * FROM accounts ORDER BY closed_on DESC NULLS LAST)"
    ((rows, wrong),) = both(_ADDS_UP.replace("JOIN accounts a USING", f"JOIN ({newest}) a USING"))
    assert rows > 50_000
    assert wrong == 0
    assert both("SELECT transaction_id FROM transactions GROUP BY 1 HAVING count(*) > 1") == []
    assert both("SELECT customer_id FROM customers GROUP BY 1 HAVING count(*) > 1") == []
    assert both("SELECT count(*) FROM customers") == [(CUSTOMERS + 2 * 12,)]
    assert both("SELECT 1 FROM transactions WHERE account_id NOT IN (SELECT account_id FROM accounts) LIMIT 1") == []
    assert both("SELECT 1 FROM holders WHERE customer_id NOT IN (SELECT customer_id FROM customers) LIMIT 1") == []


def test_what_cannot_be_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="last day of a month"):
        write_delivery(tmp_path / "a", 10, 2, 1, date(2026, 10, 30))
    with pytest.raises(ValueError, match="customers must be"):
        write_delivery(tmp_path / "b", 0)
    with pytest.raises(ValueError, match="month must be"):
        write_increment(tmp_path / "c", 0)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    with pytest.raises(FileExistsError, match="not empty"):
        write_delivery(tmp_path / "full", 10, 1)


def test_the_smallest_bank_is_a_bank(tmp_path: Path) -> None:
    facts = write_delivery(tmp_path / "one", 1, 1, 3)
    assert facts.rows["customers"] == 1


def test_progress_is_told(tmp_path: Path) -> None:
    heard: list[float] = []
    write_delivery(tmp_path / "p", BLOCK + 1, 1, 1, progress=lambda step, share: heard.append(share))
    assert heard == [0.0, 0.5, 1.0]

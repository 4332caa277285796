"""Dirt is found where, and as often as, it was said to be planted."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from demobank.delivery import write_delivery, write_increment
from demobank.dirt import ORPHAN_ACCOUNT, WRONG_NUMBER, WRONG_WORD, Dirt

SIZE = (400, 4, 5)


def _by(planted: dict[tuple[str, str, str], int], dirt: str) -> dict[tuple[str, str], int]:
    return {(table, column): n for (table, kind, column), n in planted.items() if kind == dirt}


def test_wrong_values_are_where_they_were_planted(tmp_path: Path) -> None:
    facts = write_delivery(tmp_path / "d", *SIZE, dirt=Dirt(wrong=0.02), form="csv")
    wrong = _by(facts.planted, "wrong")
    found: Counter[tuple[str, str]] = Counter()
    for table, column, value in (
        ("transactions", "kind", WRONG_WORD), ("transactions", "account_id", ORPHAN_ACCOUNT),
        ("transactions", "amount", WRONG_NUMBER), ("customers", "gender", WRONG_WORD),
        ("balances", "account_id", ORPHAN_ACCOUNT),
    ):  # fmt: skip
        with (facts.folder / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
            found[table, column] = sum(row[column] == value for row in csv.DictReader(lines))
    with (facts.folder / "transactions.csv").open(encoding="utf-8", newline="") as lines:
        found["transactions", "booked_at"] = sum(row["booked_at"] > "2100" for row in csv.DictReader(lines))
    assert found == wrong
    assert all(wrong.values())
    control = (facts.folder / "_control.csv").read_text(encoding="utf-8")
    readable = duckdb.sql(
        f"SELECT sum(try_cast(amount AS DECIMAL(18, 2))) FROM read_csv('{facts.folder}/transactions.csv', all_varchar = true)"
    ).fetchone()
    assert readable is not None
    assert f"transactions,sum_amount,{readable[0]}\n" in control


def test_duplicates_missing_and_late_rows_are_counted(tmp_path: Path) -> None:
    clean = write_delivery(tmp_path / "clean", *SIZE)
    twice = write_delivery(tmp_path / "twice", *SIZE, dirt=Dirt(duplicate=0.03))
    for (table, _), planted in _by(twice.planted, "duplicate").items():
        file = f"'{twice.folder}/{table}.parquet'"
        distinct_rows = f"(SELECT count(*) FROM (SELECT DISTINCT * FROM {file}))"
        ((rows, distinct),) = duckdb.sql(f"SELECT count(*), {distinct_rows} FROM {file}").fetchall()
        assert rows - distinct == planted > 0
        assert distinct == clean.rows[table]
    gaps = write_delivery(tmp_path / "gaps", *SIZE, dirt=Dirt(missing=0.05))
    for (table, column), planted in _by(gaps.planted, "missing").items():
        empty = [
            duckdb.sql(f"SELECT count(*) - count({column}) FROM '{f.folder}/{table}.parquet'").fetchall()[0][0]
            for f in (clean, gaps)
        ]
        assert empty[1] - empty[0] == planted > 0


def test_late_rows_come_after_the_next_month_or_with_the_next_delivery(tmp_path: Path) -> None:
    dirt = Dirt(late=0.04)
    clean = write_delivery(tmp_path / "clean", *SIZE)
    facts = write_delivery(tmp_path / "late", *SIZE, dirt=dirt)
    late = _by(facts.planted, "late")
    withheld = late["transactions", "not yet sent"]
    assert clean.rows["transactions"] - facts.rows["transactions"] == withheld > 0
    moved = duckdb.sql(
        f"""SELECT count(*) FROM (SELECT strftime(booked_at, '%Y%m') AS m, max(strftime(booked_at, '%Y%m'))
            OVER (ORDER BY file_row_number) AS newest FROM read_parquet('{facts.folder}/transactions.parquet', file_row_number = true))
            WHERE m < newest"""
    ).fetchall()[0][0]
    assert moved == late["transactions", "sent after the next month"]
    following = write_increment(tmp_path / "next", 1, *SIZE, dirt=dirt)
    come = duckdb.sql(
        f"SELECT count(*) FROM '{following.folder}/transactions.parquet' WHERE booked_at < DATE '2026-11-01'"
    ).fetchall()
    assert come == [(withheld,)]


def test_planted_dirt_is_written_beside_the_delivery(tmp_path: Path) -> None:
    facts = write_delivery(tmp_path / "d", *SIZE, dirt=Dirt(missing=0.02, duplicate=0.02, late=0.02, wrong=0.02))
    with (facts.truth_folder / "planted_dirt.csv").open(encoding="utf-8", newline="") as lines:
        read = {(r["table"], r["dirt"], r["column"]): int(r["rows"]) for r in csv.DictReader(lines)}
    assert read == facts.planted


def test_rates_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="shares from 0 to 1"):
        Dirt(missing=1.2)

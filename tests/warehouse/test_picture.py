"""What the picture shows without batches, with parts that do and do not overlap, and balances worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from domain.canonical import TABLES
from tests.warehouse.deliveries import BANK, Bank, write
from warehouse.columns import stored_type
from warehouse.picture import Picture
from warehouse.sources import SourceError, load_source, read_source, source_names


def test_without_batches_every_table_is_there_typed_and_empty() -> None:
    picture = Picture(())
    assert (picture.as_of, picture.months(), picture.currency) == (None, (), None)
    with picture.connect() as connection:
        for table in TABLES:
            found = connection.execute(f"DESCRIBE {table.name}").fetchall()
            assert [(row[0], row[1]) for row in found] == [(c.name, stored_type(c)) for c in table.columns]
            assert connection.execute(f"SELECT count(*) FROM {table.name}").fetchall() == [(0,)]


def test_an_absent_table_has_the_same_columns_as_one_that_came(bank: Bank) -> None:
    bank.receive(bank.write())
    with bank.picture().connect() as connection:
        for table in TABLES:
            found = connection.execute(f"DESCRIBE {table.name}").fetchall()
            assert [(row[0], row[1]) for row in found] == [(c.name, stored_type(c)) for c in table.columns]


def test_batches_with_keys_of_their_own_are_a_plain_union(bank: Bank) -> None:
    bank.receive(bank.write())
    more = "transaction_id,account_id,booked_at,amount,kind\nT8,A1,2026-11-08,1,deposit\n"
    second = bank.receive(bank.only("2026-11-30", transactions=more))
    assert bank.batch(second.batch_id).detail["tables"]["transactions"]["overlaps"] == []
    question = bank.picture().sql(next(table for table in TABLES if table.name == "transactions"))
    assert "EXISTS" not in question
    third = bank.receive(bank.only("2026-12-31", transactions=more.replace(",1,", ",2,")))
    assert bank.batch(third.batch_id).detail["tables"]["transactions"]["overlaps"] == [2]
    assert bank.ask("SELECT amount FROM transactions WHERE transaction_id = 'T8'") == [(Decimal("2.00"),)]


SOURCE = """
bank = "Movements only"
currency = "EUR"
business_date = 2026-04-15
separator = "\\t"
decimal = ","
thousands = "."
date = "%d.%m.%Y"
quote = ""
[constants]
branches = [{ branch_id = "B", name = "Branch" }]
products = [{ product_id = "P", name = "Konto", family = "demand", currency = "EUR" }]
[files.konto]
pattern = "konto*.txt"
columns = ["nr", "seit"]
[files.konto.to.accounts]
account_id = "nr"
product_id = { sql = "'P'" }
branch_id = { sql = "'B'" }
opened_on = "seit"
status = { sql = "'open'" }
currency = { sql = "'EUR'" }
[files.umsatz]
pattern = "umsatz.txt"
columns = ["id", "nr", "tag", "betrag"]
covers = "file"
[files.umsatz.to.transactions]
transaction_id = "id"
account_id = "nr"
booked_at = "tag"
amount = "betrag"
kind = { sql = "'deposit'" }
"""


def test_balances_are_derived_for_months_that_are_whole(bank: Bank, tmp_path: Path) -> None:
    path = tmp_path / "movements.toml"
    path.write_text(SOURCE)
    source = read_source(path)
    sent = write(
        tmp_path / "sent",
        {
            "konto1.txt": "nr\tseit\nK1\t01.01.2026\n",
            "konto2.txt": "nr\tseit\nK2\t01.01.2026\n",
            "umsatz.txt": (
                "id\tnr\ttag\tbetrag\nu1\tK1\t01.01.2026\t1.000,00\nu2\tK1\t22.01.2026\t310,50\n"
                "u3\tK1\t28.03.2026\t-10,5\nu4\tK2\t10.02.2026\t0,01\nu5\tK2\t12.04.2026\t5\n"
            ),
        },
    )
    assert bank.receive(sent, source=source, allowed=0.0).rows_loaded == 7
    found = bank.ask("SELECT account_id, as_of, balance, average_balance FROM balances ORDER BY 1, 2")
    january = Decimal("1000") + Decimal("310.50") * 10 / 31  # ten days of the month, the 22nd to the 31st
    march = Decimal("1310.50") - Decimal("10.50") * 4 / 31
    assert found == [
        ("K1", dt.date(2026, 1, 31), Decimal("1310.50"), january.quantize(Decimal("0.01"))),
        ("K1", dt.date(2026, 2, 28), Decimal("1310.50"), Decimal("1310.50")),
        ("K1", dt.date(2026, 3, 31), Decimal("1300.00"), march.quantize(Decimal("0.01"))),
        ("K2", dt.date(2026, 2, 28), Decimal("0.01"), Decimal("0.01")),
        ("K2", dt.date(2026, 3, 31), Decimal("0.01"), Decimal("0.01")),
    ]  # April is not over on the business date, so no month-end stands for it
    assert bank.picture().currency == "EUR"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[files.umsatz.to.transactions]", "[files.umsatz.to.movements]"), "unknown table: movements"),
        (('transaction_id = "id"', 'transaction_id = "idd"'), "unknown column in the header of files.umsatz: idd"),
        (('booked_at = "tag"', ""), "files.umsatz: transactions needs booked_at"),
        (('covers = "file"', 'covers = "all"'), "unknown covers: all"),
        (('currency = "EUR"', "currency = "), "is not valid TOML"),
        (('bank = "Movements only"', ""), "bank"),
    ],
)
def test_a_source_that_cannot_be_used_says_where(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = tmp_path / "movements.toml"
    path.write_text(SOURCE.replace(*change, 1))
    with pytest.raises(SourceError, match=said):
        read_source(path)


def test_the_sources_there_are() -> None:
    assert set(source_names()) >= {"berka", "guanxi"}
    for name in source_names():
        assert load_source(name).name == name
    with pytest.raises(SourceError, match="There is no source 'nobody'; known are berka, guanxi"):
        load_source("nobody")
    with pytest.raises(SourceError):
        load_source("../berka")


def test_the_small_bank_reads_back_as_written(bank: Bank) -> None:
    bank.receive(bank.write())
    header = BANK["accounts.csv"].splitlines()[0]
    found = bank.ask(f"SELECT {header} FROM accounts ORDER BY 1")
    assert found[1] == ("A2", "P1", "B1", dt.date(2021, 5, 1), "open", "CNY", dt.date(2031, 5, 1))

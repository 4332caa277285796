"""A real bank's published files come out exact: figures of the PKDD'99 documentation, and sums worked out apart."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from store.database import open_engine
from tests.warehouse.deliveries import Bank
from warehouse.sources import load_source

ROWS = {
    "branches": 77, "regions": 77, "customers": 5369, "accounts": 4500 + 682, "holders": 5369 + 682, "loans": 682,
    "cards": 892, "standing_orders": 6471, "transactions": 49102 + 30200, "products": 2, "staff": 0, "relations": 0,
    "loan_status": 0, "service_events": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def berka(shared_data: Path, empty_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder = tmp_path_factory.mktemp("berka")
    shutil.copy(empty_ledger, folder / "ledger.db")
    engine = open_engine(f"sqlite:///{folder / 'ledger.db'}")
    bank = Bank(engine, folder, load_source("berka"))
    receipt = bank.receive(shared_data / "berka", allowed=0.0)
    assert (receipt.batch_id, receipt.state, receipt.rows_rejected, receipt.rows_duplicate) == (1, "loaded", 0, 0)
    yield bank
    engine.dispose()


def test_every_row_is_there(berka: Bank) -> None:
    assert {table: berka.ask(f"SELECT count(*) FROM {table}")[0][0] for table in ROWS} == ROWS
    assert berka.ask("SELECT count(*) FROM accounts WHERE account_id LIKE 'L%'") == [(682,)]


def test_the_ledger_has_what_came_in_and_went_out(berka: Bank) -> None:
    files = {file.name: file for file in berka.batch(1).files}
    assert files["trans.asc"].rows_loaded == 49102
    assert files["trans.asc"].totals["transactions.amount_in"] == "177366296.30"
    assert files["trans.asc"].totals["transactions.amount_out"] == "138120153.50"
    assert files["trans_loan_accounts.csv"].rows_loaded == 30200
    assert files["loan.asc"].tables == "accounts,holders,loans"
    assert sum(file.rows_in for file in files.values()) == berka.batch(1).rows_in == 102662


@pytest.mark.parametrize(
    ("month", "accounts", "total"),
    [
        ("1993-01-31", 96, "632757.60"), ("1993-06-30", 554, "15946199.00"),
        ("1993-12-31", 1139, "36575946.10"), ("1994-02-28", 1197, "36710603.70"),
    ],
)  # fmt: skip
def test_month_end_balances_are_exact(berka: Bank, month: str, accounts: int, total: str) -> None:
    found = berka.ask(f"SELECT count(*), sum(balance) FROM balances WHERE as_of = '{month}'")
    assert found == [(accounts, Decimal(total))]


def test_a_balance_is_what_was_moved_and_its_average_weighs_the_days(berka: Bank) -> None:
    # Account 576: 900 in on 1993-01-11 (21 days of January), 6207 on the 21st (11 days), 20.20 interest on the 31st.
    moved = berka.ask(
        "SELECT day(booked_at), amount FROM transactions WHERE account_id = '576' AND booked_at < '1993-02-01' ORDER BY 1"
    )
    balance, average = berka.ask(
        "SELECT balance, average_balance FROM balances WHERE account_id = '576' AND as_of = '1993-01-31'"
    )[0]
    assert balance == sum(amount for _, amount in moved)
    by_hand = sum(amount * (31 - day + 1) for day, amount in moved) / 31
    assert abs(average - by_hand) < Decimal("0.0051")


def test_an_account_without_later_history_has_no_later_balance(berka: Bank) -> None:
    assert berka.ask("SELECT max(as_of) FROM balances WHERE account_id = '576'") == [(dt.date(1994, 3, 31),)]
    # Account 25's movements end where its loan begins: nothing is said of the month it ends in.
    last, newest = berka.ask(
        "SELECT max(b.as_of), (SELECT max(booked_at)::DATE FROM transactions WHERE account_id = '25') "
        "FROM balances b WHERE account_id = '25'"
    )[0]
    assert last <= newest < last + dt.timedelta(days=31)


def test_the_running_balance_of_the_source_is_kept_and_not_used(berka: Bank) -> None:
    kept, derived = berka.ask(
        "SELECT (SELECT count(*) FROM transactions WHERE balance_after IS NULL), "
        "(SELECT balance FROM balances WHERE account_id = '576' AND as_of = '1993-01-31')"
    )[0]
    assert kept == 0
    assert (
        derived
        == berka.ask("SELECT sum(amount) FROM transactions WHERE account_id = '576' AND booked_at < '1993-02-01'")[0][0]
    )


def test_persons_loans_and_cards_read_as_documented(berka: Bank) -> None:
    assert berka.ask("SELECT gender, birth_date, branch_id, opened_on FROM customers WHERE customer_id = '1'") == [
        ("female", dt.date(1970, 12, 13), "18", dt.date(1995, 3, 24))
    ]
    assert berka.ask("SELECT outcome, count(*) FROM loans GROUP BY 1 ORDER BY 1") == [("bad", 76), ("good", 606)]
    assert berka.ask(
        "SELECT l.paying_account_id, l.granted_on, l.principal, h.customer_id, a.matures_on, a.status "
        "FROM loans l JOIN holders h USING (account_id) JOIN accounts a USING (account_id) WHERE account_id = 'L5314'"
    ) == [("1787", dt.date(1993, 7, 5), Decimal("96396.00"), "2166", dt.date(1994, 7, 5), "closed")]
    assert berka.ask("SELECT account_id, customer_id, issued_on FROM cards WHERE card_id = '1005'") == [
        ("7753", "9593", dt.date(1993, 11, 7))
    ]
    assert berka.ask("SELECT unemployment_rate, crimes FROM regions WHERE region_id = '69'") == [(0.0701, 1358)]


def test_every_account_has_one_owner_and_every_code_is_known(berka: Bank) -> None:
    owners = "SELECT count(*) FROM (SELECT account_id FROM holders WHERE role = 'owner' GROUP BY 1 HAVING count(*) = 1)"
    assert berka.ask(owners) == [(5182,)]
    assert berka.ask("SELECT count(*) FROM transactions WHERE kind IS NULL OR channel IS NULL OR category IS NULL") == [
        (0,)
    ]
    assert berka.ask("SELECT count(*) FROM transactions WHERE kind = 'penalty_interest' AND amount < 0") == [(107,)]


def test_the_complete_movement_file_reads_by_the_same_mapping(berka: Bank, shared_data: Path, tmp_path: Path) -> None:
    """Every code the documentation names, CRLF, blanks for nothing; a code nobody documented is a reject."""
    header = '"trans_id";"account_id";"date";"type";"operation";"amount";"balance";"k_symbol";"bank";"account"\r\n'
    operations = ["VYBER KARTOU", "VKLAD", "PREVOD Z UCTU", "VYBER", "PREVOD NA UCET", ""]
    symbols = ["POJISTNE", "SLUZBY", "UROK", "SANKC. UROK", "SIPO", "DUCHOD", "UVER", "", " "]
    codes = [(o, s) for o in operations for s in symbols if o or s in ("UROK",)]
    lines = [
        f'{i};{576 if i % 3 else 3818};981231;"{"PRIJEM" if i % 2 else "VYDAJ"}";"{o}";{i}.10;5.00;"{s}";;\r\n'
        for i, (o, s) in enumerate(codes * 40, 1)
    ]
    lines.append('999999999;576;981231;"PRIJEM";"NEZNAMO";1.00;1.00;"";;\r\n')
    sent = tmp_path / "sent"
    sent.mkdir()
    for path in (shared_data / "berka").glob("*.asc"):
        (sent / path.name).write_bytes(path.read_bytes())
    (sent / "trans.asc").write_text(header + "".join(lines), newline="")
    receipt = berka.receive(sent)
    assert receipt.rows_rejected == 1
    assert berka.rejects(receipt.batch_id)[0][:4] == (
        "trans.asc", str(len(lines) + 1), "operation, k_symbol", "NEZNAMO, "
    )  # fmt: skip
    assert receipt.state == "rolled_back", "so much smaller a file is held until somebody takes it into use"
    berka.roll_forward(receipt.batch_id)
    assert berka.ask("SELECT count(*), count(category) FROM transactions") == [(len(lines) - 1, len(lines) - 1)]
    berka.roll_back(receipt.batch_id)

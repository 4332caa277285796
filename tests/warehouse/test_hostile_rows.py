"""Rows that are wrong: each is kept with its file, line, column, value and reason, and the rest goes in."""

from __future__ import annotations

from tests.warehouse.deliveries import BANK, Bank
from tests.warehouse.test_receiving import refused
from warehouse.batches import rejects_path

HEADER = "transaction_id,account_id,booked_at,amount,kind,channel\n"


def movement(**changes: str) -> str:
    row = {
        "id": "X1",
        "account": "A1",
        "at": "2026-10-05",
        "amount": "1.00",
        "kind": "deposit",
        "channel": "atm",
    } | changes
    return ",".join(row.values()) + "\n"


WRONG = {
    "huge amount": ({"amount": "1e308"}, "amount", "1e308", "amount is not an amount with at most two decimals"),
    "past the type": ({"amount": "12345678901234567.00"}, "amount", "12345678901234567.00", "amount is not an amount"),
    "third decimal": ({"amount": "1.005"}, "amount", "1.005", "amount is not an amount"),
    "not a number": ({"amount": "NaN"}, "amount", "NaN", "amount is not an amount"),
    "underscore": ({"amount": "1_000"}, "amount", "1_000", "amount is not an amount"),
    "no amount": ({"amount": ""}, "amount", None, "amount has no value and must have one"),
    "before 1900": ({"at": "1899-12-31"}, "booked_at", "1899-12-31",
                    "booked_at lies outside 1900-01-01 to the business date 2026-10-31"),
    "after the business date": ({"at": "2026-11-01 00:00:00"}, "booked_at", "2026-11-01 00:00:00",
                                "booked_at lies outside 1900-01-01 to the business date 2026-10-31"),
    "no such day": ({"at": "2026-02-30"}, "booked_at", "2026-02-30", "booked_at is not a time written as YYYY-MM-DD"),
    "a zone": ({"at": "2026-10-05T10:00:00+08:00"}, "booked_at", "2026-10-05T10:00:00+08:00", "without a zone"),
    "infinity": ({"at": "infinity"}, "booked_at", "infinity", "booked_at lies outside"),
    "unknown word": ({"kind": "gift"}, "kind", "gift", "kind is not one of deposit, withdrawal"),
    "orphan": ({"account": "A9"}, "account_id", "A9",
               "account_id is not in accounts, neither in this delivery nor in the batches that count"),
    "no key": ({"id": " "}, "transaction_id", None, "transaction_id has no value and must have one"),
    "long key": ({"id": "x" * 65}, "transaction_id", "x" * 65, "transaction_id is longer than 64 characters"),
}  # fmt: skip


def test_a_wrong_row_is_kept_with_its_reason_and_the_rest_goes_in(bank: Bank) -> None:
    rows = "".join(movement(**{"id": f"W{i}", **changes}) for i, (changes, *_) in enumerate(WRONG.values()))
    good = "".join(movement(id=f"G{i}") for i in range(30))
    receipt = bank.receive(bank.write(transactions=HEADER + good + rows + movement(id="Z")), allowed=1.0)
    assert (receipt.rows_in, receipt.rows_loaded, receipt.rows_rejected) == (47 + len(WRONG), 47, len(WRONG))
    found = bank.rejects(receipt.batch_id)
    expected = [
        ("transactions.csv", str(line), column, value) for line, (_, column, value, _) in enumerate(WRONG.values(), 32)
    ]
    assert [row[:4] for row in found] == expected
    for row, (case, (*_, reason)) in zip(found, WRONG.items(), strict=True):
        assert reason in row[4], case


def test_every_fault_of_a_row_is_said_and_the_row_counts_once(bank: Bank) -> None:
    wrong = movement(id="X", at="soon", amount="much", kind="gift", channel="pigeon")
    receipt = bank.receive(bank.write(transactions=HEADER + wrong), allowed=1.0)
    assert receipt.rows_rejected == 1
    assert {(row[2], row[5]) for row in bank.rejects(receipt.batch_id)} == {
        ("booked_at", "type"), ("amount", "type"), ("kind", "word"), ("channel", "word")
    }  # fmt: skip


def test_a_future_maturity_is_no_fault_and_a_wild_one_is(bank: Bank) -> None:
    accounts = BANK["accounts.csv"].replace("2031-05-01", "2226-01-01")
    receipt = bank.receive(bank.write(accounts=accounts), allowed=1.0)
    reasons = {row[2]: row[4] for row in bank.rejects(receipt.batch_id) if row[0] == "accounts.csv"}
    assert reasons == {"matures_on": "matures_on lies outside 1900-01-01 to 2126-10-01"}


def test_equal_rows_are_duplicates_and_unequal_ones_of_a_key_all_rejects(bank: Bank) -> None:
    rows = [
        movement(id="S"), movement(id="S"), movement(id="S"),  # the same row three times
        movement(id="D", amount="1"), movement(id="D", amount="2"), movement(id="D", amount="1.00"),
        movement(id="E", amount="5"), movement(id="E", amount="5.00"),  # the same amount, written in two ways
    ]  # fmt: skip
    receipt = bank.receive(bank.write(transactions=HEADER + "".join(rows)), allowed=1.0)
    assert (receipt.rows_rejected, receipt.rows_duplicate) == (3, 3)
    assert [row[:4] for row in bank.rejects(receipt.batch_id)] == [
        ("transactions.csv", line, "transaction_id", "D") for line in ("5", "6", "7")
    ]
    assert bank.ask("SELECT transaction_id FROM transactions ORDER BY 1") == [("E",), ("S",)]
    file = next(f for f in bank.batch(receipt.batch_id).files if f.name == "transactions.csv")
    assert (file.rows_in, file.rows_loaded, file.rows_rejected, file.rows_duplicate) == (8, 2, 3, 3)


def test_a_rejected_account_takes_what_hangs_on_it(bank: Bank) -> None:
    accounts = BANK["accounts.csv"].replace("2020-01-01", "2020-13-01")
    receipt = bank.receive(bank.write(accounts=accounts), allowed=1.0)
    gone = {(row[0], row[1]) for row in bank.rejects(receipt.batch_id)}
    assert gone == {
        ("accounts.csv", "2"), ("holders.csv", "2"), ("holders.csv", "5"), ("balances.csv", "2"),
        ("transactions.csv", "3"), ("transactions.csv", "4"),
    }  # fmt: skip
    assert bank.ask("SELECT count(*) FROM transactions") == [(2,)]


def test_a_reference_may_point_into_a_batch_that_counts(bank: Bank) -> None:
    first = bank.receive(bank.write())
    more = HEADER + movement(id="N", at="2026-11-02")
    assert bank.receive(bank.only("2026-11-30", transactions=more)).rows_rejected == 0
    bank.roll_back(first.batch_id)
    bank.roll_back(2)
    sentence = refused(bank, bank.only("2026-12-31", transactions=more), "rejects")
    assert (
        "1 of 1 rows were rejected (100.0%), more than the allowed 5.0%; the first is transactions.csv, row 2, "
        in sentence
    )
    assert "column account_id" in sentence


def test_a_second_owner_is_rejected(bank: Bank) -> None:
    holders = BANK["holders.csv"].replace("A1,C2,authorised", "A1,C2,owner")
    receipt = bank.receive(bank.write(holders=holders), allowed=1.0)
    assert {row[4] for row in bank.rejects(receipt.batch_id)} == {
        "account A1 has another owner in this delivery; an account has exactly one"
    }


def test_rows_of_too_many_or_few_columns_stand_in_their_line(bank: Bank) -> None:
    text = HEADER + movement(id="a") + "too,few\n" + "\n" + 'q,A1,2026-10-05,1,deposit,"at\nm"\n'
    text += movement(id="b")[:-1] + ",extra\n" + movement(id="c", kind="gift") + 'd,A1,2026-10-05,1,deposit,"atm"x\n'
    receipt = bank.receive(bank.write(transactions=text), allowed=1.0)
    found = [(row[1], row[4]) for row in bank.rejects(receipt.batch_id)]
    assert [line for line, _ in found] == ["3", "5", "7", "8", "9"]
    assert found[0][1] == "the row has 2 columns instead of 6"
    assert found[2][1] == "the row has 7 columns instead of 6"
    assert "kind is not one of" in found[3][1]
    assert found[4][1] == "a quoted value is not closed, or text follows its closing quote"
    file = next(f for f in bank.batch(receipt.batch_id).files if f.name == "transactions.csv")
    assert (file.rows_in, file.rows_loaded, file.rows_rejected) == (6, 1, 5)


def test_too_many_rejects_refuse_all_and_are_kept_to_look_at(bank: Bank) -> None:
    rows = "".join(movement(id=f"G{i}", kind="gift" if i < 3 else "deposit") for i in range(20))
    sent = bank.write(transactions=HEADER + rows)
    sentence = refused(bank, sent, "rejects")
    assert "3 of 36 rows were rejected (8.3%), more than the allowed 5.0%" in sentence
    assert "the first is transactions.csv, row 2, column kind: kind is not one of" in sentence
    assert len(bank.rejects(1)) == 3
    assert bank.receive(sent, allowed=0.1).rows_rejected == 3  # the same content, when the bank agrees to it


def test_rejects_open_in_excel_and_carry_no_formula(bank: Bank) -> None:
    rows = movement(id="1", kind="=1+1") + movement(id="2", kind="@x") + movement(id="3", amount="-5.001")
    receipt = bank.receive(bank.write(transactions=HEADER + rows), allowed=1.0)
    assert {row[3] for row in bank.rejects(receipt.batch_id)} == {"'=1+1", "'@x", "-5.001"}
    assert (bank.folder / "rejects.csv").read_bytes().startswith("\ufefffile,row,column,value,reason,code\r\n".encode())
    assert rejects_path(bank.home, 99) is None


def test_a_row_may_wait_for_its_reference_where_the_source_says_so(bank: Bank) -> None:
    from dataclasses import replace

    bank.source = replace(bank.source, waiting=frozenset({"transactions"}))
    receipt = bank.receive(bank.write(transactions=HEADER + movement(id="N", account="A7") + movement(id="M")))
    assert (receipt.rows_rejected, receipt.rows_loaded) == (0, 18)
    assert receipt.sentence == "Rows wait for a later delivery to bring what they refer to: transactions."
    assert bank.ask("SELECT transaction_id FROM transactions") == [("M",)]
    account = BANK["accounts.csv"].splitlines()[0] + "\nA7,P1,B1,2026-10-01,open,CNY,\n"
    second = bank.receive(bank.only("2026-11-30", accounts=account))
    assert bank.ask("SELECT transaction_id FROM transactions ORDER BY 1") == [("M",), ("N",)]
    bank.roll_back(second.batch_id)
    assert bank.ask("SELECT transaction_id FROM transactions") == [("M",)]


def test_the_order_of_rows_never_matters(bank: Bank) -> None:
    bank.receive(bank.write())
    first = bank.fingerprint()
    bank.roll_back(1)
    turned = {}
    for name, text in BANK.items():
        header, *rows = text.splitlines()
        turned[name.removesuffix(".csv")] = "\n".join([header, *reversed(rows)]) + "\n"
    bank.receive(bank.write("turned-2026-10-31", **turned))
    assert bank.fingerprint() == first

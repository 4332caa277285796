"""A delivery in, twice, late, rolled back and forward; and deliveries refused whole, each with its sentence."""

from __future__ import annotations

import datetime as dt
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from tests.warehouse.deliveries import BANK, Bank, write
from warehouse.batches import STEPS, DeliveryRefused
from warehouse.receiving import only_receiver
from warehouse.sources import load_source


def refused(bank: Bank, delivery: Path, code: str, **settings: float) -> str:
    """The sentence of a refusal; nothing counts after it, and the ledger has both languages."""
    before = bank.picture().folders
    with pytest.raises(DeliveryRefused) as refusal:
        bank.receive(delivery, **settings)
    assert refusal.value.code == code
    assert bank.picture().folders == before
    assert refusal.value.batch_id is not None
    row = bank.batch(refusal.value.batch_id)
    assert (row.state, row.counts, row.sentence) == ("refused", False, str(refusal.value))
    assert row.detail["en"] == row.sentence
    assert any("\u4e00" <= letter <= "\u9fff" for letter in row.detail["zh"])
    return str(refusal.value)


def test_a_clean_delivery_counts_and_balances(bank: Bank) -> None:
    receipt = bank.receive(bank.write())
    assert (receipt.rows_in, receipt.rows_loaded, receipt.rows_rejected, receipt.rows_duplicate) == (20, 20, 0, 0)
    assert receipt.business_date == dt.date(2026, 10, 31)
    row = bank.batch(receipt.batch_id)
    assert (row.counts, row.received_by, row.rows_in) == (True, "tester", sum(file.rows_in for file in row.files))
    totals = {file.name: file.totals for file in row.files}
    assert totals["transactions.csv"] == {"transactions.amount_in": "9164.70", "transactions.amount_out": "4.35"}
    assert totals["balances.csv"] == {"balances.balance": "9147.15"}
    assert all(len(file.sha256) == 64 and file.encoding == "utf-8" for file in row.files)


def test_movements_lie_by_account_and_time_and_amounts_are_exact(bank: Bank) -> None:
    bank.receive(bank.write())
    assert [row[0] for row in bank.ask("SELECT transaction_id FROM transactions")] == ["T3", "T2", "T1", "T4"]
    kinds = dict(bank.ask("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'transactions'"))
    assert (kinds["amount"], kinds["booked_at"]) == ("DECIMAL(18,2)", "TIMESTAMP")
    assert bank.ask("SELECT sum(amount) FROM transactions") == [(Decimal("9160.35"),)]
    assert bank.ask("SELECT memo FROM transactions WHERE transaction_id = 'T4'") == [("a, b",)]
    assert bank.picture().months() == (dt.date(2026, 10, 31),)


def test_the_same_delivery_twice_changes_nothing(bank: Bank, tmp_path: Path) -> None:
    first = bank.receive(bank.write())
    before = bank.fingerprint()
    archive = tmp_path / "again-2026-10-31.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(BANK, reverse=True):  # another order, packed, in a folder: the same content
            packed.writestr(f"2026-10-31/{name}", BANK[name])
    second = bank.receive(archive)
    assert (second.already, second.batch_id, second.rows_in) == (True, first.batch_id, 20)
    assert second.sentence is not None and second.sentence.startswith("This delivery was received before, on 2")
    assert second.sentence.endswith("as batch #1 of 2026-10-31 (it counts already); nothing was changed.")
    assert "即批次 #1（业务日期 2026-10-31，已生效），未作任何更改。" in str(second.sentence_zh)
    assert bank.fingerprint() == before
    bank.roll_back(first.batch_id)
    third = bank.receive(archive)
    assert third.already
    assert "rolled back; roll it forward to let it count" in str(third.sentence)
    assert bank.picture().folders == ()


def test_changed_rows_win_and_rolling_back_gives_the_earlier_picture_exactly(bank: Bank) -> None:
    bank.receive(bank.write())
    before = bank.fingerprint()
    update = bank.only(
        "2026-11-30",
        customers="customer_id,kind,name,branch_id\nC1,personal,张玮,HQ\nC4,personal,赵四,B1\n",
        transactions=(
            "transaction_id,account_id,booked_at,amount,kind\nT1,A2,2026-10-03,10.11,deposit\nT5,A2,2026-11-03,1,deposit\n"
        ),
        balances="account_id,as_of,balance\nA1,2026-10-31,151\nA1,2026-11-30,152\n",
    )
    second = bank.receive(update)
    after = bank.fingerprint()
    assert bank.ask("SELECT name, branch_id, birth_date FROM customers WHERE customer_id = 'C1'") == [
        ("张玮", "HQ", None)
    ]
    assert bank.ask("SELECT count(*), sum(amount) FROM transactions") == [(5, Decimal("9161.36"))]
    assert bank.ask("SELECT sum(balance) FROM balances WHERE account_id = 'A1'") == [(Decimal("303.00"),)]
    assert bank.picture().as_of == dt.date(2026, 11, 30)
    bank.roll_back(second.batch_id)
    assert bank.fingerprint() == before
    bank.roll_forward(second.batch_id)
    assert bank.fingerprint() == after


def test_rolling_back_the_older_of_two_leaves_the_newer_rows(bank: Bank) -> None:
    first = bank.receive(bank.write())
    bank.receive(bank.write("2026-11-30", transactions=BANK["transactions.csv"].replace("10.10", "20.20")))
    bank.roll_back(first.batch_id)
    assert bank.ask("SELECT amount FROM transactions WHERE transaction_id = 'T1'") == [(Decimal("20.20"),)]
    assert bank.ask("SELECT count(*) FROM transactions") == [(4,)]


def test_a_late_delivery_is_taken_said_and_never_overwrites_newer_rows(bank: Bank) -> None:
    newer = BANK["customers.csv"].replace("张伟", "张新")
    bank.receive(bank.write("2026-11-30", customers=newer))
    late = bank.receive(bank.only("2026-10-31", customers=BANK["customers.csv"].replace("C3", "C9")))
    assert late.late
    assert late.sentence == (
        "Late: business date 2026-10-31 is before the newest batch that counts (2026-11-30); where both have a key the "
        "newer one stands."
    )
    assert bank.ask("SELECT customer_id, name FROM customers ORDER BY 1")[0] == ("C1", "张新")
    assert [row[0] for row in bank.ask("SELECT customer_id FROM customers ORDER BY 1")] == ["C1", "C2", "C3", "C9"]
    assert bank.picture().as_of == dt.date(2026, 11, 30)


def test_a_full_delivery_forgets_what_it_does_not_hold(bank: Bank) -> None:
    bank.receive(bank.write())
    whole = bank.write("2026-11-30", customers="customer_id,kind,name,branch_id\nC1,personal,张伟,B1\n", holders=None)
    (whole / "_delivery.toml").write_text('holds = "everything"\nbusiness_date = 2026-11-30\nbank = "江城银行"\n')
    receipt = bank.receive(whole, allowed_shrink=1.0)
    assert bank.batch(receipt.batch_id).bank == "江城银行"
    assert bank.ask("SELECT customer_id FROM customers") == [("C1",)]
    assert bank.ask("SELECT count(*) FROM holders") == [(4,)]  # not in the delivery, so as it was


def everything(bank: Bank, day: str, customers: int) -> Path:
    """A delivery that holds everything, with the first so many of the small bank's customers."""
    kept = "".join(BANK["customers.csv"].splitlines(keepends=True)[: customers + 1])
    folder = write(bank.folder / "sent" / f"whole-{day}-{customers}", {"customers.csv": kept})
    (folder / "_delivery.toml").write_text(f'holds = "everything"\nbusiness_date = {day}\n')
    return folder


def test_a_whole_delivery_that_drops_most_of_a_table_is_held_until_somebody_has_looked(bank: Bank) -> None:
    bank.receive(bank.write())
    before = bank.fingerprint()
    receipt = bank.receive(everything(bank, "2026-11-30", 1))
    assert (receipt.held, receipt.already, receipt.state) == (True, False, "rolled_back")
    assert receipt.sentence is not None
    assert "would take customers from 3 rows to 1; it does not count yet" in receipt.sentence
    assert "客户由 3 行减至 1 行，尚未计入" in str(receipt.sentence_zh)
    held = bank.batch(receipt.batch_id)
    assert (held.held, held.counts, held.rows_in, held.rows_loaded) == (True, False, 1, 1)
    assert held.detail["held"] == {"customers": [3, 1]}
    assert bank.fingerprint() == before
    again = bank.receive(everything(bank, "2026-11-30", 1))
    assert (again.already, again.batch_id) == (True, receipt.batch_id)
    assert "held; roll it forward" in str(again.sentence)
    bank.roll_forward(receipt.batch_id)
    assert bank.ask("SELECT customer_id FROM customers") == [("C1",)]
    assert not bank.batch(receipt.batch_id).held
    bank.roll_back(receipt.batch_id)
    assert not bank.batch(receipt.batch_id).held  # somebody decided: it is rolled back
    assert bank.fingerprint() == before


def test_what_a_whole_delivery_may_drop(bank: Bank) -> None:
    assert not bank.receive(bank.write()).held  # the first delivery drops nothing
    assert not bank.receive(everything(bank, "2026-11-30", 2)).held  # a third
    assert not bank.receive(everything(bank, "2026-11-15", 1)).held  # late: newer rows stand over it
    assert bank.receive(everything(bank, "2026-12-31", 1), allowed_shrink=0.4).held
    assert not bank.receive(everything(bank, "2027-01-31", 1)).held  # exactly the half


def test_progress_names_every_step_in_order_and_never_falls(bank: Bank) -> None:
    heard: list[tuple[str, float]] = []
    bank.receive(bank.write(), progress=lambda step, percent: heard.append((step, percent)))
    assert list(dict.fromkeys(step for step, _ in heard)) == list(STEPS)
    assert [percent for _, percent in heard] == sorted(percent for _, percent in heard)
    assert heard[-1] == ("done", 100.0)


def test_stopping_a_receiver_leaves_it_failed_and_the_delivery_welcome(bank: Bank) -> None:
    def stop(step: str, _percent: float) -> None:
        if step == "write":
            raise InterruptedError("asked to stop")

    with pytest.raises(InterruptedError):
        bank.receive(bank.write(), progress=stop)
    assert (bank.batch(1).state, bank.picture().folders) == ("failed", ())
    assert "send the delivery again" in str(bank.batch(1).sentence)
    assert not list((bank.home / "staging").iterdir())
    assert bank.receive(bank.write()).batch_id == 2


def test_one_receiver_at_a_time(bank: Bank) -> None:
    with only_receiver(bank.home), pytest.raises(DeliveryRefused, match="Another delivery is being received"):
        bank.receive(bank.write())
    assert bank.receive(bank.write()).state == "loaded"


def test_parquet_in_any_order_with_missing_columns_gives_the_same_tables(bank: Bank, tmp_path: Path) -> None:
    import duckdb

    sent = bank.write("2026-10-31")
    bank.receive(sent)
    csv = bank.fingerprint()
    bank.roll_back(1)
    folder = tmp_path / "parquet-2026-10-31"
    folder.mkdir()
    for name in BANK:
        relation = duckdb.sql(f"SELECT * FROM read_csv('{sent / name}', header = true)")
        columns = ", ".join(f'"{column}"' for column in reversed(relation.columns))
        duckdb.sql(f"COPY (SELECT {columns} FROM relation) TO '{folder / name.replace('csv', 'parquet')}'")
    assert bank.receive(folder).rows_rejected == 0
    assert bank.fingerprint() == csv


def test_parts_of_a_table_are_taken_together(bank: Bank) -> None:
    header, *rows = BANK["transactions.csv"].splitlines(keepends=True)
    sent = bank.write(transactions=None)
    write(sent, {"transactions_1.csv": header + "".join(rows[:2]), "transactions_2.csv": header + "".join(rows[2:])})
    assert bank.receive(sent).rows_loaded == 20
    assert bank.ask("SELECT count(*) FROM transactions") == [(4,)]


def test_gb18030_is_found_and_a_bom_is_no_column(bank: Bank) -> None:
    sent = bank.write(
        customers=BANK["customers.csv"].encode("gb18030"), branches=b"\xef\xbb\xbf" + BANK["branches.csv"].encode()
    )
    receipt = bank.receive(sent)
    assert {f.encoding for f in bank.batch(receipt.batch_id).files if f.name == "customers.csv"} == {"gb18030"}
    assert bank.ask("SELECT name FROM customers ORDER BY customer_id") == [("张伟",), ("李娜",), ("江城机械有限公司",)]
    assert bank.ask("SELECT name FROM branches WHERE branch_id = 'HQ'") == [("总行",)]


BROKEN = {
    "empty file": (
        {"customers": ""}, "empty", "The file customers.csv is empty; export it again."),
    "wrong header": (
        {"customers": BANK["customers.csv"].replace("customer_id", "cust_no")}, "header",
        "The header of the file customers.csv is wrong: missing customer_id; unknown cust_no; expected columns are "),
    "column twice": (
        {"branches": "branch_id,name,name\nHQ,a,b\n"}, "header", "twice name"),
    "wrong delimiter": (
        {"customers": BANK["customers.csv"].replace(",", ";")}, "separator",
        "The file customers.csv is separated by “;”, expected is “,”; export it again or change the source."),
    "wrong encoding": (
        {"customers": BANK["customers.csv"].replace("张伟", "é,").encode("latin-1", "replace")}, "encoding",
        "The file customers.csv is not UTF-8 / GB18030 in row 2; export it in that encoding or change the source."),
    "utf-16": (
        {"customers": BANK["customers.csv"].encode("utf-16")}, "binary",
        "The file customers.csv holds zero bytes: it is not text in UTF-8 or GB18030 (UTF-16?); export it as UTF-8."),
    "cut off": (
        {"transactions": BANK["transactions.csv"][:-40]}, "truncated",
        "The file transactions.csv is cut off in row 5: the last line is not whole; send it again."),
    "no rows": (
        {name.removesuffix(".csv"): text.splitlines()[0] + "\n" for name, text in BANK.items()}, "no_rows",
        "The delivery holds no rows at all; check the export and send it again."),
    "unknown file": (
        {"kunden": "a,b\n1,2\n"}, "unknown_file",
        "The file kunden.csv is not known to the source guanxi, which expects branches.csv, staff.csv"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_refuses_the_delivery(bank: Bank, case: str) -> None:
    changes, code, sentence = BROKEN[case]
    assert sentence in refused(bank, bank.write(**changes), code)
    assert bank.receive(bank.write("2026-10-31-again")).state == "loaded"  # what is put right may come at once


def test_a_declared_encoding_is_checked(bank: Bank) -> None:
    from dataclasses import replace

    def declared(encoding: str) -> None:
        source = load_source("guanxi")
        bank.source = replace(source, kinds=tuple(replace(kind, encoding=encoding) for kind in source.kinds))

    declared("utf-8")
    sent = bank.write(customers=BANK["customers.csv"].encode("gb18030"))
    assert "customers.csv is not UTF-8 in row 2" in refused(bank, sent, "encoding")
    declared("gb18030")
    assert "branches.csv should be GB18030 but reads as UTF-8" in refused(bank, bank.write(), "encoding_other")
    sent = bank.write(**{n.removesuffix(".csv"): text.encode("gb18030") for n, text in BANK.items()})
    assert bank.receive(sent).state == "loaded"


def test_a_required_file_must_come(bank: Bank, shared_data: Path, tmp_path: Path) -> None:
    sent = tmp_path / "berka"
    sent.mkdir()
    for path in (shared_data / "berka").glob("[a-d]*.asc"):
        (sent / path.name).write_bytes(path.read_bytes())
    bank.source = load_source("berka")
    assert refused(bank, sent, "missing_file") == "The file loan.asc is missing; send the delivery again with it."


def test_no_business_date_and_no_delivery(bank: Bank) -> None:
    assert "The business date is not known" in refused(bank, bank.write("october"), "no_business_date")
    with pytest.raises(DeliveryRefused, match="There is no delivery at"):
        bank.receive(bank.folder / "nothing")


def test_a_truncated_parquet_file(bank: Bank) -> None:
    sent = bank.write(customers=None)
    (sent / "customers.parquet").write_bytes(b"PAR1" + b"x" * 100)
    assert "customers.parquet is not a complete Parquet file" in refused(bank, sent, "parquet")


CONTROL = "file,measure,value\n,business_date,2026-10-31\n,bank,江城银行\ntransactions.csv,rows,{rows}\nbalances,sum:balance,{sum}\n"


def test_control_totals_agree_to_the_cent_or_refuse(bank: Bank) -> None:
    sent = bank.write("october")
    write(sent, {"_control.csv": CONTROL.format(rows=4, sum="9147.16")})
    assert refused(bank, sent, "control") == (
        "Control totals disagree for balances: sum:balance should be 9147.16 but the file has 9147.15; it may be cut "
        "off, send the delivery again."
    )
    write(sent, {"_control.csv": CONTROL.format(rows=5, sum="9147.15")})
    assert "transactions.csv: rows should be 5 but the file has 4" in refused(bank, sent, "control")
    write(sent, {"_control.csv": CONTROL.format(rows=4, sum="9147.15")})
    receipt = bank.receive(sent)
    assert bank.batch(receipt.batch_id).bank == "江城银行"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b\n", "in row 1: its header must be file,measure,value"),
        ("file,measure,value\nx.csv,rows,many\n", "in row 2: x.csv,rows,many"),
        ("file,measure,value\n\nx.csv,median,1\n", "in row 3: x.csv,median,1"),
        ("file,measure,value\nx.csv,rows,NaN\n", "in row 2"),
    ],
)
def test_a_control_file_that_cannot_be_read(bank: Bank, text: str, sentence: str) -> None:
    sent = bank.write()
    write(sent, {"_control.csv": text})
    assert sentence in refused(bank, sent, "control_read")


def test_an_amount_that_cannot_be_read_is_a_reject_and_not_a_false_alarm(bank: Bank) -> None:
    sent = bank.write("october", balances=BANK["balances.csv"].replace("150.25", "15o.25"))
    write(sent, {"_control.csv": CONTROL.format(rows=4, sum="9147.15")})
    receipt = bank.receive(sent, allowed=0.1)
    assert receipt.rows_rejected == 1
    assert (
        "Not compared with the control totals, as some amounts cannot be read: the sum of balance in balances."
        in str(receipt.sentence)
    )

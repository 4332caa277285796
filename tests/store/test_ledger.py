"""The ledger holds in both databases: rows balance, states change once, one live row a content."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import IntegrityError

from domain.deliveries import DeliveredFile, LedgerRefusal
from store.database import reading, writing
from store.ledger import DatabaseLedger, batch, count_batches, counting_batches, list_batches, roll_back, roll_forward
from store.tables import batches

AT = dt.datetime(2026, 11, 1, 2, 0, tzinfo=dt.UTC)
FILE = DeliveredFile(
    "a.csv", "customers", "f" * 64, 10, "utf-8", rows_in=5, rows_loaded=3, rows_rejected=1, rows_duplicate=1,
    totals={"transactions.amount_in": "1.10"},
)  # fmt: skip


def ledger(engine: Engine) -> DatabaseLedger:
    return DatabaseLedger(engine, "wang", lambda: AT)


def load(engine: Engine, content: str, day: dt.date, file: DeliveredFile = FILE) -> int:
    number = ledger(engine).begin("guanxi", "江城银行", content)
    ledger(engine).load(number, "江城银行", day, f"batches/{number}", [file], "late", {"late": True})
    return number


def test_a_batch_from_its_opening_to_its_files(engine: Engine) -> None:
    number = load(engine, "a" * 64, dt.date(2026, 10, 31))
    with reading(engine) as connection:
        found = batch(connection, number)
        assert batch(connection, number + 1) is None
        assert count_batches(connection) == 1
    assert found is not None
    assert (found.state, found.counts, found.received_by, found.received_at) == ("loaded", True, "wang", AT)
    assert (found.rows_in, found.rows_loaded, found.rows_rejected, found.rows_duplicate) == (5, 3, 1, 1)
    assert found.files == (FILE,)
    assert found.detail == {"late": True}
    assert ledger(engine).known("a" * 64) == found
    assert ledger(engine).known("b" * 64) is None


def test_a_held_batch_counts_once_somebody_takes_it_into_use(engine: Engine) -> None:
    book = ledger(engine)
    number = book.begin("guanxi", "x", "a" * 64)
    detail = {"held": {"customers": [5000, 200]}}
    book.load(number, "x", dt.date(2026, 10, 31), f"batches/{number}", [FILE], "held", detail, held=True)
    with reading(engine) as connection:
        held = batch(connection, number)
        assert counting_batches(connection) == []
    assert held is not None
    assert (held.held, held.state, held.counts, held.rows_in) == (True, "rolled_back", False, 5)
    assert book.known("a" * 64) == held
    with pytest.raises(IntegrityError):
        book.begin("guanxi", "x", "a" * 64)
    with writing(engine) as connection:
        roll_forward(connection, number, "chief", AT)
        taken = batch(connection, number)
        assert [b.batch_id for b in counting_batches(connection)] == [number]
        roll_back(connection, number, "chief", AT)
        back = batch(connection, number)
    assert taken is not None and back is not None
    assert (taken.held, taken.state, back.held, back.state) == (False, "loaded", False, "rolled_back")


def test_rows_that_do_not_add_up_are_refused_by_the_database_whole(engine: Engine) -> None:
    wrong = DeliveredFile("a.csv", "customers", "f" * 64, 10, rows_in=5, rows_loaded=3, rows_rejected=1)
    with pytest.raises(IntegrityError, match="balanced"):
        load(engine, "a" * 64, dt.date(2026, 10, 31), wrong)
    number = load(engine, "b" * 64, dt.date(2026, 10, 31))
    with pytest.raises(IntegrityError, match="balanced"), writing(engine) as connection:
        connection.execute(update(batches).where(batches.c.batch_id == number).values(rows_loaded=4))
    with reading(engine) as connection:
        assert [b.batch_id for b in counting_batches(connection)] == [number]


def test_a_content_is_live_once(engine: Engine) -> None:
    number = load(engine, "a" * 64, dt.date(2026, 10, 31))
    with pytest.raises(IntegrityError):
        ledger(engine).begin("guanxi", "江城银行", "a" * 64)
    with writing(engine) as connection:
        roll_back(connection, number, "chief", AT)
    with pytest.raises(IntegrityError):
        ledger(engine).begin("guanxi", "江城银行", "a" * 64)


def test_refused_and_failed_content_may_come_again(engine: Engine) -> None:
    book = ledger(engine)
    refused = book.begin("guanxi", "x", "a" * 64)
    book.refuse(refused, "no", {"code": "empty"})
    failed = book.begin("guanxi", "x", "a" * 64)
    book.fail(failed, "stopped")
    lost = book.begin("guanxi", "x", "a" * 64)
    assert book.settle_lost("gone") == [lost]
    assert book.settle_lost("gone") == []
    load(engine, "a" * 64, dt.date(2026, 10, 31))
    with reading(engine) as connection:
        assert [(b.state, b.sentence) for b in list_batches(connection)] == [
            ("loaded", "late"), ("failed", "gone"), ("failed", "stopped"), ("refused", "no")
        ]  # fmt: skip
        assert [b.state for b in list_batches(connection, limit=1, offset=3)] == ["refused"]


def test_a_settled_row_cannot_be_booked(engine: Engine) -> None:
    book = ledger(engine)
    number = book.begin("guanxi", "x", "a" * 64)
    book.settle_lost("gone")
    with pytest.raises(LedgerRefusal, match=f"batch {number} is not being received any more; send the delivery again"):
        book.load(number, "x", dt.date(2026, 10, 31), "batches/1", [FILE], None, {})
    with reading(engine) as connection:
        found = batch(connection, number)
    assert found is not None
    assert (found.state, found.files) == ("failed", ())


def test_rolling_back_and_forward_happens_once_and_in_business_order(engine: Engine) -> None:
    newer = load(engine, "a" * 64, dt.date(2026, 11, 30))
    late = load(engine, "b" * 64, dt.date(2026, 10, 31))
    with reading(engine) as connection:
        assert [b.batch_id for b in counting_batches(connection)] == [late, newer]
    with writing(engine) as connection:
        roll_back(connection, newer, "chief", AT)
    with (
        pytest.raises(LedgerRefusal, match=f"batch {newer} is rolled back and cannot be rolled back"),
        writing(engine) as c,
    ):
        roll_back(c, newer, "chief", AT)
    with reading(engine) as connection:
        assert [b.batch_id for b in counting_batches(connection)] == [late]
        assert [b.batch_id for b in DatabaseLedger(engine, "x", lambda: AT).kept()] == [late, newer]
        found = batch(connection, newer)
    assert found is not None
    assert (found.state, found.counts, found.changed_by, found.changed_at) == ("rolled_back", False, "chief", AT)
    with writing(engine) as connection:
        roll_forward(connection, newer, "chief", AT)
    with pytest.raises(LedgerRefusal, match="is loaded and cannot be rolled forward"), writing(engine) as connection:
        roll_forward(connection, newer, "chief", AT)
    with pytest.raises(LedgerRefusal, match="there is no batch 99"), writing(engine) as connection:
        roll_back(connection, 99, "chief", AT)

"""The trail holds together, and says where it was touched."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, delete, update

from store import audit
from store.database import reading, writing
from store.tables import audit_log

NOW = datetime(2026, 11, 2, 9, 30, 15, 123456, tzinfo=UTC)


def _write(engine: Engine, count: int) -> None:
    with writing(engine) as connection:
        for number in range(count):
            audit.write(connection, NOW + timedelta(seconds=number), "chen", "customers.view", "customer", f"{number}")


def test_chain_holds(engine: Engine) -> None:
    with reading(engine) as connection:
        assert audit.verify_chain(connection) is None
    _write(engine, 5)
    detail = {
        "query": "张\x00 \ud800",
        "rows": 3,
        "share": 0.1,
        "big": 1e22,
        "money": Decimal("1.10"),
        "set": {"b", "a"},
    }
    with writing(engine) as connection:
        sequence = audit.write(connection, NOW, "li" * 60, "customers.search", "customer", None, detail, "::1")
    assert sequence == 6
    with reading(engine) as connection:
        assert audit.verify_chain(connection) is None
        rows, total = audit.trail(connection, audit.TrailFilter(), limit=2)
    assert total == 6
    assert rows[0].detail == {
        "query": "张 ?", "rows": 3, "share": 0.1, "big": "1e+22", "money": "1.10", "set": ["a", "b"],
    }  # fmt: skip
    assert rows[0].actor == "li" * 32


@pytest.mark.parametrize("touch", ["change", "remove", "cut"])
def test_a_touched_row_is_found(engine: Engine, touch: str) -> None:
    _write(engine, 6)
    with writing(engine) as connection:
        if touch == "change":
            connection.execute(update(audit_log).where(audit_log.c.sequence == 4).values(actor="nobody"))
        else:
            number = 4 if touch == "remove" else 6
            connection.execute(delete(audit_log).where(audit_log.c.sequence == number))
    with reading(engine) as connection:
        assert audit.verify_chain(connection) == (6 if touch == "cut" else 4)


def test_writers_at_once_never_share_a_link(engine: Engine) -> None:
    def work() -> None:
        for _ in range(10):
            _write(engine, 1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as connection:
        assert audit.verify_chain(connection) is None
        assert audit.trail(connection, audit.TrailFilter(), 1)[1] == 40


def test_filter(engine: Engine) -> None:
    _write(engine, 4)
    with writing(engine) as connection:
        audit.write(connection, NOW + timedelta(hours=1), "li", "sign_in", "user", "li")
    with reading(engine) as connection:
        assert audit.trail(connection, audit.TrailFilter(actor="li"), 10)[1] == 1
        assert audit.trail(connection, audit.TrailFilter(object_kind="customer", object_id="2"), 10)[1] == 1
        assert audit.trail(connection, audit.TrailFilter(since=NOW + timedelta(seconds=2)), 10)[1] == 3
        assert audit.actions(connection) == ["customers.view", "sign_in"]
        assert audit.counts_since(connection, NOW + timedelta(minutes=1)) == {"sign_in": 1}

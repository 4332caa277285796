"""A suspicion of a leak is ruled out by somebody, with words, and can be taken back; the newest word holds."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine, func, select

from store.clearances import clear, given, newest
from store.database import reading, writing
from store.developments import DraftRefused, keep
from store.tables import audit_log, clearances

AT = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
WHY = "pay slips of twenty customers were read"
FOUND = {
    "characteristics": [
        {"name": "annual_income", "leak": True}, {"name": "utilisation", "leak": False},
        {"name": "days_past_due", "leak": True},
    ]
}  # fmt: skip


def _made(engine: Engine) -> int:
    with writing(engine) as connection:
        return keep(connection, 7, dt.date(2026, 10, 31), (1,), {"rows": 3}, FOUND, "risk", AT)


def test_the_newest_word_holds_and_stands_on_the_trail(engine: Engine) -> None:
    number = _made(engine)
    with writing(engine) as connection:
        assert given(connection) == {}
        clear(connection, number, "annual_income", True, " 核对过  二十户的 工资单与流水 ", "risk", AT, "10.0.0.1")
    with reading(engine) as connection:
        (found,) = given(connection).items()
        assert (found[0], found[1].zh, found[1].by) == ("annual_income", "核对过 二十户的 工资单与流水", "risk")
        entry = connection.execute(select(audit_log).order_by(audit_log.c.sequence.desc()).limit(1)).one()
        assert (entry.action, entry.object_id, entry.detail["reason"]) == (
            "development.clear",
            "annual_income",
            "核对过 二十户的 工资单与流水",
        )
    with writing(engine) as connection:
        clear(connection, number, "annual_income", False, "又发现三户工资单是事后补录", "risk2", AT)
        assert given(connection) == {} and newest(connection)["annual_income"].made_by == "risk2"


@pytest.mark.parametrize(
    ("key", "name", "cleared", "reason", "wrong"),
    [
        ("clear_reason_needed", "annual_income", True, " \n", 0), ("words_short", "annual_income", True, "x", 0),
        ("no_such_development", "annual_income", True, WHY, 9),
        ("not_flagged", "utilisation", True, WHY, 0), ("not_flagged", "gender", True, WHY, 0),
        ("not_flagged", "days_past_due", True, "the table says so already", 0), ("already", "annual_income", False, WHY, 0),
    ],
)  # fmt: skip
def test_what_is_refused_leaves_nothing(
    engine: Engine, key: str, name: str, cleared: bool, reason: str, wrong: int
) -> None:
    number = _made(engine) + wrong
    with pytest.raises(DraftRefused) as refusal, writing(engine) as connection:
        clear(connection, number, name, cleared, reason, "risk", AT)
    assert refusal.value.key == key
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(clearances)) == 0

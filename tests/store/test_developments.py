"""Drafts of a development: never without a reason, only added, and on the trail in the same transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from store.database import reading, writing
from store.developments import DraftRefused, development, draft, drafts, keep, newest, save_draft
from store.tables import audit_log, development_drafts

AT = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
WHY = "the officers set it there years ago"
FOUND: dict[str, Any] = {"characteristics": [{"name": "utilisation"}, {"name": "关系月数"}], "auc": 0.8123456789012345}
BINS = {"utilisation": {"cuts": [0.9, 0.30000000000000004]}, "关系月数": {"groups": [["乙", "甲"], ["丙"]]}}


def _made(engine: Engine) -> int:
    with writing(engine) as connection:
        return keep(connection, 7, dt.date(2026, 10, 31), (1, 2), {"rows": 3}, FOUND, "risk", AT)


def test_a_draft_comes_back_to_the_digit_and_stands_on_the_trail(engine: Engine) -> None:
    with reading(engine) as connection:
        assert newest(connection) is None
    first, number = _made(engine), _made(engine)
    with writing(engine) as connection:
        draft_id = save_draft(
            connection,
            number,
            BINS,
            {"after": {"auc": 0.5}},
            "  平滑 两个 小箱，理由见 委员会  纪要 ",
            "risk",
            AT,
            "10.0.0.1",
        )
    with reading(engine) as connection:
        kept, made = draft(connection, draft_id), newest(connection)
        assert kept is not None and made is not None and (made.development_id, made.found) == (number, FOUND)
        assert development(connection, first) is not None and draft(connection, 99) is None
        assert kept.bins == {"utilisation": {"cuts": [0.30000000000000004, 0.9]}, "关系月数": BINS["关系月数"]}
        assert (kept.reason, kept.made_by, kept.made_at, kept.development_id) == (
            "平滑 两个 小箱，理由见 委员会 纪要",
            "risk",
            AT,
            number,
        )
        assert [each.draft_id for each in drafts(connection)] == [draft_id]
        entry = connection.execute(select(audit_log).order_by(audit_log.c.sequence.desc()).limit(1)).one()
        assert (entry.actor, entry.action, entry.object_id) == ("risk", "development.draft", str(draft_id))
        assert entry.detail["reason"] == "平滑 两个 小箱，理由见 委员会 纪要" and entry.detail["characteristics"] == [
            "utilisation",
            "关系月数",
        ]


@pytest.mark.parametrize(
    ("key", "bins", "reason", "wrong"),
    [
        ("reason_needed", BINS, " \n", 0), ("words_short", BINS, "why", 0),
        ("words_repeated", BINS, "why" * 9, 0), ("nothing_changed", {}, WHY, 0),
        ("no_such_development", BINS, WHY, 9),
        ("not_sound", {"utilisation": {"cuts": ["a"]}}, WHY, 0), ("not_sound", {"gender": {"cuts": [1.0]}}, WHY, 0),
    ],
)  # fmt: skip
def test_what_is_refused_leaves_nothing(engine: Engine, key: str, bins: Any, reason: str, wrong: int) -> None:
    number = _made(engine) + wrong
    with pytest.raises(DraftRefused) as refusal, writing(engine) as connection:
        save_draft(connection, number, bins, {}, reason, "risk", AT)
    assert refusal.value.key == key
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(development_drafts)) == 0
        assert connection.scalar(select(func.count()).select_from(audit_log)) == 0

"""Names analysts give: by identity, in both languages, with a reason, on the trail, and never two alike in one run."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from store.customers import segmentation_model
from store.database import reading, writing
from store.runs import published
from store.segment_names import NameRefused, give, given, history, newest
from store.tables import audit_log, pictures, runs

AT = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 10, 31)


def _model(*clusters: tuple[int, str | None]) -> dict[str, Any]:
    told = [
        {
            "number": number,
            "label": {"zh": f"特征{number}", "en": f"Trait {number}"},
            **({"identity": who} if who else {}),
        }
        for number, who in clusters
    ]
    return {"clusters": {"personal": {"clusters": told}}}


def _run(run_id: int, state: str, model: dict[str, Any]) -> dict[str, Any]:
    return {
        "run_id": run_id, "kind": "segmentation", "state": state, "version": f"S-{run_id}", "as_of": DAY, "parameters": {},
        "batches": [1], "code_version": "x", "seed": 1, "started_by": "a", "started_at": AT, "finished_at": AT,
        "customers": 1, "metrics": {}, "model": model,
    }  # fmt: skip


@pytest.fixture
def bank(engine: Engine) -> Engine:
    with writing(engine) as connection:
        connection.execute(insert(runs), [_run(1, "published", _model((1, "aa"), (2, None)))])
        told = {"as_of": DAY, "batch_id": 1, "batches": [1], "months": [], "built_at": AT}
        connection.execute(insert(pictures).values(one=1, segmentation_run_id=1, **told))
    return engine


def _name(engine: Engine, number: int, zh: str, en: str, reason: str = "开会定的") -> None:
    with writing(engine) as connection:
        give(connection, number, zh, en, reason, "risk", AT, "10.0.0.1")


def _shown(engine: Engine) -> dict[int, Any]:
    with reading(engine) as connection:
        told = segmentation_model(connection)
    return {c["number"]: (c["name"] or {}).get("zh") for c in told["clusters"]["personal"]["clusters"]}


def test_a_name_follows_its_segment_and_is_lost_with_it(bank: Engine) -> None:
    _name(bank, 1, " 稳健  理财 ", "Careful savers")
    _name(bank, 2, "常客", "Regulars")
    assert _shown(bank) == {1: "稳健 理财", 2: "常客"}
    with writing(bank) as connection:  # the next run: segment 1 is matched (as number 1 still), 2 is not
        connection.execute(runs.update().values(state="superseded"))
        connection.execute(insert(runs), [_run(2, "published", _model((1, "aa"), (3, "cc")))])
        connection.execute(pictures.update().values(segmentation_run_id=2))
    assert _shown(bank) == {1: "稳健 理财", 3: None}
    with reading(bank) as connection:
        shown = published(connection, "segmentation")
        assert (
            shown is not None and shown.model["clusters"]["personal"]["clusters"][0]["name"]["en"] == "Careful savers"
        )


def test_the_newest_name_is_valid_and_can_be_taken_back(bank: Engine) -> None:
    _name(bank, 1, "甲", "A")
    _name(bank, 1, "乙", "B", "更贴切")
    assert _shown(bank)[1] == "乙"
    _name(bank, 1, "", "", "不再合适")
    assert _shown(bank)[1] is None
    with reading(bank) as connection:
        assert given(connection) == {} and newest(connection) == 3
        assert [(row.zh, row.reason) for row in history(connection, "aa")] == [
            (None, "不再合适"),
            ("乙", "更贴切"),
            ("甲", "开会定的"),
        ]
        rows = connection.execute(
            select(audit_log.c.action, audit_log.c.actor, audit_log.c.detail).order_by(audit_log.c.sequence)
        )
        told = [(row.action, row.actor, row.detail["zh_before"]) for row in rows]
    assert told == [("segments.name", "risk", None), ("segments.name", "risk", "甲"), ("segments.unname", "risk", "乙")]


@pytest.mark.parametrize(
    ("number", "zh", "en", "reason", "key"),
    [
        (7, "甲", "A", "理由", "no_such_segment"),
        (1, "甲", "A", "  ", "reason_needed"),
        (1, "甲", "", "理由", "both_languages"),
        (1, "很" * 40, "A", "理由", "too_long"),
        (1, "特征2", "A", "理由", "taken"),
    ],
)
def test_what_is_refused(bank: Engine, number: int, zh: str, en: str, reason: str, key: str) -> None:
    with pytest.raises(NameRefused) as refused:
        _name(bank, number, zh, en, reason)
    assert refused.value.key == key
    with reading(bank) as connection:
        assert newest(connection) == 0

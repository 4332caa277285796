"""The scorecard on the page of its run, and as files for those who may see runs; nobody else, and no changed card."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import insert, select, update

from domain.credit.characteristics import named
from domain.credit.elsewhere import grade_floors
from domain.credit.estimator import ScorecardClassifier
from domain.credit.scorecard import from_dict, to_dict
from portal.layouts.run_card import FORMS
from store.database import reading, writing
from store.tables import audit_log, runs
from tests.people import People
from tests.small_picture import AS_OF, BATCH, NOW

RUN = 21
PATH = f"/admin/runs/{RUN}"


@pytest.fixture
def carded(people: People) -> People:
    """A credit candidate with a card of two characteristics."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {"regular_income": rng.lognormal(9, 0.5, 800).round(2), "utilisation": rng.random(800).round(2)}
    )
    odds = -1 + 3 * table["utilisation"] - 0.0001 * table["regular_income"]
    bad = np.asarray(rng.random(800) < 1 / (1 + np.exp(-odds))).astype(int)
    card = ScorecardClassifier().fit(table, bad).scorecard_
    row = {
        "run_id": RUN, "kind": "credit", "version": "C-test", "as_of": AS_OF, "state": "candidate", "parameters": {},
        "batches": [BATCH], "code_version": "abc", "seed": 1, "started_by": "admin", "started_at": NOW,
        "finished_at": NOW + timedelta(minutes=1), "metrics": {}, "model": to_dict(card), "migration": None,
        "customers": 0,
    }  # fmt: skip
    with writing(people.engine) as connection:
        connection.execute(insert(runs).values(row))
    return people


def test_the_page_shows_the_card_and_each_file_says_the_same(carded: People) -> None:
    client = carded.client("risk")
    shown = client.open_page(PATH)
    assert "评分卡" in shown and named("regular_income").zh in shown and all(f"card.{form}" in shown for form in FORMS)
    told_as = client.get(f"{PATH}/card.json").json
    card, about = from_dict(told_as), told_as["about"]
    assert card.names
    for dialect in ("duckdb", "postgresql"):
        assert "with pointed as" in client.get(f"{PATH}/card.{dialect}").get_data(as_text=True)
    table = client.get(f"{PATH}/card.csv").get_data(as_text=True)
    lines = table.strip().splitlines()
    assert f",{card.base_points}" in lines[1]
    assert len(lines) == 2 + sum(len(c.points) for c in card.characteristics) + 1 + len(card.masterscale.grades) + 1
    floors = dict(grade_floors(card))
    assert f"评分不低于 {floors['BBB']}" in table and "D 级,逾期 90 天及以上" in table and "1 / (1 + e^((score" in table
    assert about["version"] == "C-test" and about["lowest_score"] == floors and about["default"]["from"] == 90
    assert client.get(f"{PATH}/card.xlsx").data[:2] == b"PK"
    with reading(carded.engine) as connection:
        told = connection.execute(
            select(audit_log.c.actor, audit_log.c.detail).where(audit_log.c.action == "runs.card")
        ).all()
    assert len(told) == 5 and {row.actor for row in told} == {"risk"}


def test_the_auditor_takes_the_card_along(carded: People) -> None:
    auditor = carded.client("auditor")
    assert "card.json" in auditor.open_page(PATH) and "run-publish" not in auditor.open_page(PATH)
    assert auditor.get(f"{PATH}/card.json").status_code == 200


@pytest.mark.parametrize("who", ["staff", "executive", "stranger"])
def test_nobody_else_gets_it(carded: People, who: str) -> None:
    assert carded.client(who).get(f"{PATH}/card.json").status_code in (302, 403)


def test_a_card_changed_by_hand_is_neither_shown_nor_sent(carded: People) -> None:
    with writing(carded.engine) as connection:
        model = connection.scalar(select(runs.c.model).where(runs.c.run_id == RUN))
        changed = json.loads(json.dumps(model))
        changed["base_points"] += 1
        connection.execute(update(runs).where(runs.c.run_id == RUN).values(model=changed))
    client = carded.client("risk")
    assert "与其校验值不符" in client.open_page(PATH)
    answer = client.get(f"{PATH}/card.json")
    assert answer.status_code >= 400 and "与其校验值不符" in answer.json["error"]
    assert client.get(f"{PATH}/card.doc").status_code >= 400

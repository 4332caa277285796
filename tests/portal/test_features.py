"""The feature catalogue on screen: each person's branches, the order asked for, the opened feature and its file."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from datetime import date
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, update

from domain.catalogue import FEATURE_NAMES, FEATURES
from domain.feature_profile import profile
from portal.callbacks.features import show
from store.database import reading, writing
from store.feature_profiles import profiles, save
from store.scope import OutOfScope, scope_of
from store.tables import audit_log, user_scopes, users
from tests.people import Client, People
from tests.portal.test_export_question import refused
from tests.small_picture import AS_OF, NOW

SEPTEMBER = date(2026, 9, 30)
BODY, CONTEXT, ACTIONS = (f"features-{name}" for name in ("body", "context", "actions"))
ZH = {feature.name: feature.zh for feature in FEATURES}


def _told(shift: float) -> list[Any]:
    """Of each branch: 40 customers for HQ, 20 below it; AUM has moved far, age is half missing, utilisation not known."""
    rng, found = np.random.default_rng(5), []
    for branch, size in (("HQ", 40), ("B1", 20), ("B2", 20)):
        for name in FEATURE_NAMES:
            now, before = rng.lognormal(8, 1, size), rng.lognormal(8, 1, size)
            if name == "aum":
                now = before * 50
            elif name == "age_years":
                now[: size // 2] = math.nan
            elif name == "utilisation":
                now[:] = math.nan
            elif name == "movements_1m":
                now, before = np.full(size, 3.0), np.full(size, 3.0)
            found.append((branch, name, profile(now + shift, before)))
    return found


@pytest.fixture
def bank(people_on_both: People) -> People:
    with writing(people_on_both.engine) as connection:
        save(connection, SEPTEMBER, NOW, _told(1.0))
        save(connection, AS_OF, NOW, _told(0.0))
        save(connection, AS_OF, NOW, _told(0.0))  # again: in the place of the first
    return people_on_both


def _shown(client: Client, **asked: str) -> str:
    answer = client.call(show, asked)
    assert answer.status == 200, answer.text
    return json.dumps(answer.value(BODY), ensure_ascii=False)


def _order(shown: str) -> list[str]:
    """Names of the features in the order of the table."""
    words = {zh: name for name, zh in ZH.items()}
    return [words[found] for found in re.findall(r'"children": "([^"]+)", "href": "[^"]*of=', shown) if found in words]


def test_each_person_sees_their_own_branches(bank: People) -> None:
    executive, risk = bank.client("executive"), bank.client("risk")
    for client in (executive, risk):
        assert "features-asked" in client.open_page("/features")
        shown = _shown(client)
        assert _order(shown) == list(FEATURE_NAMES)
        assert "个人客户在月末的年龄" in shown
        assert "50.0%" in shown  # of age
    assert "江城分行" in executive.call(show, {}).value(CONTEXT)
    assert "滨江支行" in executive.call(show, {"branch": "B1"}).value(CONTEXT)
    for login in ("staff", "stranger", "admin", "auditor"):
        assert bank.client(login).call(show, {}).status == 403
        assert "features-asked" not in bank.client(login).open_page("/features")
    with writing(bank.engine) as connection:
        number = connection.scalar(select(users.c.user_id).where(users.c.login == "executive"))
        connection.execute(update(user_scopes).where(user_scopes.c.user_id == number).values(branch_id="B2"))
    narrowed = bank.client("executive")
    assert "东湖支行" in narrowed.call(show, {}).value(CONTEXT)
    refused = narrowed.call(show, {"branch": "B1"})
    assert "features-table" not in refused.text
    assert narrowed.get("/features-export/csv?branch=HQ").status_code in (403, 404)
    with reading(bank.engine) as connection, pytest.raises(OutOfScope):
        profiles(connection, scope_of(connection, ["B2"]), AS_OF, "HQ")


def test_order_family_words_and_month_stand_in_the_address(bank: People) -> None:
    executive = bank.client("executive")
    missing = _order(_shown(executive, sort="missing-down"))
    assert missing[:2] == ["utilisation", "age_years"]
    drift = _order(_shown(executive, sort="drift-down"))
    assert drift[0] == "aum"
    assert drift[-1] == "utilisation"  # not known comes last, whichever way
    assert _order(_shown(executive, sort="drift"))[-1] == "utilisation"
    flow = _order(_shown(executive, topic="flow"))
    assert flow == [feature.name for feature in FEATURES if feature.topic == "flow"]
    assert _order(_shown(executive, q="罚息")) == [
        "movements_1m",
        "movements_3m",
        "movements_12m",
        "penalty_interest_12m",
    ]
    assert "没有符合条件的特征" in _shown(executive, q="找不到的词")
    assert _order(_shown(executive, sort="nonsense", topic="nonsense", of="nonsense")) == list(FEATURE_NAMES)
    assert "2026-09-30" in executive.call(show, {"month": "2026-09"}).value(CONTEXT)
    assert "2026-10-31" in executive.call(show, {"month": "1999-01"}).value(CONTEXT)


def test_the_opened_feature_has_both_months_and_its_table(bank: People) -> None:
    executive = bank.client("executive")
    shown = _shown(executive, of="aum")
    assert "features-opened" in shown
    assert "明显变化" in shown
    assert '"name": "本月"' in shown
    assert '"name": "上月"' in shown
    with reading(bank.engine) as connection:
        told = profiles(connection, scope_of(connection, ["HQ"]), AS_OF, "HQ")
    assert told is not None
    aum = told.by_feature["aum"]
    assert sum(aum.now) == sum(aum.before or ()) == aum.customers == 40
    assert "没有客户有这一项" in _shown(executive, of="utilisation").replace("这里", "")
    alike = _shown(executive, of="movements_1m")
    assert "40户 100.0%" in alike


def test_the_file_holds_what_is_shown_and_is_on_the_trail(bank: People) -> None:
    executive = bank.client("executive")
    answer = executive.get("/features-export/csv?topic=income&sort=drift-down")
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert {row["特征"] for row in rows} == {ZH["regular_income"], ZH["regular_income_months"]}
    with reading(bank.engine) as connection:
        told = profiles(connection, scope_of(connection, ["HQ"]), AS_OF, "HQ")
        trail = connection.scalars(select(audit_log.c.action)).all()
    assert told is not None
    for row in rows:
        name = next(name for name, zh in ZH.items() if zh == row["特征"])
        assert float(row["平均数"]) == pytest.approx(told.by_feature[name].mean, abs=1e-6)
        assert float(row["较上月变化（PSI）"]) == told.by_feature[name].drift
    assert "features.export" in trail
    assert executive.get("/features-export/xlsx").status_code == 200
    assert "没有 1999-01 的数据" in _shown(executive, month="1999-01")
    for odd in ("month=1999-01", "month=abc", "topic=shoes", "sort=size", "of=shoe_size"):
        refused(executive, f"/features-export/csv?{odd}", odd)
    assert bank.client("staff").get("/features-export/csv").status_code == 403


def test_before_anything_is_computed_the_page_says_what_to_do(people_reading: People) -> None:
    assert "还没有计算过特征分布" in _shown(people_reading.client("executive"))

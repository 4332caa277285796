"""The auditor's page."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from portal.callbacks.audit import show, verify
from portal.layouts.audit import Ids
from store.database import writing
from store.tables import audit_log
from tests.people import People

BLANK = {"actor": "", "action": "", "object_id": "", "since": "", "until": "", "page": "1"}


@pytest.mark.parametrize("login", ["staff", "executive", "admin", "stranger"])
def test_only_the_auditor(people_reading: People, login: str) -> None:
    client = people_reading.client(login)
    assert client.get("/audit").status_code == 403
    assert client.call(show, BLANK).status == 403


def test_filter_and_pages(people: People) -> None:
    auditor = people.client("auditor")
    assert "审计记录" in auditor.open_page("/audit?actor=chen&ctx=1&page=2")
    assert "新建用户" in auditor.call(show, BLANK).text
    assert "risk_officer" in auditor.call(show, {**BLANK, "action": "users.create"}).text
    assert "没有符合条件的记录" in auditor.call(show, {**BLANK, "actor": "nobody"}).text
    assert "没有符合条件的记录" in auditor.call(show, {**BLANK, "since": "2026-11-03"}).text
    assert "risk_officer" in auditor.call(show, {**BLANK, "since": "2026-11-02", "until": "2026-11-02"}).text
    assert "请写成" in auditor.call(show, {**BLANK, "since": "yesterday"}).text
    for page in ("0", "-1", "x", "99999999999999999999"):
        assert auditor.call(show, {**BLANK, "page": page}).status == 200


def test_the_chain_is_checked(people: People) -> None:
    auditor = people.client("auditor")
    assert auditor.call(verify, 1).value(Ids.VERDICT)["props"]["className"] == "gx-chip good"
    with writing(people.engine) as connection:
        connection.execute(update(audit_log).where(audit_log.c.sequence == 3).values(actor="nobody"))
    broken = auditor.call(verify, 1).value(Ids.VERDICT)["props"]
    assert (broken["className"], broken["children"]) == ("gx-chip bad", "从第 3 条起不连续")


def test_a_refusal_is_on_the_trail(people: People) -> None:
    people.client("staff").get("/admin/users")
    shown = people.client("auditor").call(show, {**BLANK, "action": "access.denied"}).text
    assert "/admin/users" in shown

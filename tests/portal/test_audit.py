"""The auditor's page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import update

from portal.access import Ctx
from portal.actors import who
from portal.callbacks.audit import show, verify
from portal.layouts.audit import Ids
from portal.translations import catalogue
from store.audit import write
from store.database import reading, writing
from store.jobs import in_both
from store.tables import audit_log
from tests.people import People
from tests.small_picture import NOW

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
    assert "风险经理" in auditor.call(show, {**BLANK, "action": "users.create"}).text
    assert "没有符合条件的记录" in auditor.call(show, {**BLANK, "actor": "nobody"}).text
    assert "没有符合条件的记录" in auditor.call(show, {**BLANK, "since": "2026-11-03"}).text
    assert "风险经理" in auditor.call(show, {**BLANK, "since": "2026-11-02", "until": "2026-11-02"}).text
    assert "请写成" in auditor.call(show, {**BLANK, "since": "yesterday"}).text
    for page in ("0", "-1", "x", "99999999999999999999"):
        assert auditor.call(show, {**BLANK, "page": page}).status == 200


def test_who_did_it_is_said_by_login_and_name(people: People) -> None:
    """The login is the identity; the name is what people know. A command at the prompt and who left stand as written."""
    with writing(people.engine) as connection:
        for actor in ("risk", "console:root", "gone"):
            write(connection, NOW, actor, "sign_in", "user", "1")
    auditor = people.client("auditor")
    shown = auditor.call(show, {**BLANK, "action": "sign_in"}).text
    assert shown.index("risk") < shown.index("孙风险") and "命令行（root）" in shown and "gone" in shown


def test_lists_of_work_name_the_person_with_the_login(people: People) -> None:
    with reading(people.engine) as connection:
        zh, en = (cast(Ctx, SimpleNamespace(connection=connection, language=each)) for each in ("zh", "en"))
        assert [who(zh, one) for one in ("admin2", "system")] == ["吴管理（admin2）", "系统"]
        assert [who(en, one) for one in ("admin2", "gone", None)] == ["吴管理 (admin2)", "gone", "—"]


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


def test_english_words_of_the_trail_begin_alike() -> None:
    small = {
        key: words
        for key, words in catalogue("en").items()
        if key.startswith(("audit.action.", "audit.object.", "audit.detail.")) and not words[0].isupper()
    }
    assert not small


def test_what_was_done_is_told_in_words(people: People) -> None:
    told = [
        ("customers.search", {"text": "叶", "facets": {"branch": ["B1"], "tier": ["gold"]}, "first": 50, "shown": 50, "found": 1000}),
        ("customers.search", {"text": "", "facets": {}, "first": 0, "shown": 0, "found": 0, "more": False}),
        ("customers.export", {"format": "csv", "question": "q=叶&kind=personal", "rows": 1234}),
        ("report.make", {"kind": "management_report", "branch_id": "B1"}),
        ("runs.publish", {"kind": "credit", "version": "C-1", "previous_run_id": 6, "reason": in_both("首个", "first")}),
        ("jobs.submit", {"kind": "rate_customers", "parameters": {"long_run_rate": 0.025}}),
        ("users.roles", {"roles": ["auditor"], "grants": [], "before": ["risk_officer"]}),
        ("sign_in.locked", {"address_stopped": True}),
        ("jobs.cancel", {"was": "running", "novel": 7}),
    ]  # fmt: skip
    with writing(people.engine) as connection:
        for action, detail in told:
            write(connection, NOW, "tester", action, "thing", "1", detail, None)
    auditor = people.client("auditor")
    shown = auditor.call(show, {**BLANK, "actor": "tester"}).text
    for words in (
        "第 51 – 100 条", "所查：叶", "机构 滨江支行", "价值等级 ", "共找到：1,000 或更多", "没有显示任何条目", "格式：CSV",
        "客户类型 个人", "行数：1,234", "种类：经营月报", "种类：信用评价", "此前的版本：#6", "原因：首个",
        "校准到的长期坏率（%） 2.50%", "原来：风险", "该网络地址失败过多", "当时状态：运行中", "novel：7",
    ):  # fmt: skip
        assert words in shown, words
    assert "previous_run_id" not in shown and "facets" not in shown and "address_stopped" not in shown
    auditor.post("/preferences", data={"language": "en"})
    shown = auditor.call(show, {**BLANK, "actor": "tester"}).text
    assert "Found: 1,000 or more" in shown and "Reason: first" in shown

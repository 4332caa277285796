"""The schedules page: set by an administrator, on the trail, said in words; nobody else changes it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from jobs.queue import as_at_first
from jobs.registry import RUNS, SCHEDULES
from portal.callbacks import schedules as page
from portal.callbacks.audit import show as trail_of
from store import chains
from store.database import reading
from store.schedules import Line, line
from store.tables import audit_log
from tests.people import Answer, Client, People


def _pressed(act: str, name: str) -> tuple[dict[str, str], str]:
    ident = {"name": name, "type": f"schedules-{act}"}
    return ident, json.dumps(ident, sort_keys=True, separators=(",", ":")) + ".n_clicks"


def _save(client: Client, name: str, **parts: Any) -> Answer:
    ident, triggered = _pressed("save", name)
    given = [
        {"id": {"name": name, "part": part, "type": "schedules-field"}, "property": "value", "value": value}
        for part, value in parts.items()
    ]
    return client.call(page.save, [{"id": ident, "property": "n_clicks", "value": 1}], given, triggered=triggered)


def _run(client: Client, name: str) -> Answer:
    ident, triggered = _pressed("run", name)
    return client.call(page.run, [{"id": ident, "property": "n_clicks", "value": 1}], triggered=triggered)


def _line(people: People, name: str) -> Line:
    with reading(people.engine) as connection:
        return line(connection, as_at_first(SCHEDULES[name]))


def test_what_starts_by_itself_stands_there_in_words(people: People) -> None:
    admin = people.client("admin")
    shown = admin.open_page("/admin/schedules")
    for words in (
        "数据到达后",
        "每月计算",
        "月中更新",
        "按顺序执行的步骤",
        "贡献度",
        "尚未运行",
        "Asia/Shanghai",
        "现在运行",
    ):
        assert words in shown, words
    admin.post("/preferences", data={"language": "en"})
    assert "Missed while the system was down, it runs once on return" in admin.open_page("/admin/schedules")


def test_a_change_is_kept_and_on_the_trail_in_words(people: People) -> None:
    admin = people.client("admin")
    said = _save(admin, "monthly", active=["yes"], day=5, at="22:30", steps=["contribute", "rate_customers"])
    assert "下一次在" in said.text and "22:30" in str(said.value("schedules-cards"))
    kept = _line(people, "monthly")
    assert (kept.day, kept.at, kept.steps, kept.changed_by) == (5, "22:30", ("rate_customers", "contribute"), "admin")
    assert "22:30" in admin.open_page("/admin/schedules")
    _save(admin, "delivery", active=[], steps=["attrition"])
    assert not _line(people, "delivery").active
    trail = people.client("auditor").call(trail_of, {}).text
    for words in (
        "修改定时",
        "定时：每月计算",
        "启用：已启用",
        "步骤：信用评价",
        "启用：已停用",
        "原来启用：已启用",
    ):
        assert words in trail, words


def test_nonsense_is_refused_in_words(people: People) -> None:
    admin = people.client("admin")
    whole = {"active": ["yes"], "day": 2, "at": "03:00", "steps": list(RUNS)}
    assert "1 至 28" in _save(admin, "monthly", **{**whole, "day": 31}).toast
    assert "03:00 的样子" in _save(admin, "monthly", **{**whole, "at": "3点"}).toast
    assert "至少选择一个" in _save(admin, "monthly", **{**whole, "steps": []}).toast
    assert "刷新页面" in _save(admin, "monthly", **{**whole, "steps": ["customer_report"]}).toast
    assert "没有这项设置" in _save(admin, "weekly", **whole).toast
    assert _line(people, "monthly").changed_by is None


def test_it_can_be_started_now_and_only_once(people: People) -> None:
    admin = people.client("admin")
    assert "已开始" in _run(admin, "monthly").text
    assert "没有重复开始" in _run(admin, "monthly").text
    with reading(people.engine) as connection:
        (chain,) = chains.open_chains(connection)
        trail = list(connection.scalars(select(audit_log.c.action).where(audit_log.c.action.like("schedules.%"))))
    assert [step.kind for step in chain.steps] == list(RUNS)
    assert (chain.schedule, chain.begun_by, chain.due_at, trail) == ("monthly", "admin", None, ["schedules.run"])


def test_starting_a_chain_asks_first_and_says_what_it_starts(people: People) -> None:
    admin = people.client("admin")
    asked = re.findall(r'"data-ask": ?"([^"]+)"', admin.open_page("/admin/schedules"))
    assert len(asked) == 2, "each schedule that can be started by hand"
    assert f"现在开始“每月计算”？按已保存的设置依次计算 {len(RUNS)} 项：" in asked[0] and "贡献度" in asked[0]


@pytest.mark.parametrize("login", ["staff", "executive", "auditor", "risk"])
def test_others_are_refused(people: People, login: str) -> None:
    other = people.client(login)
    assert "权限" in other.open_page("/admin/schedules")
    assert _save(other, "monthly", active=[], day=2, at="03:00", steps=[]).status == 403
    assert _run(other, "monthly").status == 403
    assert _line(people, "monthly").changed_by is None

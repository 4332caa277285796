"""Home, by role."""

from __future__ import annotations

from portal.callbacks.home import show_fresh, show_headlines, show_jobs, show_recent, show_trail
from portal.layouts.home import Ids
from store import audit
from store.database import writing
from tests.people import People
from tests.small_picture import NOW

PARTS = {Ids.HEADLINES, Ids.RECENT, Ids.FRESH, Ids.JOBS, Ids.TRAIL}


def test_each_role_meets_its_own_parts(people_reading: People) -> None:
    expected = {
        "executive": {Ids.HEADLINES, Ids.RECENT}, "staff": {Ids.RECENT}, "admin": {Ids.FRESH, Ids.JOBS}, "auditor": {Ids.TRAIL},
        "risk": {Ids.HEADLINES, Ids.RECENT},
    }  # fmt: skip
    for login, parts in expected.items():
        shown = people_reading.client(login).open_page("/")
        assert {part for part in PARTS if f'"{part}"' in shown} == parts, login


def test_headlines_hold_the_scope_only(people_reading: People) -> None:
    executive = people_reading.client("executive").call(show_headlines, "x").text
    assert '"12"' in executive
    assert "2026年10月" in executive
    assert people_reading.client("staff").call(show_headlines, "x").status == 403


def test_recent_is_ones_own_and_in_scope(people: People) -> None:
    with writing(people.engine) as connection:
        for number, (actor, customer) in enumerate(
            (("staff", "C01"), ("staff", "C07"), ("stranger", "C08"), ("staff", "C02"))
        ):
            audit.write(connection, NOW, actor, "customer.view", "customer", customer, {"n": number})
    shown = people.client("staff").call(show_recent, "x").text
    assert shown.index("C02") < shown.index("C01")
    assert "C07" not in shown  # seen once, of another branch today
    assert "C08" not in shown
    assert "还没有查看过客户" in people.client("executive").call(show_recent, "x").text


def test_admin_and_auditor(people: People) -> None:
    admin = people.client("admin")
    fresh = admin.call(show_fresh, "x").text
    assert "2026-10-31" in fresh
    assert "2 天前" in fresh
    assert "客户细分" in fresh and "贡献度" in fresh and "尚未发布" in fresh, "every kind of run, on show or not"
    assert "还没有任务" in admin.call(show_jobs, "x").text
    assert "新建用户" in people.client("auditor").call(show_trail, "x").text

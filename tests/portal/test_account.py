"""One's own account: the password, and what the person reads in."""

from __future__ import annotations

import pytest

from portal.callbacks.account import change
from portal.layouts.account import Ids
from tests.people import PASSWORD, People

NEW = "green-river-stone-9"


@pytest.mark.parametrize(
    ("current", "new", "repeat", "said"),
    [
        (None, NEW, NEW, "请填写三项密码"),
        (PASSWORD, NEW, NEW + "x", "不一致"),
        ("wrong", NEW, NEW, "当前密码不正确"),
        (PASSWORD, PASSWORD, PASSWORD, "与当前密码相同"),
        (PASSWORD, "short", "short", "太短"),
        (PASSWORD, "a" * 300, "a" * 300, "太长"),
        (PASSWORD, "abababababab", "abababababab", "太简单"),
        (PASSWORD, "my-staff-word-1", "my-staff-word-1", "不能含有用户名"),
    ],
)
def test_what_is_not_taken(people_reading: People, current: str, new: str, repeat: str, said: str) -> None:
    answer = people_reading.client("staff").call(change, 1, 0, current, new, repeat)
    assert answer.status == 200
    assert said in answer.text


def test_a_change_ends_the_other_sessions(people: People) -> None:
    here, elsewhere = people.client("staff"), people.anonymous()
    elsewhere.sign_in("staff")
    changed = here.call(change, 1, 0, PASSWORD, NEW, NEW)
    assert "密码已修改" in changed.text
    assert changed.value(Ids.FIRST) is None  # the notice about a one-time password goes
    assert here.get("/_dash-layout").status_code == 200
    assert elsewhere.get("/_dash-layout").status_code == 401
    assert people.anonymous().sign_in("staff").status_code == 401
    assert people.anonymous().sign_in("staff", NEW).status_code == 302


def test_preferences(people: People) -> None:
    staff = people.client("staff")
    answer = staff.post("/preferences", data={"language": "en"}, headers={"Referer": "http://localhost/account?x=1"})
    assert answer.headers["Location"] == "/account?x=1"
    assert "My account" in staff.open_page("/account")
    staff.post("/preferences", data={"theme": "dark"})
    assert 'data-bs-theme="dark"' in staff.get("/").get_data(as_text=True)
    for lone, status in (("/audit", 403), ("/vendor/nothing.css", 404)):
        told = staff.get(lone, headers={"Accept": "text/html"})
        page = told.get_data(as_text=True)
        assert told.status_code == status and 'data-bs-theme="dark"' in page and "gx-card" in page, lone
    assert staff.post("/preferences", data={"theme": "pink"}).status_code == 400
    away = staff.post("/preferences", data={"theme": "light"}, headers={"Referer": "https://elsewhere.example/"})
    assert away.headers["Location"] == "/"

"""User administration, met by those who may and those who may not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal.callbacks.users import act, create, show_list, show_panel
from portal.layouts.users import Ids
from store.database import reading
from store.users import User, UserRefused, disable, set_roles, user_by_login
from tests.people import Answer, Client, People
from tests.small_picture import NOW


def _user(people: People, login: str) -> User:
    with reading(people.engine) as connection:
        found = user_by_login(connection, login)
    assert found is not None
    return found


def _act(client: Client, user: User, name: str, roles: Any = None, grants: Any = None, branches: Any = None) -> Answer:
    ident = Ids.act(name)
    clicked = [{"id": ident, "property": "n_clicks", "value": 1}]
    triggered = f"{json.dumps(ident, sort_keys=True, separators=(',', ':'))}.n_clicks"
    asked = {"user": str(user.user_id)}
    given = [
        value if value is not None else held
        for value, held in ((roles, user.roles), (grants, user.grants), (branches, user.branches))
    ]
    return client.call(act, clicked, asked, 0, *[list(value) for value in given], triggered=triggered)


def test_list_and_panel(people_reading: People) -> None:
    admin = people_reading.client("admin")
    assert "用户管理" in admin.open_page("/admin/users")
    shown = admin.call(show_list, {"q": "李"}, 0).text
    assert "滨江支行" in shown
    assert "executive" not in shown
    assert "没有符合条件的用户" in admin.call(show_list, {"q": "zzz"}, 0).text
    assert "请刷新列表" in admin.call(show_panel, {"user": "9999"}, 0).text
    assert "请刷新列表" in admin.call(show_panel, {"user": "²"}, 0).text


@pytest.mark.parametrize("login", ["staff", "executive", "stranger", "auditor"])
def test_others_are_refused(people_reading: People, login: str) -> None:
    client = people_reading.client(login)
    assert client.get("/admin/users").status_code == 403
    assert client.call(show_list, {}, 0).status == 403
    assert client.call(create, 1, 0, "eve", "Eve", None, "zh", ["administrator"], [], []).status == 403


def test_a_new_user_from_making_to_first_work(people: People) -> None:
    admin = people.client("admin")
    made = admin.call(create, 1, 0, "Zhou.Min", "周敏", "S9", "en", ["branch_staff"], [], ["B2"])
    password = made.value(Ids.RESULT)["props"]["children"][1]["props"]["children"]
    assert made.value(Ids.CHANGED, "data") == 1
    user = _user(people, "zhou.min")
    assert (user.roles, user.branches, user.language, user.staff_id) == (("branch_staff",), ("B2",), "en", "S9")
    client = people.anonymous()
    assert client.sign_in("zhou.min", password).status_code == 302
    assert client.get("/").headers["Location"] == "/account"


@pytest.mark.parametrize(
    ("login", "name", "roles", "said"),
    [
        ("staff", "x", ["auditor"], "已被使用"),
        ("9x", "x", ["auditor"], "小写字母"),
        ("fine", " ", ["auditor"], "请填写姓名"),
        ("fine", "名" * 61, ["auditor"], "最多 60 个字"),
        ("fine", "x", [], "至少选择一个角色"),
        ("fine", "x", ["emperor"], "没有这个角色"),
    ],
)
def test_what_is_not_made(people_reading: People, login: str, name: str, roles: list[str], said: str) -> None:
    answer = people_reading.client("admin").call(create, 1, 0, login, name, None, "zh", roles, [], [])
    assert said in answer.toast


def test_a_staff_number_that_is_none_is_not_kept(people_reading: People) -> None:
    answer = people_reading.client("admin").call(create, 1, 0, "fine", "x", "7" * 33, "zh", ["auditor"], [], [])
    assert "员工号最多 32 个字符" in answer.toast


def test_change_disable_enable_reset_unlock(people: People) -> None:
    admin, staff = people.client("admin"), people.client("staff")
    assert (
        "已保存" in _act(admin, _user(people, "staff"), "save", roles=["branch_staff", "auditor"], branches=["HQ"]).text
    )
    assert _user(people, "staff").branches == ("HQ",)
    assert "审计记录" in staff.get("/_dash-layout").get_data(as_text=True)  # at once, in the open session
    assert "所选机构不存在" in _act(admin, _user(people, "staff"), "save", branches=["B7"]).toast
    assert "已停用" in _act(admin, _user(people, "staff"), "disable").text
    assert staff.get("/_dash-layout").status_code == 401
    assert "已启用" in _act(admin, _user(people, "staff"), "enable").text
    for _ in range(5):
        people.anonymous().sign_in("staff", "wrong")
    assert "已解除" in _act(admin, _user(people, "staff"), "unlock").text
    assert people.anonymous().sign_in("staff").status_code == 302
    shown = _act(admin, _user(people, "staff"), "reset")
    password = shown.value(Ids.RESULT)["props"]["children"][1]["props"]["children"]
    assert people.anonymous().sign_in("staff").status_code == 401
    assert people.anonymous().sign_in("staff", password).status_code == 302


def test_nobody_lifts_themselves_and_the_last_administrator_stays(people: People) -> None:
    admin = people.client("admin")
    own = _user(people, "admin")
    assert "不能更改自己" in _act(admin, own, "save", roles=["administrator", "executive"]).toast
    assert "不能更改自己" in _act(admin, own, "save", branches=["HQ"]).toast
    assert "不能更改自己" in _act(admin, own, "disable").toast
    assert "已停用" in _act(admin, _user(people, "admin2"), "disable").text
    with people.engine.begin() as connection:
        with pytest.raises(UserRefused, match="last administrator"):
            disable(connection, own.user_id, "console", NOW)
        with pytest.raises(UserRefused, match="last administrator"):
            set_roles(connection, own.user_id, ["auditor"], "console", NOW)

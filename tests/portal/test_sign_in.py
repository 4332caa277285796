"""The way in and out: what it takes, what it tells, what it leaves behind."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from portal.callbacks import account, home
from store import audit, sessions
from store import users as users_of_store
from store.database import reading, writing
from store.sessions import ABSOLUTE, IDLE, LOCKED_FOR
from store.tables import users
from store.users import disable, reset_password, user_by_login
from tests.people import PASSWORD, Client, People
from tests.small_picture import NOW


def _actions(people: People, actor: str) -> list[str]:
    with reading(people.engine) as connection:
        rows, _ = audit.trail(connection, audit.TrailFilter(actor=actor), 50)
    return [row.action for row in rows]


def test_in_and_out(people: People) -> None:
    client = people.anonymous()
    assert client.get("/customers").headers["Location"] == "/sign-in?next=/customers"
    answer = client.sign_in("staff")
    assert answer.status_code == 302
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/").status_code == 200
    kept = client.http.get_cookie("guanxi")
    assert client.post("/sign-out").headers["Location"] == "/sign-in"
    assert kept is not None
    client.http.set_cookie("guanxi", kept.value)  # a stolen copy of the cookie
    assert client.get("/_dash-layout").status_code == 401
    assert _actions(people, "staff") == ["sign_out", "sign_in"]


def test_wrong_words_for_known_and_unknown_are_the_same(people: People) -> None:
    known = people.anonymous().sign_in("staff", "wrong")
    unknown = people.anonymous().sign_in("nobody", "wrong")
    assert known.status_code == unknown.status_code == 401
    strip = [
        answer.get_data(as_text=True).split('<p class="gx-alert')[1].split("</p>")[0] for answer in (known, unknown)
    ]
    assert strip[0] == strip[1]
    assert "用户名或密码不正确" in strip[0]


def test_known_and_unknown_take_the_same_time(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users_of_store, "HASHER", PasswordHasher())
    sessions._nobody.cache_clear()
    with writing(people.engine) as connection:
        connection.execute(update(users).values(password_hash=users_of_store.hash_password(PASSWORD)))
    people.anonymous().sign_in("nobody", "warm")

    def took(login: str) -> float:
        client, tries = people.anonymous(), []
        for _ in range(3):
            start = time.perf_counter()
            client.sign_in(login, "wrong")
            tries.append(time.perf_counter() - start)
        return min(tries)

    known, unknown = took("staff"), took("nobody")
    sessions._nobody.cache_clear()
    assert 0.4 < known / unknown < 2.5


def test_locked_after_five_failures_known_or_not(people: People) -> None:
    for login, address in (("staff", "10.0.0.1"), ("nobody", "10.0.0.2")):
        client = people.anonymous(address)
        words = [client.sign_in(login, "wrong").get_data(as_text=True) for _ in range(5)]
        assert ["已锁定至 09:45" in text for text in words] == [False] * 4 + [True], login
        # The right password changes nothing while it is locked.
        assert "已锁定至" in client.sign_in(login, PASSWORD).get_data(as_text=True)
    people.clock.at += LOCKED_FOR + timedelta(seconds=1)
    assert people.anonymous().sign_in("staff").status_code == 302
    assert "sign_in.locked" in _actions(people, "staff")


def _fail(people: People, login: str, times: int, address: str) -> str:
    client = people.anonymous(address)
    return [client.sign_in(login, "wrong").get_data(as_text=True) for _ in range(times)][-1]


def test_a_stranger_locks_neither_the_owner_nor_several(people_on_both: People) -> None:
    people = people_on_both
    assert people.anonymous("10.1.0.1").sign_in("admin").status_code == 302
    assert "已锁定至 09:45" in _fail(people, "admin", 5, "203.0.113.9")
    # Three more with whatever name, and the stranger must wait, with right passwords too.
    assert "已锁定" not in _fail(people, "admin2", 2, "203.0.113.9")
    assert "从这个网络地址登录失败的次数过多，请在 09:45 之后再试" in _fail(people, "nobody", 2, "203.0.113.9")
    stopped = people.anonymous("203.0.113.9").sign_in("staff").get_data(as_text=True)
    assert "从这个网络地址" in stopped
    # The lock holds from anywhere new, not where the owner has been.
    assert "已锁定至" in people.anonymous("198.51.100.7").sign_in("admin").get_data(as_text=True)
    assert people.anonymous("10.1.0.1").sign_in("admin").status_code == 302
    assert people.anonymous("198.51.100.7").sign_in("admin2").status_code == 302
    # The owner's coming in gives the stranger no new tries; the wait ends by itself.
    assert "已锁定至" in people.anonymous("198.51.100.7").sign_in("admin").get_data(as_text=True)
    people.clock.at += LOCKED_FOR + timedelta(seconds=1)
    assert people.anonymous("203.0.113.9").sign_in("staff").status_code == 302


def test_at_a_known_address_five_failures_lock_that_address_only(people_on_both: People) -> None:
    people = people_on_both
    people.anonymous("10.1.0.1").sign_in("staff")
    assert "已锁定至 09:45" in _fail(people, "staff", 5, "10.1.0.1")
    assert "已锁定至" in people.anonymous("10.1.0.1").sign_in("staff").get_data(as_text=True)
    assert people.anonymous("10.1.0.2").sign_in("staff").status_code == 302
    # A branch behind one address: who has been here is not stopped by what others got wrong.
    assert people.anonymous("10.1.0.1").sign_in("executive").status_code == 302
    _fail(people, "nobody", 5, "10.1.0.1")
    _fail(people, "nobody.else", 3, "10.1.0.1")
    assert people.anonymous("10.1.0.1").sign_in("executive").status_code == 302
    assert people.anonymous("10.1.0.1").sign_in("risk").status_code == 401
    with writing(people.engine) as connection:
        user = next(user for user in users_of_store.list_users(connection) if user.login == "staff")
        assert user.locked_until == NOW + LOCKED_FOR
        users_of_store.unlock(connection, user.user_id, "admin", NOW)
    assert people.anonymous("10.1.0.1").sign_in("staff").status_code == 302


def test_an_ipv6_stranger_is_their_64_network(people: People) -> None:
    for n in range(4):
        _fail(people, f"nobody{n}", 2, f"2001:db8:1:2::{n + 1}")
    assert "从这个网络地址" in _fail(people, "admin", 1, "2001:db8:1:2:ffff::9")
    assert "从这个网络地址" not in _fail(people, "admin", 1, "2001:db8:1:3::9")


def test_a_success_forgets_the_failures(people: People) -> None:
    client = people.anonymous()
    for _ in range(4):
        client.sign_in("staff", "wrong")
    assert client.sign_in("staff").status_code == 302
    other = people.anonymous()
    assert "已锁定" not in other.sign_in("staff", "wrong").get_data(as_text=True)


def test_sessions_end_idle_and_old(people: People) -> None:
    staff = people.client("staff")
    people.clock.at += IDLE - timedelta(minutes=1)
    assert staff.get("/_dash-layout").status_code == 200
    people.clock.at += IDLE - timedelta(minutes=1)
    assert staff.get("/_dash-layout").status_code == 200  # being used puts the clock back
    people.clock.at += IDLE + timedelta(minutes=1)
    assert staff.get("/_dash-layout").status_code == 401

    people.clock.at = NOW
    busy = people.anonymous()
    busy.sign_in("staff")
    while people.clock.at < NOW + ABSOLUTE - IDLE:
        people.clock.at += IDLE - timedelta(minutes=1)
        assert busy.get("/_dash-layout").status_code == 200
    people.clock.at = NOW + ABSOLUTE + timedelta(minutes=1)
    assert busy.get("/_dash-layout").status_code == 401


def test_disabling_and_resetting_end_open_sessions(people: People) -> None:
    staff, executive = people.client("staff"), people.client("executive")
    with writing(people.engine) as connection:
        for login, act in (("staff", disable), ("executive", reset_password)):
            user = user_by_login(connection, login)
            assert user is not None
            act(connection, user.user_id, "admin", NOW)
    assert staff.get("/_dash-layout").status_code == 401
    assert executive.get("/_dash-layout").status_code == 401
    refused = people.anonymous().sign_in("staff")
    assert "用户名或密码不正确" in refused.get_data(as_text=True)


def test_a_forged_or_stale_form_is_refused(people: People) -> None:
    client = people.anonymous()
    answer = client.post("/sign-in", data={"login": "staff", "password": PASSWORD})
    assert answer.status_code == 400
    assert "停留过久" in answer.get_data(as_text=True)
    assert client.get("/_dash-layout").status_code == 401


def test_onward_stays_in_the_house(people: People) -> None:
    for asked in ("https://elsewhere.example/x", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"):
        client = Client(people.server)
        page = client.get("/sign-in", query_string={"next": asked}).get_data(as_text=True)
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        given = {"login": "staff", "password": PASSWORD, "csrf_token": token}
        answer = client.http.post("/sign-in", query_string={"next": asked}, data=given)
        assert answer.headers["Location"] == "/", asked


def test_language_of_the_form(people: People) -> None:
    english = people.anonymous().get("/sign-in", headers={"Accept-Language": "en-GB"}).get_data(as_text=True)
    assert "User name" in english
    assert "用户名" in people.anonymous().get("/sign-in").get_data(as_text=True)
    assert "User name" in people.anonymous().get("/sign-in?language=en").get_data(as_text=True)


def test_one_time_password_must_be_changed_first(people: People) -> None:
    with writing(people.engine) as connection:
        connection.execute(update(users).where(users.c.login == "staff").values(must_change_password=True))
    staff = people.client("staff")
    assert staff.get("/").headers["Location"] == "/account"
    assert staff.get("/account").status_code == 200
    assert "/account" in staff.open_page("/")
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for address in ("/customers", "/admin/users", "/overview?month=2026-01", "/files/1", "/segments-export/csv"):
        # also what needs a grant, and what they may not open at all: the first page is the one that lets them in
        told = staff.get(address, headers=browser)
        assert (told.status_code, told.headers.get("Location")) == (302, "/account"), address
    assert staff.get("/files/1").status_code == 403, "a script is told, not led"
    assert staff.call(home.show_headlines).status == 403
    assert staff.call(account.change, 1, 0, PASSWORD, "another-Horse-77", "another-Horse-77").status == 200
    assert staff.get("/").status_code == 200


def test_sign_in_on_both_databases(people_on_both: People) -> None:
    client = people_on_both.client("executive")
    assert "您好" in client.open_page("/")
    assert people_on_both.anonymous().sign_in("nobody", "x").status_code == 401
    with reading(people_on_both.engine) as connection:
        assert audit.verify_chain(connection) is None

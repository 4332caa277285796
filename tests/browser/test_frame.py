"""The frame in a browser: keys, menu, language, theme, width, and what happens when a part fails or a session ends."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from store.database import writing
from store.tables import sessions
from tests.browser.harness import NARROW, WIDE, overflow, serving, settled, sign_in, visit, watched
from tests.people import PASSWORD, People

PLACES = {
    "executive": ("/", "/account"), "admin": ("/", "/admin/users", "/admin/users?user=1", "/admin/users?user=new"),
    "auditor": ("/", "/audit"), "staff": ("/",),
}  # fmt: skip


@pytest.mark.parametrize(("language", "theme", "size"), [("zh", "light", WIDE), ("en", "dark", NARROW)])
def test_pages_of_the_frame_stand(
    browser: Browser, portal_url: str, language: str, theme: str, size: tuple[int, int]
) -> None:
    for login, places in PLACES.items():
        with visit(browser, portal_url, login, size, language, theme) as page:
            for place in places:
                page.goto(portal_url + place)
                settled(page)
                assert overflow(page) == 0, place
                assert page.locator("html").get_attribute("data-bs-theme") == theme
                words = page.inner_text("#frame-main")
                assert "failed" not in words and "没有取到" not in words, place
                if language == "en":
                    assert not re.search(r"[，。；：]", words), place


def test_keys_and_menu(browser: Browser, portal_url: str) -> None:
    with visit(browser, portal_url, "staff", NARROW) as page:
        expect(page.locator("#frame-menu")).not_to_be_visible()
        page.click("[data-menu=open]")
        expect(page.locator("#frame-menu")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#frame-menu")).not_to_be_visible()
        page.keyboard.press("/")
        expect(page.locator("#frame-search")).to_be_focused()
        page.keyboard.type("/")
        expect(page.locator("#frame-search")).to_have_value("/")
        page.locator("#frame-search").blur()
        page.keyboard.press("Control+k")
        expect(page.locator("#frame-search")).to_be_focused()


def test_a_failed_tile_asks_again_alone(browser: Browser, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    from store import kpis

    whole = kpis.series
    monkeypatch.setattr(kpis, "series", lambda *_: 1 / 0)
    with serving(people) as address, visit(browser, address, "executive") as page:
        expect(page.locator("#home-headlines [data-again]")).to_be_visible()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.post_data or "") if request.method == "POST" else None)
        monkeypatch.setattr(kpis, "series", whole)
        page.click("#home-headlines [data-again]")
        expect(page.locator("#home-headlines .gx-tile").first).to_be_visible()


def test_what_was_said_goes_with_the_next_act_and_is_said_again_when_it_is_so_again(
    browser: Browser, portal_url: str
) -> None:
    with visit(browser, portal_url, "admin") as page:
        page.goto(f"{portal_url}/admin/parameters?change=0")
        toast, checked = page.locator("#frame-toast .gx-toast"), page.locator("#parameters-checked")
        page.locator("[id*='unit_costs~branch']").fill("7")
        page.click("#parameters-propose")
        expect(toast).to_contain_text("请写明理由")
        toast.evaluate("node => node.dataset.old = 'yes'")
        page.click("#parameters-propose")
        expect(page.locator("#frame-toast .gx-toast:not([data-old])")).to_contain_text("请写明理由")
        page.click("#parameters-check")
        expect(checked).to_contain_text("6.00")
        expect(toast).to_have_count(0)
        page.locator("#parameters-valid-from").fill("never")
        expect(checked).to_be_empty()  # it spoke of other figures
        page.click("#parameters-check")
        expect(checked.locator(".gx-alert.bad")).to_contain_text("“never”不是日期")
        page.click("#parameters-propose")
        expect(checked).to_be_empty()


def test_an_ended_session_goes_to_the_sign_in_page_and_back(browser: Browser, people: People) -> None:
    with serving(people) as address, visit(browser, address, "admin", allowed=("401",)) as page:
        page.goto(f"{address}/admin/users")
        settled(page)
        with writing(people.engine) as connection:
            connection.execute(sessions.delete())
        page.click("text=新建用户")
        page.wait_for_selector("#login")
        assert "next=" in page.url
        page.fill("#login", "admin")
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        expect(page.locator("#users-login")).to_be_visible()


def test_a_new_user_from_making_to_own_password(browser: Browser, people: People) -> None:
    with serving(people) as address, visit(browser, address, "admin") as page:
        page.goto(f"{address}/admin/users?user=new")
        page.fill("#users-login", "zhou.min")
        page.fill("#users-name", "周敏")
        page.click("#users-roles >> text=客户经理")
        page.click("#users-create")
        password = page.locator(".gx-secret").inner_text()
        other = browser.new_context(locale="zh-CN").new_page()
        problems = watched(other, address)
        sign_in(other, address, "zhou.min", password)
        assert other.url == f"{address}/account"
        _change(other, password, "quiet-lake-stone-8")
        expect(other.locator("#account-result")).to_contain_text("密码已修改")
        other.goto(address)
        expect(other.locator("h1")).to_contain_text("周敏")
        other.context.close()
        assert not problems


def _change(page: Page, current: str, new: str) -> None:
    for ident, value in (("current", current), ("new", new), ("repeat", new)):
        page.fill(f"#account-{ident}", value)
    page.click("#account-change")

"""The page of models in a browser: it stays while nothing is chosen, and a step asks before it is taken."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from portal.layouts.models_comparison import PATH, Ids
from store.database import writing
from store.runs import publish
from tests.browser.harness import NARROW, overflow, serving, settled, visit
from tests.people import People
from tests.portal.test_models import two_models
from tests.small_dossier import keep_dossier
from tests.small_picture import NOW


def test_a_second_person_validates(people: People, browser: Browser) -> None:
    two_models(people)
    with writing(people.engine) as connection:
        publish(connection, 22, "risk3", NOW)
        keep_dossier(connection, 1)
    with serving(people) as address, visit(browser, address, "risk2") as page:
        page.goto(f"{address}{PATH}?model=1")
        settled(page)
        page.evaluate("window.drawnOnce = true")
        page.fill(f"#{Ids.WORDS}", "复核了样本口径与分箱结果")
        page.click(f"#{Ids.VALIDATE}")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("M-1")
        assert page.evaluate("window.drawnOnce"), "the box of the challenger tells what it holds: that is no choice"
        dialog.locator(".gx-btn.main").click()
        expect(page.locator("#frame-main .gx-facts .gx-chip").first).to_have_text("已验证")
        expect(page.locator(".models-words").last).to_have_text("复核了样本口径与分箱结果")
    with serving(people) as address, visit(browser, address, "executive", NARROW, "en", "dark") as page:
        page.goto(address + PATH)
        settled(page)
        words = page.inner_text("#frame-main")
        assert overflow(page) == 0 and "on trial" in words and "Champion and challenger" in words
        assert not re.search(r"[，。；：]", words.replace("复核了样本口径与分箱结果", ""))

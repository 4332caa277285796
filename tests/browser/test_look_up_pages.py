"""The look-up's pages: the last is known, and one question after another throws nothing (visit fails on any message)."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.harness import settled, visit


def test_a_question_after_another_throws_nothing(browser: Browser, portal_url: str) -> None:
    with visit(browser, portal_url, "executive") as page:
        page.goto(f"{portal_url}/customers")
        settled(page)
        for asked in ("张", "zhang", "C0", ""):
            page.fill("#customers-query", asked)
            page.press("#customers-query", "Enter")
            settled(page)
        page.get_by_text("共 12 户").wait_for()
        expect(page.locator(".ag-paging-panel")).to_contain_text("12")  # the table says it a moment after its total

"""The look-up and the upload in a browser: pages, questions one after another and back, what is dropped."""

from __future__ import annotations

import re

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


def test_back_goes_back_one_question_and_forward_again(browser: Browser, portal_url: str) -> None:
    with visit(browser, portal_url, "executive") as page:
        page.goto(f"{portal_url}/customers")
        page.get_by_text("共 12 户").wait_for()
        box, gold = page.locator("#customers-query"), page.locator("#customers-facet-tier input").first
        box.press_sequentially("zhang", delay=400)  # asked for several times on the way: still one question
        page.wait_for_url("**/customers?q=zhang")
        box.press("Enter")
        page.get_by_text("共 2 户").wait_for()
        gold.check()
        page.wait_for_url(re.compile("q=zhang&tier=.+"))
        page.get_by_text("共 1 户").wait_for()
        page.go_back()
        page.get_by_text("共 2 户").wait_for()
        expect(gold).not_to_be_checked()
        expect(box).to_have_value("zhang")
        assert page.url.endswith("/customers?q=zhang")
        page.go_back()
        page.get_by_text("共 12 户").wait_for()
        expect(box).to_have_value("")
        assert page.url.endswith("/customers")
        page.go_forward()
        page.get_by_text("共 2 户").wait_for()
        expect(box).to_have_value("zhang")
        settled(page)


def test_several_files_dropped_at_once_are_refused_in_words(browser: Browser, portal_url: str) -> None:
    drop = """(box) => {
        const held = new DataTransfer();
        ["a.zip", "b.zip"].forEach((name) => held.items.add(new File(["PK"], name)));
        box.dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: held}));
    }"""
    with visit(browser, portal_url, "admin") as page:
        page.goto(f"{portal_url}/admin/deliveries")
        settled(page)
        page.locator("#deliveries-upload").evaluate(drop)
        expect(page.locator("#deliveries-upload [data-part=said]")).to_contain_text("拖入了 2 个，均未发送")

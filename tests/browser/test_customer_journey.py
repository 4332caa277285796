"""Look-up and 360 as a manager uses them: typing, sorting, paging, saved views, links, another branch's customer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from sqlalchemy import insert, select

from store import postings
from store.database import open_engine, reading, writing
from store.tables import audit_log, customers
from tests.browser.harness import serving, settled, visit
from tests.databases import Databases
from tests.people import People, open_portal
from tests.portal_fixtures import fill_small_bank
from tests.small_picture import BATCH, NAMES
from tests.warehouse.test_movements import write_batch

MORE = 120  # customers of the manager's branch beside the small bank's six: three pages of the table
MOVED = [
    (f"T{day:02d}", "622202000000000101", f"2026-10-{day:02d} 09:30:00", f"-{day}.25", "card_payment", "pos")
    for day in range(1, 21)
]
DIGITS = "零一二三四五六七八九"


def _fill_many(url: str) -> None:
    """The small bank, and MORE customers of B1 called 钱一, 钱二 … 钱一二零, each richer than the one before."""
    fill_small_bank(url)
    engine = open_engine(url)
    with writing(engine) as connection:
        pattern = connection.execute(select(customers).where(customers.c.customer_id == "C02")).one()._asdict()
        rows = []
        for number in range(1, MORE + 1):
            name = "钱" + "".join(DIGITS[int(digit)] for digit in str(number))
            wealth = {"aum": Decimal(1000 * number), "deposits": Decimal(900 * (MORE + 1 - number))}
            place = 12 + MORE + 1 - number
            rows.append({**pattern, "customer_id": f"Q{number:03d}", "name": name, "place": place, **wealth})
        connection.execute(insert(customers), rows)
        postings.rewrite(connection)
    engine.dispose()


@pytest.fixture(scope="module")
def bank(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    home = tmp_path_factory.mktemp("bank")
    (home / "warehouse" / "batches").mkdir(parents=True)
    write_batch(home / "warehouse" / "batches" / str(BATCH), BATCH, MOVED)
    with databases.fresh("sqlite", home, _fill_many) as url:
        found = open_portal(home, url)
        yield found
        found.engine.dispose()


@pytest.fixture(scope="module")
def address(bank: People) -> Iterator[str]:
    with serving(bank) as found:
        yield found


def _blocks(page: Page) -> list[dict[str, Any]]:
    """A list that fills with what the table asks the server for: the block, its order, and the question."""
    asked: list[dict[str, Any]] = []

    def keep(request: Request) -> None:
        told = json.loads(request.post_data or "{}") if request.method == "POST" else {}
        if "getRowsResponse" in str(told.get("output")):
            block = told["inputs"][0].get("value")
            if block:
                asked.append({**block, "question": told["state"][0].get("value")})

    page.on("request", keep)
    return asked


def _numbers(page: Page) -> list[str]:
    """The customer numbers in the table, from the top."""
    cells = page.locator("[row-index] .ag-cell[col-id=customer_id]").all()
    found = {int(str(cell.locator("xpath=..").get_attribute("row-index"))): cell.inner_text() for cell in cells}
    return [found[place] for place in sorted(found)]


def _first(page: Page, customer_id: str) -> None:
    """Wait until this customer stands first on the page of the table that is shown."""
    top = "() => [...document.querySelectorAll('[row-index] .ag-cell[col-id=customer_id]')]"
    by_place = ".sort((a, b) => a.parentNode.getAttribute('row-index') - b.parentNode.getAttribute('row-index'))[0]"
    page.wait_for_function(f"{top}{by_place}?.textContent === '{customer_id}'")


# Letter after letter without a pause: on a busy machine keys pressed from outside come seconds apart.
TYPED = """(box, text) => {
    const put = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    for (const at of text.split('').keys()) {
        put.call(box, text.slice(0, at + 1));
        box.dispatchEvent(new Event('input', {bubbles: true}));
    }
}"""


def test_results_come_as_one_types(address: str, browser: Browser) -> None:
    with visit(browser, address, "staff") as page:
        asked = _blocks(page)
        page.goto(f"{address}/customers")
        expect(page.locator("#customers-total")).to_have_text("在册全部客户共 126 户，含已无账户的")
        _first(page, "C06")
        box = page.locator("#customers-query")
        asked.clear()
        box.press_sequentially("钱")
        page.wait_for_timeout(600)
        assert asked == [] and "q=" not in page.url, "one character waits for Enter"
        box.press("Enter")
        expect(page.locator("#customers-total")).to_have_text(f"共 {MORE} 户")
        assert {block["question"] for block in asked} == {"q=%E9%92%B1"}
        box.fill("")
        expect(page.locator("#customers-total")).to_have_text("在册全部客户共 126 户，含已无账户的")
        asked.clear()
        box.evaluate(TYPED, "qianyi")
        expect(page.locator("#customers-total")).not_to_have_text("在册全部客户共 126 户，含已无账户的")
        _first(page, "Q120")
        assert {block["question"] for block in asked} == {"q=qianyi"}, "one question for six keys"
        assert "q=qianyi" in page.url


def test_the_server_sorts_and_pages(address: str, browser: Browser) -> None:
    with visit(browser, address, "staff") as page:
        asked = _blocks(page)
        page.goto(f"{address}/customers?q=%E9%92%B1")
        _first(page, "Q120")
        assert {(block["startRow"], block["endRow"]) for block in asked} == {(0, 50)}
        page.locator("[role=columnheader][col-id=deposits]").click()
        _first(page, "Q120")  # the least deposits, though the most assets
        page.locator("[role=columnheader][col-id=deposits]").click()
        _first(page, "Q001")
        order = asked[-1]["sortModel"][0]
        assert (order["colId"], order["sort"]) == ("deposits", "desc")
        page.locator(".ag-paging-button", has=page.locator(".ag-icon-next")).click()
        _first(page, "Q051")
        assert 50 in {block["startRow"] for block in asked}
        assert "sort=-deposits" in page.url


def test_a_link_holds_the_question(address: str, browser: Browser) -> None:
    with visit(browser, address, "staff") as page:
        page.goto(f"{address}/customers?q=qian")
        _first(page, "Q120")
        page.locator("#customers-facet-tier label", has_text="白金").click()
        page.wait_for_function("() => location.search.includes('tier=')")
        page.locator("[role=columnheader][col-id=deposits]").click()
        page.wait_for_function("() => location.search.includes('sort=deposits')")
        page.locator("[role=columnheader][col-id=deposits]").click()
        _first(page, "Q001")  # while the sorted rows are on their way the table holds empty ones
        settled(page)
        before, link = _numbers(page), page.url
        assert len(before) > 1 and all(before)
        told = page.locator("#customers-total").inner_text()
        page.reload()
        _first(page, before[0])
        settled(page)
        expect(page.locator("#customers-total")).to_have_text(told)
        assert _numbers(page) == before
        expect(page.locator("#customers-query")).to_have_value("qian")
        expect(page).to_have_url(link)
        expect(page.locator("#customers-facet-tier input:checked")).to_have_count(1)


def test_views_are_kept_and_forgotten(address: str, browser: Browser) -> None:
    with visit(browser, address, "staff") as page:
        page.goto(f"{address}/customers?q=qian&kind=personal")
        _first(page, "Q120")
        page.click("summary:has-text('我的视图')")
        page.fill("#customers-view-name", "钱家")
        page.click("#customers-save-view")
        expect(page.locator("#customers-views a")).to_have_text("钱家")
        page.goto(f"{address}/customers")
        _first(page, "C06")
        page.click("summary:has-text('我的视图')")
        page.click("#customers-views a")
        page.wait_for_url("**/customers?q=qian&kind=personal")
        _first(page, "Q120")
        page.click("summary:has-text('我的视图')")
        page.click("#customers-views button")
        expect(page.locator("#customers-views a")).to_have_count(0)


def test_movements_turn_their_pages(address: str, browser: Browser) -> None:
    with visit(browser, address, "staff") as page:
        page.goto(f"{address}/customers/C01")
        rows = page.locator("#customer-movements tbody tr")
        expect(rows.first).to_contain_text("20.25")
        expect(rows).to_have_count(8)
        page.click("#customer-movements-older")
        expect(rows.first).to_contain_text("12.25")
        page.click("#customer-movements-older")
        expect(rows).to_have_count(4)
        page.click("#customer-movements-newer")
        expect(rows.first).to_contain_text("12.25")


def test_another_branchs_customer_is_refused(bank: People, address: str, browser: Browser) -> None:
    with visit(browser, address, "staff") as page:
        for customer_id in ("C07", "NOBODY"):  # the same words for who is not theirs and who is not there
            page.goto(f"{address}/customers/{customer_id}?tab=products")
            expect(page.locator("#customer-head")).to_contain_text("无法打开这位客户")
            page.wait_for_load_state("networkidle")
            words = page.inner_text("#frame-main")
            assert "不在您的机构范围内" in words and NAMES[6] not in words and "张*" not in words
            assert page.locator(".report-button").count() == 0
        page.goto(f"{address}/customers?q=C07")
        expect(page.locator("#customers-total")).to_contain_text("没有找到客户")
    with reading(bank.engine) as connection:
        refused = select(audit_log.c.actor, audit_log.c.object_id).where(audit_log.c.action == "customer.refused")
        assert [tuple(row) for row in connection.execute(refused)] == [("staff", "C07"), ("staff", "NOBODY")]


def test_language_and_theme_are_switched_where_one_is(address: str, browser: Browser) -> None:
    with visit(browser, address, "staff") as page:
        page.goto(f"{address}/customers?q=qianyi")
        _first(page, "Q120")
        page.click("button[name=language][value=en]")
        expect(page.locator("h1")).to_have_text("Look-up")
        assert page.locator("html").get_attribute("lang") == "en"
        _first(page, "Q120")
        page.click("button[name=theme][value=dark]")
        page.wait_for_selector("html[data-bs-theme=dark]")
        _first(page, "Q120")
        assert "q=qianyi" in page.url, "one stays with the question"
        page.goto(address)
        page.wait_for_selector("html[data-bs-theme=dark] #frame-main h1")
        assert page.locator("html").get_attribute("lang") == "en", "and it is remembered"

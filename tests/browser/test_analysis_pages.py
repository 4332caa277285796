"""The analysis pages as their people see them: drawn, in their language, inside the window, and open to their customers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.development_question import PATH as DEVELOPMENT
from tests.browser.harness import NARROW, overflow, serving, settled, visit
from tests.company_batch import write_company_batch
from tests.databases import Databases
from tests.people import People, open_portal
from tests.portal.test_behaviour import publish_predictions
from tests.portal.test_development import OF, draw_sample
from tests.portal.test_segments import two_runs
from tests.portal_fixtures import fill_small_bank
from tests.small_contribution import publish_contribution
from tests.small_picture import BATCH
from warehouse.batches import folder_of

# A page, and how many charts stand on it.
DRAWN = {
    "/contribution": 2, "/segments": 1, "/segments?view=moves": 1, "/segments?view=rfm": 0, "/segments?view=quality": 1,
    "/behaviour": 1, "/behaviour?view=attrition": 0, "/behaviour?view=offers": 0,
}  # fmt: skip
ALSO = {
    "executive": ("/contribution/what-if",),
    "risk": ("/features",),
    "admin": ("/admin/parameters", "/admin/schedules"),
}
# What a page must never say: a key of the catalogue, a failed part, an absent value written out.
NEVER = re.compile(r"\b[a-z_]+\.[a-z_]+\.[a-z_]+\b|没有取到|could not be fetched|\bNone\b|\bnan\b")


@pytest.fixture(scope="module")
def address(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small bank with a run of every analysis on show, a company that trades, and a scorecard being developed."""
    home = tmp_path_factory.mktemp("analysis")
    with databases.fresh("sqlite", home, fill_small_bank) as url:
        people: People = open_portal(home, url)
        publish_contribution(people)
        two_runs(people)
        publish_predictions(people.engine)
        write_company_batch(folder_of(people.settings.warehouse, BATCH))
        draw_sample(people)
        with serving(people) as found:
            yield found
        people.engine.dispose()


def _stands(page: Page, address: str, place: str, charts: int = 0) -> str:
    page.goto(address + place)
    settled(page)
    if charts:
        expect(page.locator("#frame-main .main-svg").first).to_be_visible()
        page.wait_for_function(
            "least => document.querySelectorAll('#frame-main .js-plotly-plot .main-svg').length >= least", arg=charts
        )
    words = page.inner_text("#frame-main")
    assert not NEVER.search(words), (place, NEVER.findall(words))
    assert overflow(page) == 0, place
    return words


def test_they_stand_wide_and_open_the_customers_behind_a_figure(address: str, browser: Browser) -> None:
    with visit(browser, address, "executive") as page:
        for place, charts in DRAWN.items():
            _stands(page, address, place, charts)
        page.goto(f"{address}/segments")
        settled(page)
        figure = page.locator(".segments-cards a[href^='/customers']").filter(has_text=re.compile(r"^\d+$")).first
        count = figure.inner_text()
        figure.click()
        page.wait_for_url("**/customers?**")
        expect(page.locator("#customers-total")).to_have_text(f"共 {count} 户")


def test_they_stand_on_a_phone_in_english_and_dark(address: str, browser: Browser) -> None:
    with visit(browser, address, "executive", NARROW, "en", "dark") as page:
        for place in DRAWN:
            words = _stands(page, address, place)
            assert not re.search(r"[，。；：]", words), place


@pytest.mark.parametrize("login", ALSO)
def test_the_pages_beside_them_stand(login: str, address: str, browser: Browser) -> None:
    with visit(browser, address, login) as page:
        for place in ALSO[login]:
            _stands(page, address, place)


COMPANY = "/customers/C06?tab=company"


def test_a_company_is_drawn_and_its_group_opens(address: str, browser: Browser) -> None:
    with visit(browser, address, "executive") as page:
        words = _stands(page, address, COMPANY, 2)
        assert "云湖银行 · ****4567" in words
        page.get_by_role("button", name="看数据表").first.click()
        expect(page.get_by_text("53,000.00").first).to_be_visible()
        page.locator("#frame-main .customer-company a[href^='/customers/C12']").first.click()
        page.wait_for_url("**/customers/C12**")
        expect(page.locator("#frame-main h1")).to_contain_text("东湖食品有限公司")
    with visit(browser, address, "executive", NARROW, "en", "dark") as page:
        assert "Largest partners" in _stands(page, address, COMPANY)


def test_bins_are_merged_on_the_development_page(address: str, browser: Browser) -> None:
    with visit(browser, address, "risk") as page:
        assert "900" in _stands(page, address, DEVELOPMENT)
        _stands(page, address, f"{DEVELOPMENT}?of={OF}", 1)
        merge = page.get_by_text("与下一箱合并")
        bins = merge.count()
        merge.first.click()
        page.wait_for_url("**bins=**")
        expect(merge).to_have_count(bins - 1)
    with visit(browser, address, "risk", NARROW, "en", "dark") as page:
        words = _stands(page, address, f"{DEVELOPMENT}?of={OF}")
        assert not re.search(r"[，。；：]", words)

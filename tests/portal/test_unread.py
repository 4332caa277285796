"""An address that asks what its page does not know is told so, on every page of figures, by one table."""

from __future__ import annotations

import json
import re
from importlib import import_module
from inspect import signature

import orjson
import pytest
from dash import Output, html

from domain.permissions import grants_of
from portal import translations
from portal.answers import written
from portal.pages import PAGES, Page
from portal.translations import text
from portal.unread import QUESTIONS
from tests.people import EVERYBODY, Client, People

BY_STEM = {page.stem: page for page in PAGES}
ASKED = [(stem, name) for stem, known in QUESTIONS.items() for name in known]
# What each page knows, as its own links ask it.
KNOWN = (
    "/customers?sort=-aum&kind=personal,corporate&tier=gold,none&holding=open&total=aum", "/customers?rfm=555&was=segment:moved",
    "/overview?kpi=loans", "/contribution?by=tier", "/contribution/customers?of=month&sort=-fees&tier=none&own=1",
    "/contribution/what-if?months=3", "/segments?view=moves&by=tier", "/segments?branch=B1", "/behaviour?view=attrition&band=0.2",
    "/behaviour?view=people&of=channel:mobile", "/features?topic=flow&sort=median-down&of=aum", "/risk/portfolio?view=loss&by=kind",
    "/risk/changes?move=down&notches=2&sort=aum", "/risk/changes?view=warning&sort=value", "/risk/overrides?which=waiting",
)  # fmt: skip


def _client(people: People, page: Page) -> Client:
    login = next(login for login, (_, roles, _, _) in EVERYBODY.items() if page.permission in grants_of(roles))
    return people.client(login)


def _notes(shown: str) -> list[str]:
    return re.findall(r"地址中的“([^”]*)”", shown)


@pytest.mark.parametrize(("stem", "name"), ASKED, ids=[f"{stem}-{name}" for stem, name in ASKED])
def test_a_value_a_page_does_not_know_is_said_on_it(people_reading: People, stem: str, name: str) -> None:
    page = BY_STEM[stem]
    assert name in signature(import_module(f"portal.layouts.{stem}").layout).parameters, (
        "the page takes what it is asked"
    )
    path = page.path.replace("<customer_id>", "nobody")
    assert _notes(_client(people_reading, page).open_page(f"{path}?{name}=no-such-thing")) == [f"{name}=no-such-thing"]


@pytest.mark.parametrize("stem", QUESTIONS)
def test_a_name_a_page_does_not_take_is_said_on_it(people_reading: People, stem: str) -> None:
    page = BY_STEM[stem]
    path = page.path.replace("<customer_id>", "nobody")
    client = _client(people_reading, page)
    assert _notes(client.open_page(f"{path}?no_such_name=1")) == ["no_such_name=1"]
    assert not _notes(client.open_page(path)) and not _notes(client.open_page(f"{path}?no_such_name="))


def test_what_is_shown_instead_is_said(people_reading: People) -> None:
    client = people_reading.client("executive")
    told = client.open_page("/segments?view=everything&by=tier")
    assert text("zh", "common.address_view", asked="view=everything", shown=text("zh", "segments.view.profile")) in told
    assert text("zh", "common.address_view", asked="view=people", shown=text("zh", "behaviour.view.habits")) in (
        client.open_page("/behaviour?view=people")
    ), "the customers behind no figure"
    assert text("zh", "common.address_nobody", asked="tier=emerald") in client.open_page("/behaviour?tier=emerald")
    assert text("zh", "common.address_odd", asked="kpi=happiness") in client.open_page("/overview?kpi=happiness")


@pytest.mark.parametrize("address", KNOWN)
def test_what_a_page_knows_is_not_spoken_of(people_reading: People, address: str) -> None:
    path = address.partition("?")[0]
    page = next(page for page in PAGES if page.path == path)
    assert not _notes(_client(people_reading, page).open_page(address))


def test_an_english_amount_stays_on_one_line_on_screen() -> None:
    told = [
        html.P("Contribution fell by CNY −1.43 M and CNY 0 to 12.4 K, NPL 3 months"),
        "138.6万元",
        {"of": "CNY 5.1 B"},
    ]
    shown = json.loads(orjson.dumps(written(told, [Output("one", "children")], True)))
    assert "CNY\u00a0−1.43\u00a0M and CNY\u00a00 to 12.4\u00a0K" in shown[0]["props"]["children"]
    assert "3 months" in shown[0]["props"]["children"] and shown[1:] == ["138.6万元", {"of": "CNY\u00a05.1\u00a0B"}]


def test_so_does_one_in_the_layout_of_a_page(people_reading: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """A layout is written by Dash and not by us."""
    client = people_reading.client("risk")
    client.post("/preferences", data={"language": "en"})
    told = translations.text
    monkeypatch.setattr(
        translations, "text", lambda *asked, **values: told(*asked, **values) + " CNY 22.9 M in 12 months"
    )
    shown = client.open_page("/admin/runs")
    assert "CNY\u00a022.9\u00a0M in 12 months" in shown and "CNY 22.9" not in shown


def test_every_page_with_views_is_in_the_table() -> None:
    with_views = {
        page.stem
        for page in PAGES
        if "view" in signature(import_module(f"portal.layouts.{page.stem}").layout).parameters
    }
    assert with_views == {stem for stem, known in QUESTIONS.items() if "view" in known}
    assert {page.stem for page in PAGES if page.section in ("customers", "analysis", "credit")} == set(QUESTIONS)

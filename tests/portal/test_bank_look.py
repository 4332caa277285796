"""The bank's colour and logo: on every page, readable in both themes, refused when they are none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import Settings, SettingsError, load_settings
from portal.bank_look import EXTENSION, LEAST_CONTRAST, _rgb, accents, contrast, look_of
from portal.widgets.theme import tokens
from tests.people import People, open_portal
from tests.portal_fixtures import fill_small_bank

SETTINGS = Settings(Path("/nowhere"), "k" * 32, "sqlite://", "unix:///nowhere")
MARK = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h2v2z"/></svg>'


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["#c8102e", "#ffe600", "#ffffff", "#000000", "#00a651", "#10161d", "#7f7f7f"])
def test_any_colour_becomes_an_accent_that_can_be_read(colour: str, theme: str) -> None:
    made, look = accents(theme, colour), tokens(theme)
    for ground in (look["card"], look["page"], made["accent-soft"]):
        assert contrast(_rgb(made["accent"]), _rgb(ground)) >= LEAST_CONTRAST - 0.05, (made, ground)
    assert contrast(_rgb(made["on-accent"]), _rgb(made["accent"])) >= LEAST_CONTRAST - 0.05


def test_a_colour_that_can_be_read_is_left_alone() -> None:
    assert accents("light", "#8a1538")["accent"] == "#8a1538"
    assert look_of(SETTINGS).style == ""


def test_what_is_no_colour_and_no_picture_is_refused_in_words(tmp_path: Path) -> None:
    environ = {"GUANXI_HOME": str(tmp_path), "GUANXI_SECRET_KEY": "k" * 32}
    with pytest.raises(SettingsError, match="#1f5fbf"):
        load_settings({**environ, "GUANXI_BANK_COLOUR": "red;}body{display:none"})
    assert load_settings({**environ, "GUANXI_BANK_COLOUR": "#C8102E"}).bank_colour == "#c8102e"
    for path, words in ((tmp_path / "logo.svg", "cannot be read"), (tmp_path / "logo.exe", "not a picture")):
        with pytest.raises(SettingsError, match=words):
            look_of(replace(SETTINGS, bank_logo=path))


def test_colour_and_logo_stand_in_the_sign_in_page_and_the_shell(tmp_path: Path, databases) -> None:
    logo = tmp_path / "bank.svg"
    logo.write_bytes(MARK)
    with databases.fresh("sqlite", tmp_path, fill_small_bank) as url:
        people = open_portal(tmp_path, url, bank_logo=logo, bank_colour="#c8102e")
        mark = people.server.extensions[EXTENSION].mark
        for page in (
            people.anonymous().get("/sign-in"),
            people.anonymous().get("/verify"),
            people.client("staff").get("/"),
        ):
            told = page.get_data(as_text=True)
            assert mark in told and "--accent:#c8102e" in told, told[:600]
        answer = people.anonymous().get(mark)
        assert answer.get_data() == MARK and answer.mimetype == "image/svg+xml"
        people.engine.dispose()


def test_without_settings_the_house_look_stands(people_reading: People) -> None:
    told = people_reading.anonymous().get("/sign-in").get_data(as_text=True)
    assert "/assets/mark.svg" in told and "<style>" not in told

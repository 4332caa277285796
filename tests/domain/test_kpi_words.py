"""How a KPI and its change read: on screen and on paper alike."""

from __future__ import annotations

from decimal import Decimal

from domain import kpi_words
from domain.reports.management import KpiFigure


def _figure(unit: str, value: str | None) -> KpiFigure:
    known = None if value is None else Decimal(value)
    return KpiFigure(name="x", title="x", unit=unit, direction="up", definition="", value=known)


def test_a_flow_that_turned_is_told_in_money_and_not_as_a_rate() -> None:
    turned = _figure("money", "-52000000")
    assert kpi_words.change("zh", turned, Decimal(5_000_000)) == "−5,700万"
    assert kpi_words.change("en", turned, Decimal(5_000_000)) == "−57.0 M"
    assert kpi_words.change("zh", _figure("money", "5000000"), Decimal(-52_000_000)) == "+5,700万"
    assert kpi_words.difference(turned, Decimal(5_000_000)) == -57_000_000


def test_a_month_in_which_nothing_was_booked_is_neither_better_nor_worse() -> None:
    none = _figure("money", "0")
    assert (
        kpi_words.change("zh", none, Decimal(420_000)) == "−42.0万"
        and kpi_words.difference(none, Decimal(420_000)) == 0
    )
    assert kpi_words.difference(_figure("money", "420000"), Decimal(0)) == 0


def test_each_unit_has_its_change_and_its_word() -> None:
    assert kpi_words.change("zh", _figure("share", "0.0108"), Decimal("0.0111")) == "−0.03个百分点"
    assert kpi_words.change("zh", _figure("money", "110"), Decimal(100)) == "+10.0%"
    assert (
        kpi_words.change("zh", _figure("count", "110"), None)
        == "—"
        == kpi_words.change("zh", _figure("count", None), None)
    )
    assert kpi_words.change("zh", _figure("count", "3"), Decimal(0)) == "+3"
    assert kpi_words.parts("zh", _figure("count", "5000"), "CNY") == ("", "5,000", "户")
    assert kpi_words.parts("en", _figure("count", "5000"), "CNY") == ("", "5,000", "")

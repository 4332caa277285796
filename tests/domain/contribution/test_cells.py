"""Parameters as cells: nothing lost on the way there and back, and what may not stand in one is said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.contribution import cell_words
from domain.contribution.cells import BadCell, cells, changed, differences, from_cells, key_of, read, told, written
from domain.contribution.defaults import CNY, CZK
from domain.contribution.parameters import ContributionParameters

D = Decimal
PRICE = ("transfer_prices", "time", "12")


@pytest.mark.parametrize("parameters", [CNY, CZK])
def test_there_and_back(parameters: ContributionParameters) -> None:
    own = cells(parameters)
    again = from_cells(parameters.currency, own)
    assert cells(again) == own
    assert differences(parameters, again) == ()
    for key, value in own.items():
        assert key_of(told(key)) == key
        assert read(key, written(key, value)) == value
        for language in ("zh", "en"):
            assert cell_words.title(key, language)
            assert cell_words.shown(key, value)


def test_a_change_is_one_difference() -> None:
    dearer = changed(CNY, {PRICE: D("0.0195"), ("exchange", "XAU"): D(3)})
    (found,) = differences(CNY, dearer)
    assert (found.key, found.before, found.after) == (PRICE, D("0.0185"), D("0.0195"))
    assert cell_words.difference_words(found, "zh") == "内部转移价格 · 定期存款 · 12 个月以内 1.85% → 1.95%"
    assert dearer.transfer_price("time", 12) == D("0.0195")
    gone = replace(CNY, exchange=CNY.exchange[1:])
    assert [(each.before, each.after) for each in differences(CNY, gone)] == [(D("7.1"), None)]
    with pytest.raises(ValueError, match="not whole"):
        from_cells("CNY", {key: value for key, value in cells(CNY).items() if key[-1] != "lgd"})


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        (PRICE, "abc", "number"), (PRICE, "-1", "negative"), (PRICE, "101", "most"), (PRICE, "1.23456", "places"),
        (("unit_costs", "branch"), "", "needed"), (("transfer_prices", "time", ""), " ", "needed"), (PRICE, "9" * 40, "number"),
        (PRICE, "NaN", "number"), (("families", "mortgage", "risk_weight"), "1251", "most"),
        (("bank", "hurdle_rate"), "11.005", "places"),
    ],
)  # fmt: skip
def test_what_may_not_stand_in_a_cell(key: tuple[str, ...], text: str, problem: str) -> None:
    with pytest.raises(BadCell) as refused:
        read(key, text)
    assert refused.value.problem == problem


def test_what_may() -> None:
    assert read(PRICE, "1.95%") == D("0.0195")
    assert read(PRICE, "") is None, "a row that may be left out"
    assert read(("unit_costs", "branch"), "1,200.5") == D("1200.5")
    assert read(("families", "mortgage", "risk_weight"), "1250") == D("12.5")
    assert key_of("nothing~x") is None
    assert key_of("families~mortgage~weather") is None
    assert key_of("collaterals~business_loan~a~b~lgd") == ("collaterals", "business_loan", "a~b", "lgd")

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import phrasing
from domain.catalogue import BY_NAME
from domain.credit.binning import Bin
from domain.credit.reasons import bin_words
from domain.standing import feature_value


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (None, "—", "—"),
        (float("nan"), "—", "—"),
        (0, "0", "0"),
        (Decimal("-0.4"), "0", "0"),
        (999, "999", "999"),
        (8260, "8,260", "8.26 K"),
        (61_300, "6.13万", "61.3 K"),
        (1_386_400, "138.6万", "1.39 M"),
        (123_400_000, "1.23亿", "123.4 M"),
        (99_999_999, "1.00亿", "100.0 M"),
        (9_999.6, "1.00万", "10.0 K"),
        (999.5, "1,000", "1.00 K"),
        (18_640_000_000, "186.4亿", "18.6 B"),
        (-1_386_400, "−138.6万", "−1.39 M"),
        (2e12, "20,000亿", "2,000 B"),
        (42_000_000, "4,200万", "42.0 M"),
    ],
)
def test_short_amounts(value, zh, en):
    assert phrasing.short(value, "zh") == zh
    assert phrasing.short(value, "en") == en


def test_money_is_exact_and_rounds_half_up():
    assert phrasing.money(Decimal("18260")) == "18,260.00"
    assert phrasing.money(Decimal("-4381.525")) == "−4,381.53"
    assert phrasing.money(Decimal("0.005"), sign=True) == "+0.01"
    assert phrasing.money(Decimal("-0.001")) == "0.00"
    assert phrasing.number(2.5) == "3"
    assert phrasing.number(True) == "1"


def test_currency_stands_where_the_language_puts_it():
    assert phrasing.short_money(1_386_400, "CNY", "zh") == "138.6万元"
    assert phrasing.short_money(1_386_400, "CNY", "en") == "CNY 1.39 M"
    assert phrasing.short_money(96_396, "CZK", "zh") == "9.64万捷克克朗"
    assert phrasing.short_money(None, "CNY", "en") == "—"
    assert phrasing.currency_word("SEK", "zh") == "SEK"


def test_one_scale_for_a_column():
    values = [Decimal(1_386_400), None, Decimal(500)]
    zh, en = phrasing.scale_of(values, "zh"), phrasing.scale_of(values, "en")
    assert phrasing.scale_unit(zh, "CNY", "zh") == "万元"
    assert phrasing.scale_unit(en, "CNY", "en") == "CNY M"
    assert [phrasing.scaled(v, zh) for v in values] == ["138.6", "—", "0.1"]
    assert [phrasing.scaled(v, en) for v in values] == ["1.39", "—", "0.0005"]
    assert phrasing.scaled(Decimal(-61_300), zh, sign=True) == "−6.1"
    assert phrasing.scale_unit(phrasing.scale_of([], "zh"), "CNY", "zh") == "元"


def test_shares_and_changes():
    assert phrasing.percent(0.0108, 2) == "1.08%"
    assert phrasing.percent(Decimal("0.182"), sign=True) == "+18.2%"
    assert phrasing.percent(None) == "—"
    assert phrasing.percent_points(-0.0003, "zh") == "−0.03个百分点"
    assert phrasing.percent_points(0.0011, "en") == "+0.11 pp"
    assert phrasing.percent_points(None, "en") == "—"
    assert phrasing.change(118, 100) == Decimal("0.18")
    assert phrasing.change(1, 0) is None
    assert phrasing.change(1, -5) is None
    assert phrasing.change(None, 5) is None


def test_days_months_and_minutes():
    when = datetime(2026, 10, 31, 14, 5, 59, tzinfo=UTC)
    assert phrasing.day(when.date()) == "2026-10-31"
    assert phrasing.minute(when) == "2026-10-31 14:05"
    assert (phrasing.month(when, "zh"), phrasing.month(when, "en")) == ("2026年10月", "October 2026")
    assert (phrasing.short_month(when, "zh"), phrasing.short_month(when, "en")) == ("10月", "Oct")
    assert phrasing.day(None) == phrasing.minute(None) == phrasing.month(None, "zh") == "—"
    assert phrasing.day(date(1993, 1, 5)) == "1993-01-05"


def test_counts_lists_and_sentences():
    assert phrasing.counted(3, "zh", "户", "customer") == "3户"
    assert phrasing.counted(1, "en", "户", "customer") == "1 customer"
    assert phrasing.counted(1200, "en", "家", "branch", "branches") == "1,200 branches"
    assert phrasing.counted(None, "en", "户", "customer") == "—"
    assert phrasing.listing([], "zh") == ""
    assert phrasing.listing(["甲", "乙", "丙"], "zh") == "甲、乙和丙"
    assert phrasing.listing(["a", "b", "c"], "en") == "a, b and c"
    assert phrasing.sentence("没有贷款", "zh") == "没有贷款。"
    assert phrasing.sentence("No loan.", "en") == "No loan."


@given(st.decimals(-(10**13), 10**13, places=2), st.sampled_from(["zh", "en"]))
def test_short_form_is_within_half_a_last_figure(value, language):
    figure, unit = phrasing.short_parts(value, language)
    divisor = next(s.divisor for s in phrasing.SCALES[language] if s.word == unit)
    digits = len(figure.partition(".")[2])
    read = Decimal(figure.replace(",", "").replace("−", "-")) * divisor
    assert abs(read - value) <= Decimal(divisor) * Decimal(1).scaleb(-digits) / 2


@given(st.decimals(-(10**13), 10**13, places=2), st.sampled_from(["zh", "en"]), st.booleans())
def test_a_tile_writes_money_as_a_sentence_does(value, language, sign):
    parts = phrasing.money_parts(value, "CNY", language, sign)
    assert (" " if language == "en" else "").join(filter(None, parts)) == phrasing.short_money(
        value, "CNY", language, sign
    )
    assert parts[0] == ("CNY" if language == "en" else "") and phrasing.money_parts(None, "CNY", language) == (
        "",
        "—",
        "",
    )


def test_nobody_else_says_where_a_currency_stands() -> None:
    root = Path(phrasing.__file__).parents[1]
    told = [
        path
        for room in ("portal", "jobs", "domain")
        for path in (root / room).rglob("*.py")
        if path.name != "phrasing.py"
    ]
    assert not [path for path in told if "short_parts(" in path.read_text("utf-8")], "money_parts or short_money"


def test_a_figure_beside_its_bound_never_reads_like_the_bound() -> None:
    assert (phrasing.against(0.796, 0.8), phrasing.against(0.8, 0.8), phrasing.against(0.81, 0.8), phrasing.against(0.7999996, 0.8)) == (
        "0.796", "0.80", "0.81", "0.800000",
    )  # fmt: skip
    assert (phrasing.against(0.0996, 0.1, digits=3), phrasing.against(0.0999, 0.1), phrasing.against(0.2501, 0.25)) == (
        "0.0996",
        "0.0999",
        "0.2501",
    )
    assert (
        phrasing.percent_against(0.1002, 0.1),
        phrasing.percent_against(0.1, 0.1),
        phrasing.percent_against(0.25, 0.1),
    ) == ("10.02%", "10.0%", "25.0%")
    assert (phrasing.against(1.2004, 0.8, 1.2), phrasing.against(0.0099, 0.05, 0.01)) == ("1.2004", "0.0099")
    assert (phrasing.against(None, 0.8), phrasing.percent_against(None, 0.1)) == (phrasing.ABSENT, phrasing.ABSENT)


def test_an_edge_is_written_as_it_is() -> None:
    told = {
        -0.209: "−0.209",
        1250: "1,250",
        0.00001: "0.00001",
        -1234567.5: "−1,234,567.5",
        0.0: "0",
        3.10: "3.1",
    }
    assert {value: phrasing.exact(value) for value in told} == told
    assert (
        phrasing.exact(-20.9 * 1, 6),
        phrasing.exact(1 / 3, 4),
        phrasing.exact(None),
        phrasing.exact(float("nan")),
    ) == ("−20.9", "0.3333", phrasing.ABSENT, phrasing.ABSENT)


def test_no_writer_of_figures_knows_a_hyphen() -> None:
    """The house's minus is U+2212, as wide as a plus: below zero by a little, by much, in every unit and language."""
    units = {feature.unit for feature in BY_NAME.values()}
    for value in (-0.209, -1e-9, -5, -1234.5, -9.87e11, Decimal("-0.05")):
        said = [
            phrasing.number(value),
            phrasing.number(value, 3, sign=True),
            phrasing.money(value),
            phrasing.percent(value),
            phrasing.percent(value, 2, sign=True),
            phrasing.exact(value),
        ]
        said += [phrasing.against(value, 0.8), phrasing.percent_against(value, 0.1)]
        for language in ("zh", "en"):
            said += [
                phrasing.short(value, language),
                phrasing.short_money(value, "CNY", language),
                phrasing.percent_points(value, language),
            ]
            said += [feature_value(unit, value, "CNY", language) or "" for unit in units]
            said += [phrasing.scaled(value, phrasing.scale_of([value], language))]
        assert not any("-" in each for each in said), [each for each in said if "-" in each]
        for unit in units:
            told = bin_words(Bin("range", 1, 1, 0.0, low=float(value)), unit)
            assert "-" not in told.zh + told.en, (unit, told)


def test_what_is_not_nothing_never_reads_like_it_in_a_larger_unit() -> None:
    """One unit for a column, and every figure of it keeps it: a head that says M over 3.86 K misleads a thousandfold."""
    column = phrasing.scale_of([450_000_000, 320_000, 12, 0, None], "zh")
    said = [phrasing.scaled(v, column) for v in (450_000_000, 320_000, 12, 0, None)]
    assert said == ["4.50", "0.003", "<0.0001", "0.00", "—"]
    assert phrasing.scaled(-320_000, column, sign=True) == "−0.003" and phrasing.scaled(-12, column) == ">−0.0001"
    millions = phrasing.scale_of([45_000_000, 3_860], "en")
    assert [phrasing.scaled(v, millions, sign=True) for v in (45e6, 44_000, 3_860, 240, -960, -3, 3)] == [
        "+45.0", "+0.04", "+0.004", "+0.0002", "−0.0010", ">−0.0001", "<0.0001",
    ]  # fmt: skip
    assert phrasing.scaled(0.3, phrasing.scale_of([12], "zh")) == "0", "without a unit a figure is rounded as ever"


def test_bounds_never_look_alike() -> None:
    told = [phrasing.percent_exact(share) for share in (0.0, 0.001, 0.0012, 0.00125, 0.16, 1.0)]
    assert told == ["0.00%", "0.10%", "0.12%", "0.125%", "16.00%", "100.00%"]

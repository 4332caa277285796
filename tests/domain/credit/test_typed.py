"""Cut points as an analyst types them, in the unit the screen shows."""

from __future__ import annotations

import pytest

from domain.credit.typed import BadCut, cut_of


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("5", "share", 0.05), ("5%", "share", 0.05), (" 12.5 ％", "share", 0.125), ("-2", "rate", -0.02), ("−2%", "rate", -0.02),
        ("3.2万", "money", 32_000.0), ("1,500", "money", 1_500.0), ("1.5亿元", "money", 1.5e8), ("20k", "money", 20_000.0),
        ("1.5 M", "money", 1_500_000.0), ("-300元", "money", -300.0), ("30 天", "days", 30.0), ("30 days", "days", 30.0),
        ("6个月", "months", 6.0), ("2", "count", 2.0), ("0.5", "decimal", 0.5),
    ],
)  # fmt: skip
def test_read_in_the_unit_that_is_shown(text: str, unit: str, value: float) -> None:
    assert cut_of(text, unit) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "key"),
    [
        ("", "share", "number"), ("many", "money", "number"), ("nan", "days", "number"), ("inf", "money", "number"),
        ("万", "money", "number"), ("3万", "days", "number"), ("5%", "money", "number"), ("9" * 40, "money", "number"),
        ("-5", "share", "negative"), ("-1天", "days", "negative"), ("-1", "count", "negative"), ("5000", "share", "most"),
        ("99999999", "days", "most"), ("1_000", "count", "number"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(text: str, unit: str, key: str) -> None:
    with pytest.raises(BadCut) as wrong:
        cut_of(text, unit)
    assert (wrong.value.key, wrong.value.unit) == (key, unit)

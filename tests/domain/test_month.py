"""What made a KPI move, in words that stay true when its parts pull in both directions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.kpis import BY_NAME
from domain.month import LeagueSums, MonthSums, contribution_words

MONTHS = (date(2026, 9, 30), date(2026, 10, 31))


def _sums(east: int, west: int) -> MonthSums:
    """Two branches of 100 million each that change by so many million."""
    before, million = Decimal(100_000_000), Decimal(1_000_000)
    lines = tuple(
        LeagueSums(name, name, f"/{name}/", {"aum": before + change * million}, {"aum": before}, {})
        for name, change in (("East", east), ("West", west))
    )
    whole = {MONTHS[0]: {"aum": 2 * before}, MONTHS[1]: {"aum": 2 * before + (east + west) * million}}
    return MonthSums(MONTHS[1], MONTHS, whole, lines)


@pytest.mark.parametrize(
    ("east", "west", "zh", "en"),
    [
        (30, 10, "East是主因，占75%", "East made 75% of it"),
        (40, 0, "East是主因，占100%", "East made 100% of it"),
        (
            40,
            -10,
            "East是主因，增加4,000万元，其余合计减少1,000万元",
            "East up CNY 40.0 M, the others together down CNY 10.0 M",
        ),
        (
            10,
            -40,
            "West是主因，减少4,000万元，其余合计增加1,000万元",
            "West down CNY 40.0 M, the others together up CNY 10.0 M",
        ),
    ],
)
def test_the_main_cause_and_its_part(east: int, west: int, zh: str, en: str) -> None:
    sums = _sums(east, west)
    assert zh in str(contribution_words(sums, BY_NAME["aum"], "CNY", "zh", "-"))
    assert en in str(contribution_words(sums, BY_NAME["aum"], "CNY", "en", "-"))

"""Why contribution moved: it adds up to the cent, whatever moved; and the whale curve."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.contribution.bands import bands
from domain.contribution.change import Cell, change
from domain.contribution.curve import whale_curve

D = Decimal
CENTS = st.integers(-(10**9), 10**9).map(lambda n: D(n) / 100)
VOLUMES = st.integers(0, 10**11).map(lambda n: D(n) / 100)
CELLS = st.dictionaries(
    st.sampled_from(["demand", "time", "mortgage", "debit_card"]),
    st.builds(Cell, CENTS, VOLUMES, CENTS, VOLUMES, CENTS, VOLUMES),
)


def test_a_worked_change() -> None:
    """Deposits of 1,000 earn 10; loans of 1,000 earn 30. All grow by half; loans more; a customer comes, one goes."""
    before = {"demand": Cell(D("12"), D("1200")), "mortgage": Cell(D("30"), D("1000"))}
    now = {
        "demand": Cell(D("10.50"), D("1000"), lost=D("2"), lost_volume=D("200")),
        "mortgage": Cell(D("65"), D("2100"), won=D("5"), won_volume=D("100")),
    }
    found = change(now, before)
    assert (found.won, found.lost) == (D("5"), D("-2"))
    assert found.volume == D("20.00")  # 2,000 grew to 3,000 at 2 %
    assert found.mix == D("10.00")  # 1,000 at 1 % and 2,000 at 3 % instead of half and half
    assert found.margin == D("0.50")
    assert found.total == D("33.50")


@settings(max_examples=300, deadline=None)
@given(CELLS, CELLS)
def test_it_adds_up(now: dict[str, Cell], before: dict[str, Cell]) -> None:
    found = change(now, before)
    assert found.before + found.volume + found.margin + found.mix + found.won + found.lost == found.now
    assert found.before == sum((cell.contribution for cell in before.values()), start=D(0))
    assert found.now == sum((cell.contribution for cell in now.values()), start=D(0))


def test_nothing_moved() -> None:
    cells = {"demand": Cell(D("12.34"), D("999"))}
    found = change(cells, cells)
    assert (found.volume, found.margin, found.mix, found.won, found.lost, found.total) == (0,) * 6


@given(st.lists(st.integers(-(10**7), 10**9), min_size=1, max_size=300))
def test_the_whale_curve_ends_at_the_total_whatever_the_order(values: list[int]) -> None:
    found = whale_curve(np.array(values))
    assert found is not None
    assert found == whale_curve(np.array(values[::-1]))
    assert (found.points[0].cumulative, found.points[-1].cumulative) == (0, sum(values))
    assert found.peak.cumulative == sum(v for v in values if v > 0)
    assert (found.losing, found.lost) == (sum(v < 0 for v in values), sum(v for v in values if v < 0))


def test_no_customers_no_curve() -> None:
    assert whale_curve(np.array([], dtype=np.int64)) is None


def test_bands_by_what_is_brought() -> None:
    assert list(bands(np.array([50, 30, 20, -5, 0]))) == ["A", "B", "C", "D", "C"]
    assert list(bands(np.array([10, 10, 10, 10]))) == ["A"] * 4, "equal figures, equal bands"
    assert list(bands(np.array([-1, 0]))) == ["D", "C"]
    values = np.array([7, 3, 900, 3, -2, 55])
    order = np.array([3, 5, 1, 0, 4, 2])
    assert list(bands(values)[order]) == list(bands(values[order]))

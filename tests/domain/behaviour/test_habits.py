"""Habits packed and read again, and charts that add up to the customers behind them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from domain.behaviour import activity, habits
from domain.behaviour.measures import FREQUENCIES, Measure, measure_of, of_chances, of_flow, of_hours, of_uses
from domain.marketing.chances import packed, unpacked

MONTHS = [dt.date(2025 + (9 + n) // 12, (9 + n) % 12 + 1, 28) for n in range(13)]


@pytest.fixture(scope="module")
def flow() -> habits.Rows:
    rng = np.random.default_rng(2)
    rows = np.zeros(40, dtype=habits.FLOW)
    for name in ("own", "digital"):
        rows[name] = rng.integers(0, 30, (40, 13))
    for name in ("inflow", "outflow"):
        rows[name] = rng.integers(0, 10**14, (40, 13))  # a billion yuan and more stays exact
    rows["held"], rows["active"] = rng.integers(0, 1 << 13, 40), rng.integers(0, 1 << 13, 40)
    return rows


def test_what_is_packed_is_read_again(flow: habits.Rows) -> None:
    texts = [habits.packed(flow[:25]), habits.packed(flow[25:])]
    again = habits.unpacked(texts, habits.FLOW)
    assert (again == flow).all() and habits.unpacked(again, habits.FLOW) is again
    assert len(habits.unpacked([], habits.FLOW)) == 0
    with pytest.raises(ValueError, match="build the picture again"):
        habits.unpacked([habits.packed(flow[:1])], habits.USES)


def test_hours_are_exact_however_many_there_are() -> None:
    owner, slot, count = np.array([0, 0, 2]), np.array([5, 167, 9]), np.array([200_000, 1, 65_536])
    nobody = habits.packed_hours(owner[:0], slot[:0], count[:0], 3)
    found = habits.unpacked_hours([nobody, habits.packed_hours(owner, slot, count, 4)])
    assert found.customers == 7
    grid = np.bincount(found.owner * 168 + found.slot, found.count, 7 * 168).reshape(7, 168)
    assert grid[[3, 3, 5], [5, 167, 9]].tolist() == count.tolist() and grid.sum() == count.sum()
    some = found.of(np.array([1, 5]))
    assert (some.customers, set(some.owner), set(some.slot), some.count.sum()) == (2, {1}, {9}, 65_536)
    assert habits.unpacked_hours([]).customers == 0


def test_every_chart_is_the_sum_of_its_customers(flow: habits.Rows) -> None:
    told = activity.months_of(flow)
    for at, month in enumerate(MONTHS):
        figures = {"active": told[at].active, "own": told[at].own, "digital": told[at].digital}
        for kind, figure in figures.items():
            value, counts = of_flow(Measure(kind, f"{month:%Y-%m}"), flow, MONTHS)
            assert (counts.sum() if kind == "active" else value[counts].sum()) == figure
        for kind, amount in (("inflow", told[at].inflow), ("outflow", told[at].outflow)):
            value, counts = of_flow(Measure(kind, f"{month:%Y-%m}"), flow, MONTHS)
            assert activity.money(value[counts].sum()) == amount
    assert sum(activity.frequencies(flow).values()) == told[-1].customers
    uses = np.zeros(3, dtype=habits.USES)
    uses["channel"][:, 1], uses["spent"][:, 2] = [1, 2, 3], [5, 0, 7]
    uses["category"][:, 4] = [1, 2, 9]  # six of the third's went by none of the channels kept
    assert activity.year_of_uses(uses, "channel") == {habits.CHANNELS[1]: 6, habits.AUTOMATIC: 6}
    value, counts = of_uses(Measure("channel", habits.AUTOMATIC), uses)
    assert (value.tolist(), counts.tolist()) == ([0, 0, 6], [False, False, True])
    assert of_uses(Measure("spent", habits.CATEGORIES[2]), uses)[1].tolist() == [True, False, True]
    hours = habits.Hours(np.array([0, 2]), np.array([25, 25]), np.array([3, 4]), 3)
    assert activity.year_of_hours(hours)[1][1] == 7 == of_hours(Measure("slot", "1-1"), hours)[0].sum()
    shares = activity.digital_by(flow, ["a"] * 30 + ["b"] * 10)
    assert shares["b"] == (int(flow["digital"][30:, 1:].sum()), int(flow["own"][30:, 1:].sum()))


def test_offers_and_reasons_part_the_customers_without_the_family() -> None:
    chance = np.array([[0.05, 0.2], [-1, 0.1], [0.3, 0.25], [0.01, -1]])
    against = np.array([[0, 0], [3, 0], [0b101, 0], [0, 1]], dtype=np.uint8)
    told, mask = unpacked(packed(chance, against), 2)
    assert told.tolist() == [[50_000, 200_000], [-1, 100_000], [300_000, 250_000], [10_000, -1]]
    asked = {"families": ("fund", "wealth"), "reasons": ("risk_below", "risk_unknown", "no_consent")}

    def who(kind: str, part: str) -> list[int]:
        return np.flatnonzero(of_chances(Measure(kind, part), told, mask, **asked)[1]).tolist()  # type: ignore[arg-type]

    assert who("offer", "fund") == [0, 3] and who("first", "fund") == [3] and who("first", "wealth") == [0, 1, 2]
    assert who("against", "fund-risk_below") == [2] == who("against", "fund-no_consent")
    assert who("against", "wealth-risk_below") == [], "who holds it is not among those it stands against"
    assert who("offer", "mortgage") == [] == who("against", "fund-overdue")


@pytest.mark.parametrize(
    "name", ["", "own", "own:2019-01", "slot:7-1", "slot:1-24", "channel:post", "freq:4", "offer:x", "x:y"]
)
def test_a_name_that_means_nothing_is_none(name: str) -> None:
    assert measure_of(name, MONTHS) is None
    assert measure_of("own:2026-10", MONTHS) == Measure("own", "2026-10") and set(FREQUENCIES) >= {"0", "21"}

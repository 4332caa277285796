"""What monitoring raises although nothing has changed, counted; and that a drift is found in the month it begins."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from domain.credit.monitoring import (
    ACT,
    CHARACTERISTIC,
    GINI,
    SEASON,
    THRESHOLDS,
    Judgement,
    WatchedMonth,
    judge,
    moved_level,
    verdict,
)
from domain.credit.seasons import seasonal
from domain.credit.stability import CharacteristicShift, Shift, shift
from tests.domain.credit.drawn_months import NAMES, Size, drawn, judged_after, month_end

BANK = Size(customers=2_000, followed=1_050, rate=0.033)  # the demo bank of 5,000 customers
SEEDS, MONTHS = 20, 24


def test_false_alarms_are_as_rare_as_is_said() -> None:
    """20 banks of two years each without any change: docs/credit.md has the rates of many more."""
    raised: Counter[str] = Counter()
    months = 0
    for seed in range(SEEDS):
        for told in judged_after(*drawn(seed, BANK, MONTHS)):
            months += 1
            raised.update({one.measure for one in told if one.standing})
            raised["any"] += bool(verdict(told).standing)
    assert months == SEEDS * MONTHS
    assert raised["any"] <= THRESHOLDS.chance * months, raised
    assert raised[CHARACTERISTIC] == 0, "thresholds of size keep stability indices still at this size"


def test_small_counts_are_not_taken_for_a_change() -> None:
    """At 120 customers an index of 0.10 is nothing: what chance makes of it on average is taken off, and the rest must be beyond it."""
    rng, share = np.random.default_rng(3), np.full(10, 0.1)
    found = [shift(rng.multinomial(480, share), rng.multinomial(120, share), 120) for _ in range(400)]
    assert np.mean([one.index for one in found]) > 0.08 and sum(one.index >= 0.10 for one in found) > 40
    assert sum(moved_level(one, CHARACTERISTIC, len(NAMES)) != "stable" for one in found) <= 4
    assert abs(np.mean([shift(rng.multinomial(5_000, share), rng.multinomial(500, share)).index for _ in range(300)])
               / (9 * (1 / 5_000 + 1 / 500)) - 1) < 0.15  # fmt: skip


@pytest.mark.parametrize("begins", [0, 4])
def test_a_drift_is_found_in_the_month_it_begins(begins: int) -> None:
    for seed in range(10):
        found = judged_after(*drawn(100 + seed, BANK, 8, begins))
        alerts = [at for at, told in enumerate(found) if any(j.alert and j.name == NAMES[0] for j in told)]
        assert alerts == [begins], seed
        assert {verdict(told).level for told in found[begins:]} == {ACT}


def _of(found: list[tuple[Judgement, ...]], name: str) -> list[str]:
    return [next(j.level for j in told if j.name == name) for told in found]


def _with(lines: list[WatchedMonth], place: int, name: str, moved: Shift) -> None:
    parts = tuple(
        CharacteristicShift(c.name, moved, 0.0) if c.name == name else c for c in lines[place].shift.characteristics
    )
    lines[place] = replace(lines[place], shift=replace(lines[place].shift, characteristics=parts))


def test_a_season_is_no_drift() -> None:
    """A figure of three months that is high each December is like the December before; red packets are never judged."""
    known, lines = drawn(5, BANK, 24)
    usual = (1_000, 1_000)
    for place in range(len(lines)):
        busy = lines[place].shift.month.month == 12
        _with(lines, place, "inflow_3m", shift(usual, (400, 1_600) if busy else usual))
        _with(lines, place, "share_category_red_packet", shift(usual, (100, 1_900)))
    assert seasonal("inflow_3m") and not seasonal("deposits") and not seasonal("aum_avg_12m")
    found = judged_after(known, lines)
    assert set(_of(found, "inflow_3m")) == {"stable"} and set(_of(found, "share_category_red_packet")) == {SEASON}
    assert not any(j.standing for told in found for j in told if j.measure == CHARACTERISTIC)
    _with(lines, 20, "inflow_3m", shift(usual, (400, 1_600)))  # in a September, which is like no September
    assert _of(judged_after(known, lines), "inflow_3m")[8] == ACT


def test_what_grows_from_year_to_year_is_no_other_definition_and_a_break_is() -> None:
    """Deposits off the card, a fiftieth more in the upper half each month; then, in one month, four fifths less."""
    known, lines = drawn(5, BANK, 24)
    usual = (1_000, 1_000)
    for place, line in enumerate(lines):
        upper = 1_000 + 20 * max(place - 8, 0)
        moved = shift(usual, (2_000 - upper, upper) if place < 34 else (1_800, 200))
        others = (*line.shift.others, CharacteristicShift("deposits_by_system", moved, 0.0))
        lines[place] = replace(line, shift=replace(line.shift, others=others))
    levels = _of(judged_after(known, lines), "deposits_by_system")
    assert lines[33].shift.others[-1].shift.net > 0.2  # far from the development, and no break
    assert levels[:-2] == ["stable"] * 22 and levels[-2:] == [ACT, ACT]


def test_a_gini_of_the_development_is_not_judged_and_a_later_one_is_when_it_is_known() -> None:
    known, lines = drawn(8, BANK, 15)
    told = judge(lines, replace(known, gini=replace(known.gini, value=0.95, low=0.94, high=0.96)))
    judged = [
        (line.shift.month, j) for line, found in zip(lines, told, strict=True) for j in found if j.measure == GINI
    ]
    judged = [pair for pair in judged if pair[1].level != "taught"]
    assert [(month, one.of) for month, one in judged] == [(month_end(24 + n), month_end(12 + n)) for n in range(3)]
    assert {one.level for _, one in judged} == {ACT} and judged[0][1].since == date(2026, 1, 31)

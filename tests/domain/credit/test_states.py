"""States of arrears: they lean to each other and not to everybody, and a card tells of them what was seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from domain.credit.binning import CARD_BINS, Binning
from domain.credit.bins import bins_of
from domain.credit.run import Development, ScorecardParameters, develop
from domain.credit.workbench import Rows, trial

STATES = (1.0, 2.0, 3.0)
Counted = tuple[tuple[int, int], ...]  # rows and bad of who missed 0, 1, 2, 3
BANK: Counted = ((5_472, 90), (153, 22), (31, 12), (22, 11))  # of a demo bank of 5,000


def _binned(counted: Counted, people: int | None = None) -> Binning:
    values = np.repeat([0.0, *STATES], [rows for rows, _ in counted])
    bad = np.concatenate([np.arange(rows) < bads for rows, bads in counted]).astype(int)
    whose = None if people is None else np.arange(len(bad)) % people
    return bins_of(pd.Series(values), bad, "x", CARD_BINS, direction="riskier", specials=STATES, step=1.0, whose=whose)[
        0
    ]


def _rates(found: Binning, counted: Counted) -> list[float]:
    """The share of bad each bin's weight stands for."""
    rows, bads = (sum(part) for part in zip(*counted, strict=True))
    base = np.log((rows - bads) / bads)
    return [float(expit(-base - b.woe)) for b in found.bins[:4]]


def test_a_state_of_few_leans_to_the_state_before_it_and_not_to_everybody() -> None:
    rates = _rates(_binned(BANK), BANK)
    for told, (rows, bads) in zip(rates[1:], BANK[1:], strict=True):
        assert told == pytest.approx(bads / rows, rel=0.2)  # leaning to everybody, three behind stood for 18 % of 50 %
    assert rates == sorted(rates)
    # Five customers seen again and again are fewer than as many rows: they lean more.
    assert _rates(_binned(BANK, people=1_000), BANK)[3] <= rates[3]


def test_a_bin_nobody_turned_bad_in_weighs_by_customers_and_not_by_how_often_they_were_seen() -> None:
    values, bad = np.repeat([5.0, 50.0], [4_800, 800]), np.zeros(5_600, int)
    bad[:135] = 1
    once, often = (
        bins_of(pd.Series(values), bad, "x", CARD_BINS, direction="safer", step=1.0, whose=whose)[0].bins[-2]
        for whose in (np.arange(5_600), np.arange(5_600) // 4)
    )
    assert once.bad == often.bad == 0 < often.woe < once.woe
    # 0 of 200 customers, with one bad among them by the way of leaning: not 0 of 800.
    assert often.woe == pytest.approx(np.log((200 + 41.5 * 0.976) / 1.0 * 135 / 5_465), abs=0.05)


def test_states_that_differ_by_chance_only_weigh_nothing() -> None:
    found = _binned(((5_000, 100), (100, 3), (10, 0), (4, 0)))
    assert [b.woe for b in found.bins[1:4]] == [0.0, 0.0, 0.0]


@settings(max_examples=100, deadline=None)
@given(st.tuples(*(st.tuples(st.integers(0, 40), st.integers(0, 40)) for _ in STATES)))
def test_a_worse_state_is_never_better(drawn: tuple[tuple[int, int], ...]) -> None:
    weights = [b.woe for b in _binned(((3_000, 60), *((rows, min(bads, rows)) for rows, bads in drawn))).bins[:4]]
    assert weights[1:] == sorted(weights[1:], reverse=True) and weights[0] >= weights[1]


def _book(seed: int = 3) -> tuple[pd.DataFrame, np.ndarray, pd.DataFrame]:
    """A sample where few are behind, and much else tells a little."""
    rng = np.random.default_rng(seed)
    rows = 4_000
    missed = rng.choice([0.0, *STATES], rows, p=[0.955, 0.027, 0.01, 0.008])
    wealth, burden = rng.lognormal(9, 1.2, rows), np.round(rng.beta(2, 5, rows), 3)
    odds = (
        -4.2 + np.array([0.0, 2.2, 3.4, 4.5])[missed.astype(int)] - 0.5 * (np.log(wealth) - 9) + 2.0 * (burden - 0.28)
    )
    bad = (rng.random(rows) < expit(odds)).astype(int)
    table = pd.DataFrame(
        {
            "customer_id": np.arange(rows),
            "missed_instalments": missed,
            "aum": np.round(wealth, -2),
            "instalment_burden": burden,
        }
    )
    between = (bad == 0) & (rng.random(rows) < np.array([0.01, 0.1, 0.2, 0.2])[missed.astype(int)])
    return table[~between], bad[~between], table[between]


@pytest.fixture(scope="module")
def made() -> tuple[Development, pd.DataFrame, np.ndarray, pd.DataFrame]:
    table, bad, between = _book()
    return develop(table, bad, ScorecardParameters(repeats=1, redraws=2), 5, between), table, bad, between


def test_a_card_tells_of_each_state_what_was_seen_of_it(
    made: tuple[Development, pd.DataFrame, np.ndarray, pd.DataFrame],
) -> None:
    found, table, bad, between = made
    card, everybody = found.scorecard, pd.concat([table, between])
    fell = np.concatenate([bad, np.zeros(len(between))])
    told = card.scaling.probability(card.score_of(everybody))
    one = next(c for c in card.characteristics if c.name == "missed_instalments")
    points = dict(zip((b.value for b in one.binning.bins if b.kind == "special"), one.points[1:4], strict=True))
    assert one.points[0] > points[1.0] >= points[2.0] >= points[3.0]
    for state in STATES:
        there = everybody["missed_instalments"].to_numpy() == state
        # One bad customer more or less, which is what a state leans by.
        assert abs(told[there].sum() - fell[there].sum()) < 1.2
    assert told.mean() == pytest.approx(fell.mean(), rel=0.02)


def test_bins_tried_by_hand_have_the_points_of_states_that_the_card_has(
    made: tuple[Development, pd.DataFrame, np.ndarray, pd.DataFrame],
) -> None:
    found, table, bad, _ = made
    card, figures = found.scorecard, found.metrics
    kept, rows = table[list(card.names)], Rows(bad, whose=np.arange(len(bad)))
    rates = (figures.shrinkage, card.long_run_rate, card.scaling.steeper)
    with_them, without = (trial(kept, rows, {}, *rates, states).card for states in (figures.states, ()))
    ours, theirs, plain = (
        next(c.points for c in one.characteristics if c.name == "missed_instalments")
        for one in (card, with_them, without)
    )
    assert ours == theirs != plain

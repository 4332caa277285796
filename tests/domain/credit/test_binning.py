"""Weights of evidence and bins: worked by hand, and the laws they keep."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.credit.binning import BinningRules, bin_characteristic, round_between
from domain.credit.partition import best_cuts, segments
from domain.credit.woe import information_value, woe

RULES = BinningRules()


def test_woe_and_iv_by_hand() -> None:
    good, bad = np.array([90, 10]), np.array([5, 5])
    assert woe(good, bad) == pytest.approx([np.log((90 / 100) / (5 / 10)), np.log((10 / 100) / (5 / 10))])
    assert information_value(good, bad, 0.0) == pytest.approx(0.4 * np.log(1.8) + (-0.4) * np.log(0.2))
    assert woe(np.array([10, 0]), np.array([10, 0])).tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="0 bad rows"):
        woe(np.array([5]), np.array([0]))


def test_smoothing_keeps_an_empty_side_finite_and_leans_to_average() -> None:
    good, bad = np.array([50, 50]), np.array([0, 10])
    free, held = woe(good, bad, 0.1), woe(good, bad, 11.0)
    assert np.isfinite(free).all() and 0 < held[0] < free[0]


def _best_by_trying(total: np.ndarray, bad: np.ndarray, least: float, price: float, rising: bool) -> float:
    """Every partition there is; the worth of the best that is monotone."""

    def worth(i: int, j: int) -> tuple[float, float]:
        n, b = total[i:j].sum(), bad[i:j].sum()
        if n < least:
            return -np.inf, 0.0
        parts = [x * np.log(x) for x in (b, n - b) if x > 0]
        return sum(parts) - n * np.log(n) - price, b / n

    best, size = -np.inf, len(total)
    for count in range(size):
        for cuts in itertools.combinations(range(1, size), count):
            bins = [worth(i, j) for i, j in itertools.pairwise((0, *cuts, size))]
            rates = [r for _, r in bins]
            if rates == sorted(rates, reverse=not rising):
                best = max(best, sum(w for w, _ in bins))
    return best


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30), st.floats(0, 1)), min_size=1, max_size=8), st.booleans())
def test_the_partition_is_the_best_there_is(groups: list[tuple[int, float]], rising: bool) -> None:
    total = np.array([n for n, _ in groups])
    bad = np.array([round(n * share) for n, share in groups])
    found = segments(total, bad, 5.0, 0.3, 1e-9)
    answer = best_cuts(found, ("rising" if rising else "falling",))
    expected = _best_by_trying(total, bad, 5.0, 0.3, rising)
    if answer is None:
        assert expected == -np.inf
        return
    edges = (0, *answer[0], len(total))
    got = sum(found.worth[i, j - 1] for i, j in itertools.pairwise(edges))
    assert got == pytest.approx(expected, abs=1e-6)


def test_one_turn_is_found_where_it_is_allowed() -> None:
    total, bad = np.full(7, 100), np.array([5, 20, 40, 60, 40, 20, 5])
    found = segments(total, bad, 35.0, 0.1, 1.0)
    assert best_cuts(found, ("rising", "falling", "peak", "valley")) == ((1, 2, 3, 4, 5, 6), "peak")
    assert best_cuts(segments(total, 100 - bad, 35.0, 0.1, 1.0), ("peak", "valley"))[1] == "valley"


def _sample(n: int = 2000, seed: int = 0) -> tuple[pd.Series, np.ndarray]:
    rng = np.random.default_rng(seed)
    values = np.round(rng.lognormal(8, 1, n), 2)
    return pd.Series(values), (rng.random(n) < 0.5 / (1 + values / 3000)).astype(int)


def test_bins_are_monotone_at_least_five_percent_and_read_well() -> None:
    values, bad = _sample()
    found = bin_characteristic(values, bad, "x", RULES)
    ranges = [b for b in found.bins if b.kind == "range"]
    assert found.trend == "falling" and len(ranges) > 3
    assert all(b.rows >= 100 for b in ranges)
    assert (np.diff([b.woe for b in ranges]) > 0).all()
    assert sum(b.rows for b in found.bins) == len(values) and sum(b.bad for b in found.bins) == bad.sum()
    assert all(len(f"{cut:g}") <= 6 for cut in found.cuts)


@pytest.mark.parametrize("change", [np.log, np.sqrt, lambda x: 3 * x + 7, lambda x: x**3])
def test_a_rising_transformation_keeps_the_partition(change: object) -> None:
    values, bad = _sample()
    before = bin_characteristic(values, bad, "x", RULES)
    after = bin_characteristic(change(values), bad, "x", RULES)  # type: ignore[operator]
    assert (before.assign(values) == after.assign(change(values))).all()  # type: ignore[operator]
    assert before.iv == after.iv


def test_row_order_does_not_matter() -> None:
    values, bad = _sample()
    order = np.random.default_rng(1).permutation(len(values))
    assert bin_characteristic(values.iloc[order], bad[order], "x", RULES) == bin_characteristic(values, bad, "x", RULES)


def test_missing_and_special_values_have_bins_of_their_own() -> None:
    values, bad = _sample()
    values[:200], values[200:260] = np.nan, -9
    found = bin_characteristic(values, bad, "x", RULES, specials=(-9, -8))
    kinds = [(b.kind, b.rows) for b in found.bins[-3:]]
    assert kinds == [("special", 60), ("special", 0), ("missing", 200)]
    assert found.bins[-2].woe == 0.0
    last = len(found.bins) - 1
    assert found.assign(pd.Series([np.nan, -9.0, -8.0])).tolist() == [last, last - 2, last - 1]
    assert all(b.low is None or b.low > 0 for b in found.bins if b.kind == "range")


def test_a_declared_direction_is_kept_even_against_the_sample() -> None:
    values, bad = _sample()
    assert bin_characteristic(values, bad, "x", RULES, direction="riskier").cuts == ()
    with pytest.raises(ValueError, match="must be one of"):
        bin_characteristic(values, bad, "x", RULES, direction="up")


def test_words_are_grouped_by_bad_rate_and_unknown_words_are_other() -> None:
    words = pd.Series(np.repeat(["own", "rent", "free", "odd"], [500, 300, 199, 1]))
    bad = np.concatenate([np.arange(n) % 10 < r for n, r in ((500, 1), (300, 3), (199, 3), (1, 9))]).astype(int)
    found = bin_characteristic(words, bad, "housing", RULES)
    assert [b.words for b in found.bins if b.kind == "words"] == [("own",), ("free", "rent")]
    assert found.bins[-2].rows == 1
    codes = found.assign(pd.Series(["own", "never seen", None]))
    assert codes.tolist() == [0, 2, 3] and found.bins[3].woe == 0.0


def test_a_code_list_of_noise_is_not_believed() -> None:
    rng = np.random.default_rng(0)
    words = pd.Series(rng.integers(0, 60, 1500).astype(str))
    assert bin_characteristic(words, (rng.random(1500) < 0.2).astype(int), "branch", RULES).iv < 0.02


def test_an_infinite_value_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="income holds an infinite"):
        bin_characteristic(pd.Series([1.0, np.inf]), np.array([0, 1]), "income", RULES)


@settings(max_examples=100, deadline=None)
@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e6))
def test_a_readable_cut_lies_between(low: float, gap: float) -> None:
    high = low + gap
    if high > low:
        assert low < round_between(low, high) <= high


def test_the_readable_cut_is_short() -> None:
    assert [round_between(*pair) for pair in ((9.3, 17.2), (0.1234, 0.1301), (999.0, 1001.0), (-3.0, 4.0))] == [
        10.0, 0.13, 1000.0, 0.0,
    ]  # fmt: skip

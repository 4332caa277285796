"""A bank's card is cut at numbers that people say, and what a figure says nothing about wins no points by chance."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.credit.binning import CARD_BINS, Binning, BinningRules, bin_characteristic
from domain.credit.bins import bins_of
from domain.credit.estimator import ScorecardClassifier
from domain.credit.round_cuts import STEPS, round_cuts
from domain.credit.run import ScorecardParameters, develop

DRAWN = {
    "share": lambda rng, n: rng.beta(0.4, 1, n),
    "rate": lambda rng, n: rng.lognormal(0, 1, n),
    "money": lambda rng, n: np.round(rng.lognormal(9, 1.2, n), 2),
    "count": lambda rng, n: rng.poisson(3, n).astype(float),
    "months": lambda rng, n: rng.lognormal(1.5, 1.2, n),
}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(DRAWN)), st.integers(0, 10_000), st.integers(80, 1_500))
def test_cuts_are_whole_steps_and_every_bin_is_what_the_page_says(unit: str, seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    values = DRAWN[unit](rng, size)
    bad = (rng.random(size) < 0.4 * values.argsort().argsort() / size).astype(int)
    bad[:2] = 0, 1
    found = bin_characteristic(pd.Series(values), bad, "x", CARD_BINS, direction="riskier", step=STEPS[unit])
    ranges = [b for b in found.bins if b.kind == "range"]
    for cut in found.cuts:
        assert cut / STEPS[unit] == pytest.approx(round(cut / STEPS[unit]), abs=1e-6)
    for one in ranges:  # counted by the cuts that are told, none of them empty or under its size
        inside = np.ones(size, bool) if one.low is None else values >= one.low
        inside &= np.ones(size, bool) if one.high is None else values < one.high
        assert (one.rows, one.bad) == (inside.sum(), bad[inside].sum())
        assert one.rows >= CARD_BINS.least_share * size
    assert all(
        after <= before + 1e-9 for before, after in pairwise(b.woe for b in ranges)
    )  # equal bins, summed otherwise
    assert sum(b.rows for b in found.bins) == size


def test_a_narrow_figure_is_cut_finer_and_a_whole_one_is_not() -> None:
    rng = np.random.default_rng(0)
    rates = np.sort(rng.normal(0.045, 0.004, 4_000))
    cuts = round_cuts(rates, 50, STEPS["rate"])
    assert len(cuts) > 10 and np.allclose(cuts * 2_000, np.round(cuts * 2_000))  # 0.05 per cent
    assert round_cuts(np.sort(rng.integers(0, 4, 500).astype(float)), 50, 1.0).tolist() == [1.0, 2.0, 3.0]
    assert len(round_cuts(np.full(9, 3.2), 50, 100.0)) == 0
    between = round_cuts(np.array([0.0, 2_020.0, 2_040.0, 9_000.0]), 50, 100.0)  # 2,020 and 2,040 cannot be told apart
    assert between.tolist() == [2_000.0, 5_000.0]


def test_rounding_is_asked_for_and_never_done_unasked() -> None:
    rng = np.random.default_rng(3)
    values = pd.DataFrame({"x": rng.lognormal(9, 1, 4_000)})
    bad = (rng.random(4_000) < 0.5 / (1 + values["x"] / 8_000)).astype(int)
    exact = ScorecardClassifier(bad=1).fit(values, bad).scorecard_.characteristics[0].binning
    rounded = ScorecardClassifier(BinningRules(rounded=True), bad=1, steps={"x": 1_000.0}).fit(values, bad)
    cuts = rounded.scorecard_.characteristics[0].binning.cuts
    assert cuts and all(cut % 1_000 == 0 for cut in cuts) and any(cut % 100 for cut in exact.cuts)
    assert abs(rounded.scorecard_.characteristics[0].binning.iv - exact.iv) < 0.05 * exact.iv
    with pytest.raises(ValueError, match="steps names y"):
        ScorecardClassifier(steps={"y": 1.0}).fit(values, bad)


def test_a_banks_card_is_rounded_and_hand_made_cuts_stay_as_typed() -> None:
    rng = np.random.default_rng(5)
    risk = rng.normal(size=3_000)
    table = pd.DataFrame({
        "utilisation": 1 / (1 + np.exp(-risk - rng.normal(size=3_000))), "deposits": np.exp(9 - risk + rng.normal(size=3_000)),
    })  # fmt: skip
    bad = (rng.random(3_000) < 1 / (1 + np.exp(2 - 1.5 * risk))).astype(int)
    made = develop(table, bad, ScorecardParameters(repeats=1, redraws=5), 1)
    assert set(made.scorecard.names) == set(table)
    for one in made.scorecard.characteristics:
        assert all(cut % (0.005 if one.name == "utilisation" else 100) == pytest.approx(0, abs=1e-9) or
                   -1e-9 < cut % 0.005 - 0.005 < 1e-9 for cut in one.binning.cuts), one.binning.cuts  # fmt: skip
    typed = {"utilisation": {"cuts": [0.1234]}}
    by_hand = develop(table, bad, ScorecardParameters(repeats=1, redraws=5, bins=typed), 1).scorecard
    assert next(c.binning.cuts for c in by_hand.characteristics if c.name == "utilisation") == (0.1234,)


def _apart(lent: tuple[int, int], none: tuple[int, int], people: int | None = None) -> Binning:
    """Utilisation: (rows, bad) of who hardly uses a limit and of who has none; half as many use it up."""
    used = lent[0] // 2
    values = np.repeat([0.05, 0.9, np.nan], [lent[0], used, none[0]])
    bad = np.concatenate([np.arange(n) < k for n, k in (lent, (used, max(used // 6, 1)), none)]).astype(int)
    whose = None if people is None else np.arange(len(bad)) % people
    return bins_of(pd.Series(values), bad, "x", CARD_BINS, direction="riskier", step=0.005, whose=whose)[0]


def test_who_has_no_limit_is_no_better_than_who_hardly_uses_one_unless_beyond_chance() -> None:
    alike = _apart((2_000, 60), (2_000, 55))
    assert alike.bins[-1].woe == alike.bins[0].woe > 0  # 2.75 % against 3 %: chance
    assert (
        _apart((2_000, 60), (2_000, 20)).bins[-1].woe > _apart((2_000, 60), (2_000, 20)).bins[0].woe
    )  # 1 %: not chance
    # The same rows of a fifth as many customers are five times less sure.
    seen_again = _apart((2_000, 60), (2_000, 38), people=1_000)
    assert seen_again.bins[-1].woe == seen_again.bins[0].woe
    worse = _apart((2_000, 60), (2_000, 300))
    assert worse.bins[-1].woe < 0 < worse.bins[0].woe


@settings(max_examples=150, deadline=None)
@example("riskier", 688, 60, 0, 0)
@given(
    st.sampled_from(("safer", "riskier")), st.integers(0, 10_000), st.integers(60, 900), st.integers(0, 300),
    st.integers(0, 40),
)  # fmt: skip
def test_the_law_of_bins_apart(direction: str, seed: int, known: int, missing: int, coded: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.concatenate([np.round(rng.random(known), 2), np.full(missing, np.nan), np.full(coded, -9.0)])
    bad = (rng.random(len(values)) < rng.uniform(0.05, 0.5)).astype(int)
    bad[:2] = 0, 1
    plain, _ = bins_of(pd.Series(values), bad, "x", BinningRules(rounded=True), direction=direction, specials=(-9.0,))
    held, codes = bins_of(pd.Series(values), bad, "x", CARD_BINS, direction=direction, specials=(-9.0,))
    ranges = [b for b in held.bins if b.kind == "range"]
    safest = ranges[0] if direction == "riskier" else ranges[-1]
    for before, after in zip(plain.bins, held.bins, strict=True):
        assert (before.rows, before.bad, before.low, before.high) == (after.rows, after.bad, after.low, after.high)
        if after.kind == "range":
            assert after.woe == before.woe or (after == safest and after.woe >= before.woe)
        elif after.woe > safest.woe:  # better than the safest: only where chance alone would rarely make it so
            assert after.rows and after.bad / after.rows < safest.bad / safest.rows
        elif after.woe != safest.woe:  # never further from neutral than it was counted
            assert abs(after.woe) <= abs(before.woe) + 1e-12
    steps = [b.woe for b in (ranges if direction == "riskier" else ranges[::-1])]
    assert (np.diff(steps) <= 1e-12).all(), "bins of one rate may differ in the last digit"
    assert (held.weights.take(codes) == np.array([b.woe for b in held.bins]).take(codes)).all()


def test_a_worse_state_is_at_most_as_good_as_the_one_before() -> None:
    values = np.repeat([0.0, 1.0, 2.0, 3.0], [3_000, 60, 4, 2])
    bad = np.zeros(len(values), int)
    bad[:60], bad[3_000:3_020] = 1, 1  # of those two and three behind nobody defaulted: too few to be better
    found, _ = bins_of(pd.Series(values), bad, "x", CARD_BINS, direction="riskier", specials=(1.0, 2.0, 3.0), step=1.0)
    none, one, two, three, _missing = (b.woe for b in found.bins)
    assert none > 0 > one == two == three


def test_nothing_is_held_back_on_any_other_table() -> None:
    values = pd.Series(np.where(np.arange(400) % 4 == 0, np.nan, np.arange(400.0)))
    bad = (np.arange(400) % 3 == 0).astype(int)
    plain, _ = bins_of(values, bad, "x", BinningRules(), direction="riskier")
    assert plain == bin_characteristic(values, bad, "x", BinningRules(), direction="riskier")

"""PDs against probabilities that are known: rows between good and bad set the level, and states of arrears stand apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from domain.credit.binning import Bin, Binning
from domain.credit.characteristics import BY_NAME
from domain.credit.reasons import bin_words
from domain.credit.run import Development, ScorecardParameters, develop
from domain.credit.workbench import Rows, bins_at, trial

ROWS = 6_000
PLAIN = replace(ScorecardParameters(), characteristics=("missed_instalments", "aum_to_instalments"), redraws=2)


def drawn(seed: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """A book with few in arrears: (features, true probability of default, what became: 0 good, 1 bad, 2 between)."""
    rng = np.random.default_rng(seed)
    missed = np.where(rng.random(ROWS) < 0.04, rng.integers(1, 4, ROWS), 0).astype(float)
    buffer = np.exp(rng.normal(2, 1, ROWS))
    chance = 1 / (1 + np.exp(3.2 + 0.6 * np.log(buffer) - 1.2 * missed))
    u = rng.random(ROWS)
    became = np.where(u < chance, 1, np.where((u < chance + 0.3) & (missed > 0), 2, 0))
    return pd.DataFrame({"missed_instalments": missed, "aum_to_instalments": np.round(buffer, 3)}), chance, became


@pytest.fixture(scope="module")
def book() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    return drawn(3)


def made(book: tuple[pd.DataFrame, np.ndarray, np.ndarray], *, calibrated: bool) -> Development:
    table, _, became = book
    between = table[became == 2] if calibrated else None
    return develop(table[became < 2], became[became < 2], PLAIN, 5, between)


def _but_for_states(one: Development) -> list[Binning]:
    """Bins and weights of evidence; those of states have a level of their own."""
    return [
        replace(c.binning, bins=tuple(replace(b, woe=0.0) if b.kind == "special" else b for b in c.binning.bins))
        for c in one.scorecard.characteristics
    ]


def test_who_is_between_good_and_bad_teaches_levels_and_nothing_else(
    book: tuple[pd.DataFrame, np.ndarray, np.ndarray],
) -> None:
    table, chance, became = book
    with_them, without = made(book, calibrated=True), made(book, calibrated=False)
    assert _but_for_states(with_them) == _but_for_states(without)
    assert with_them.metrics.auc == without.metrics.auc and with_them.metrics.rows == without.metrics.rows
    assert with_them.scorecard.long_run_rate == pytest.approx((became == 1).mean(), abs=1e-9)
    late = table["missed_instalments"].to_numpy() > 0
    true = chance[late].mean()
    told, bold = (
        one.scorecard.scaling.probability(one.scorecard.score_of(table))[late].mean() for one in (with_them, without)
    )
    assert abs(told - true) < abs(bold - true) and bold > true


def test_a_trial_of_the_same_bins_has_the_points_of_the_card_that_was_developed(
    book: tuple[pd.DataFrame, np.ndarray, np.ndarray],
) -> None:
    """The base too, which follows from the level of the PD: with those between good and bad, as the development finds it."""
    table, _, became = book
    one, there = made(book, calibrated=True), became < 2
    card, rows = one.scorecard, Rows(became[there], between=table[became == 2])
    rates = (one.metrics.shrinkage, card.long_run_rate, card.scaling.steeper, one.metrics.states)
    seen = table.loc[there, list(card.names)]
    same, without = (trial(seen, each, {}, *rates).card for each in (rows, replace(rows, between=None)))
    assert same.base_points == card.base_points > without.base_points
    assert [c.points for c in same.characteristics] == [c.points for c in card.characteristics]


def test_every_state_of_arrears_has_a_bin_of_its_own_however_few(
    book: tuple[pd.DataFrame, np.ndarray, np.ndarray],
) -> None:
    card = made(book, calibrated=True).scorecard
    arrears = next(c for c in card.characteristics if c.name == "missed_instalments")
    states = {
        b.value: (b.rows, p) for b, p in zip(arrears.binning.bins, arrears.points, strict=True) if b.kind == "special"
    }
    assert tuple(states) == BY_NAME["missed_instalments"].states == (1.0, 2.0, 3.0)
    assert all(0 < rows < 0.05 * ROWS for rows, _ in states.values())
    assert arrears.best > states[1.0][1] > states[2.0][1] > states[3.0][1]
    table, _, became = book
    there = became < 2
    by_hand = bins_at(table["missed_instalments"][there], Rows(became[there]), "missed_instalments")
    assert [b.value for b in by_hand.bins if b.kind == "special"] == [1.0, 2.0, 3.0]


def test_a_state_is_not_called_a_special_value() -> None:
    state, code = (Bin("special", 9, 3, -1.0, value=value) for value in (2.0, -9.0))
    assert (bin_words(state, "count").zh, bin_words(state, "count").en) == ("为2", "is 2")
    assert (bin_words(code, "count").zh, bin_words(code, "count").en) == ("为特殊值−9", "is the special value −9")

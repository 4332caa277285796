"""A second slope among the safer: found where it is, not by chance, and not in one customer seen many times."""

from __future__ import annotations

import numpy as np
import pytest

from domain.credit.straightness import SAFER_FROM, chances_at, lines_of
from domain.credit.woe import Counts, Floats


def _drawn(seed: int, rows: int, steeper: float) -> tuple[Floats, Counts]:
    """Log odds of good of a card, and outcomes that follow them along a line, or steeper above their lowest three tenths."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(3.0, 1.5, rows)
    true = odds + (steeper - 1) * np.maximum(odds - np.quantile(odds, SAFER_FROM), 0)
    return odds, (rng.random(rows) < 1 / (1 + np.exp(true))).astype(np.int64)


def test_a_steeper_end_is_found_and_makes_the_chances_true() -> None:
    odds, bad = _drawn(1, 60_000, 1.6)
    slope, steeper = lines_of([odds], np.empty(0), bad, None)
    assert slope == pytest.approx(1.0, abs=0.06)
    assert steeper == pytest.approx(1.6, abs=0.25)
    safest = odds > np.quantile(odds, 0.8)
    seen = bad[safest].mean()
    assert chances_at(odds, bad, steeper)[safest].mean() == pytest.approx(seen, rel=0.2)
    assert chances_at(odds, bad, 1.0)[safest].mean() > 1.5 * seen


def _second(seed: int, rows: int, steeper: float) -> float:
    odds, bad = _drawn(seed, rows, steeper)
    return lines_of([odds], np.empty(0), bad, None)[1]


def test_a_line_stays_a_line_but_for_what_chance_gives_and_that_is_leaned_to_it() -> None:
    found = [_second(seed, 4_000, 1.0) for seed in range(60)]
    assert sum(one != 1 for one in found) <= 18, "z over 1 in 16 % of 60 is 10"
    assert np.mean(found) < 1.1


def test_a_bend_that_is_there_counts_by_how_sure_it_is() -> None:
    few, many = ([_second(seed, rows, 1.5) for seed in range(40)] for rows in (4_000, 30_000))
    assert 1.15 < np.mean(few) < np.mean(many)
    assert np.mean(many) == pytest.approx(1.5, abs=0.1)


def test_a_flatter_end_is_left_as_it_is() -> None:
    assert _second(1, 60_000, 0.6) == 1


def test_one_customer_seen_often_is_no_evidence() -> None:
    odds, bad = _drawn(3, 400, 1.3)
    people = np.arange(len(odds))
    once = lines_of([odds], np.empty(0), bad, people)
    often, outcomes = np.tile(odds, 30), np.tile(bad, 30)
    assert lines_of([often], np.empty(0), outcomes, np.tile(people, 30)) == pytest.approx(once, abs=0.02)
    assert lines_of([often], np.empty(0), outcomes, None)[1] > once[1] + 0.1


def test_rows_between_good_and_bad_did_not_default() -> None:
    odds, bad = _drawn(2, 4_000, 1.0)
    alone, _ = lines_of([odds], np.empty(0), bad, None)
    beside, _ = lines_of([odds], np.full(400, -1.0), bad, np.arange(4_400))
    assert beside < alone

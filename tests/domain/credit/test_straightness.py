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


def test_a_line_stays_a_line_at_the_rate_of_the_test() -> None:
    bent = [
        seed
        for seed in range(60)
        if lines_of([_drawn(seed, 4_000, 1.0)[0]], np.empty(0), _drawn(seed, 4_000, 1.0)[1], None)[1] != 1
    ]
    assert len(bent) <= 8, "5 % of 60 is 3"


def test_one_customer_seen_often_is_no_evidence() -> None:
    odds, bad = next(
        (odds, bad)
        for seed in range(200)
        for odds, bad in [_drawn(seed, 400, 1.3)]
        if lines_of([odds], np.empty(0), bad, None)[1] == 1
    )
    often, whose = np.tile(odds, 30), np.tile(np.arange(len(odds)), 30)
    assert lines_of([often], np.empty(0), np.tile(bad, 30), None)[1] != 1
    assert lines_of([often], np.empty(0), np.tile(bad, 30), whose)[1] == 1


def test_rows_between_good_and_bad_did_not_default() -> None:
    odds, bad = _drawn(2, 4_000, 1.0)
    alone, _ = lines_of([odds], np.empty(0), bad, None)
    beside, _ = lines_of([odds], np.full(400, -1.0), bad, np.arange(4_400))
    assert beside < alone

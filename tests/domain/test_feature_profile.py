"""How a feature is told: missing apart, bars that count everybody, drift by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from domain.canonical import BY_NAME as TABLES
from domain.catalogue import FEATURE_NAMES, SHARE_CHANNELS
from domain.feature_meanings import TABLE_WORDS, meaning, sources
from domain.feature_profile import BARS, profile


def test_by_hand() -> None:
    told = profile([1, 1, 2, math.nan], [1, 2, 2, 2])
    assert (told.customers, told.missing, told.missing_share) == (4, 1, 0.25)
    assert (told.edges, told.each, told.now, told.before) == ((1.0, 2.0), True, (2, 1), (1, 3))
    assert told.mean == pytest.approx(4 / 3)
    assert (told.quantiles[3], told.before_missing) == (1.0, 0)
    # the tenths of the month before are cut at 1 and 2: 1 and 3 of 4 then, 2 and 1 of 3 now
    by_hand = (2 / 3 - 1 / 4) * math.log((2 / 3) / (1 / 4)) + (1 / 3 - 3 / 4) * math.log((1 / 3) / (3 / 4))
    assert told.drift == pytest.approx(by_hand, abs=1e-6)


def test_bars_count_every_known_customer_and_order_is_nothing() -> None:
    rng = np.random.default_rng(3)
    now, before = rng.lognormal(8, 2, 5000), rng.lognormal(8, 2, 4000)
    now[:700] = math.nan
    told = profile(now, before)
    assert (len(told.now), len(told.edges), sum(told.now), sum(told.before or ())) == (BARS, BARS + 1, 4300, 4000)
    assert list(told.edges) == sorted(set(told.edges))
    assert max(told.now) < 0.4 * 4300  # money lies far apart, and can still be seen
    even = profile(np.linspace(20, 80, 601), None)
    assert even.edges[:3] == pytest.approx((20.6, 25.5, 30.4), abs=0.2)
    assert max(even.now) <= 1.3 * min(even.now)
    assert told.drift is not None
    assert told.drift < 0.02
    assert profile(rng.permutation(now), rng.permutation(before)) == told
    moved = profile(now * 5, before)
    assert moved.drift is not None
    assert moved.drift > 0.25
    twice = profile(now * 5 * 1000, before * 1000)
    assert twice.drift == pytest.approx(moved.drift)  # the unit of money does not matter


def test_nothing_known_is_told_as_nothing() -> None:
    told = profile([math.nan, math.nan], [1, 2])
    assert (told.mean, told.quantiles, told.now, told.drift, told.missing_share) == (None, (), (), None, 1)
    alone = profile([1.5], None)
    assert (alone.before, alone.before_missing, alone.drift, alone.now) == (None, None, None, (1,))
    assert profile([], None).missing_share is None
    flat = profile([0.0] * 990 + list(range(1, 21)), [0.0] * 1000)
    assert (sum(flat.now), flat.each) == (1010, False)


def test_shares_by_channel_say_that_automatic_movements_are_left_out() -> None:
    for name in ("channel_entropy", *(f"share_channel_{channel}" for channel in SHARE_CHANNELS)):
        zh, en = meaning(name)
        assert "不含系统自动" in zh and "without automatic ones" in en
    assert "自动" not in meaning("share_category_rent")[0]


def test_every_feature_has_a_meaning_and_tables_it_is_made_of() -> None:
    for name in FEATURE_NAMES:
        zh, en = meaning(name)
        assert zh.endswith("。"), name
        assert en.endswith("."), name
        assert set(sources(name)) <= set(TABLES) & set(TABLE_WORDS), name
    assert len({meaning(name) for name in FEATURE_NAMES}) == len(FEATURE_NAMES)

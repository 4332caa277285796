"""Approval and error by group: hand-worked."""

from __future__ import annotations

import pandas as pd
import pytest

from domain.credit.fairness import AGE_BANDS, age_band, outcomes_by_group


def test_rates_and_impact_by_hand() -> None:
    group = pd.Series(["male"] * 5 + ["female"] * 4 + [None])
    approved = pd.Series([1, 1, 1, 0, 1, 1, 1, 0, 0, 1]).astype(bool)
    bad = pd.Series([0, 0, 1, 1, 0, 0, 0, 0, 1, 0])
    told = outcomes_by_group(group, approved, bad)
    assert told["group"].tolist() == ["female", "male", "unknown"]
    assert told["approval"].tolist() == [0.5, 0.8, 1.0]
    assert told["impact"].tolist() == pytest.approx([0.5 / 0.8, 1.0, 1.0 / 0.8])
    assert told["good_refused"].tolist() == pytest.approx([1 / 3, 0.0, 0.0])
    assert told["bad_approved"].tolist()[:2] == pytest.approx([0.0, 0.5]) and pd.isna(told["bad_approved"][2])


def test_age_bands_meet_without_a_gap() -> None:
    assert age_band(pd.Series([24.9, 25.0, 64.9, 65.0, None])).tolist() == ["<25", "25-34", "55-64", "65+", None]
    assert len(AGE_BANDS) == 6

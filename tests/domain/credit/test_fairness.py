"""Approval and error by group: hand-worked."""

from __future__ import annotations

import pandas as pd
import pytest

from domain.credit.fairness import (
    AGE_BANDS,
    age_band,
    impact_level,
    least_judged,
    outcomes_by_group,
    unknown_below,
)
from domain.credit.inference import ratio_interval
from domain.credit.validated import GroupOutcome


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


def test_companies_are_told_and_neither_judged_nor_a_measure() -> None:
    group = pd.Series(["male"] * 40 + ["female"] * 40 + ["company"] * 40)
    approved = pd.Series([1, 1, 1, 0] * 10 + [1, 1, 0, 0] * 10 + [1] * 40).astype(bool)
    told = outcomes_by_group(group, approved, pd.Series([0] * 120)).set_index("group")
    assert told["impact"].to_dict() == pytest.approx({"male": 1.0, "female": 2 / 3, "company": 4 / 3})

    def outcome(name: str) -> GroupOutcome:
        impact = float(told["impact"][name])
        return GroupOutcome(name, 40, 1, 0.5, 0.1 if name == "company" else impact, None, None, 0.1, 40, 0.1, 0.9)

    groups = [outcome(name) for name in told.index]
    least = least_judged(groups)
    assert least is not None and least.group == "female" and unknown_below(groups) is None


def test_age_bands_meet_without_a_gap() -> None:
    assert age_band(pd.Series([24.9, 25.0, 64.9, 65.0, None])).tolist() == ["<25", "25-34", "55-64", "65+", None]
    assert len(AGE_BANDS) == 6


def test_impact_has_an_interval_and_a_small_group_is_not_judged() -> None:
    """Four customers of five approved against eight of ten; rows of one customer are one trial."""
    share, others = ratio_interval(0.5, 40, 0.8, 200), ratio_interval(0.5, 4000, 0.8, 20000)
    assert share is not None and others is not None
    assert share == pytest.approx((0.438, 0.820), abs=1e-3) and share[0] < others[0] < 0.625 < others[1] < share[1]
    assert ratio_interval(0.0, 40, 0.8, 200) == pytest.approx((0.0, 0.110), abs=1e-3)
    group = pd.Series(["male"] * 200 + ["female"] * 100 + ["other"] * 10)
    approved = pd.Series(([1] * 4 + [0]) * 40 + [1, 0] * 50 + [0] * 10).astype(bool)
    customer = pd.Series(range(310)) // 2
    told = outcomes_by_group(group, approved, pd.Series([0] * 310), customer).set_index("group")
    assert told["customers"].to_dict() == {"female": 50, "male": 100, "other": 5} and pd.isna(told["low"]["male"])
    assert (told["low"]["female"], told["high"]["female"]) == pytest.approx(ratio_interval(0.5, 50, 0.8, 100))

    def level(**more: float | None) -> str | None:
        whole = {"impact": 0.7, "customers": 50, "low": 0.5, "high": 0.9, **more}
        return impact_level(GroupOutcome("x", 99, 1, 0.5, good_refused=None, bad_approved=None, predicted=0.1, **whole))

    assert (level(), level(high=1.1), level(impact=0.8), level(customers=29), level(high=None)) == (
        "act",
        "watch",
        "stable",
        None,
        None,
    )


def test_the_best_treated_group_of_thirty_customers_is_the_measure() -> None:
    """The largest is approved less than a smaller one; a handful all approved and those not known are no measure."""
    group = pd.Series(["25-34"] * 200 + ["45-54"] * 50 + ["65+"] * 5 + [None] * 40)
    approved = pd.Series([1, 0] * 100 + [1, 1, 1, 0, 1] * 10 + [1] * 5 + [1, 0, 0, 0] * 10).astype(bool)
    told = outcomes_by_group(group, approved, pd.Series([0] * len(group))).set_index("group")
    assert told["impact"].to_dict() == pytest.approx({"25-34": 0.625, "45-54": 1.0, "65+": 1.25, "unknown": 0.3125})
    assert pd.isna(told["low"]["45-54"]) and told["high"]["25-34"] < 1

    def outcome(name: str) -> GroupOutcome:
        one = told.loc[name]
        ends = (None, None) if pd.isna(one["low"]) else (one["low"], one["high"])
        return GroupOutcome(
            name, 1, 0, one["approval"], one["impact"], None, None, 0.1, int(one["customers"]), ends[0], ends[1]
        )

    groups = [outcome(name) for name in told.index]
    least, worse = least_judged(groups), unknown_below(groups)
    assert least is not None and (least.group, impact_level(least)) == ("25-34", "act")
    assert worse is not None and worse.impact == pytest.approx(0.3125) and unknown_below(groups[:-1]) is None

"""RFM, tiers, life cycle, silhouette and migration on hand-worked cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_score

from domain.segmentation import rfm
from domain.segmentation.life_cycle import LifeCycleRules, life_cycle
from domain.segmentation.migration import migration
from domain.segmentation.silhouette import silhouettes
from domain.segmentation.tiers import CNY_TIERS, Tier, held, reached


def _rfm(days: list[float], movements: list[float], money: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"days_since_last": days, "movements_12m": movements, "inflow_12m": money, "outflow_12m": np.zeros(len(money))}
    )


def test_ten_customers_fall_two_into_each_score() -> None:
    table = _rfm([float(d) for d in range(10)], [float(m) for m in range(1, 11)], [m * 100.0 for m in range(1, 11)])
    scores = rfm.place(table, rfm.cut_points(table))
    assert scores["recency_score"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert scores["frequency_score"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert scores["rfm"].tolist()[0] == "511"
    assert rfm.cut_points(table).frequency == (2.0, 4.0, 6.0, 8.0)


def test_equal_values_share_a_score_and_newcomers_are_placed_by_stored_cuts() -> None:
    table = _rfm([1.0] * 10, [3.0] * 9 + [9.0], [5.0] * 10)
    cuts = rfm.RfmCuts.from_dict(rfm.cut_points(table).as_dict())
    scores = rfm.place(table, cuts)
    assert scores["frequency_score"].tolist() == [1] * 9 + [5]
    newcomer = rfm.place(_rfm([0.0], [4.0], [1.0]), cuts)
    assert newcomer.iloc[0].tolist() == [5, 5, 1, "551"]


def test_only_the_active_set_the_cuts_and_the_unknown_have_no_score() -> None:
    active = _rfm([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 2.0, 3.0, 4.0, 5.0])
    idle = _rfm([500.0, 600.0, np.nan], [0.0, 0.0, np.nan], [0.0, 0.0, np.nan])
    both = pd.concat([active, idle], ignore_index=True)
    assert rfm.cut_points(both) == rfm.cut_points(active)
    scores = rfm.place(both, rfm.cut_points(both))
    assert scores["rfm"].iloc[5:7].tolist() == ["111", "111"]
    assert scores["rfm"].iloc[7] is None and pd.isna(scores["recency_score"].iloc[7])
    assert rfm.cut_points(idle) is None and rfm.place(idle, None)["rfm"].tolist() == [None] * 3


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=40), st.floats(0.01, 1000))
def test_scaling_all_money_changes_no_score(money: list[int], factor: float) -> None:
    table = _rfm([1.0] * len(money), [1.0] * len(money), [float(m) for m in money])
    scaled = table.assign(inflow_12m=table["inflow_12m"] * factor)
    assert rfm.place(table, rfm.cut_points(table)).equals(rfm.place(scaled, rfm.cut_points(scaled)))


def test_a_threshold_belongs_to_the_tier_it_begins() -> None:
    aum = pd.DataFrame(
        {"aum_avg_3m": [0, 49_999.99, 50_000, 500_000, 5_999_999, 6e6, 1e7, np.nan, -5], "aum": 60_000.0}
    )
    assert [CNY_TIERS[i].code for i in reached(aum, CNY_TIERS)] == [
        "basic", "basic", "gold", "platinum", "platinum", "diamond", "private", "gold", "basic",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="must rise"):
        reached(aum, (Tier("a", "甲", "A", 5.0), Tier("b", "乙", "B", 5.0)))


def test_who_has_no_known_aum_has_no_tier() -> None:
    not_known = pd.DataFrame({"aum_avg_3m": [np.nan, np.nan, 0.0], "aum": [np.nan, 60_000.0, np.nan]})
    places = reached(not_known, CNY_TIERS)
    assert places.tolist() == [-1, 1, 0]
    assert held(places, np.array([2, -1, 2])).tolist() == [-1, 1, 2]


def test_a_tier_is_lost_only_after_two_month_ends_below() -> None:
    path = [3, 2, 2, 0, 0, 3]  # reached month by month
    kept = [int(held(np.array([now]), np.array([before]))[0]) for before, now in zip([-1, *path], path, strict=False)]
    assert kept == [3, 3, 2, 2, 0, 3]


def test_every_stage_of_the_life_cycle() -> None:
    table = pd.DataFrame(
        [
            ("prospect", 0, np.nan, np.nan, np.nan),
            ("lost", 0, 40.0, 400.0, np.nan),
            ("new", 1, 6.0, np.nan, 0.5),
            ("dormant", 1, 6.1, np.nan, 0.5),
            ("dormant", 1, 30.0, 183.0, 0.5),
            ("declining", 1, 30.0, 182.0, -0.051),
            ("mature", 1, 30.0, 1.0, -0.05),
            ("growing", 2, 30.0, 1.0, 0.06),
            ("mature", 2, 30.0, 1.0, np.nan),
        ],
        columns=["stage", "products_held", "tenure_months", "days_since_last", "aum_trend_6m"],
    )
    assert life_cycle(table, LifeCycleRules()).tolist() == table["stage"].tolist()
    known = table.head(2).assign(accounts_ever=[1, 0])
    assert life_cycle(known, LifeCycleRules()).tolist() == ["lost", "prospect"]


def test_the_silhouette_is_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(1500, 4)) + np.repeat([0, 3, 6], 500)[:, None]
    several = [rng.integers(0, k, 1500) for k in (3, 5)] + [np.repeat([0, 1, 2], 500)]
    ours = silhouettes(rows, several)
    assert ours == pytest.approx([silhouette_score(rows, labels) for labels in several], abs=1e-4)


def test_the_migration_matrix_counts_customers_and_money() -> None:
    before = pd.DataFrame({"customer_id": ["a", "b", "c", "d"], "tier": ["gold", "gold", "basic", None]})
    after = pd.DataFrame(
        {
            "customer_id": ["b", "c", "d", "e"],
            "tier": ["gold", "gold", "gold", "basic"],
            "aum": [10.0, 70.0, 5.0, np.nan],
        }
    )
    moved = migration(before, after, "tier")
    assert {(c["before"], c["after"]): (c["customers"], c["aum"]) for c in moved.cells} == {
        ("gold", "absent"): (1, 0.0), ("gold", "gold"): (1, 10.0), ("basic", "gold"): (1, 70.0),
        ("none", "gold"): (1, 5.0), ("absent", "basic"): (1, 0.0),
    }  # fmt: skip
    assert [m["customer_id"] for m in moved.movers] == ["c", "d"]
    assert (moved.customers, moved.moved, moved.aum_moved, moved.stayed) == (5, 2, 75.0, pytest.approx(1 / 3))

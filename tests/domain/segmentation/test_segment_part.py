"""Part of the bank placed anew by the published model: what has not changed stays, and only the part can move."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from domain.segmentation.clusters import ClusterRules
from domain.segmentation.run import (
    PreviousSegmentation,
    SegmentationParameters,
    SegmentationResult,
    segment,
    segment_part,
)
from tests.domain.segmentation.people_like import features

RULES = ClusterRules(fewest=3, most=6, refits=4, bootstrap=800)
AS_OF = date(2026, 9, 30)


@pytest.fixture(scope="module")
def bank() -> tuple[pd.DataFrame, SegmentationResult, PreviousSegmentation]:
    """Features, the published run, and the same as the database gives it back."""
    table, _ = features(900, corporate_share=0.25)
    table["branch_id"] = np.where(np.arange(len(table)) % 3 == 0, "B1", "B2")
    dormant = table.index[:6]
    table.loc[dormant, ["products_held", "movements_12m", "days_since_last"]] = [0, np.nan, np.nan]
    august = segment(
        table.assign(aum_avg_3m=700_000.0), SegmentationParameters(date(2026, 8, 31), clusters=RULES), None, 7
    )
    before = PreviousSegmentation(august.rows, august.model, date(2026, 8, 31))
    shown = segment(table, SegmentationParameters(AS_OF, clusters=RULES), before, 7)
    kept = shown.rows.drop(columns=["rfm", "why"])
    return table, shown, PreviousSegmentation(kept, json.loads(json.dumps(shown.model)), AS_OF)


@pytest.mark.parametrize("branch", ["B1", "B2", "either"])
def test_what_has_not_changed_is_as_published(
    bank: tuple[pd.DataFrame, SegmentationResult, PreviousSegmentation], branch: str
) -> None:
    table, shown, published = bank
    part = table if branch == "either" else table[table["branch_id"] == branch]
    again = segment_part(part.sample(frac=1, random_state=2), published, shown.metrics)
    expected = shown.rows[shown.rows["customer_id"].isin(part["customer_id"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(again.rows, expected)
    assert again.model == published.model
    counts = {"recomputed": len(part), "carried_over": len(table) - len(part)}
    assert again.metrics == {**shown.metrics, **counts}
    assert all(moved.moved == 0 and moved.stayed == 1 for moved in again.migrations.values())


def test_only_the_part_moves_and_no_cut_or_centre_does(
    bank: tuple[pd.DataFrame, SegmentationResult, PreviousSegmentation],
) -> None:
    table, shown, published = bank
    part = table[table["branch_id"] == "B1"].assign(aum_avg_3m=8_000_000.0, inflow_12m=1e9, aum_trend_6m=-1.0)
    again = segment_part(part, published, shown.metrics)
    assert set(again.rows["tier"]) == {"diamond", "company_key"} and set(again.rows["monetary_score"].dropna()) == {5}
    movers = {mover["customer_id"] for moved in again.migrations.values() for mover in moved.movers}
    assert movers and movers <= set(part["customer_id"])
    assert {moved.customers for moved in again.migrations.values()} == {len(table)}
    without_sizes = [
        {kind: [c["centre"] for c in one["clusters"]] for kind, one in model["clusters"].items()}
        for model in (again.model, published.model)
    ]
    assert without_sizes[0] == without_sizes[1] and again.model["rfm"] == published.model["rfm"]


def test_a_customer_the_published_run_did_not_know_is_placed(
    bank: tuple[pd.DataFrame, SegmentationResult, PreviousSegmentation],
) -> None:
    table, shown, published = bank
    known = PreviousSegmentation(published.rows.iloc[1:], published.model, published.as_of)
    again = segment_part(table.iloc[[0]], known, shown.metrics)
    assert again.rows["tier_before"].tolist() == [None]
    assert again.metrics["customers"] == len(table)
    assert again.migrations["tier"].moved == 0 and again.migrations["tier"].customers == len(table)


def test_a_run_without_clusters_or_cut_points_places_by_the_rest() -> None:
    table, _ = features(30)
    idle = table.assign(movements_12m=0.0, days_since_last=np.nan)
    shown = segment(idle, SegmentationParameters(AS_OF), None, 1)
    assert shown.model["rfm"] is None and shown.model["clusters"] == {}
    kept = PreviousSegmentation(shown.rows, shown.model, AS_OF)
    again = segment_part(idle.iloc[:10], kept, shown.metrics)
    pd.testing.assert_frame_equal(again.rows, shown.rows.iloc[:10])

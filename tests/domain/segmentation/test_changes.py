"""What moved for who changed place, and drift; companies have tiers of their own."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from domain.segmentation.changes import drift, moves
from domain.segmentation.clusters import ClusterRules
from domain.segmentation.run import PreviousSegmentation, SegmentationParameters, segment
from domain.segmentation.tiers import CNY_TIERS, CORPORATE_CNY_TIERS, by_kind, reached
from tests.domain.segmentation.people_like import features

LOOKED = {"personal": ("deposits_avg_3m", "loans", "share_channel_mobile", "movements_3m"), "corporate": ("loans",)}
RULES = ClusterRules(fewest=3, most=4, refits=2, bootstrap=400)


def _later(table: pd.DataFrame) -> pd.DataFrame:
    """The first customer lost nearly all deposits and moved to the phone; nobody else changed."""
    later = table.copy()
    later.loc[0, ["deposits_avg_3m", "aum", "aum_avg_3m"]] = 100.0
    later.loc[0, "share_channel_mobile"] = 1.0
    later.loc[0, "loans"] = np.nan
    return later


def test_the_figures_that_moved_are_told_largest_first() -> None:
    table, _ = features(300)
    table.loc[0, "movements_12m"] = 50.0
    later = _later(table).sample(frac=1, random_state=1)
    found = moves(table, later, ["C000000", "C000001", "nobody"], LOOKED)
    assert list(found) == ["C000000"]
    told = found["C000000"]
    assert [abs(entry["z"]) for entry in told] == sorted((abs(entry["z"]) for entry in told), reverse=True)
    deposits = next(entry for entry in told if entry["name"] == "deposits_avg_3m")
    assert deposits["after"] == 100.0 and deposits["before"] > 100.0 and deposits["z"] < 0


def test_drift_is_nothing_without_change_and_finds_the_one_that_drifted() -> None:
    table, _ = features(400, corporate_share=0.3)
    still = drift(table, table, LOOKED)
    assert set(still["personal"].values()) == {0.0}
    found = drift(table, table.assign(deposits_avg_3m=table["deposits_avg_3m"] * 5), LOOKED)["personal"]
    assert next(iter(found)) == "deposits_avg_3m" and found["deposits_avg_3m"] > 0.25 and found["movements_3m"] == 0.0


def test_a_run_after_another_month_says_why_somebody_moved() -> None:
    table, _ = features(400)
    table.loc[0, "movements_12m"] = 50.0
    table.loc[0, ["aum", "aum_avg_3m", "deposits_avg_3m"]] = 700_000.0
    parameters = SegmentationParameters(as_of=date(2026, 9, 30), clusters=RULES)
    september = segment(table, parameters, None, 1)
    later = _later(table)
    later.loc[0, "aum_trend_6m"] = -0.5
    before = PreviousSegmentation(september.rows, september.model, date(2026, 8, 31), table)
    found = segment(later, parameters, before, 1)
    rows = found.rows
    assert rows["life_cycle"].iloc[0] == "declining"
    assert len(rows["why"].iloc[0]["moved"]) == 3
    assert not any("moved" in why for why in rows["why"].iloc[1:])
    assert set(found.metrics["drift"]) == {"personal", "corporate"}


def test_companies_are_tiered_by_their_own_thresholds() -> None:
    table = pd.DataFrame(
        {
            "kind": ["personal", "corporate", "corporate", "corporate"],
            "aum": [6e6, 6e6, 5e5, np.nan],
            "aum_avg_3m": np.nan,
        }
    )
    places = by_kind(table, reached, CNY_TIERS, CORPORATE_CNY_TIERS)
    codes = [tier.code for tier in (*CNY_TIERS, *CORPORATE_CNY_TIERS)]
    assert [codes[place] if place >= 0 else None for place in places] == [
        "diamond", "company_key", "company_valued", None,
    ]  # fmt: skip
    assert by_kind(table, reached, CNY_TIERS, ()).tolist() == [3, 3, 2, -1]


@pytest.mark.parametrize("kind", ["personal", "corporate"])
def test_nobody_of_a_kind_is_no_error(kind: str) -> None:
    table, _ = features(50)
    only = table.assign(kind=kind)
    assert moves(only, only, ["C000000"], LOOKED) == {}
    assert set(drift(only, only, LOOKED)) == set(LOOKED)

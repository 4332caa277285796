"""The whole run: known groups are found, and what must not matter does not matter."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from domain.catalogue import BY_NAME, FEATURES
from domain.segmentation.clusters import ClusterRules
from domain.segmentation.given_names import every_cluster, names_lost, with_names
from domain.segmentation.run import PreviousSegmentation, SegmentationParameters, SegmentationResult, segment
from domain.segmentation.scaling import Scaling
from domain.standing import cluster_sentence
from tests.domain.segmentation.people_like import features

RULES = ClusterRules(fewest=3, most=6, refits=4, bootstrap=800)
PARAMETERS = SegmentationParameters(as_of=date(2026, 9, 30), clusters=RULES)


@pytest.fixture(scope="module")
def first() -> tuple[pd.DataFrame, np.ndarray, SegmentationResult]:
    table, kind = features(1200, corporate_share=0.2)
    return table, kind, segment(table, PARAMETERS, None, 7)


def test_the_known_groups_are_found(first: tuple[pd.DataFrame, np.ndarray, SegmentationResult]) -> None:
    table, kind, result = first
    personal = (table["kind"] == "personal").to_numpy()
    chosen = result.metrics["k"]["personal"]
    assert chosen["k"] == 4 and chosen["stable"]
    assert adjusted_rand_score(kind[personal], result.rows["cluster"][personal].astype(int)) > 0.99
    corporate = result.rows["cluster"][~personal].astype(int)
    assert corporate.min() == 101 and corporate.max() == 100 + result.metrics["k"]["corporate"]["k"]
    richest = table["aum"][personal].groupby(result.rows["cluster"][personal]).mean()
    assert richest.index[0] == 1 and richest.is_monotonic_decreasing


def test_clusters_are_told_in_both_languages(first: tuple[pd.DataFrame, np.ndarray, SegmentationResult]) -> None:
    model = first[2].model["clusters"]["personal"]
    told = [c["description"] for c in model["clusters"]]
    assert all(len(d["features"]) == 3 for d in told)
    zh, en = ([cluster_sentence(d, "CNY", language) or "" for d in told] for language in ("zh", "en"))
    assert all(zh) and any("养老金占比" in words for words in zh) and any("share of pension" in words for words in en)
    for cluster in model["clusters"]:  # every part of a name has its figures in the model
        label = cluster["label"]
        assert [one["name"] for one in label["figures"]] == [name for name, _ in label["features"]]
    assert json.loads(json.dumps(first[2].model)) == first[2].model
    json.dumps(first[2].metrics)
    json.dumps(first[2].rows["why"].tolist())


def test_row_order_does_not_matter(first: tuple[pd.DataFrame, np.ndarray, SegmentationResult]) -> None:
    table, _, result = first
    again = segment(table.sample(frac=1, random_state=3), PARAMETERS, None, 7)
    pd.testing.assert_frame_equal(again.rows, result.rows)
    assert again.model == result.model and again.metrics == result.metrics


def test_new_names_for_customers_do_not_change_the_partition(
    first: tuple[pd.DataFrame, np.ndarray, SegmentationResult],
) -> None:
    table, _, result = first
    renamed = table.assign(customer_id=[f"Z{i:06d}" for i in np.random.default_rng(5).permutation(len(table))])
    again = segment(renamed, PARAMETERS, None, 7)
    merged = renamed[["customer_id"]].assign(old=table["customer_id"]).merge(again.rows, on="customer_id")
    merged = merged.sort_values("old").reset_index(drop=True)
    assert merged["cluster"].equals(result.rows["cluster"])


def test_numbers_and_names_follow_the_segment(first: tuple[pd.DataFrame, np.ndarray, SegmentationResult]) -> None:
    _, _, result = first
    model = json.loads(json.dumps(result.model))
    # Published numbers in another order, as an older run might have left them.
    swap = {1: 3, 3: 1, 2: 4, 4: 2}
    for cluster in model["clusters"]["personal"]["clusters"]:
        cluster["number"] = swap[cluster["number"]]
    rows = result.rows.assign(cluster=result.rows["cluster"].replace(swap))
    later, _ = features(1300, seed=9, corporate_share=0.2)
    again = segment(later, PARAMETERS, PreviousSegmentation(rows, model, date(2026, 8, 31)), 11)
    ours = {c["number"]: c for c in again.model["clusters"]["personal"]["clusters"]}
    theirs = {c["number"]: c for c in model["clusters"]["personal"]["clusters"]}
    assert set(ours) == {1, 2, 3, 4}
    assert all(ours[n]["identity"] == theirs[n]["identity"] for n in ours)
    # A name goes with the identity, whatever the number; one whose segment has no match is lost, and that is told.
    names = {theirs[2]["identity"]: {"zh": "养老客群", "en": "Pensioners"}}
    assert {c["number"]: c["name"] for c in every_cluster(with_names(again.model, names)) if c["name"]} == {
        2: {"zh": "养老客群", "en": "Pensioners"}
    }
    named = with_names(model, names)
    assert names_lost(named, again.model) == ()
    ours[2]["identity"] = "of another segment"
    assert [c["number"] for c in names_lost(named, again.model)] == [2]
    assert all(np.linalg.norm(np.array(ours[n]["centre"]) - np.array(theirs[n]["centre"])) < 1 for n in ours)
    assert set(again.migrations) == {"tier", "life_cycle", "cluster"}


def test_doubling_every_amount_moves_nobody_to_another_cluster(
    first: tuple[pd.DataFrame, np.ndarray, SegmentationResult],
) -> None:
    table, _, result = first
    money = [feature.name for feature in FEATURES if feature.unit == "money"]
    again = segment(table.assign(**{name: 2 * table[name] for name in money}), PARAMETERS, None, 7)
    assert again.rows["cluster"].equals(result.rows["cluster"])


def test_a_share_of_few_movements_says_little(first: tuple[pd.DataFrame, np.ndarray, SegmentationResult]) -> None:
    table, _, result = first
    scaling = Scaling.from_dict(result.model["clusters"]["personal"]["scaling"])
    assert Scaling.from_dict(json.loads(json.dumps(scaling.as_dict()))) == scaling
    one = table.iloc[[0, 0]].assign(movements_12m=[1.0, 500.0], share_channel_mobile=1.0)
    few, many = scaling.apply(one)[:, scaling.names.index("share_channel_mobile")]
    assert 0 < abs(few) < abs(many)
    topics = {BY_NAME[name].topic for name in scaling.names}
    assert sum(w * w for w in scaling.weight) == pytest.approx(len(topics), abs=1e-6)


def test_a_tier_survives_one_month_end_and_a_second_run_of_the_same_month() -> None:
    table, _ = features(10)
    table["aum"] = table["aum_avg_3m"] = 700_000.0
    august = segment(table, SegmentationParameters(as_of=date(2026, 8, 31)), None, 1)
    poorer = table.assign(aum_avg_3m=60_000.0)
    before = PreviousSegmentation(august.rows, august.model, date(2026, 8, 31))
    september = segment(poorer, SegmentationParameters(as_of=date(2026, 9, 30)), before, 1)
    assert set(september.rows["tier"]) == {"platinum"} and set(september.rows["tier_reached"]) == {"gold"}
    known = PreviousSegmentation(september.rows, september.model, date(2026, 9, 30))
    repeated = segment(poorer, SegmentationParameters(as_of=date(2026, 9, 30)), known, 1)
    assert set(repeated.rows["tier"]) == {"platinum"}
    october = segment(poorer, SegmentationParameters(as_of=date(2026, 10, 31)), known, 1)
    assert set(october.rows["tier"]) == {"gold"}


def test_few_customers_have_no_clusters_and_the_run_says_so() -> None:
    table, _ = features(40)
    table.loc[0, ["products_held", "movements_12m", "days_since_last", "tenure_months"]] = [0, np.nan, np.nan, np.nan]
    result = segment(table, PARAMETERS, None, 1)
    assert result.rows["cluster"].isna().all() and "too few" in result.metrics["k"]["personal"]["reason"]
    assert result.rows["life_cycle"].iloc[0] == "prospect" and result.rows["rfm"].iloc[0] is None


def test_a_customer_twice_is_refused() -> None:
    table, _ = features(5)
    with pytest.raises(ValueError, match="C000002 occurs more than once"):
        segment(pd.concat([table, table.iloc[[2]]]), PARAMETERS, None, 1)


def test_kept_cuts_place_everybody_as_published() -> None:
    table, _ = features(200)
    base = segment(table, PARAMETERS, None, 1)
    doubled = table.assign(inflow_12m=table["inflow_12m"] * 100)
    kept = SegmentationParameters(clusters=RULES, keep_cuts=True)
    again = segment(doubled, kept, PreviousSegmentation(base.rows, base.model), 1)
    assert again.model["rfm"] == base.model["rfm"] and set(again.rows["monetary_score"]) == {5}


def test_a_first_run_knows_the_tier_before_from_earlier_month_ends() -> None:
    table, _ = features(3)
    table["aum_avg_3m"] = 60_000.0
    table["aum_1"], table["aum_2"], table["aum_3"] = [600_000.0, np.nan, 10.0], [600_000.0, np.nan, 10.0], np.nan
    rows = segment(table, PARAMETERS, None, 1).rows
    assert rows["tier"].tolist() == ["platinum", "gold", "gold"]
    assert rows["tier_before"].tolist() == ["platinum", None, "basic"]

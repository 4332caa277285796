"""Attrition: who counts as leaving, a model that beats the simple rule, and reasons that are the customer's own."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from domain.behaviour.attrition import (
    AttritionModel,
    AttritionParameters,
    develop,
    exposed,
    metrics_of,
    score,
    slice_of,
)
from domain.behaviour.boosted import BoostingRules
from domain.behaviour.by_time import TooLittle
from domain.behaviour.drivers import driver_name, driver_words, strongest
from domain.behaviour.signals import DRIVERS, SIGNALS
from tests.domain.behaviour.bank_like import bank, month_ends

QUICK = AttritionParameters(redraws=40, boosting=BoostingRules(rounds=25, least_rows=30))
MONTHS = 14


@pytest.fixture(scope="module")
def tables() -> list[pd.DataFrame]:
    return bank(1_500, MONTHS)


@pytest.fixture(scope="module")
def panel(tables: list[pd.DataFrame]) -> pd.DataFrame:
    days = month_ends(MONTHS)
    return pd.concat([slice_of(days[i], tables[i], tables[i + 3], None, QUICK) for i in range(1, MONTHS - 3)])


@pytest.fixture(scope="module")
def model(panel: pd.DataFrame) -> AttritionModel:
    return develop(panel, QUICK, 7)


def test_leaving_is_losing_more_than_half_and_falling_silent() -> None:
    now = bank(6, 1)[0].assign(aum=100.0, days_since_last=5.0)
    later = now.assign(aum=[49.0, 50.0, 49.0, 0.0, 200.0, np.nan], movements_1m=[0, 0, 1, 0, 0, 0])
    told = slice_of(dt.date(2026, 7, 31), now, later, None, QUICK)
    assert told["outcome"].tolist() == [1, 0, 0, 1, 0]  # the last one's AUM is not known, so nothing is known of it
    assert slice_of(dt.date(2026, 7, 31), now, later.iloc[:2], None, QUICK)["customer_id"].tolist() == [
        "C00000",
        "C00001",
    ]
    looked_at = now.assign(aum=[0.0, np.nan, 5, 5, 5, 5], days_since_last=[1, 1, 183, 184, np.nan, 0])
    assert exposed(looked_at, QUICK).tolist() == [False, False, True, False, False, True]


def test_it_beats_the_simple_rule_and_its_probabilities_come_true(model: AttritionModel) -> None:
    judged = model.judged
    assert judged.auc.value > 0.8
    assert judged.better
    assert judged.auc.value - judged.rule.value == pytest.approx(judged.gain.value)
    assert 0.5 < judged.slope < 1.6
    assert judged.lift > 4
    assert judged.mean_predicted == pytest.approx(judged.mean_seen, rel=0.5)
    assert next(iter(model.importance)) in ("balance", "activity")


def test_rows_in_any_order_give_the_same_run(
    panel: pd.DataFrame, tables: list[pd.DataFrame], model: AttritionModel
) -> None:
    again = develop(panel.sample(frac=1, random_state=1), QUICK, 7)
    assert again.judged == model.judged
    today = tables[-1]
    first, second = score(model, today, None), score(again, today.sample(frac=1, random_state=2), None)
    pd.testing.assert_frame_equal(first, second)


def test_reasons_are_those_that_raise_the_probability(tables: list[pd.DataFrame], model: AttritionModel) -> None:
    rows = score(model, tables[-1], None)
    assert rows["probability"].between(0, 1).all()
    assert (rows["aum_at_risk"] == (rows["probability"] * rows["aum"]).round(2)).all()
    top = rows.nlargest(5, "probability")
    for drivers in top["drivers"]:
        assert 1 <= len(drivers) <= 3
        pushes = [entry["push"] for entry in drivers]
        assert pushes == sorted(pushes, reverse=True)
        assert min(pushes) > 0
        assert {"balance", "activity", "recency", "size"} & {entry["driver"] for entry in drivers}
    told = metrics_of(model, rows, len(tables[-1]))
    assert told["not_exposed"] == len(tables[-1]) - len(rows)
    assert told["expected_leavers"] == pytest.approx(rows["probability"].sum(), abs=0.1)


def test_too_little_history_and_too_few_leavers_are_said(panel: pd.DataFrame) -> None:
    days = sorted(panel["as_of"].unique())
    with pytest.raises(TooLittle, match=r"There are 6 month-ends .* at least 7") as short:
        develop(panel[panel["as_of"].isin(days[:6])], QUICK, 7)
    assert "6 个" in short.value.zh
    with pytest.raises(TooLittle, match="Of the customers looked at"):
        develop(panel.assign(outcome=0), QUICK, 7)


def test_where_nobody_moved_anything_of_late_nothing_is_predicted(
    tables: list[pd.DataFrame], model: AttritionModel
) -> None:
    silent = tables[-1].assign(days_since_last=400.0)
    with pytest.raises(TooLittle, match="nobody had assets and a movement of their own in the 6 months") as nobody:
        score(model, silent, None)
    assert "没有人" in nobody.value.zh and "请选择更早的日期" in nobody.value.zh


def test_a_driver_in_words() -> None:
    balance = {"driver": "balance", "push": 1.0, "values": {"aum": 12_000.0, "aum_avg_12m": 24_000.0}}
    assert driver_words(balance, "CNY", "zh") == "管理资产1.20万元，较近12个月均值−50.0%"
    assert driver_words(balance, "CNY", "en") == "AUM CNY 12.0 K, −50.0% against its 12-month mean"
    activity = {"driver": "activity", "push": 1.0, "values": {"movements_1m": 1, "usual_movements": 7.5}}
    assert driver_words(activity, "CNY", "en") == "1 own movement this month, 7.5 in a usual one"
    assert driver_words({"driver": "credit", "push": 1.0, "values": {"families": "demand "}}, "CNY", "zh") == "没有贷款"
    for driver in DRIVERS:  # nothing known still names the driver, or says what is not there
        for language in ("zh", "en"):
            assert driver_words({"driver": driver.code, "push": 1.0, "values": {}}, "CNY", language)
    assert driver_name("of another version", "en") == "of another version"
    assert len({name for driver in DRIVERS for name in driver.signals}) == len(SIGNALS)


def test_what_moves_little_is_no_reason() -> None:
    pushes = np.zeros((1, len(DRIVERS)))
    pushes[0, :3] = (0.005, 0.5, -2.0)
    figures = {"aum": [None]}
    assert [entry["driver"] for entry in strongest(pushes, figures)[0]] == ["size"]

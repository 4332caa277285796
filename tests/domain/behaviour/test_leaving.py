"""Reasons to leave and to stay: against customers alike, where they move the chance, each figure pointing the way it is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from domain.behaviour.drivers import FIGURES, driver_words
from domain.behaviour.leaving import LEAVES, STAYS, alike, average_of, beyond, points, reasons, told_of, usual
from domain.behaviour.signals import DRIVERS
from domain.outlook import leaving_of, leaving_reasons

AT = {driver.code: at for at, driver in enumerate(DRIVERS)}
NAMES = dict.fromkeys(name for names in FIGURES.values() for name in names)
METRICS = {"scored": 1000, "expected_leavers": 20.0}  # 2 %


def _signals(n: int, **columns: Any) -> pd.DataFrame:
    given = dict.fromkeys(("corporate", "loans_held", "n_wealth", "n_fund", "n_insurance"), 0.0)
    return pd.DataFrame({**given, **columns}, index=range(n))


def _reasons(chance: float, pushes: dict[str, float], most: int = 3, **figures: Any) -> list[dict[str, Any]]:
    row = np.zeros((1, len(DRIVERS)))
    for code, push in pushes.items():
        row[0, AT[code]] = push
    known = {**NAMES, **figures}
    (told,) = reasons(np.array([chance]), row, {name: [value] for name, value in known.items()}, 0.02, most)
    return told


def test_what_all_alike_share_is_no_reason() -> None:
    signals = _signals(200, loans_held=np.repeat([0.0, 1.0], 100))
    pushes = np.zeros((200, len(DRIVERS)))
    pushes[:100, AT["credit"]], pushes[100:, AT["credit"]] = 0.8, -0.7  # no loan, and a loan
    pushes[3, AT["credit"]] = 2.0
    means = usual(pushes, signals)
    assert set(means) == {"", "personal", "personal loans"} and set(alike(signals)) == {"personal", "personal loans"}
    told = beyond(pushes, signals, means)[:, AT["credit"]]
    assert abs(told[0]) < 0.02 and abs(told[150]) < 0.02 and told[3] > 1
    few = signals.head(20)
    assert set(usual(pushes[:20], few)) == {""}, "of few alike everybody is the measure"


def test_a_reason_moves_the_chance_by_half_the_bank_s_average_and_the_odds_by_a_quarter() -> None:
    falling = {"aum": 5_000.0, "aum_avg_12m": 90_000.0}
    (told,) = _reasons(0.10, {"balance": 1.5, "person": 0.1}, **falling)
    assert (told["driver"], told["way"]) == ("balance", LEAVES) and 0.07 < told["moved"] < 0.1
    assert _reasons(0.021, {"balance": 0.3}, **falling) == [], "0.5 points of a hundred at an average of 2"
    assert [one["driver"] for one in _reasons(0.6, {"size": 0.2, "balance": 3.0}, **falling)] == ["balance"]


def test_below_the_average_only_what_speaks_for_staying_is_told() -> None:
    told = _reasons(
        0.005,
        {"balance": 2.0, "income": -0.6, "credit": -0.9, "person": -0.1},
        regular_income=8_000.0,
        families="demand ",
    )
    assert [(one["driver"], one["way"]) for one in told] == [("income", STAYS)], "having no loan keeps nobody"
    said = leaving_of(0.005, None, told, {}, METRICS, "CNY", "zh")
    assert said is not None and not said.sign
    assert said.words == "没有流失迹象：0.50%，低于全行平均的2.00%。" and said.drivers[0].part == 1
    assert "稳定月收入" in said.drivers[0].words and "留下的理由" in said.caption
    line = leaving_reasons(0.005, told, METRICS, "CNY", "en")
    assert line.startswith("No sign of leaving (regular monthly income CNY 8.00 K")


def test_a_figure_points_the_way_it_is_told() -> None:
    assert not points("balance", {"aum": 2.0, "aum_avg_12m": 1.0}, LEAVES) and points(
        "balance", {"aum": 2.0, "aum_avg_12m": 1.0}, STAYS
    )
    assert points("flow", {"net_flow_3m": 5.0, "inflow_3m": 10.0, "inflow_12m": 400.0}, LEAVES)
    assert not points("flow", {"net_flow_3m": 5.0, "inflow_3m": 100.0, "inflow_12m": 400.0}, LEAVES)
    assert (
        not points("service", {}, LEAVES)
        and points("service", {}, STAYS)
        and points("service", {"complaints_3m": 1}, LEAVES)
    )
    assert points("income", {"regular_income": 0}, LEAVES) and not points("income", {"regular_income": 0}, STAYS)
    assert points("credit", {"days_past_due": 12}, LEAVES) and not points("credit", {"days_past_due": 12}, STAYS)
    assert not points("recency", {"days_since_last": 2}, LEAVES) and points("recency", {"days_since_last": 41}, LEAVES)


def test_what_is_not_there_is_told_with_what_can_be_done() -> None:
    (told,) = _reasons(0.3, {"income": 1.2}, regular_income=0.0)
    assert driver_words(told, "CNY", "zh") == "近4个月没有稳定收入进账：可争取代发工资或主要收款放在本行"
    assert "ask for the salary" in driver_words(told, "CNY", "en")
    less = {"driver": "flow", "values": {"net_flow_3m": 5.0, "inflow_3m": 10_000.0, "inflow_12m": 400_000.0}}
    assert driver_words(less, "CNY", "zh") == "近3个月流入1.00万元，平时每3个月10.0万元"


def test_a_run_of_before_is_read_by_today_s_rules() -> None:
    """It kept every push, however small, without the way it is told."""
    old = [{"driver": "credit", "push": 0.347, "values": {"families": "demand "}},
           {"driver": "balance", "push": 1.2, "values": {"aum": 1.0, "aum_avg_12m": 9.0}},
           {"driver": "person", "push": 0.06, "values": {"age_years": 39.0}}]  # fmt: skip
    assert average_of(METRICS) == 0.02 and average_of({}) is None
    assert told_of(old, 0.005, 0.02) == []
    assert [one["driver"] for one in told_of(old, 0.3, 0.02)] == ["balance"]
    assert leaving_reasons(0.005, old, METRICS, "CNY", "zh") == "没有流失迹象"

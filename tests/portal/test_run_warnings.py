"""What gives pause says which of its reasons it is, with the figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from portal import translations
from portal.run_warnings import survival_warning, warnings
from portal.run_words import MEASURES, Reader
from portal.segments_question import moved_sum
from store.runs import Run
from store.segments import Flow
from tests.small_picture import AS_OF


@dataclass(frozen=True)
class Said:
    """As much of a reader as words need."""

    language: str

    def t(self, key: str, **values: object) -> str:
        return translations.text(self.language, key, **values)


def _run(kind: str, metrics: dict[str, Any], cells: list[tuple[str, str, int]] | None = None) -> Run:
    moved = [{"before": a, "after": b, "customers": n, "aum": 0.0} for a, b, n in cells or ()]
    migration = {"tier": {"cells": moved, "stayed": 0.9, "moved": 1}} if cells else None
    return cast(
        Run,
        SimpleNamespace(
            kind=kind, metrics=metrics, migration=migration, as_of=AS_OF, customers=100, model={}, parameters={}
        ),
    )


def _words(run: Run, shown: Run | None = None, language: str = "zh") -> str:
    return "\n".join(warnings(cast(Reader, Said(language)), run, shown, None))


def test_what_is_predicted_drifted_by_how_much_of_what_is_allowed() -> None:
    now, before = (_run("attrition", {"expected_leavers": n, "scored": 1000}) for n in (30.0, 20.0))
    assert _words(now, before) == "预计流失的比例漂移：现为 3.00%，当前版本为 2.00%，变动 +50.0%，超过 ±25%。"
    assert "+50.0%, beyond ±25%" in _words(now, before, "en") and _words(before, before) == ""


@pytest.mark.parametrize(("slope", "leans"), [(0.5, "低于 0.80：流失概率偏激"), (1.6, "高于 1.25：流失概率偏保守")])
def test_probabilities_lean_one_way(slope: float, leans: str) -> None:
    assert leans in _words(_run("attrition", {"slope": slope}))


def test_a_slope_mended_on_the_card_gives_no_pause_and_what_is_left_does() -> None:
    mended = _run("credit", {"slope": 0.77, "shrinkage": 0.71})
    assert _words(mended) == "" and "0.71" in _told_slope(mended)
    assert _words(_run("credit", {"slope": 1.02, "shrinkage": 0.8})) == "", (
        "a second slope makes the multiplier less than the slope"
    )
    assert _words(_run("credit", {"slope": 1.1, "shrinkage": 0.8})) == "", "and far less where it is steep"
    assert "校准斜率为 0.60（折外，按卡上系数），低于 0.80" in _words(
        _run("credit", {"slope": 0.15, "shrinkage": 0.25})
    )
    assert "校准斜率为 1.60（折外，按卡上系数），高于 1.25" in _words(_run("credit", {"slope": 2.0, "shrinkage": 1.25}))


def _told_slope(run: Run) -> str:
    slope = next(one for one in MEASURES["credit"] if one.key == "slope")
    return slope.written(run, cast(Any, Said("en")))


def test_what_a_card_is_worth_is_told_of_the_run_that_developed_it_and_of_no_re_rating() -> None:
    bad = {"auc": {"value": 0.61}, "slope": 0.5, "mean_pd": 0.03}
    shown = _run("credit", {"auc": {"value": 0.8}, "mean_pd": 0.02})
    developed, again, branch = (
        cast(Run, SimpleNamespace(**{**vars(_run("credit", bad)), "parameters": told}))
        for told in ({"draft": 3}, {"draft": 3, "model_id": 7}, {"draft": 3, "carried_from": {"run_id": 9}})
    )
    said = _words(developed, shown)
    assert "AUC 只有 0.610" in said and "校准斜率为 0.50" in said and "低于当前版本的 0.800" in said
    for one in (again, branch):
        told = _words(one, shown)
        assert "AUC 只有" not in told and "校准斜率" not in told
        assert "低于当前版本的 0.800" in told and "平均违约概率漂移" in told  # of the run itself
    assert "AUC 只有" not in _words(again, again) and "低于" not in _words(again, again)


def test_a_segmentation_says_whether_groups_or_figures_drifted() -> None:
    stood = [("gold", "gold", 90), ("gold", "basic", 2), ("basic", "basic", 8), ("absent", "gold", 50)]
    went = [("gold", "gold", 40), ("gold", "basic", 50), ("basic", "basic", 10)]
    figures = {"drift": {"personal": {"aum": 0.31, "deposits": 0.02}, "corporate": {"net_flow_3m": 0.44}}}
    groups, data = _words(_run("segmentation", {}, went)), _words(_run("segmentation", figures, stood))
    assert "分布漂移：价值等级的稳定性指数为" in groups and "数据漂移" not in groups
    assert "分布漂移" not in data and "数据漂移：2 项指标的稳定性指数达到 0.25" in data
    assert data.index("0.44") < data.index("0.31") and "0.02" not in data


def test_a_contribution_says_that_lifetime_values_rest_on_something_else() -> None:
    flat, new = (
        cast(Run, SimpleNamespace(parameters={"rating_run": 1, **told}, metrics={}))
        for told in ({}, {"survival": {"parameter": "0.99", "attrition": {"run_id": 3}, "default": True}})
    )
    said = list(survival_warning(cast(Reader, Said("en")), new, flat))
    assert said == [
        "Lifetime values rest on each customer's probability of leaving, and on surviving default; those of the run on show on "
        "one survival for everybody, so the two do not compare."
    ]
    assert "全行统一的留存率，两者不可直接比较" in "".join(survival_warning(cast(Reader, Said("zh")), new, flat))
    assert not [
        *survival_warning(cast(Reader, Said("en")), new, new),
        *survival_warning(cast(Reader, Said("en")), new, None),
    ]


def test_nobody_moved_holds_nothing_and_movers_nobody_knows_of_hold_what_is_not_known() -> None:
    assert moved_sum([], "aum") == Decimal(0)
    assert moved_sum([Flow("1", "2", 3, None, Decimal(5))], "aum") is None
    assert moved_sum([Flow("1", "2", 3, None, Decimal(5))], "contribution") == 5

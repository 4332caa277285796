"""Bins set by hand: counted as any others, put together and cut again without a trace, and what the card takes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.credit.binning import BinningRules, bin_characteristic
from domain.credit.by_hand import binned_by_hand, merged, odd_of, plan_of, sound, split_at, taken_out
from domain.credit.characteristics import Clearance
from domain.credit.estimator import ScorecardClassifier
from domain.credit.workbench import Rows, bins_at, difference, held_back, held_bins, trial

RULES = BinningRules()


@pytest.fixture(scope="module")
def table() -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(5)
    risk = rng.normal(size=1500)
    frame = pd.DataFrame(
        {
            "utilisation": np.round(1 / (1 + np.exp(-risk - rng.normal(size=1500))), 3),
            "regular_income": np.round(np.exp(9 - risk + rng.normal(size=1500)), 0),
            "job": np.where(risk + rng.normal(size=1500) > 1, "none", np.where(rng.random(1500) < 0.5, "own", "paid")),
        }
    )
    frame.loc[:60, "regular_income"] = np.nan
    return frame, (rng.random(1500) < 1 / (1 + np.exp(1.5 - risk))).astype(int)


def test_the_plan_of_the_best_bins_gives_them_again(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, bad = table
    for name in ("utilisation", "regular_income"):
        best = bin_characteristic(frame[name], bad, name, RULES)
        again, codes = binned_by_hand(frame[name], bad, name, RULES, plan_of(best))
        assert again == best and (codes == best.assign(frame[name])).all()


def test_merged_then_cut_again_is_as_it_was(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, bad = table
    best = bins_at(frame["regular_income"], Rows(bad), "regular_income")
    plan = plan_of(best)
    fewer = merged(plan, 0)
    counts = bins_at(frame["regular_income"], Rows(bad), "regular_income", fewer)
    assert [counts.bins[0].rows, counts.bins[0].bad] == [
        best.bins[0].rows + best.bins[1].rows, best.bins[0].bad + best.bins[1].bad,
    ]  # fmt: skip
    assert counts.iv < best.iv and counts.bins[-1].rows == 61
    back = bins_at(frame["regular_income"], Rows(bad), "regular_income", split_at(fewer, best.cuts[0]))
    assert back == best
    words = {"groups": [["none"], ["own", "paid"]]}
    apart = taken_out(words, "own")
    assert apart == {"groups": [["none"], ["paid"], ["own"]]} and merged(apart, 1) == words
    assert taken_out(words, "none") == words
    with pytest.raises(IndexError):
        merged(words, 1)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), max_size=12), st.integers(0, 20))
def test_cuts_stay_in_order_and_counts_are_never_lost(cuts: list[float], place: int) -> None:
    values, bad = pd.Series(np.linspace(-5, 5, 60)), np.tile([0, 0, 1], 20)
    plan = sound({"cuts": cuts})
    assert plan["cuts"] == sorted(set(plan["cuts"]))
    if place < len(plan["cuts"]):
        plan = split_at(merged(plan, place), 0.25)
    found, codes = binned_by_hand(values, bad, "x", RULES, plan)
    assert sum(b.rows for b in found.bins) == 60 and sum(b.bad for b in found.bins) == 20
    assert all(b.rows == (codes == at).sum() for at, b in enumerate(found.bins))


@pytest.mark.parametrize(
    "odd",
    [
        None, [], {"cuts": ["1"]}, {"cuts": [True]}, {"cuts": [float("nan")]}, {"cuts": [1.0], "groups": []},
        {"groups": [["a"], ["a"]]}, {"groups": [[]]}, {"groups": ["a"]}, {"cuts": list(range(40))},
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused(odd: object) -> None:
    with pytest.raises(ValueError, match="by hand"):
        sound(odd)


def test_the_card_takes_the_bins_and_its_points_still_add_up(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, bad = table
    plans = {"utilisation": {"cuts": [0.5]}, "job": {"groups": [["none"], ["own", "paid"]]}}
    model = ScorecardClassifier(bins=plans).fit(frame, bad)
    held = {c.name: c.binning for c in model.scorecard_.characteristics}
    assert plan_of(held["utilisation"]) == plans["utilisation"] and plan_of(held["job"]) == plans["job"]
    told = model.explain(frame.head(40))
    assert (told.drop(columns="score").sum(axis=1) == told["score"]).all()
    with pytest.raises(ValueError, match="of the other kind"):
        ScorecardClassifier(bins={"job": {"cuts": [1.0]}}).fit(frame, bad)


def test_a_trial_with_nothing_changed_is_the_card_as_it_is(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, bad = table
    cleared = {"regular_income": Clearance("工资单", "pay slips", "risk")}  # suspiciously good in this made-up bank
    rows = Rows(bad, cleared=cleared)
    before = trial(frame, rows, {}, 0.9, 0.2)
    same = trial(
        frame, rows, {"utilisation": plan_of(bins_at(frame["utilisation"], Rows(bad), "utilisation"))}, 0.9, 0.2
    )
    assert same.card == before.card and same.auc == before.auc
    coarse = trial(frame, rows, {"utilisation": {"cuts": [0.5]}}, 0.9, 0.2)
    assert coarse.auc < before.auc
    assert [b.rows for c in coarse.card.characteristics if c.name == "utilisation" for b in c.binning.bins][:2] == [
        int((frame["utilisation"] < 0.5).sum()), int((frame["utilisation"] >= 0.5).sum()),
    ]  # fmt: skip
    assert before.unseen_auc < before.auc and before.unseen_gini == 2 * before.unseen_auc - 1
    told = difference(before, coarse, rows)
    assert told.value == pytest.approx(coarse.unseen_auc - before.unseen_auc) and 0 < told.error < 0.05
    assert before.moved is None
    days = np.where(np.arange(len(bad)) % 2, np.datetime64("2025-07-31"), np.datetime64("2025-10-31"))
    assert 0 <= (trial(frame, replace(rows, observed=days), {}, 0.9, 0.2).moved or 0) < 0.1


def test_bins_are_held_against_the_newest_day_or_a_third(table: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, bad = table
    days = np.where(np.arange(len(bad)) < 900, np.datetime64("2025-07-31"), np.datetime64("2025-10-31"))
    newest = held_back(frame, Rows(bad, days))
    assert (newest == (np.arange(len(bad)) >= 900)).all()
    third = held_back(frame, Rows(bad))
    assert abs(third.sum() - len(bad) / 3) < 2 and abs(bad[third].sum() - bad.sum() / 3) < 2
    shuffled = np.random.default_rng(1).permutation(len(bad))
    assert (held_back(frame.iloc[shuffled], Rows(bad[shuffled])) == third[shuffled]).all()
    bins = bins_at(frame["utilisation"], Rows(bad), "utilisation")
    held = held_bins(bins, frame["utilisation"], bad, newest)
    assert sum(one.rows for one in held) == 600 and sum(one.bad for one in held) == bad[newest].sum()
    assert len(held) == len(bins.bins) and held[-1].bad_rate is None


def test_bins_against_the_rules_are_told_one_by_one() -> None:
    """A bin safer than the one before against what is declared, one too small, one empty; the best bins have none of it."""
    rng = np.random.default_rng(5)
    values = pd.Series(rng.random(2_000))
    bad = (rng.random(2_000) < 0.1 + 0.2 * (values > 0.5) - 0.25 * (values > 0.97)).astype(int).to_numpy()
    rules = BinningRules()

    def odd(cuts: list[float], direction: str) -> list[tuple[str, int | None]]:
        one, _ = binned_by_hand(values, bad, "x", rules, {"cuts": cuts})
        return [(each.key, each.place) for each in odd_of(one, direction, rules)]

    assert odd([0.5], "riskier") == [] and odd([0.5], "safer") == [("direction", 1)]
    assert odd([0.5, 0.97, 3.0], "riskier") == [("direction", 2), ("thin", 2), ("empty", 3)]
    assert odd([0.5, 0.97], "any") == [("thin", 2)] and odd([0.2, 0.3, 0.5, 0.97], "auto")[-1] == ("thin", 4)
    word = pd.Series(np.where(values > 0.97, "boss", "clerk"))
    one, _ = binned_by_hand(word, bad, "x", rules, {"groups": [["boss"], ["clerk"]]})
    assert [(each.key, each.place) for each in odd_of(one, "riskier", rules)] == [("thin", 0)]  # words have no order

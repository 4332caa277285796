"""The grades a card cannot give, said from its own points and its masterscale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from domain.credit.elsewhere import grade_floors
from domain.credit.estimator import ScorecardClassifier
from domain.credit.grades import Masterscale
from domain.credit.reach import Reach, reach_of
from domain.credit.scorecard import Scorecard


def _card() -> Scorecard:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"share": rng.random(1_500).round(2), "months": rng.integers(0, 60, 1_500).astype(float)})
    bad = (rng.random(1_500) < 1 / (1 + np.exp(1 - 3 * table["share"] + 0.03 * table["months"]))).to_numpy().astype(int)
    return ScorecardClassifier().fit(table, bad).scorecard_


def test_the_best_score_is_what_the_best_customer_gets() -> None:
    card = _card()
    found = reach_of(card)
    every = pd.DataFrame(
        [(share, months) for share in np.linspace(0, 1, 101) for months in range(60)], columns=["share", "months"]
    )
    best = int(card.score_of(every[list(card.names)]).max())
    assert found.score == best
    floors = [(grade, floor) for grade, floor in grade_floors(card) if floor is not None]
    assert found.never and found.never == tuple(grade for grade, floor in floors if best < floor)
    assert f"{best} 分，对应 {found.grade}；" in found.words("zh") and found.never[-1] in found.words("en")


def test_on_the_bound_itself() -> None:
    card = _card()
    best = reach_of(card).score
    at = float(card.scaling.probability(np.array([best]))[0])
    easy = Masterscale(bounds=tuple(at * (1.01 + 0.1 * step) for step in range(8)))
    all_of_them = reach_of(replace(card, masterscale=easy))
    assert (all_of_them.grade, all_of_them.never, all_of_them.words("zh"), all_of_them.words("en")) == (
        "AAA",
        (),
        "",
        "",
    )
    on = replace(easy, bounds=(at, *easy.bounds[1:]))  # a PD that equals a bound belongs to the worse grade
    assert reach_of(replace(card, masterscale=on)).never == ("AAA",)


def test_the_sentence() -> None:
    three, one = Reach(638, "BBB", ("AAA", "AA", "A")), Reach(661, "AA", ("AAA",))
    assert three.words("zh") == "最高可得 638 分，对应 BBB；AAA、AA、A 三级本卡给不出。"
    assert three.words("en") == "At best 638 points, which is BBB; this card gives no AAA, AA or A."
    assert one.words("zh").endswith("AAA 一级本卡给不出。") and one.words("en").endswith("this card gives no AAA.")

"""The line that judges PDs by true chances: an expected AUC is an AUC, a slope is a slope, a grade is in or out."""

from __future__ import annotations

import numpy as np
import pytest

from bench.credit_truth import expected_auc, grades, slope
from bench.line import Aim
from domain.credit.grades import Masterscale
from domain.credit.metrics import auc

RNG = np.random.default_rng(1)


def test_where_chances_are_certain_it_is_the_auc() -> None:
    bad, score = RNG.integers(0, 2, 400).astype(float), np.round(RNG.normal(size=400), 1)
    assert expected_auc(bad, score) == pytest.approx(auc(bad, score), abs=1e-12)
    assert expected_auc(bad, 3 * score - 7) == expected_auc(bad, score)


def test_the_slope_undoes_what_was_stretched() -> None:
    odds = RNG.normal(-3, 1.5, 2_000)
    chance = 1 / (1 + np.exp(-odds))
    assert slope(chance, chance) == pytest.approx(1, abs=1e-6)
    assert slope(chance, 1 / (1 + np.exp(-(odds / 0.8 + 0.4)))) == pytest.approx(0.8, abs=1e-6)


def test_a_grade_is_held_against_its_own_bounds() -> None:
    told = np.repeat([0.015, 0.03], 40)
    kept = grades(told, told, Masterscale())
    assert kept.verdict == "met" and "BB 1.50% of 40" in kept.note
    missed = grades(np.repeat([0.015, 0.05], 40), told, Masterscale())
    assert missed.verdict == "missed" and "B 5.000% is not in 2.00%–4.00%" in missed.note
    few = grades(np.repeat([0.015, 0.9], [40, 10]), np.repeat([0.015, 0.03], [40, 10]), Masterscale())
    assert few.verdict == "met"


def test_an_aim_may_have_two_ends() -> None:
    aim = Aim(0.9, "0.9–1.1", at_least=True, most=1.1)
    assert [aim.met(ratio) for ratio in (0.89, 0.9, 1.1, 1.11)] == [False, True, True, False]

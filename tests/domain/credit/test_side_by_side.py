"""Two cards on the same customers: a card beside itself moves nobody, and figures worked by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from domain.credit.estimator import ScorecardClassifier
from domain.credit.metrics import auc
from domain.credit.side_by_side import side_by_side

RNG = np.random.default_rng(5)
ROWS = 900
TABLE = pd.DataFrame({"a": RNG.normal(size=ROWS).round(2), "b": RNG.normal(size=ROWS).round(2)})
BAD = (RNG.random(ROWS) < 1 / (1 + np.exp(2 - TABLE["a"] - TABLE["b"]))).to_numpy().astype(int)
BOTH, ONE = (ScorecardClassifier().fit(TABLE[names], BAD).scorecard_ for names in (["a", "b"], ["b"]))
NOW = TABLE.assign(days_past_due=np.where(np.arange(ROWS) < 7, 90.0, 0.0))


def compared(first: Any, second: Any, now: pd.DataFrame = NOW, sample: pd.DataFrame = TABLE, bad: Any = BAD) -> Any:
    return side_by_side(first, second, now, sample, bad, 1)


def test_a_card_beside_itself_moves_nobody() -> None:
    told = compared(BOTH, BOTH)
    assert told.moves == ((0, ROWS - 7),) and told.gain.value == 0 and told.judged[0] == told.judged[1]
    assert all(before == after for before, after, _ in told.cells)
    assert all(first == second for _, first, second in told.grades)


def test_the_better_card_is_seen_to_be_better() -> None:
    told = compared(ONE, BOTH)
    assert told.gain.low > 0 and told.judged[1].auc.value == pytest.approx(auc(BAD, BOTH.score_of(TABLE)))
    assert told.gain.value == pytest.approx(told.judged[1].auc.value - told.judged[0].auc.value)
    mirrored = compared(BOTH, ONE)
    assert mirrored.gain.value == pytest.approx(-told.gain.value)
    assert mirrored.moves == tuple(sorted((-notches, count) for notches, count in told.moves))


def test_everybody_is_counted_once_and_rows_have_no_order() -> None:
    told = compared(ONE, BOTH)
    assert (told.rated, told.in_default) == (ROWS, 7) and told.grades[-1] == ("D", 7, 7)
    for at in (1, 2):
        assert sum(grade[at] for grade in told.grades) == ROWS
    assert sum(count for _, count in told.moves) == sum(cell[2] for cell in told.cells) == ROWS - 7
    turned = RNG.permutation(ROWS)
    again = compared(ONE, BOTH, NOW.iloc[turned], TABLE.iloc[turned], BAD[turned])
    assert (again.moves, again.cells, again.grades) == (told.moves, told.cells, told.grades)
    assert again.gain.value == pytest.approx(told.gain.value) and again.mean_pd == pytest.approx(told.mean_pd)


def test_a_stricter_scale_moves_everybody_down() -> None:
    scale = BOTH.masterscale
    stricter = replace(BOTH, masterscale=replace(scale, bounds=tuple(bound / 1000 for bound in scale.bounds)))
    assert all(notches <= 0 for notches, _ in compared(BOTH, stricter).moves)


def test_too_few_outcomes_are_said_and_no_figure_made_up() -> None:
    told = compared(ONE, BOTH, bad=np.r_[np.ones(19, int), np.zeros(ROWS - 19, int)])
    assert told.judged is None and told.gain is None and (told.rows, told.bad) == (ROWS, 19)
    nobody = compared(ONE, BOTH, now=NOW.iloc[:7])
    assert nobody.mean_pd is None and nobody.moves == () and nobody.in_default == 7

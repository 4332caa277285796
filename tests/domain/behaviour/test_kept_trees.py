"""Trees read back from what a run keeps say the same of everybody, to the last digit, and for the same reasons."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from domain.behaviour.boosted import BoostingRules, boosted_of, fit_boosted


def test_read_back_they_say_the_same() -> None:
    rng = np.random.default_rng(4)
    table = pd.DataFrame(rng.normal(size=(3_000, 4)), columns=list("abcd")).mask(rng.random((3_000, 4)) < 0.1)
    outcome = (table["a"].fillna(0) + rng.normal(size=3_000) > 1.2).to_numpy().astype(np.int64)
    grown = fit_boosted(table, outcome, list("abcd"), BoostingRules(rounds=12), 3).calibrated(table, outcome)
    again = boosted_of(json.loads(json.dumps(grown.as_dict())))
    assert again.names == grown.names
    assert (again.raw(table) == grown.raw(table)).all()
    assert (again.probability(table) == grown.probability(table)).all()
    (base, moves), (base_again, moves_again) = grown.contributions(table), again.contributions(table)
    assert base == base_again and (moves == moves_again).all()
    assert np.allclose(base + moves.sum(axis=1), again.log_odds(table))
    assert len(json.dumps(grown.as_dict())) < 20_000

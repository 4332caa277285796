"""What is kept of a rating is what `json.dumps` would say of it, to the letter, however it was put together."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from domain.credit.estimator import ScorecardClassifier
from domain.credit.run import rate
from jobs.rating_rows import rating_rows
from jobs.sources_of_a_run import sayable


def test_the_text_is_that_of_a_whole_dump() -> None:
    rng = np.random.default_rng(7)
    rows = 600
    table = pd.DataFrame(
        {
            "aum": np.where(rng.random(rows) < 0.1, np.nan, np.round(np.exp(rng.normal(9, 2, rows)), 2)),
            "products_held": rng.integers(0, 6, rows),
            "city": rng.choice(["江城", 'a "quoted" one', "云湖"], rows),
            "days_past_due": np.where(rng.random(rows) < 0.05, 120.0, 0.0),
        }
    )
    bad = rng.random(rows) < 1 / (1 + np.exp(table["aum"].fillna(9_000) ** 0.15 - 1.5 * (table["city"] == "云湖")))
    card = ScorecardClassifier().fit(table.drop(columns="days_past_due"), bad.astype(int)).scorecard_
    rated = rate(card, table.assign(customer_id=[f"C{n:04d}" for n in range(rows)]))
    kept = rating_rows(rated)
    assert {"D"} < set(kept["grade"].to_pylist()) and kept["score"].null_count == kept["grade"].to_pylist().count("D")
    assert any(row is None for row in rated["next_grade"]) and any(row is not None for row in rated["next_grade"])
    for column, parts in (("points", ["base", "points", "values"]), ("reasons", ["reasons", "next_grade"])):
        whole = [json.dumps(sayable(row), ensure_ascii=False) for row in rated[parts].to_dict("records")]
        assert kept[column].to_pylist() == whole

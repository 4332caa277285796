"""optbinning, in the peers' environment, as its own tutorial fits a scorecard: a binning process and a logistic regression."""

from __future__ import annotations

import importlib.metadata
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from optbinning import BinningProcess, Scorecard
from sklearn.linear_model import LogisticRegression


def table_of(path: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Columns and outcomes as bench/scorecard_tables.py keeps them; words as Python's own text."""
    with np.load(path) as kept:
        columns = {
            name: kept[name].astype(object) if kept[name].dtype.kind == "U" else kept[name] for name in kept.files
        }
    bad = columns.pop("_bad").astype(int)
    return pd.DataFrame(columns), bad


def _fitted(table: pd.DataFrame, bad: np.ndarray, codes: Sequence[int] = ()) -> Scorecard:
    words = [name for name in table.columns if table[name].dtype == object]
    process = BinningProcess(list(table.columns), categorical_variables=words, special_codes=list(codes) or None)
    scaling = {"min": 300, "max": 850}
    card = Scorecard(
        process, LogisticRegression(max_iter=1000), scaling_method="min_max", scaling_method_params=scaling
    )
    card.fit(table, bad)
    return card


def fit(path: str, codes: Sequence[int] = ()) -> dict[str, Any]:
    """Seconds of one fit, the reading not counted."""
    table, bad = table_of(path)
    begun = time.perf_counter()
    _fitted(table, bad, codes)
    return {"seconds": time.perf_counter() - begun, "version": importlib.metadata.version("optbinning")}


def splits(path: str, parts: str, codes: Sequence[int] = ()) -> dict[str, Any]:
    """Probabilities of the test rows of each split (see `scorecard_tables.parts`)."""
    table, bad = table_of(path)
    with np.load(parts) as kept:
        train, test = kept["train"], kept["test"]
    told = []
    for learn, unseen in zip(train, test, strict=True):
        card = _fitted(table.iloc[learn], bad[learn], codes)
        told.append(card.predict_proba(table.iloc[unseen])[:, 1].tolist())
    return {"probabilities": told, "version": importlib.metadata.version("optbinning")}


def score(path: str, rows: str) -> dict[str, Any]:
    """Seconds of scoring the rows with a card fitted on `path`."""
    card = _fitted(*table_of(path))
    table, _ = table_of(rows)
    begun = time.perf_counter()
    card.score(table)
    return {"seconds": time.perf_counter() - begun, "rows": len(table)}

"""Tables the scorecard lines are measured on, the same for us and for the peer, and our side of each."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bench.context import ROOT

if TYPE_CHECKING:
    import pandas as pd

SEED, SPLITS, BAD = 11, 20, "_bad"
Arrays = dict[str, npt.NDArray[Any]]


def german() -> Path:
    """The public German credit set. FileNotFoundError says where it was looked for."""
    shared = Path(os.environ.get("GUANXI_SHARED_DATA") or ROOT.parent / "shared" / "data")
    path = shared / "german" / "germancredit.csv"
    if not path.exists():
        raise FileNotFoundError(f"the German credit set is not at {path}; set GUANXI_SHARED_DATA")
    return path


def keep_german(path: Path) -> None:
    """As arrays: numbers as they are, words as text, 1 for bad."""
    import pandas as pd

    table = pd.read_csv(german())
    bad = (table.pop("creditability") == "bad").to_numpy().astype(np.int8)
    keep(path, {name: _plain(table[name]) for name in table.columns}, bad)


def _plain(column: pd.Series) -> npt.NDArray[Any]:
    from pandas.api.types import is_numeric_dtype

    return column.to_numpy() if is_numeric_dtype(column.dtype) else column.astype(object).to_numpy().astype(str)


def keep_drawn(path: Path, rows: int, words: int = 0, more: int = 0, seed: int = SEED) -> None:
    """Ten skewed numbers of a lender's book (counts, shares, money, missing, codes), `more` of noise, `words` of text."""
    rng = np.random.default_rng(seed)
    risk = rng.normal(size=rows)

    def seen(noise: float = 1.0) -> npt.NDArray[np.float64]:
        return risk + noise * rng.normal(size=rows)

    table: Arrays = {
        "utilisation": np.round(1 / (1 + np.exp(-seen())), 4),
        "age": np.round(45 - 4 * seen(2) + rng.normal(0, 8, rows)),
        "late_30": np.floor(np.exp(np.clip(seen() - 1.5, None, 3))),
        "late_90": np.floor(np.exp(np.clip(seen() - 2.0, None, 3))),
        "income": np.where(rng.random(rows) < 0.2, np.nan, np.round(np.exp(8.7 - 0.3 * seen()), 0)),
        "debt": np.round(np.exp(seen(3)), 3),
        "lines": np.floor(np.abs(8 + 3 * seen(2))),
        "inquiries": np.where(rng.random(rows) < 0.1, -9, np.floor(np.abs(2 * seen()))),
        "months": rng.integers(1, 300, rows).astype(float),
        "dependants": rng.poisson(0.7, rows).astype(float),
    }
    table |= {f"number_{n}": np.round(seen(2 + n), 3) for n in range(more)}
    table |= {
        f"word_{n}": np.char.add("band ", np.digitize(seen(1 + n), np.linspace(-3, 3, 6 + 4 * n)).astype(str))
        for n in range(words)
    }
    bad = (rng.random(rows) < 1 / (1 + np.exp(2.6 - risk))).astype(np.int8)
    keep(path, table, bad)


def keep(path: Path, table: Arrays, bad: npt.NDArray[Any]) -> None:
    """Columns as arrays of numbers or text, and 1 for bad."""
    np.savez(path, allow_pickle=False, **{**table, BAD: bad})


def table_of(path: str) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """As pandas reads such columns by itself."""
    import pandas as pd

    with np.load(path) as kept:
        columns = {
            name: pd.Series(kept[name].astype(object), dtype="str") if kept[name].dtype.kind == "U" else kept[name]
            for name in kept.files
        }
    bad = columns.pop(BAD).astype(np.int64)
    return pd.DataFrame(columns), bad


def keep_parts(path: Path, source: str, splits: int = SPLITS) -> None:
    """Stratified 70/30 splits, as rows of `train` and `test`."""
    from sklearn.model_selection import train_test_split

    _, bad = table_of(source)
    found = [
        train_test_split(np.arange(len(bad)), test_size=0.3, stratify=bad, random_state=seed) for seed in range(splits)
    ]
    np.savez(path, train=np.array([part[0] for part in found]), test=np.array([part[1] for part in found]))


def fit(path: str) -> dict[str, Any]:
    """Seconds of one fit of ours, the reading not counted."""
    from domain.credit.estimator import ScorecardClassifier

    table, bad = table_of(path)
    begun = time.perf_counter()
    ScorecardClassifier().fit(table, bad)
    return {"seconds": time.perf_counter() - begun}


def splits(path: str, parts: str) -> dict[str, Any]:
    """Ours: probabilities of the test rows of each split."""
    from domain.credit.estimator import ScorecardClassifier

    table, bad = table_of(path)
    with np.load(parts) as kept:
        pairs = list(zip(kept["train"], kept["test"], strict=True))
    told = []
    for learn, unseen in pairs:
        model = ScorecardClassifier().fit(table.iloc[learn], bad[learn])
        told.append(model.predict_proba(table.iloc[unseen])[:, 1].tolist())
    return {"probabilities": told}

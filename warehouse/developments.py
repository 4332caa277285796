"""The rows a scorecard was developed on, kept so that a bin changed by hand can be counted on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER, KEPT, BAD = "developments", 3, "_bad"


def keep(home: Path, job_id: int, features: pd.DataFrame, bad: np.ndarray) -> None:
    """Write a sample under its job's number; of the older ones the newest two stay."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{job_id}.part"
    features.assign(**{BAD: bad.astype(np.int8)}).to_parquet(draft, index=False)
    draft.replace(_path(home, job_id))
    for old in sorted(folder.glob("*.parquet"), key=lambda path: int(path.stem))[:-KEPT]:
        old.unlink(missing_ok=True)


def columns_of(home: Path, job_id: int, names: Sequence[str]) -> tuple[pd.DataFrame, np.ndarray] | None:
    """These columns of a sample and its outcomes (0/1); None when it is no longer there."""
    path = _path(home, job_id)
    if not path.exists():
        return None
    table = pd.read_parquet(path, columns=[*names, BAD])
    return table[list(names)], table[BAD].to_numpy().astype(np.int64)


def _path(home: Path, job_id: int) -> Path:
    return home / FOLDER / f"{int(job_id)}.parquet"

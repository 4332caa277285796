"""The rows a scorecard was developed on, kept so that a bin changed by hand can be counted on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

FOLDER, KEPT, BAD, OBSERVED, WHOSE, BETWEEN = "developments", 3, "_bad", "_observed", "_whose", "between"


def keep(
    home: Path, job_id: int, features: pd.DataFrame, bad: np.ndarray, observed: np.ndarray | None = None,
    whose: np.ndarray | None = None, between: pd.DataFrame | None = None,
) -> None:  # fmt: skip
    """Write a sample under its job's number; of the older ones the newest two stay.

    observed: the day of each row, datetime64[D]. whose: a number a customer, no name. between: the same columns of those
    neither good nor bad, with whom the PD is calibrated.
    """
    if between is not None and len(between):
        _write(between, _path(home / FOLDER, job_id, BETWEEN))
    beside: dict[str, np.ndarray] = {BAD: bad.astype(np.int8)}
    if observed is not None:
        beside[OBSERVED] = observed.astype("datetime64[s]")
    if whose is not None:
        beside[WHOSE] = whose.astype(np.int64)
    _write(features.assign(**beside), _path(home, job_id))


def _write(table: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.stem}.part")
    table.to_parquet(draft, index=False)
    draft.replace(path)
    for old in sorted(path.parent.glob("*.parquet"), key=lambda path: int(path.stem))[:-KEPT]:
        old.unlink(missing_ok=True)


def columns_of(home: Path, job_id: int, names: Sequence[str]) -> tuple[pd.DataFrame, np.ndarray] | None:
    """These columns of a sample and its outcomes (0/1); None when it is no longer there."""
    path = _path(home, job_id)
    if not path.exists():
        return None
    table = pd.read_parquet(path, columns=[*names, BAD])
    return table[list(names)], table[BAD].to_numpy().astype(np.int64)


def beside_of(home: Path, job_id: int) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Day (datetime64[D]) and customer's number of each row; None where the sample was kept before they were, or is gone."""
    path = _path(home, job_id)
    there = pq.read_schema(path).names if path.exists() else []
    kept = {name: pd.read_parquet(path, columns=[name])[name].to_numpy() for name in (OBSERVED, WHOSE) if name in there}
    observed = kept.get(OBSERVED)
    return None if observed is None else observed.astype("datetime64[D]"), kept.get(WHOSE)


def between_of(home: Path, job_id: int, names: Sequence[str]) -> pd.DataFrame | None:
    """These columns of those neither good nor bad; None where the sample was kept before they were, or is gone."""
    path = _path(home / FOLDER, job_id, BETWEEN)
    return pd.read_parquet(path, columns=list(names)) if path.exists() else None


def _path(home: Path, job_id: int, folder: str = FOLDER) -> Path:
    return home / folder / f"{int(job_id)}.parquet"

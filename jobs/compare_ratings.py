"""What a credit run changes against the run on show: worked out before the run is saved and kept in the same transaction,
so that whoever decides on it and whoever looks after the customers afterwards read the same, and no run is ever without."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from domain.credit.changes import FIGURES, cause_of
from domain.credit.run import rate
from domain.credit.scorecard import from_dict
from jobs.runner import Job
from store.database import Connection, reading
from store.rating_changes import compared, save, scale_of
from store.runs import Run


@dataclass(frozen=True)
class Changes:
    """What changed; before_id and found are None for the first rating of all. cause: of domain.credit.changes.CAUSES."""

    before_id: int | None
    cause: str
    found: pd.DataFrame | None

    def keep(self, connection: Connection, job: Job, run_id: int) -> int:
        """Beside the run, in the transaction that saves it; returns the customers with another grade or score."""
        rows = save(connection, run_id, self.before_id, self.found, job.clock(), self.cause)
        job.log(f"{rows:,} customers with another grade or score", f"等级或分数有变化的客户：{rows:,} 户")
        return rows


def against(
    job: Job, shown: Run | None, rows: pa.Table, card: Mapping[str, Any], candidates: pd.DataFrame,
    only: Collection[str] | None = None,
) -> Changes:  # fmt: skip
    """Rows of a run that is about to be saved, against the run on show. card: the one that made them, with its scale.

    candidates: the figures that were rated; where another card or scale is on show, that one rates them too, so that what
    the customers' own figures did is told from what the card did. only: where everybody else is as they were.
    """
    if shown is None:
        return Changes(None, FIGURES, None)
    cause = cause_of(shown.model, card)
    between = None if cause == FIGURES else _by_the_card_on_show(job, shown, candidates)
    with reading(job.engine) as connection:
        found = compared(connection, shown.run_id, rows, scale_of(card), between, only)
    return Changes(shown.run_id, cause, found)


def _by_the_card_on_show(job: Job, shown: Run, candidates: pd.DataFrame) -> pd.DataFrame:
    """Nobody where that card cannot be read, or asks for a figure the bank delivers no longer."""
    try:
        return rate(from_dict(dict(shown.model)), candidates)[["customer_id", "grade"]]
    except (ValueError, KeyError) as error:
        job.log(
            f"the card of run {shown.version} cannot rate today's figures, so every move counts as the new card's: {error}",
            f"版本 {shown.version} 的评分卡无法评今天的数据，等级变动均计为换卡所致：{error}",
        )
        return pd.DataFrame({"customer_id": pd.Series(dtype=object), "grade": pd.Series(dtype=object)})

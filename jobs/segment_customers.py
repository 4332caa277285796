"""A segmentation run of all customers, kept as a candidate."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa

from domain.plain import to_plain
from domain.segmentation.run import PreviousSegmentation, SegmentationParameters, segment
from jobs.runner import Job
from jobs.sources_of_a_run import as_json, business_day, code_version, features_at, ground, sayable
from store.database import Connection, reading, writing
from store.runs import NewRun, published, save_candidate, segment_rows

SEED = 20_261_031


def run(job: Job, as_of: str | None = None, keep_cuts: bool = False, seed: int = SEED) -> dict[str, Any]:
    """Steps: features, segment, save. as_of: ISO date, the newest business date when None."""
    found = ground(job)
    day = business_day(found.picture, as_of)
    job.step("features", 5)
    features = features_at(job, found, day)
    job.step("segment", 40, f"{len(features):,}")
    with reading(job.engine) as connection:
        before = _published(connection)
    parameters = SegmentationParameters(as_of=day, keep_cuts=keep_cuts)
    result = segment(features, parameters, before, seed)
    job.step("save", 85, f"{len(result.rows):,}")
    migrations = sayable({name: one.as_dict() for name, one in result.migrations.items()})
    told = NewRun(
        kind="segmentation", as_of=day, parameters=sayable(to_plain(parameters)), batches=found.batch_ids,
        code_version=code_version(), seed=seed, job_id=job.job_id, started_by=job.by, started_at=job.now,
        finished_at=job.clock(), metrics=sayable(result.metrics), model=sayable(result.model),
        migration=migrations or None,
    )  # fmt: skip
    with writing(job.engine) as connection:
        run_id = save_candidate(connection, told, _rows(result.rows))
    return {"run_id": run_id, "customers": len(result.rows), "as_of": day.isoformat()}


def _published(connection: Connection) -> PreviousSegmentation | None:
    shown = published(connection, "segmentation")
    if shown is None:
        return None
    return PreviousSegmentation(segment_rows(connection, shown.run_id), dict(shown.model), shown.as_of)


def _rows(found: pd.DataFrame) -> pa.Table:
    """The run's rows in the store's raw shape."""
    scores = ("recency_score", "frequency_score", "monetary_score")
    words = ("tier", "tier_reached", "tier_before", "life_cycle")
    return pa.table(
        {
            "customer_id": pa.array(found["customer_id"], pa.string()),
            **{name: pa.array(found[name].astype("Int64"), pa.int32(), from_pandas=True) for name in scores},
            **{name: pa.array(found[name], pa.string(), from_pandas=True) for name in words},
            "aum": pa.array((found["aum"] * 100).round().astype("Int64"), pa.int64(), from_pandas=True),
            "segment": pa.array(found["cluster"].astype("Int64"), pa.int32(), from_pandas=True),
            "why": as_json(found["why"]),
        }
    )

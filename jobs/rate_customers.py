"""A credit run: a scorecard developed on what is known, and a rating of everybody with credit; kept as a candidate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from domain.credit.run import LEAST_OF_EACH, Development, ScorecardParameters, develop, rate
from domain.credit.scorecard import to_dict
from domain.plain import to_plain
from domain.segmentation.migration import migration
from jobs.credit_sample import Sample, make_sample
from jobs.runner import Job, Refused
from jobs.sources_of_a_run import Ground, as_json, business_day, code_version, features_at, ground, sayable
from store.database import reading, writing
from store.runs import NewRun, published, rating_rows, save_candidate

SEED = 20_261_031


def run(job: Job, as_of: str | None = None, long_run_rate: float | None = None, seed: int = SEED) -> dict[str, Any]:
    """Steps: sample, develop, rate, save. as_of: ISO date, the newest business date when None.

    long_run_rate: the share of bad (0..1) the PD is calibrated to, the sample's own when None. Refused, with the
    counts, when there are too few of either outcome to learn from: no rating is made up.
    """
    found = ground(job)
    day = business_day(found.picture, as_of)
    job.step("sample", 5)
    sample = make_sample(job, found, day)
    _enough(sample)
    job.step("develop", 35, f"{len(sample.bad):,} / {int(sample.bad.sum()):,}")
    parameters = replace(ScorecardParameters(), long_run_rate=long_run_rate)
    try:
        made = develop(sample.features, sample.bad, parameters, seed)
    except ValueError as error:  # a sentence about the sample: nothing in it tells good from bad
        raise Refused(f"No rating was made. {error}", f"未生成评级，样本无法建立评分卡：{error}") from error
    job.step("rate", 75, f"{len(sample.rated):,}")
    rated = rate(made.scorecard, sample.rated)
    moved = _migration(job, found, day, rated)
    job.step("save", 90, f"{len(rated):,}")
    told = NewRun(
        kind="credit", as_of=day, parameters={"sample": sample.kind, **sayable(_plain(parameters))},
        batches=found.batch_ids, code_version=code_version(), seed=seed, job_id=job.job_id, started_by=job.by,
        started_at=job.now, finished_at=job.clock(), metrics=_metrics(made, sample, rated),
        model=sayable(to_dict(made.scorecard)), migration=moved,
    )  # fmt: skip
    with writing(job.engine) as connection:
        run_id = save_candidate(connection, told, _rows(rated))
    return {"run_id": run_id, "customers": len(rated), "as_of": day.isoformat()}


def _enough(sample: Sample) -> None:
    bad = int(sample.bad.sum())
    good = len(sample.bad) - bad
    if min(bad, good) < LEAST_OF_EACH:
        raise Refused(
            f"There are {bad} bad and {good} good customers to learn from and at least {LEAST_OF_EACH} of each are needed; "
            "no rating was made. Wait for more months, or choose a later date.",
            f"可供建模的样本中坏客户 {bad} 户、好客户 {good} 户，"
            f"两类至少各需 {LEAST_OF_EACH} 户，故未生成评级。请积累更多月份，或选择更晚的日期。",
        )


def _plain(parameters: ScorecardParameters) -> dict[str, Any]:
    return {
        name: to_plain(getattr(parameters, name))
        for name in ("binning", "selection", "scaling", "masterscale", "long_run_rate")
    }


def _metrics(made: Development, sample: Sample, rated: pd.DataFrame) -> dict[str, Any]:
    grades = rated["grade"].value_counts().to_dict()
    return {
        **sayable(made.metrics.as_dict()), "sample": sample.kind, "left_out": sayable(sample.counted),
        "grades": sayable(grades), "rated": len(rated), "mean_pd": sayable(float(np.mean(rated["pd"])) if len(rated) else None),
    }  # fmt: skip


def _migration(job: Job, found: Ground, day: date, rated: pd.DataFrame) -> dict[str, Any] | None:
    """Against the published run; None before the first."""
    with reading(job.engine) as connection:
        shown = published(connection, "credit")
        before = rating_rows(connection, shown.run_id) if shown is not None else None
    if before is None:
        return None
    wealth = features_at(job, found, day).set_index("customer_id")["aum"]
    after = rated[["customer_id", "grade"]].assign(aum=rated["customer_id"].map(wealth))
    told: dict[str, Any] = sayable({"grade": migration(before, after, "grade").as_dict()})
    return told


def _rows(rated: pd.DataFrame) -> pa.Table:
    """The run's rows in the store's raw shape; points and reasons as the 360 and the papers read them."""
    points = rated[["base", "points", "values"]].to_dict("records")
    reasons = rated[["reasons", "next_grade"]].to_dict("records")
    return pa.table(
        {
            "customer_id": pa.array(rated["customer_id"], pa.string()),
            "score": pa.array(rated["score"].astype("Int64"), pa.int32(), from_pandas=True),
            "pd": pa.array(rated["pd"], pa.float64()),
            "grade": pa.array(rated["grade"], pa.string()),
            "points": as_json(pd.Series(points, dtype=object)),
            "reasons": as_json(pd.Series(reasons, dtype=object)),
        }
    )

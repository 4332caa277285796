"""A next-product run: what each customer without it will open next, and whether it may be offered; a candidate."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd
import pyarrow as pa

from domain.behaviour.by_time import TooLittle
from domain.marketing.next_product import NextProductParameters, develop, metrics_of, score, slice_of
from domain.segmentation.segments_at import segments_at
from jobs.monthly_panel import monthly_panel, refusal
from jobs.runner import Job
from jobs.sources_of_a_run import as_json, business_day, features_at, ground, new_run
from store.database import reading, writing
from store.runs import published, save_candidate
from warehouse.service_facts import least_risk, service_facts

SEED = 20_261_031


def run(job: Job, as_of: str | None = None, seed: int = SEED) -> dict[str, Any]:
    """Steps: panel, develop, score, save. as_of: ISO date, the newest business date when None.

    The popularity it is compared with is by segment of the published segmentation, each past month placed by the
    figures of that month; by kind and value tier without one. Refused, with the counts, when there is too little.
    """
    found = ground(job)
    day = business_day(found.picture, as_of)
    parameters = NextProductParameters()
    with reading(job.engine) as connection:
        shown = published(connection, "segmentation")
    segmentation = dict(shown.model) if shown is not None else {}

    def one(at: Any, now: pd.DataFrame, later: pd.DataFrame, service: pd.DataFrame) -> pd.DataFrame:
        return slice_of(at, now, later, service, segments_at(now, segmentation))

    panel = monthly_panel(job, found, day, parameters.horizon, one, 50)
    opened = int(panel.filter(like="opened_").sum().sum())
    job.step("develop", 50, f"{len(panel):,} / {opened:,}")
    try:
        model = develop(panel, parameters, seed)
    except TooLittle as why:
        raise refusal(why) from why
    features = features_at(job, found, day)
    job.step("score", 80, f"{len(features):,}")
    facts = service_facts(found.picture, day)
    rows = score(model, features, facts, facts, least_risk(found.picture), segments_at(features, segmentation))
    job.step("save", 95, f"{len(rows):,}")
    metrics = {**metrics_of(model, rows, len(features)), "segments": shown.version if shown is not None else None}
    told = new_run(
        job, found, "next_product", day, seed, parameters=asdict(parameters), metrics=metrics, model=model.as_dict()
    )
    with writing(job.engine) as connection:
        run_id = save_candidate(connection, told, _rows(rows))
    return {"run_id": run_id, "customers": len(rows), "as_of": day.isoformat()}


def _rows(found: pd.DataFrame) -> pa.Table:
    """The run's rows in the store's raw shape."""
    return pa.table(
        {
            "customer_id": pa.array(found["customer_id"], pa.string()),
            "family": pa.array(found["family"], pa.string(), from_pandas=True),
            "probability": pa.array(found["probability"], pa.float64(), from_pandas=True),
            "offers": as_json(found["offers"]),
            "chances": pa.array(found["chances"], pa.string()),
        }
    )

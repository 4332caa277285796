"""An attrition run: who is about to leave, learned from the bank's own past months; kept as a candidate."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd
import pyarrow as pa

from domain.behaviour.attrition import AttritionParameters, develop, metrics_of, score, slice_of
from domain.behaviour.by_time import TooLittle
from jobs.monthly_panel import monthly_panel, refusal
from jobs.runner import Job
from jobs.sources_of_a_run import as_json, business_day, cents, features_at, ground, new_run
from store.database import writing
from store.runs import save_candidate
from warehouse.service_facts import service_facts

SEED = 20_261_031


def run(job: Job, as_of: str | None = None, seed: int = SEED) -> dict[str, Any]:
    """Steps: panel, develop, score, save. as_of: ISO date, the newest business date when None.

    Refused, with the counts, when there are too few months or too few who left: no probability is made up.
    """
    found = ground(job)
    day = business_day(found.picture, as_of)
    parameters = AttritionParameters()

    def one(at: Any, now: pd.DataFrame, later: pd.DataFrame, service: pd.DataFrame) -> pd.DataFrame:
        return slice_of(at, now, later, service, parameters)

    panel = monthly_panel(job, found, day, parameters.horizon, one, 60)
    job.step("develop", 60, f"{len(panel):,} / {int(panel['outcome'].sum()):,}")
    features = features_at(job, found, day)
    try:
        model = develop(panel, parameters, seed)
        job.step("score", 85, f"{len(features):,}")
        rows = score(model, features, service_facts(found.picture, day))
    except TooLittle as why:
        raise refusal(why) from why
    job.step("save", 95, f"{len(rows):,}")
    told = new_run(
        job, found, "attrition", day, seed, parameters=asdict(parameters),
        metrics=metrics_of(model, rows, len(features)), model=model.as_dict(),
    )  # fmt: skip
    with writing(job.engine) as connection:
        run_id = save_candidate(connection, told, _rows(rows))
    return {"run_id": run_id, "customers": len(rows), "as_of": day.isoformat()}


def _rows(found: pd.DataFrame) -> pa.Table:
    """The run's rows in the store's raw shape."""
    return pa.table(
        {
            "customer_id": pa.array(found["customer_id"], pa.string()),
            "probability": pa.array(found["probability"], pa.float64()),
            "aum": cents(found["aum"]),
            "aum_at_risk": cents(found["aum_at_risk"]),
            "drivers": as_json(found["drivers"]),
        }
    )

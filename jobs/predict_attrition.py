"""An attrition run: who is about to leave, learned from the bank's own past months; kept as a candidate."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd
import pyarrow as pa

from domain.behaviour.attrition import (
    AttritionModel,
    AttritionParameters,
    develop,
    expected,
    kept,
    metrics_of,
    score,
    slice_of,
)  # fmt: skip
from domain.behaviour.by_time import TooLittle
from domain.behaviour.leaving import average_of
from jobs.monthly_panel import monthly_panel, parameters_of, refusal
from jobs.moved_predictions import moved_risk
from jobs.part_of_the_bank import no_model_kept, part_of, save_part, with_the_others
from jobs.runner import Job
from jobs.sources_of_a_run import Ground, as_json, business_day, cents, features_at, ground, log_saved, new_run
from store.database import writing
from store.jobs import in_both
from store.runs import save_candidate
from warehouse.service_facts import service_facts

SEED = 20_261_031


def run(job: Job, as_of: str | None = None, branch: str | None = None, seed: int = SEED) -> dict[str, Any]:
    """Steps: panel, develop, score, save. as_of: ISO date, the newest business date when None.

    Refused, with the counts, when there are too few months or too few who left: no probability is made up.
    branch: its number, to score only its customers and those below it, by the published model at that run's date (steps
    features, score, save; see jobs/part_of_the_bank.py).
    """
    found = ground(job)
    if branch:
        return _of_branch(job, found, branch, as_of)
    day = business_day(found.picture, as_of)
    parameters = AttritionParameters()

    def one(at: Any, now: pd.DataFrame, later: pd.DataFrame, service: pd.DataFrame) -> pd.DataFrame:
        return slice_of(at, now, later, service, parameters)

    panel = monthly_panel(job, found, day, parameters.horizon, one, 60)
    months, left = f"{len(panel):,}", f"{int(panel['outcome'].sum()):,}"
    job.step(
        "learn",
        60,
        in_both(
            f"从 {months} 个客户月学习，其中流失 {left} 个", f"learning from {months} customer-months, {left} left"
        ),
    )
    features = features_at(job, found, day)
    try:
        model = develop(panel, parameters, seed)
        _say(job, model)
        job.step("score", 85, f"{len(features):,}")
        rows = score(model, features, service_facts(found.picture, day))
    except TooLittle as why:
        raise refusal(why) from why
    job.step("save", 95, f"{len(rows):,}")
    told = new_run(
        job, found, "attrition", day, seed, parameters=asdict(parameters),
        metrics=metrics_of(model, rows, len(features)), model=model.as_dict(), migration=moved_risk(job, rows),
    )  # fmt: skip
    with writing(job.engine) as connection:
        run_id = save_candidate(connection, told, _rows(rows))
    log_saved(job, run_id, len(rows))
    return {"run_id": run_id, "customers": len(rows), "as_of": day.isoformat()}


def _say(job: Job, model: AttritionModel) -> None:
    told = model.judged
    job.log(
        f"judged on {told.rows:,} customer-months with {told.outcomes:,} leavers: AUC {told.auc.value:.3f}, days since the "
        f"last movement alone {told.rule.value:.3f}",
        f"以 {told.rows:,} 个客户月、{told.outcomes:,} 次流失检验：AUC {told.auc.value:.3f}，仅看距上次交易天数为 {told.rule.value:.3f}",
    )


def _of_branch(job: Job, found: Ground, branch: str, as_of: str | None) -> dict[str, Any]:
    job.step("features", 5)
    part = part_of(job, found, "attrition", branch, as_of)
    shown, day = part.shown, part.shown.as_of
    model = kept(shown.model, parameters_of(AttritionParameters, shown.parameters))
    if model is None:
        raise no_model_kept(shown)
    job.step("score", 40, f"{len(part.features):,}")
    try:
        rows = score(model, part.features, service_facts(found.picture, day), average_of(shown.metrics))
    except TooLittle as why:
        raise refusal(why) from why
    whole, counted = with_the_others(job, part, rows[["customer_id", "probability", "aum", "aum_at_risk"]])
    job.step("save", 80, f"{len(rows):,}")
    metrics = {**shown.metrics, **expected(whole, part.everybody), **counted}
    moved = moved_risk(job, whole)
    return save_part(job, found, part, _rows(rows), metrics=metrics, model=shown.model, migration=moved)


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

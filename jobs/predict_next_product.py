"""A next-product run: what each customer without it will open next, and whether it may be offered; a candidate."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd
import pyarrow as pa

from domain.behaviour.by_time import TooLittle
from domain.marketing.next_product import (
    NextProductModel,
    NextProductParameters,
    develop,
    kept,
    metrics_of,
    offered,
    score,
    slice_of,
)  # fmt: skip
from domain.segmentation.segments_at import segments_at
from jobs.monthly_panel import monthly_panel, parameters_of, refusal
from jobs.moved_predictions import moved_offers
from jobs.part_of_the_bank import no_model_kept, part_of, save_part, with_the_others
from jobs.runner import Job, Refused
from jobs.sources_of_a_run import Ground, as_json, business_day, features_at, ground, log_saved, new_run
from store.database import reading, writing
from store.jobs import in_both
from store.runs import Run, list_runs, published, save_candidate
from store.runs import run as run_of
from warehouse.service_facts import least_risk, service_facts

SEED = 20_261_031
LOOKED_AT = 1_000  # runs, newest first: more than a bank makes in ten years


def run(job: Job, as_of: str | None = None, branch: str | None = None, seed: int = SEED) -> dict[str, Any]:
    """Steps: panel, develop, score, save. as_of: ISO date, the newest business date when None.

    The popularity it is compared with is by segment of the published segmentation, each past month placed by the
    figures of that month; by kind and value tier without one. Refused, with the counts, when there is too little.
    branch: its number, to score only its customers and those below it, by the published model at that run's date (steps
    features, score, save; see jobs/part_of_the_bank.py).
    """
    found = ground(job)
    if branch:
        return _of_branch(job, found, branch, as_of)
    day = business_day(found.picture, as_of)
    parameters = NextProductParameters()
    with reading(job.engine) as connection:
        shown = published(connection, "segmentation")
    segmentation = dict(shown.model) if shown is not None else {}

    def one(at: Any, now: pd.DataFrame, later: pd.DataFrame, service: pd.DataFrame) -> pd.DataFrame:
        return slice_of(at, now, later, service, segments_at(now, segmentation))

    panel = monthly_panel(job, found, day, parameters.horizon, one, 50)
    opened = int(panel.filter(like="opened_").sum().sum())
    learnt = in_both(
        f"从 {len(panel):,} 个客户月学习，其中新开 {opened:,} 项产品",
        f"learning from {len(panel):,} customer-months, {opened:,} products opened",
    )
    job.step("learn", 50, learnt)
    try:
        model = develop(panel, parameters, seed)
    except TooLittle as why:
        raise refusal(why) from why
    _say(job, model)
    features = features_at(job, found, day)
    job.step("score", 80, f"{len(features):,}")
    facts = service_facts(found.picture, day)
    rows = score(model, features, facts, facts, least_risk(found.picture), segments_at(features, segmentation))
    job.step("save", 95, f"{len(rows):,}")
    metrics = {**metrics_of(model, rows, len(features)), "segments": shown.version if shown is not None else None}
    told = new_run(
        job, found, "next_product", day, seed, parameters=asdict(parameters), metrics=metrics, model=model.as_dict(),
        migration=moved_offers(job, rows, features),
    )  # fmt: skip
    with writing(job.engine) as connection:
        run_id = save_candidate(connection, told, _rows(rows))
    log_saved(job, run_id, len(rows))
    return {"run_id": run_id, "customers": len(rows), "as_of": day.isoformat()}


def _say(job: Job, model: NextProductModel) -> None:
    told, top = model.compared, model.parameters.top
    job.log(
        f"judged on {told.opened:,} openings of {told.customers:,} customers: {told.recall.value:.1%} among the {top} likeliest, "
        f"{told.popularity.value:.1%} by the segment's habit alone",
        f"以 {told.customers:,} 位客户的 {told.opened:,} 次新开检验："
        f"前 {top} 命中率 {told.recall.value:.1%}，仅按分群习惯为 {told.popularity.value:.1%}",
    )
    own = model.share.own
    job.log(
        f"offers go by the segment's habit and {own:.0%} of the customer's own signals"
        if own
        else "offers go by the segment's habit alone",
        f"推荐依据：分群习惯，加客户自身信息的 {own:.0%}" if own else "推荐依据：仅所在分群的习惯",
    )


def _of_branch(job: Job, found: Ground, branch: str, as_of: str | None) -> dict[str, Any]:
    job.step("features", 5)
    part = part_of(job, found, "next_product", branch, as_of)
    shown = part.shown
    model = kept(shown.model, parameters_of(NextProductParameters, shown.parameters))
    if model is None:
        raise no_model_kept(shown)
    segment = segments_at(part.features, _segmentation_of(job, shown))
    job.step("score", 40, f"{len(part.features):,}")
    facts = service_facts(found.picture, shown.as_of)
    rows = score(model, part.features, facts, facts, least_risk(found.picture), segment, shown.metrics.get("usual"))
    whole, counted = with_the_others(job, part, rows[["customer_id", "family"]])
    job.step("save", 80, f"{len(rows):,}")
    metrics = {**shown.metrics, **offered(whole, part.everybody), **counted}
    moved = moved_offers(job, whole, features_at(job, found, shown.as_of))
    return save_part(job, found, part, _rows(rows), metrics=metrics, model=shown.model, migration=moved)


def _segmentation_of(job: Job, shown: Run) -> dict[str, Any]:
    """The model of the segmentation whose segments the published run knows; {} where it was made without one."""
    version = shown.metrics.get("segments")
    if version is None:
        return {}
    with reading(job.engine) as connection:
        named = next((one for one in list_runs(connection, "segmentation", LOOKED_AT) if one.version == version), None)
        of_it = None if named is None else run_of(connection, named.run_id)
    if of_it is None:
        raise Refused(
            f"The segmentation {version}, whose segments {shown.version} learned by, is not there any more; compute the whole bank.",
            f"{shown.version} 所依据的客户细分 {version} 已不存在；请计算全行。",
        )
    return dict(of_it.model)


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

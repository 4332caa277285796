"""A segmentation run of all customers, or of one branch by the published model; kept as a candidate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa

from domain.catalogue import CUSTOMER_WORDS
from domain.phrasing import choose
from domain.plain import to_plain
from domain.segmentation.given_names import names_lost
from domain.segmentation.migration import Migration
from domain.segmentation.run import PreviousSegmentation, SegmentationParameters, segment, segment_part
from jobs.part_of_the_bank import part_of, save_part
from jobs.runner import Job
from jobs.sources_of_a_run import Ground, as_json, business_day, cents, features_at, ground, log_saved, new_run, sayable
from jobs.sums_by_group import keep_sums
from store.database import Connection, reading, writing
from store.runs import Run, published, save_candidate, segment_rows

SEED = 20_261_031


def run(
    job: Job, as_of: str | None = None, keep_cuts: bool = False, branch: str | None = None, seed: int = SEED
) -> dict[str, Any]:
    """Steps: features, segment, save. as_of: ISO date, the newest business date when None.

    branch: its number, to place only its customers and those below it, by the published run's model at that run's
    date (see jobs/part_of_the_bank.py); cut points are then kept in any case.
    """
    found = ground(job)
    if branch:
        return _of_branch(job, found, branch, as_of)
    day = business_day(found.picture, as_of)
    job.step("features", 5)
    features = features_at(job, found, day)
    job.step("segment", 40, f"{len(features):,}")
    with reading(job.engine) as connection:
        shown = published(connection, "segmentation")
        before = None if shown is None else _previous(connection, shown)
    if before is not None and before.as_of is not None and before.as_of < day:
        # What a mover's figures were: worked out by today's batches and code, so that nothing but time lies between.
        before = replace(before, features=features_at(job, found, before.as_of))
    parameters = SegmentationParameters(as_of=day, keep_cuts=keep_cuts)
    result = segment(features, parameters, before, seed)
    _say_chosen(job, result.metrics)
    _say_lost_names(job, before, result.model)
    job.step("save", 85, f"{len(result.rows):,}")
    migrations = _plain(result.migrations)
    told = new_run(
        job, found, "segmentation", day, seed, parameters=to_plain(parameters), metrics=result.metrics,
        model=result.model, migration=migrations,
    )  # fmt: skip
    with writing(job.engine) as connection:
        run_id = save_candidate(connection, told, _rows(result.rows))
    keep_sums(job)
    log_saved(job, run_id, len(result.rows))
    return {"run_id": run_id, "customers": len(result.rows), "as_of": day.isoformat()}


def _say_chosen(job: Job, metrics: Mapping[str, Any]) -> None:
    for kind, told in metrics.get("k", {}).items():
        if told.get("k"):
            job.log(
                f"{kind} customers: {told['k']} segments", f"{choose('zh', *CUSTOMER_WORDS[kind])}：{told['k']} 个客群"
            )


def _say_lost_names(job: Job, before: PreviousSegmentation | None, model: Mapping[str, Any]) -> None:
    for lost in names_lost(before.model if before else {}, model):
        name, number = lost["name"], lost["number"]
        job.log(
            f"no segment of this run matches segment {number}, “{name['en']}”: the name is not carried over",
            f"本次没有与客群{number}“{name['zh']}”对应的客群：该名称不沿用",
        )


def _of_branch(job: Job, found: Ground, branch: str, as_of: str | None) -> dict[str, Any]:
    job.step("features", 5)
    part = part_of(job, found, "segmentation", branch, as_of)
    job.step("segment", 40, f"{len(part.features):,}")
    with reading(job.engine) as connection:
        before = _previous(connection, part.shown)
    result = segment_part(part.features, before, part.shown.metrics)
    job.step("save", 70, f"{len(result.rows):,}")
    made = save_part(
        job, found, part, _rows(result.rows), metrics=result.metrics, model=result.model, migration=_plain(result.migrations)
    )  # fmt: skip
    keep_sums(job)
    return made


def _plain(migrations: Mapping[str, Migration]) -> dict[str, Any]:
    told: dict[str, Any] = sayable({name: one.as_dict() for name, one in migrations.items()})
    return told


def _previous(connection: Connection, shown: Run) -> PreviousSegmentation:
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
            "aum": cents(found["aum"]),
            "segment": pa.array(found["cluster"].astype("Int64"), pa.int32(), from_pandas=True),
            "why": as_json(found["why"]),
        }
    )

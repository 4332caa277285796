"""A recompute of one branch and all below it: its customers anew, everybody else as in the published run.

The published run's model is kept, so that a figure means the same in every branch, and its date too: a run of two
dates would tell of some customers what is true of others a month later. For another date, or for new cut points,
segments or weights, the whole bank is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from jobs.runner import Job, Refused
from jobs.sources_of_a_run import Ground, business_day, features_at, log_saved, new_run
from store.branches import Branch, subtree
from store.database import Connection, reading, writing
from store.runs import Carried, Run, published, save_candidate
from store.served_runs import run_rows


@dataclass(frozen=True)
class Part:
    """A branch, the published run it is computed by, and the features of its customers at that run's date.

    There is at least one customer. everybody: how many customers the bank has at that date.
    """

    branch: Branch
    shown: Run
    features: pd.DataFrame
    everybody: int

    @property
    def customer_ids(self) -> list[str]:
        """Whose rows are made anew, whether or not they come to have one."""
        return [str(customer_id) for customer_id in self.features["customer_id"]]


def part_of(job: Job, found: Ground, kind: str, branch_id: str, as_of: str | None) -> Part:
    """Refused without a published run of this kind, without such a branch or anybody in it, and for another date."""
    with reading(job.engine) as connection:
        shown = published(connection, kind)
        below = subtree(connection, branch_id)
    if shown is None:
        raise Refused(
            "No run is on show yet, and one branch is computed by the model of the run on show; compute the whole bank "
            "and publish it first.",
            "还没有发布过版本，而单个机构须沿用已发布版本的模型；请先计算全行并发布。",
        )
    if not below:
        raise Refused(
            f"There is no branch {branch_id}; choose one from the list, or leave it empty for the whole bank.",
            f"没有编号为 {branch_id} 的机构；请从列表中选择，或留空计算全行。",
        )
    _still_counting(found, shown)
    day = _its_day(found, shown, as_of)
    features = features_at(job, found, day)
    mine = features[features["branch_id"].isin([one.branch_id for one in below])]
    if mine.empty:
        raise Refused(
            f"Nobody is a customer of {below[0].name} at {day}, so nothing was computed; choose another branch.",
            f"{day} {below[0].name}没有客户，未作计算；请选择其他机构。",
        )
    name = below[0].name
    job.log(
        f"{name} and all below it: {len(mine):,} of {len(features):,} customers at {day}, by the model of {shown.version}; "
        "everybody else as published",
        f"{name}及其下属机构：{day} 共 {len(mine):,} 位客户（全行 {len(features):,} 位），沿用 {shown.version} 的模型；"
        "其余客户与已发布版本一致",
    )
    return Part(below[0], shown, mine.reset_index(drop=True), len(features))


def with_the_others(job: Job, part: Part, mine: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows the whole run will have, in the columns of `mine` (customer_id among them): those of the branch, and the
    published run's of all others; and how many of each there are, as a run's metrics name them."""
    with reading(job.engine) as connection:
        shown = run_rows(connection, part.shown.kind, part.shown.run_id, list(mine.columns))
    others = shown[~shown["customer_id"].isin(part.customer_ids)]
    return pd.concat([others, mine], ignore_index=True), {"recomputed": len(mine), "carried_over": len(others)}


def no_model_kept(shown: Run) -> Refused:
    """The published run was made before runs kept what they score by."""
    return Refused(
        f"Run {shown.version}, which is on show, did not keep the model it was made with, so one branch cannot be computed by "
        "it; compute the whole bank and publish it first.",
        f"当前使用的版本 {shown.version} 没有保存所用的模型，无法据以计算单个机构；请先计算全行并发布。",
    )


def _still_counting(found: Ground, shown: Run) -> None:
    """What is carried over must come from batches that count, as what is computed does."""
    gone = "、".join(f"#{batch_id}" for batch_id in shown.batches if batch_id not in found.batch_ids)
    if gone:
        raise Refused(
            f"Run {shown.version}, which is on show, was made from {gone.replace('、', ', ')}, which counts no longer; "
            "compute the whole bank.",
            f"当前使用的版本 {shown.version} 算自批次 {gone}，该批次已不再计入；请计算全行。",
        )


def _its_day(found: Ground, shown: Run, as_of: str | None) -> date:
    day = business_day(found.picture, as_of or shown.as_of)
    if day != shown.as_of:
        raise Refused(
            f"Run {shown.version}, which is on show, is as of {shown.as_of}, and one branch is computed at the date of "
            f"all others, not at {day}. Leave the date empty, or compute the whole bank.",
            f"当前使用的版本 {shown.version} 的业务日期为 {shown.as_of}，单个机构须与全行同一日期，不能是 {day}。"
            "请将日期留空，或计算全行。",
        )
    return day


def save_part(
    job: Job,
    found: Ground,
    part: Part,
    rows: pa.Table,
    *,
    metrics: Mapping[str, Any],
    model: Mapping[str, Any],
    migration: Mapping[str, Any] | None,
    beside: Callable[[Connection, int], Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Keep the candidate: `rows` for the branch's customers, the published run's for all others. The job's result.

    beside: what is kept with the run, in its transaction; what it gives is part of the result.
    """
    shown = part.shown
    told = new_run(
        job, found, shown.kind, shown.as_of, shown.seed,
        parameters={
            **shown.parameters, "branch": {"id": part.branch.branch_id, "name": part.branch.name},
            "carried_from": {"run_id": shown.run_id, "version": shown.version},
        },
        metrics=metrics, model=model, migration=migration,
    )  # fmt: skip
    with writing(job.engine) as connection:
        run_id = save_candidate(connection, told, rows, Carried(shown.run_id, part.customer_ids))
        more = {} if beside is None else beside(connection, run_id)
    log_saved(job, run_id, rows.num_rows)
    return {"run_id": run_id, "customers": rows.num_rows, "as_of": shown.as_of.isoformat(), **more}

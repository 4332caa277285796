"""How every feature is distributed at a month-end, branch by branch, against the month before: the feature catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from domain.catalogue import FEATURE_NAMES
from domain.feature_profile import Profile, profile
from jobs.runner import Job, Refused
from jobs.sources_of_a_run import Ground, business_day, features_at, ground
from store.branches import Branch, every_branch
from store.database import reading, writing
from store.feature_profiles import save
from warehouse.features.windows import back


def run(job: Job, as_of: str | None = None) -> dict[str, Any]:
    """Steps: features, profiles. as_of: any day; the month-end at or before it is told of, by default the newest.

    Refused before the first month with figures.
    """
    found = ground(job)
    asked = business_day(found.picture, as_of)
    day = newest_month(found, asked)
    if day is None:
        raise Refused(f"There is no month-end with figures by {asked}.", f"{asked} 之前没有带数据的月末。")
    job.step("features", 5)
    rows = profile_month(job, found, day)
    return {"as_of": day.isoformat(), "rows": rows}


def newest_month(found: Ground, day: date) -> date | None:
    """The newest month-end with figures that is not after the day."""
    return max((month for month in found.picture.months() if month <= day), default=None)


def profile_month(job: Job, found: Ground, day: date) -> int:
    """Work out and keep the profiles of a month-end with figures; returns the rows written."""
    now = features_at(job, found, day)
    before = features_at(job, found, back(day, 1)) if back(day, 1) in found.picture.months() else None
    with reading(job.engine) as connection:
        tree = every_branch(connection)
    told = []
    for branch in tree:
        job.step("profiles", 99, branch.name)
        told += list(_of_branch(branch, tree, now, before))
    with writing(job.engine) as connection:
        rows = save(connection, day, job.clock(), told)
    job.log(
        f"{len(FEATURE_NAMES)} features of {len(tree):,} branches at {day}: {rows:,} rows kept",
        f"{day} 的 {len(FEATURE_NAMES)} 项特征、{len(tree):,} 个机构：保存 {rows:,} 行",
    )
    return rows


def _of_branch(
    branch: Branch, tree: list[Branch], now: pd.DataFrame, before: pd.DataFrame | None
) -> Iterator[tuple[str, str, Profile]]:
    below = {one.branch_id for one in tree if one.path.startswith(branch.path)}
    mine = now[now["branch_id"].isin(below)]
    then = None if before is None else before[before["branch_id"].isin(below)]
    for name in FEATURE_NAMES:
        yield branch.branch_id, name, profile(_values(mine, name), None if then is None else _values(then, name))


def _values(frame: pd.DataFrame, name: str) -> Any:
    return frame[name].to_numpy(dtype=np.float64, na_value=np.nan)

"""The months a model of behaviour learns from: past month-ends whose outcomes are known, and what was known at them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

import pandas as pd

from domain.behaviour.by_time import TooLittle, months_needed, too_short
from domain.plain import from_plain
from jobs.runner import Job, Refused
from jobs.sources_of_a_run import Ground, features_at
from warehouse.features.windows import back, month_end
from warehouse.service_facts import service_facts

HISTORY_MONTHS = 6  # before the first month-end that is looked at: what is usual has to be known
MOST_MONTHS = 24  # how a bank's customers left five years ago teaches little about today

T = TypeVar("T")
Slice = Callable[[date, pd.DataFrame, pd.DataFrame, pd.DataFrame], pd.DataFrame]


def panel_days(months: tuple[date, ...], as_of: date, horizon: int) -> list[date]:
    """Month-ends at most `as_of` less the horizon, with HISTORY_MONTHS before them, ascending, the newest MOST_MONTHS.

    months: those with figures. A month without figures, or whose outcome month has none, is left out.
    """
    there = set(months)
    newest = as_of if as_of == month_end(as_of) else back(month_end(as_of), 1)
    days = [back(newest, horizon + n) for n in range(MOST_MONTHS)]
    told = [d for d in days if d in there and back(d, -horizon) in there and back(d, HISTORY_MONTHS - 1) >= min(there)]
    return told[::-1]


def monthly_panel(job: Job, found: Ground, as_of: date, horizon: int, slice_of: Slice, share: float) -> pd.DataFrame:
    """Slices of every month-end of `panel_days` under one another; progress runs up to `share` percent.

    slice_of gets the day, the features then and `horizon` months later, and the service facts of the day. Only two or
    three months of features are in memory at a time. Refused, before anything is computed, with too few month-ends.
    """
    days = panel_days(found.picture.months(), as_of, horizon)
    if days:
        job.log(
            f"learning from {len(days)} month-ends, {days[0]} to {days[-1]}, with what came of each within {horizon} months",
            f"以 {days[0]} 至 {days[-1]} 的 {len(days)} 个月末及其后 {horizon} 个月的结果建模",
        )
    if len(days) < months_needed(horizon):
        raise refusal(too_short(len(days), horizon))
    wanted = {*days, *(back(day, -horizon) for day in days)}
    kept: dict[date, pd.DataFrame] = {}
    parts = []
    for n, day in enumerate(days):
        later = back(day, -horizon)
        job.step("panel", share * n / len(days), f"{day} · {n + 1}/{len(days)}")
        for at in (day, later):
            if at not in kept:
                kept[at] = features_at(job, found, at)
        parts.append(slice_of(day, kept[day], kept[later], service_facts(found.picture, day)))
        kept = {at: table for at, table in kept.items() if at > day and at in wanted}
    panel = pd.concat(parts, ignore_index=True)
    job.log(f"{len(panel):,} customer-months were put together", f"共汇集 {len(panel):,} 个客户月")
    return panel


def parameters_of(cls: type[T], told: Mapping[str, Any]) -> T:
    """The parameters a published run was made with, without what a run of one branch says besides."""
    return from_plain(cls, {name: value for name, value in told.items() if name not in ("branch", "carried_from")})


def refusal(why: TooLittle) -> Refused:
    """The job's refusal with the sentence in both languages."""
    return Refused(why.en, why.zh)

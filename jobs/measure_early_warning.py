"""Early warnings: who is flagged today by each rule, and how good the rules have been on the bank's own history."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from domain.canonical import LOAN_FAMILIES
from domain.credit.early_warning import BEFORE_MONTHS, BY_CODE, CODES, OUTCOME_MONTHS, READ, flagged, measure, since
from domain.credit.run import DEFAULT_DAYS
from jobs.credit_sample import exposed
from jobs.runner import Job
from jobs.sources_of_a_run import Ground, business_day, ensure_features, ground
from store.database import writing
from store.early_warning import save
from warehouse.features.windows import back, month_end
from warehouse.outcomes import days_in_default

HISTORY_MONTHS = 4  # before a figure of three months ago can be said to be one: what a regular income is read from
MOST_MONTHS = 36  # how rules did longer ago tells little of today
_COLUMNS = ["customer_id", *READ, *(f"n_{family}" for family in LOAN_FAMILIES)]


def run(job: Job, as_of: str | None = None) -> dict[str, Any]:
    """Steps: panel, measure, save. as_of: ISO date, the newest business date when None.

    Where the source gives no loan status nobody is known to have defaulted: flags are kept, rates are not known.
    """
    found = ground(job)
    day = business_day(found.picture, as_of)
    days = watched_days(found.picture.months(), day)
    panel, today = _panel(job, found, days)
    job.step("measure", 92, f"{len(panel):,}")
    defaults = days_in_default(found.picture, DEFAULT_DAYS, day)
    rules = measure(panel, defaults, day)
    observed = [d for d in days if back(day, OUTCOME_MONTHS) >= d]
    flags = _flags(panel, today)
    job.step("save", 97, f"{flags.num_rows:,}")
    with writing(job.engine) as connection:
        months = (observed[0], observed[-1]) if observed else None
        rows = save(connection, day, months, rules, flags, job.job_id, job.clock())
    for one in rules:
        rate, base = (f"{share:.2%}" if share is not None else "-" for share in (one.rate, one.base_rate))
        name = BY_CODE[one.rule]
        job.log(
            f"{name.en}: {one.flags:,} flags, {rate} 90 days past due within 12 months against {base} of all",
            f"{name.zh}：标记 {one.flags:,} 次，12 个月内逾期 90 天以上 {rate}，全体 {base}",
        )
    return {"as_of": day.isoformat(), "flags": rows, "months": len(observed)}


def watched_days(months: tuple[date, ...], as_of: date) -> list[date]:
    """The month-ends that are looked at, oldest first, as_of the last: those with figures of BEFORE_MONTHS ago that rest
    on HISTORY_MONTHS, the newest MOST_MONTHS. As of a day in a month, the month-ends before it and that day."""
    there = set(months)
    newest = as_of if as_of == month_end(as_of) else back(month_end(as_of), 1)
    days = [back(newest, n) for n in range(MOST_MONTHS)]
    told = [
        d for d in days
        if d in there and back(d, BEFORE_MONTHS) in there and back(d, BEFORE_MONTHS + HISTORY_MONTHS - 1) >= min(there)
    ]  # fmt: skip
    return sorted({*told, as_of})


def _panel(job: Job, found: Ground, days: list[date]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a month-end and customer with credit and not in default: the flags; and the last day's figures now and
    before, whoever it is."""
    kept: dict[date, pd.DataFrame] = {}
    parts, today, first = [], pd.DataFrame(), min(found.picture.months(), default=days[0])
    for n, day in enumerate(days):
        job.step("panel", 90 * n / len(days), f"{day} · {n + 1}/{len(days)}")
        earlier = back(month_end(day), BEFORE_MONTHS)
        for at in (day, earlier):
            if at not in kept and at >= first:
                kept[at] = pd.read_parquet(ensure_features(job, found, at), columns=_COLUMNS)
        now = kept[day]
        before = kept.get(earlier, now.iloc[:0])
        watched = now[exposed(now) & ~(now["days_past_due"] >= DEFAULT_DAYS).fillna(False)].reset_index(drop=True)
        marks = flagged(watched, before)
        parts.append(pd.concat([watched[["customer_id"]].assign(month=pd.Timestamp(day)), marks], axis=1))
        today = watched.merge(before[["customer_id", *READ]], on="customer_id", how="left", suffixes=("", "_before"))
        kept = {at: frame for at, frame in kept.items() if at > earlier}
    return pd.concat(parts, ignore_index=True), today


def _flags(panel: pd.DataFrame, today: pd.DataFrame) -> pa.Table:
    found = since(panel)
    figures = today.set_index("customer_id")
    parts = []
    for code in CODES:
        mine = found[found["rule"] == code]
        told = figures.reindex(mine["customer_id"])
        shown = BY_CODE[code].shown
        parts.append(mine.assign(value=told[shown].to_numpy(), before=told[f"{shown}_before"].to_numpy()))
    whole = pd.concat(parts, ignore_index=True)
    numbers = {
        name: pa.array(whole[name].astype("Float64"), pa.float64(), from_pandas=True) for name in ("value", "before")
    }
    return pa.table(
        {
            "rule": pa.array(whole["rule"], pa.string()), "customer_id": pa.array(whole["customer_id"], pa.string()),
            "since": pa.array([moment.date() for moment in whole["since"]], pa.date32()), **numbers,
        }
    )  # fmt: skip

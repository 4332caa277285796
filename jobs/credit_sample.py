"""The sample a scorecard is developed on: what was known at observation, and what became of it.

Behaviour: customers with credit at month-ends at least twelve months back; bad when 90 days past due on any loan or
card in the twelve months after. Who was 90 days past due already is not in the sample, nor who had no loan or card with a
status then or in the window: nothing could become of them. Indeterminate, counted and used for the PD's level only: the
worst was 60 to 89 days. Applications, where a source gives outcomes of
loans and no status (Berka): each loan strictly before its grant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from domain.canonical import LOAN_FAMILIES
from domain.credit.run import DEFAULT_DAYS
from domain.credit.validated import Leaks
from jobs.runner import Job
from jobs.sources_of_a_run import Ground, features_at
from warehouse.features.application import application_features, leak_test, loans_asked
from warehouse.features.windows import back
from warehouse.outcomes import has_loan_status, worst_days_after

# Half a year of history is enough to be observed: a young bank's few defaults count for more than full windows.
PERFORMANCE_MONTHS, HISTORY_MONTHS, STEP_MONTHS, MOST_POINTS = 12, 6, 3, 6
INDETERMINATE_DAYS = 60
EXPOSURE = tuple(f"n_{family}" for family in LOAN_FAMILIES)


@dataclass(frozen=True)
class Sample:
    """features: one row an observation. bad: 0/1 in the same order. counted: what was left out and why, for the metrics.

    rated: the rows to rate with the card, one a customer. observed: the day each row is known as of, datetime64[D].
    between: observations neither good nor bad, which the PD is calibrated with (see `domain.credit.run.develop`).
    """

    kind: str
    features: pd.DataFrame
    bad: np.ndarray
    rated: pd.DataFrame
    counted: dict[str, Any]
    observed: np.ndarray
    between: pd.DataFrame | None = None


def definition(sample: Sample) -> dict[str, Any]:
    """How the sample is defined, and its counts: what a reader needs to draw it again."""
    bad = int(sample.bad.sum())
    rules: dict[str, Any] = {}
    if sample.kind == "behaviour":
        rules = {
            "performance_months": PERFORMANCE_MONTHS, "history_months": HISTORY_MONTHS, "bad_days": DEFAULT_DAYS,
            "indeterminate_days": INDETERMINATE_DAYS,
        }  # fmt: skip
    return {
        "kind": sample.kind,
        "rows": len(sample.bad),
        "bad": bad,
        "good": len(sample.bad) - bad,
        **rules,
        **sample.counted,
    }


def exposed(features: pd.DataFrame) -> pd.Series:
    """Who has an open account that lends, limits that are not used included."""
    return features[list(EXPOSURE)].sum(axis=1) > 0


def make_sample(job: Job, found: Ground, as_of: date) -> Sample:
    """The behaviour sample where the source gives loan status, else the application sample."""
    if has_loan_status(found.picture):
        return _behaviour(job, found, as_of)
    return _applications(found, as_of)


def to_rate(job: Job, found: Ground, as_of: date) -> tuple[str, pd.DataFrame]:
    """The kind of sample this source gives, and the rows a card of that kind rates at as_of, one a customer."""
    if has_loan_status(found.picture):
        now = features_at(job, found, as_of)
        return "behaviour", now[exposed(now)]
    return "application", _newest(_known(found, as_of))


def observation_days(months: tuple[date, ...], as_of: date) -> list[date]:
    """Month-ends 12 months before as_of and every 3 before that, while 6 months of history lie before; newest first.

    The first is taken even with a shorter history, as a bank's first year has no other.
    """
    first = months[0] if months else as_of
    days = [back(as_of, PERFORMANCE_MONTHS + STEP_MONTHS * n) for n in range(MOST_POINTS)]
    return [day for n, day in enumerate(days) if back(day, HISTORY_MONTHS - 1) >= first or (n == 0 and day >= first)]


@dataclass(frozen=True)
class DayOfSample:
    """One observation day: the rows that count, their outcomes, those between good and bad, how many were left out and why."""

    features: pd.DataFrame
    bad: np.ndarray
    counted: dict[str, int]
    between: pd.DataFrame


def rated_at(job: Job, found: Ground, day: date) -> pd.DataFrame:
    """Whom a behaviour card scores at a day: with an account that lends, not 90 days past due."""
    features = features_at(job, found, day)
    return features[exposed(features) & ~(features["days_past_due"] >= DEFAULT_DAYS)]


def day_of_sample(job: Job, found: Ground, day: date) -> DayOfSample:
    """What was known of customers with credit at a day, and what became of them in the twelve months after."""
    features = features_at(job, found, day)
    there = features[exposed(features)]
    already = there["days_past_due"] >= DEFAULT_DAYS
    after = worst_days_after(found.picture, day, back(day, -PERFORMANCE_MONTHS))
    worst = there["customer_id"].map(after)
    seen = ~already & worst.notna() & there["days_past_due"].notna()
    between = seen & (worst >= INDETERMINATE_DAYS) & (worst < DEFAULT_DAYS)
    keep = seen & ~between
    counted = {
        "already_bad": int(already.sum()), "indeterminate": int(between.sum()),
        "no_status_after": int((~seen & ~already).sum()),
    }  # fmt: skip
    return DayOfSample(there[keep], (worst[keep] >= DEFAULT_DAYS).astype(int).to_numpy(), counted, there[between])


def _behaviour(job: Job, found: Ground, as_of: date) -> Sample:
    counted: dict[str, Any] = {"observed_on": [], "already_bad": 0, "indeterminate": 0, "no_status_after": 0}
    parts, seen = [], []
    for day in observation_days(found.picture.months(), as_of):
        one = day_of_sample(job, found, day)
        parts.append(one)
        seen.append(np.full(len(one.bad), np.datetime64(day, "D")))
        counted["observed_on"].append(day.isoformat())
        for why, count in one.counted.items():
            counted[why] += count
    now = features_at(job, found, as_of)
    rated = now[exposed(now)]
    if not parts:
        return Sample("behaviour", now.iloc[:0], np.zeros(0, dtype=int), rated, counted, np.zeros(0, "M8[D]"))
    sample = pd.concat([one.features for one in parts], ignore_index=True)
    bad = np.concatenate([one.bad for one in parts])
    between = pd.concat([one.between for one in parts], ignore_index=True)
    return Sample("behaviour", sample, bad, rated, counted, np.concatenate(seen), between)


def _known(found: Ground, as_of: date) -> pd.DataFrame:
    with found.picture.connect() as connection:
        known = application_features(connection)
    return known[pd.to_datetime(known["granted_on"]).dt.date <= as_of].reset_index(drop=True)


def _newest(known: pd.DataFrame) -> pd.DataFrame:
    ordered = known.sort_values(["granted_on", "account_id"], kind="stable")
    return ordered.drop_duplicates("customer_id", keep="last")


def _applications(found: Ground, as_of: date) -> Sample:
    known = _known(found, as_of)
    said = known[known["outcome"].notna()].reset_index(drop=True)
    with found.picture.connect() as connection:
        asked, asked_bad = loans_asked(connection, as_of)
    gone_bad = asked_bad - int((known["outcome"] == "bad").sum())
    counted = {
        "without_outcome": len(known) - len(said), "no_history": asked - len(known), "no_history_bad": gone_bad,
    }  # fmt: skip
    granted = said["granted_on"].to_numpy().astype("datetime64[D]")
    bad = (said["outcome"] == "bad").astype(int).to_numpy()
    return Sample("application", said, bad, _newest(known), counted, granted)


def leaks(found: Ground, sample: Sample) -> Leaks | None:
    """The leak test of an application sample; None of behaviour, whose figures are those of the catalogue as of a day."""
    if sample.kind != "application":
        return None
    with found.picture.connect() as connection:
        return leak_test(connection)

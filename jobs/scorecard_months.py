"""A scorecard through the months: whom it rates at each month-end, against those it was developed for, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from domain.catalogue import FEATURE_NAMES
from domain.credit.inference import default_rate
from domain.credit.metrics import Estimate, bootstrap
from domain.credit.monitoring import THRESHOLDS, Known, Outcome, Overridden, WatchedMonth
from domain.credit.run import LEAST_OF_EACH, numbered
from domain.credit.scorecard import Scorecard
from domain.credit.stability import POPULATION, Reference, month_shift, reference
from domain.credit.validation import periods_of
from jobs.credit_sample import EXPOSURE, HISTORY_MONTHS, PERFORMANCE_MONTHS, Sample, day_of_sample, rated_at
from jobs.runner import Job
from jobs.sources_of_a_run import Ground
from store.database import reading
from store.override_rates import rates
from store.runs import Run
from store.scope import whole_bank
from warehouse.features.windows import back

MOST_MONTHS = 25  # two years and the month they are compared with
REDRAWS, SEED = 200, 20_261_031


@dataclass(frozen=True)
class Watching:
    """A card and whom it was developed for. taught: the days it was developed on; kind: of its sample."""

    card: Scorecard
    known: Reference
    kind: str
    taught: tuple[date, ...]


def watching(job: Job, found: Ground, card: Scorecard, edges: Sequence[float], sample: Sample) -> Watching:
    """The reference: customers chosen as the card rates them, on the days of the development; of applications, the sample.

    found: the batches of the development. edges: between the tenths of its score.
    """
    if sample.kind == "application":
        return Watching(card, reference(card, edges, sample.features), sample.kind, ())
    days = tuple(date.fromisoformat(day) for day in sample.counted["observed_on"])
    there = pd.concat([rated_at(job, found, day) for day in days], ignore_index=True)
    return Watching(card, reference(card, edges, there), sample.kind, days)


def watched_columns(card: Scorecard) -> tuple[str, ...]:
    """The features that watching a card reads: its own, those watched beside it, and who is rated at all."""
    asked = {*card.names, *POPULATION, *EXPOSURE, "days_past_due"}
    return tuple(name for name in FEATURE_NAMES if name in asked)


def watched_days(months: Sequence[date], as_of: date) -> list[date]:
    """Month-ends with half a year of history that are not after as_of, ascending, the newest MOST_MONTHS of them."""
    if not months:
        return []
    found = [day for day in months if day <= as_of and back(day, HISTORY_MONTHS - 1) >= months[0]]
    return found[-MOST_MONTHS:]


def months_of(job: Job, found: Ground, told: Watching, days: Sequence[date], as_of: date) -> list[WatchedMonth]:
    """A behaviour card at each of these month-ends; a day with nobody to rate is left out."""
    lines = []
    for at, day in enumerate(days):
        job.step("follow", 55 + 25 * at / len(days), f"{day}")
        there = rated_at(job, found, day)
        if not len(there):
            continue
        outcome = None
        if back(day, -PERFORMANCE_MONTHS) <= as_of:
            seen = day_of_sample(job, found, day)
            outcome = outcome_of(told.card, seen.features, seen.bad, seen.between)
        lines.append(WatchedMonth(month_shift(told.card, told.known, there, day), outcome, None, day in told.taught))
    return lines


def years_of(told: Watching, sample: Sample) -> list[WatchedMonth]:
    """An application card by year (or quarter) of the applications it was developed on."""
    periods = periods_of(sample.observed)
    lines = []
    for end in np.unique(periods):
        there = periods == end
        features, day = sample.features[there], end.astype("datetime64[D]").item()
        outcome = outcome_of(told.card, features, sample.bad[there])
        lines.append(WatchedMonth(month_shift(told.card, told.known, features, day), outcome, None, True))
    return lines


def known_of(made: Run, sample: Sample, lines: Sequence[WatchedMonth]) -> Known:
    """What the card is held against. made: the run that developed it; lines: its months. An application card was developed on
    all of them, so nothing of it is judged."""
    own = sample.features["customer_id"].to_numpy()[sample.bad == 1]
    bad = None if made.parameters.get("long_run_rate") is not None else len(np.unique(own))
    gini = Estimate(*(float(made.metrics["gini"][end]) for end in ("value", "low", "high")))
    days = [date.fromisoformat(day) for day in sample.counted.get("observed_on", ())]
    return Known(gini, bad, max(days or [line.shift.month for line in lines], default=made.as_of))


def outcome_of(
    card: Scorecard, features: pd.DataFrame, bad: np.ndarray, between: pd.DataFrame | None = None
) -> Outcome | None:
    """What became of rows whose outcome is known; None without any.

    between: rows neither good nor bad. They did not default: the default rate counts them, as the PD was set with them;
    the Gini leaves them out, as the development's does.
    """
    if not len(bad):
        return None
    scores = card.score_of(features)
    all_of_them = scores if between is None or not len(between) else np.concatenate([scores, card.score_of(between)])
    rate = default_rate(len(all_of_them), int(bad.sum()), float(card.scaling.probability(all_of_them).mean()))
    enough = int(bad.sum()) >= THRESHOLDS.least_bad and len(bad) - int(bad.sum()) >= LEAST_OF_EACH
    return Outcome(
        rate, bootstrap(bad, scores, REDRAWS, SEED, numbered(features["customer_id"]))["gini"] if enough else None
    )


def with_overrides(job: Job, lines: Sequence[WatchedMonth]) -> list[WatchedMonth]:
    """Each month with the overrides that held at its end; None where no rating was on show yet."""
    with reading(job.engine) as connection:
        zone = ZoneInfo(job.settings.time_zone)
        told = rates(connection, whole_bank(connection), [line.shift.month for line in lines], zone)
    return [
        line if rate.rated is None else replace(line, overridden=Overridden(rate.rated, rate.up, rate.down))
        for line, rate in zip(lines, told, strict=True)
    ]

"""Whom a prediction would move: bands of the probability of leaving, and the first offer, against the run on show."""

from __future__ import annotations

from typing import Any

import pandas as pd

from domain.behaviour.risk_bands import worded
from domain.segmentation.migration import MOST_MOVERS, migration
from jobs.runner import Job
from jobs.sources_of_a_run import sayable
from store.database import reading
from store.runs import published
from store.served_runs import run_rows


def moved_risk(job: Job, rows: pd.DataFrame) -> dict[str, Any] | None:
    """By band of the probability, and whose probability moved by most; None before the first is published.

    rows: customer_id, probability and aum of everybody the run will have.
    """
    before = _on_show(job, "attrition", ["customer_id", "probability"])
    if before is None:
        return None
    then, now = (each.assign(risk=[worded(p) for p in each["probability"]]) for each in (before, rows))
    found = migration(then, now, "risk").as_dict()
    told: dict[str, Any] = sayable({"risk": {**found, "by_probability": _most(before, rows)}})
    return told


def moved_offers(job: Job, rows: pd.DataFrame, features: pd.DataFrame) -> dict[str, Any] | None:
    """By the family offered first; None before the first is published.

    rows: customer_id and family (None where nothing may be offered) of everybody the run will have. features: with aum.
    """
    before = _on_show(job, "next_product", ["customer_id", "family"])
    if before is None:
        return None
    wealth = rows["customer_id"].map(features.set_index("customer_id")["aum"])
    now = rows[["customer_id", "family"]].rename(columns={"family": "offer"}).assign(aum=wealth)
    told: dict[str, Any] = sayable(
        {"offer": migration(before.rename(columns={"family": "offer"}), now, "offer").as_dict()}
    )
    return told


def _on_show(job: Job, kind: str, names: list[str]) -> pd.DataFrame | None:
    with reading(job.engine) as connection:
        shown = published(connection, kind)
        return None if shown is None else run_rows(connection, kind, shown.run_id, names)


def _most(before: pd.DataFrame, after: pd.DataFrame) -> list[dict[str, Any]]:
    """Customers of both runs whose probability moved by most, the likelier and the less likely alike."""
    columns = ["customer_id", "probability"]
    both = before[columns].merge(after[columns], on="customer_id", suffixes=("_before", "_after"))
    size = (both["probability_after"] - both["probability_before"]).abs()
    most = both.assign(size=size)[size > 0].sort_values(["size", "customer_id"], ascending=[False, True])
    named = most.head(MOST_MOVERS).drop(columns="size")
    named.columns = pd.Index(["customer_id", "before", "after"])
    return [{str(name): value for name, value in row.items()} for row in named.to_dict("records")]

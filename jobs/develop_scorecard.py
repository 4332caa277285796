"""A scorecard's development, for an analyst to look into: the sample with its counts, and what became of each characteristic.

Nothing is rated and nothing becomes a candidate: that is jobs/rate_customers.py, with the bins of a draft where one is given.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from domain.credit.binning import CARD_BINS, BinningRules
from domain.credit.characteristics import named
from domain.credit.run import LEAST_OF_EACH, Development, ScorecardParameters, develop, numbered
from domain.credit.scorecard import to_dict
from domain.plain import to_plain
from jobs.credit_sample import definition, make_sample
from jobs.rate_customers import SEED
from jobs.runner import Job, Refused
from jobs.sources_of_a_run import business_day, ground, sayable
from store.clearances import given
from store.database import reading, writing
from store.developments import keep
from warehouse import developments as rows


def run(job: Job, as_of: str | None = None) -> dict[str, Any]:
    """Steps: sample, develop, save. as_of: ISO date, the newest business date when None. Refused where there is too
    little to learn from."""
    found = ground(job)
    day = business_day(found.picture, as_of)
    job.step("sample", 5)
    sample = make_sample(job, found, day)
    bad = int(sample.bad.sum())
    if min(bad, len(sample.bad) - bad) < LEAST_OF_EACH:
        raise Refused(
            f"There are {bad} bad and {len(sample.bad) - bad} good to learn from; at least {LEAST_OF_EACH} of each are needed.",
            f"样本中坏客户 {bad} 户、好客户 {len(sample.bad) - bad} 户，两类至少各需 {LEAST_OF_EACH} 户。",
        )
    job.step("develop", 35, f"{len(sample.bad):,} / {bad:,}")
    try:
        with reading(job.engine) as connection:
            parameters = ScorecardParameters(cleared=given(connection))
        made = develop(sample.features, sample.bad, parameters, SEED, sample.between)
    except ValueError as error:
        raise Refused(f"No card can be made. {error}", f"样本无法建立评分卡：{error}") from error
    job.step("save", 90)
    offered = [verdict.name for verdict in made.metrics.verdicts]
    rows.keep(
        job.settings.warehouse, job.job_id, sample.features[offered], np.asarray(sample.bad), sample.observed,
        numbered(sample.features["customer_id"]), None if sample.between is None else sample.between[offered],
    )  # fmt: skip
    with writing(job.engine) as connection:
        told = sayable(told_of(made, parameters.binning))
        number = keep(
            connection, job.job_id, day, found.batch_ids, sayable(definition(sample)), told, job.by, job.clock()
        )
    return {"development": number, "rows": len(sample.bad)}


def told_of(made: Development, rules: BinningRules = CARD_BINS) -> dict[str, Any]:
    """The card, its figures out of fold, the rules its bins were cut by, and every characteristic offered with its verdict."""
    figures, card = made.metrics, made.scorecard
    kept = {c.name: c for c in card.characteristics}
    return {
        "auc": figures.auc.value, "auc_low": figures.auc.low, "auc_high": figures.auc.high, "ks": figures.ks.value,
        "shrinkage": figures.shrinkage, "steeper": card.scaling.steeper, "long_run_rate": card.long_run_rate,
        "states": to_plain(figures.states),
        "kept": list(card.names), "card": to_dict(card),
        "binning": to_plain(rules),
        "characteristics": [
            {
                "name": v.name, "iv": v.iv, "reason": v.reason, "value": v.value, "leak": v.leak_suspected,
                "other": v.other, "direction": named(v.name).direction,
                "cleared": to_plain(figures.clearances[v.name]) if v.name in figures.clearances else None,
                "weight": kept[v.name].weight if v.name in kept else None,
            }
            for v in figures.verdicts
        ],
    }  # fmt: skip

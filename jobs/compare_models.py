"""Champion and challenger on the customers rated now and on the outcomes known now; nothing becomes a candidate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.credit.scorecard import from_dict
from domain.credit.side_by_side import side_by_side
from jobs.credit_sample import make_sample
from jobs.rate_customers import SEED
from jobs.runner import Job, Refused
from jobs.sources_of_a_run import business_day, ground, sayable
from store.database import reading
from store.models import Model, model
from store.parameters import masterscale_at


def run(job: Job, champion: int, challenger: int) -> dict[str, Any]:
    """Steps: sample, rate. champion, challenger: numbers of models. The comparison and the day it is of.

    Refused for a model that is not there, and for two of different purposes.
    """
    found = ground(job)
    first, second = _model(job, champion), _model(job, challenger)
    day = business_day(found.picture, None)
    job.step("sample", 5)
    sample = make_sample(job, found, day)
    if not first.purpose == second.purpose == sample.kind:
        raise Refused(
            f"Models {first.version} and {second.version} are not both made from the kind of figures the bank delivers now, "
            "so they cannot be compared.",
            f"模型 {first.version} 与 {second.version} 所用的数据种类与现在接收的不同，无法比较。",
        )
    job.step("rate", 60, f"{len(sample.rated):,}")
    with reading(job.engine) as connection:
        _, scale = masterscale_at(
            connection, day
        )  # grades are compared on the scale that holds, whichever a card was made with
    try:
        cards = [replace(from_dict(dict(each.card)), masterscale=scale) for each in (first, second)]
        told = side_by_side(cards[0], cards[1], sample.rated, sample.features, sample.bad, SEED)
    except ValueError as error:  # a card changed by hand, or made from a column that is no longer delivered
        raise Refused(str(error), f"无法比较：{error}") from error
    result: dict[str, Any] = sayable(told.as_dict())
    return {**result, "as_of": day.isoformat()}


def _model(job: Job, number: int) -> Model:
    with reading(job.engine) as connection:
        found = model(connection, number)
    if found is None:
        raise Refused(f"There is no model {number}; choose one from the register.", f"台账中没有编号 {number} 的模型。")
    return found

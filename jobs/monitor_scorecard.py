"""The scorecard on show watched through the months: stability, discrimination, calibration, overrides; alerts where they begin."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from domain.credit.monitoring import Judgement, judge, verdict
from jobs.runner import Job
from jobs.scorecard_developed import Developed, developed, sample_again
from jobs.scorecard_months import (
    known_of,
    months_of,
    watched_columns,
    watched_days,
    watching,
    with_overrides,
    years_of,
)
from jobs.sources_of_a_run import business_day, ground
from store.database import reading, writing
from store.monitoring import card_on_show, save


def run(job: Job, as_of: str | None = None) -> dict[str, Any]:
    """Steps: sample, follow, save. as_of: ISO date, the newest business date when None; months up to it are watched.

    Without a rating on show there is nothing to watch, and nothing is said but that.
    """
    found = ground(job)
    day = business_day(found.picture, as_of)
    with reading(job.engine) as connection:
        run_id = card_on_show(connection)
        card = None if run_id is None else developed(connection, run_id)
    if card is None:
        job.log("no rating is on show yet: there is no scorecard to watch", "尚无已发布的评级，没有可监测的评分卡")
        return {"changed": False}
    job.step("sample", 5)
    columns = watched_columns(card.card)
    origin, sample = sample_again(job, card, columns)
    found = replace(found, columns=columns)
    told = watching(job, origin, card.card, card.edges, sample)
    if sample.kind == "application":
        lines = years_of(told, sample)
    else:
        lines = months_of(job, found, told, watched_days(found.picture.months(), day), day)
    lines = with_overrides(job, lines)
    judged = judge(lines, known_of(card.run, sample, lines))
    job.step("save", 95, f"{len(lines)}")
    with writing(job.engine) as connection:
        save(connection, card.run.run_id, lines, judged, job.clock())
    alerts = [
        (line.shift.month, one) for line, months in zip(lines, judged, strict=True) for one in months if one.alert
    ]
    _say(job, card, alerts)
    level = verdict(judged[-1]).level if judged else None
    return {"months": len(lines), "alerts": len(alerts), "level": level, "as_of": day.isoformat()}


def _say(job: Job, card: Developed, alerts: list[tuple[date, Judgement]]) -> None:
    for month, one in alerts:
        name = one.name or one.measure
        job.log(
            f"{card.run.version}, {month}: {name} {one.value:.3f} ({one.level})",
            f"{card.run.version}，{month}：{name} {one.value:.3f}（{one.level}）",
        )

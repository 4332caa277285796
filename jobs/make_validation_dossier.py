"""Make the validation dossier of a scorecard: judged again from the sample it was developed on, with all that became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from domain.credit.caveats import limits_of
from domain.credit.characteristics import named
from domain.credit.elsewhere import card_lines, grade_floors
from domain.credit.findings import open_findings
from domain.credit.monitoring import WatchedMonth
from domain.credit.reach import reach_of
from domain.credit.scorecard import to_dict
from domain.credit.validation import Beside, ValidationRules, validate
from domain.phrasing import choose
from domain.reports import ModelVersion, Stamp
from domain.reports.dossier import Declared, GradeFloor, SampleTold, ScalingTold, Standing, ValidationDossier
from jobs.credit_sample import Sample, definition, leaks
from jobs.dossier_standing import Carried, carried
from jobs.pdf.dossier import render
from jobs.runner import Job, Refused
from jobs.scorecard_developed import Developed, developed, ground_of, parameters_of, sample_again
from jobs.scorecard_months import months_of, watched_days, watching, with_overrides, years_of
from jobs.shelving import MODEL_WORDS, Title, made_before, picture_on_show, shelve, stamp_of
from jobs.sources_of_a_run import Ground
from store.branches import every_branch
from store.database import Connection, reading
from store.runs import Run
from store.runs import run as run_of
from store.users import name_of
from warehouse.persons import persons

YEAR = 365.25


def run(job: Job, run_id: int, language: str, cut: str = "B") -> dict[str, Any]:
    """Steps: sample, judge, follow, draw, file. run_id: a credit run; the dossier is of the card it rated with.

    cut: the last grade taken as approved where groups of people are compared. Refused for a run without a card, one whose
    batches are gone, and a cut that is no grade.
    """
    earlier = made_before(job)
    if earlier is not None:
        return earlier
    with reading(job.engine) as connection:
        shown = picture_on_show(connection)
        stamp = stamp_of(job, connection, shown, language, kinds=("credit",))
        found = developed(connection, run_id)
        asked = run_of(connection, run_id) or found.run
        standing, register = _standing(job, connection, found, language)
        root = head_office(connection)
    if cut not in found.card.masterscale.grades:
        raise Refused(f"{cut} is no grade of this card.", f"该评分卡没有等级“{cut}”。")
    version = ModelVersion(choose(language, *MODEL_WORDS["credit"]), standing.version, found.run.as_of)
    newest = max(asked.batches, default=stamp.batch)
    stamp = replace(stamp, as_of=asked.as_of, batch=str(newest), model_versions=(version,))
    report = dossier_of(job, found, asked, ValidationRules(cut), standing, stamp)
    return shelved(job, report, register, root)


def dossier_of(
    job: Job, found: Developed, asked: Run, rules: ValidationRules, standing: Standing, stamp: Stamp
) -> ValidationDossier:
    """Everything the paper says. asked: the run through whose months the card is followed."""
    job.step("sample", 5)
    ground, sample = sample_again(job, found)
    job.step("judge", 20, f"{len(sample.bad):,}")
    parameters = parameters_of(found.run.parameters)
    try:
        told = validate(
            found.card, sample.features, sample.bad, _beside(ground, sample), parameters, rules, found.run.seed
        )  # fmt: skip
    except ValueError as error:
        raise Refused(
            f"The card cannot be judged on its sample. {error}", f"无法在样本上检验该评分卡：{error}"
        ) from error
    told = replace(told, leaks=leaks(ground, sample))
    months = _months(job, found, asked, ground, sample)
    counted = {**sample.counted, **dict(found.run.metrics.get("left_out") or {})}
    auc = (found.run.metrics.get("auc") or {}).get("value")
    limits = limits_of(
        told,
        [one.shift for one in months],
        found.verdicts,
        counted,
        found.by_hand,
        auc,
        reach_of(found.card),
        card_lines(found.card),
    )
    return ValidationDossier(
        stamp=stamp, standing=standing, sample=_sample_told(sample), verdicts=found.verdicts, lines=card_lines(found.card),
        scaling=_scaling(found), validation=told, months=tuple(months), limits=limits, by_hand=found.by_hand, told_auc=auc,
        declared=_declared(job, found, stamp.language), rules=parameters.selection,
        least_share=parameters.binning.least_share,
    )  # fmt: skip


def _months(job: Job, found: Developed, asked: Run, ground: Ground, sample: Sample) -> list[WatchedMonth]:
    told = watching(job, ground, found.card, found.edges, sample)
    if sample.kind == "application":
        return years_of(told, sample)
    newer = ground if asked.batches == ground.batch_ids else ground_of(job, asked.batches)
    days = watched_days(newer.picture.months(), asked.as_of)
    return with_overrides(job, months_of(job, newer, told, days, asked.as_of))


def _beside(ground: Ground, sample: Sample) -> Beside:
    """Sex and age of the people in the sample, on the day each row was known as of; who is a company."""
    features = sample.features
    customer = features["customer_id"].reset_index(drop=True)
    known = persons(ground.picture)
    born = pd.to_datetime(customer.map(known["birth_date"]))
    age = (pd.Series(pd.to_datetime(sample.observed)) - born).dt.days / YEAR
    return Beside(
        sample.observed, customer, customer.map(known["gender"]), age, customer.map(known["company"]).eq(True)
    )


def _declared(job: Job, found: Developed, language: str) -> tuple[Declared, ...]:
    """Of each characteristic in the card: the direction expected and why, and who says that it is no leak."""
    cleared = found.run.metrics.get("clearances") or {}
    told = []
    with reading(job.engine) as connection:
        for one in found.card.characteristics:
            known, why_no_leak = named(one.name), cleared.get(one.name)
            by = (why_no_leak or {}).get("by") or ""
            told.append(
                Declared(
                    one.name, known.direction, one.binning.shape, known.why,
                    (why_no_leak["zh"], why_no_leak["en"]) if why_no_leak else None, by and name_of(connection, by, language),
                )
            )  # fmt: skip
    return tuple(told)


def _sample_told(sample: Sample) -> SampleTold:
    told = definition(sample)
    names = SampleTold.__dataclass_fields__
    return SampleTold(**{name: told[name] for name in names if name in told})


def _scaling(found: Developed) -> ScalingTold:
    card, scaling = found.card, found.card.scaling
    bounds = (*card.masterscale.bounds, None)
    floors = tuple(GradeFloor(g, f, b) for (g, f), b in zip(grade_floors(card), bounds, strict=True))
    return ScalingTold(
        scaling.points, scaling.odds, scaling.double, scaling.factor, scaling.offset, card.base_points, card.intercept,
        card.long_run_rate, floors, scaling.knee, scaling.steeper,
    )  # fmt: skip


def _standing(job: Job, connection: Connection, found: Developed, language: str) -> tuple[Standing, Carried | None]:
    """Where the card comes from, and its place in the register where it has one."""
    made = found.run
    bare = Standing(
        made.version, made.version, made.as_of, name_of(connection, made.started_by, language), made.seed, made.code_version,
        made.batches, str(to_dict(found.card)["hash"]),
    )  # fmt: skip
    if found.model is None:
        return bare, None
    told = carried(job, connection, bare, found.model, language)
    return told.standing, told


def shelved(job: Job, report: ValidationDossier, register: Carried | None, branch_id: str) -> dict[str, Any]:
    """Draw it and put it on the shelf under its model."""
    told, language = report.standing, report.stamp.language
    words = choose(language, "评分卡验证档案", "Scorecard validation dossier")
    stem = choose(language, "评分卡验证档案", "scorecard-dossier")
    file_name = f"{stem}-{told.version}-{report.stamp.as_of:%Y%m%d}.pdf"
    step: dict[str, Any] = (
        {} if register is None else {"model_id": register.model_id, "model_event": register.model_event}
    )
    found = open_findings(report.judged)
    return shelve(job, report, render, Title(f"{words} {told.version}", file_name, branch_id, **step, findings=found))


def head_office(connection: Connection) -> str:
    """The branch a paper of the whole bank stands under."""
    return next((one.branch_id for one in every_branch(connection) if one.parent_id is None), "")


def local_now(job: Job) -> datetime:
    """When the attempt began, in the bank's zone."""
    return job.now.astimezone(ZoneInfo(job.settings.time_zone))

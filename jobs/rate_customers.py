"""A credit run: everybody with credit rated by the card on show, or by a scorecard developed anew; kept as a candidate.

A card that is developed enters the register (store/models.py), where it needs two more people before it may be used.
Of one branch: its customers rated by the published card, everybody else as published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from domain.credit.grades import Masterscale
from domain.credit.run import LEAST_OF_EACH, Development, ScorecardParameters, rate
from domain.credit.run import develop as develop_card
from domain.credit.scorecard import from_dict, to_dict
from domain.plain import to_plain
from domain.segmentation.migration import migration
from jobs.compare_ratings import against
from jobs.credit_sample import Sample, definition, make_sample, to_rate
from jobs.part_of_the_bank import part_of, save_part
from jobs.rating_rows import rating_rows as _rows
from jobs.runner import Job, Refused
from jobs.sources_of_a_run import Ground, business_day, features_at, ground, log_saved, new_run, sayable
from store.clearances import given
from store.database import reading, writing
from store.developments import Draft
from store.developments import draft as draft_of
from store.jobs import in_both
from store.model_decisions import register, registered
from store.models import Model, of_run
from store.parameters import masterscale_at
from store.runs import Run, published, rating_rows, save_candidate

SEED = 20_261_031


def run(
    job: Job,
    as_of: str | None = None,
    long_run_rate: float | None = None,
    branch: str | None = None,
    seed: int = SEED,
    draft: int | None = None,
    develop: bool | None = None,
) -> dict[str, Any]:
    """Steps: sample, develop (only for a new card), rate, save. as_of: ISO date, the newest business date when None.

    develop: True for a new card; None for one only where none is on show yet; False never.
    long_run_rate: the share of bad (0..1) a new card's PD is calibrated to, the sample's own when None. Refused, with the
    counts, when there are too few of either outcome to learn from: no rating is made up.
    branch: its number, to rate only its customers and those below it, by the published card as it is calibrated and at
    that run's date (see jobs/part_of_the_bank.py).
    draft: the number of a development's draft, whose bins set by hand a new card takes in place of the best ones.
    """
    found = ground(job)
    if branch and (draft is not None or develop):
        raise Refused(
            "One branch is rated by the published scorecard; a new card, or a draft's bins, need the whole bank.",
            "单个机构沿用已发布的评分卡；重新建卡或按草稿建卡须计算全行。",
        )
    shown = None if develop or draft is not None else _card_on_show(job)
    if branch:
        return _of_branch(job, found, branch, as_of, long_run_rate)
    day = business_day(found.picture, as_of)
    if shown is not None:
        return _by_card(job, found, day, shown, long_run_rate)
    if develop is False:
        raise Refused(
            "No scorecard is on show yet; develop one and publish it first.", "还没有发布过评分卡；请先开发并发布。"
        )
    return _anew(job, found, day, long_run_rate, seed, _draft(job, draft))


def _card_on_show(job: Job) -> tuple[Run, Model] | None:
    """The published run and the model it was rated with, entered in the register where that has not been done."""
    with reading(job.engine) as connection:
        shown = published(connection, "credit")
        found = None if shown is None else of_run(connection, shown.run_id)
    if shown is None:
        return None
    if found is None:
        with writing(job.engine) as connection:
            found = registered(connection, shown.run_id, job.by, job.clock())
        job.log(
            f"the scorecard of run {shown.version} is in the register of models as {found.version}",
            f"版本 {shown.version} 的评分卡已登入模型台账，编号 {found.version}",
        )
    return shown, found


def _by_card(
    job: Job, found: Ground, day: date, on_show: tuple[Run, Model], long_run_rate: float | None
) -> dict[str, Any]:
    """Everybody rated by the card on show: nothing is learned, so a delivery moves grades by the customers' figures alone."""
    shown, model = on_show
    if long_run_rate is not None:
        raise Refused(
            "The scorecard on show has its long-run share of bad; for another one, develop a new card.",
            "已发布的评分卡有其长期坏率；需要改变时请勾选重新建卡。",
        )
    job.step("sample", 5)
    kind, candidates = to_rate(job, found, day)
    if kind != model.purpose:
        raise _other_figures(shown, "develop a new card.", "请重新建卡。")
    job.step("rate", 40, f"{len(candidates):,}")
    number, scale = _masterscale(job, day)
    card = _on_scale(model.card, scale)
    rated = _rated(card, candidates, shown, "Develop a new card.", "请重新建卡")
    rows = _rows(rated)
    changed = against(job, shown, rows, card, candidates)
    moved = _migration(job, found, day, shown, rated)
    job.step("save", 80, f"{len(rated):,}")
    kept = {name: value for name, value in shown.parameters.items() if name not in ("branch", "carried_from")}
    told = new_run(
        job, found, "credit", day, shown.seed,
        parameters={**kept, "model_id": model.model_id, "masterscale": to_plain(scale), "masterscale_version": number},
        metrics={**model.metrics, **_graded(rated)}, model=card, migration=moved,
    )  # fmt: skip
    with writing(job.engine) as connection:
        run_id = save_candidate(connection, told, rows)
        moves = changed.keep(connection, job, run_id)
    _say(job, rated)
    log_saved(job, run_id, len(rated))
    return {"run_id": run_id, "customers": len(rated), "as_of": day.isoformat(), "changed_ratings": moves}


def _say(job: Job, rated: pd.DataFrame) -> None:
    """How many have a grade, and how many of them by a score."""
    graded, scored = (int(rated[name].notna().sum()) for name in ("grade", "score"))
    job.log(
        f"{len(rated):,} customers rated: {graded:,} have a grade, {scored:,} of them by a score",
        f"共评 {len(rated):,} 户：有等级 {graded:,} 户，其中有评分 {scored:,} 户",
    )


def _anew(
    job: Job, found: Ground, day: date, long_run_rate: float | None, seed: int, draft: Draft | None
) -> dict[str, Any]:
    job.step("sample", 5)
    sample = make_sample(job, found, day)
    _enough(sample)
    rows, bad = f"{len(sample.bad):,}", f"{int(sample.bad.sum()):,}"
    learnt = in_both(f"从 {rows} 个样本学习，其中坏 {bad} 个", f"learning from {rows} observations, {bad} of them bad")
    job.step("develop", 35, learnt)
    bins = _bins_by_hand(draft, sample)
    number, scale = _masterscale(job, day)
    with reading(job.engine) as connection:
        cleared = given(connection)
    parameters = ScorecardParameters(long_run_rate=long_run_rate, bins=bins, masterscale=scale, cleared=cleared)
    try:
        made = develop_card(sample.features, sample.bad, parameters, seed, sample.between)
    except ValueError as error:  # a sentence about the sample: nothing in it tells good from bad
        raise Refused(f"No rating was made. {error}", f"未生成评级，样本无法建立评分卡：{error}") from error
    job.log(
        f"sample of {len(sample.bad):,} with {int(sample.bad.sum()):,} bad; the card has {len(made.scorecard.characteristics)} "
        "characteristics",
        f"样本 {len(sample.bad):,} 个，其中坏 {int(sample.bad.sum()):,} 个；评分卡有 {len(made.scorecard.characteristics)} 个特征",
    )
    job.step("rate", 75, f"{len(sample.rated):,}")
    rated = rate(made.scorecard, sample.rated)
    card, learned, rows = to_dict(made.scorecard), _learned(made, sample), _rows(rated)
    shown = _on_show(job)
    changed = against(job, shown, rows, card, sample.rated)
    moved = None if shown is None else _migration(job, found, day, shown, rated)
    by_hand = {} if draft is None else {"draft": draft.draft_id, "bins": bins}
    by_hand |= {"cleared": {name: to_plain(one) for name, one in cleared.items()}} if cleared else {}
    job.step("save", 90, f"{len(rated):,}")
    told = new_run(
        job, found, "credit", day, seed, parameters={"sample": sample.kind, **_plain(parameters), **by_hand, "masterscale_version": number},
        metrics={**learned, **_graded(rated)}, model=card, migration=moved,
    )  # fmt: skip
    drawn = {**sayable(definition(sample)), "as_of": day.isoformat()}
    # Who set the bins made the card, whoever let it be computed.
    by, words = (job.by, "") if draft is None else (draft.made_by, draft.reason)
    with writing(job.engine) as connection:
        run_id = save_candidate(connection, told, rows)
        register(connection, run_id, sample.kind, card, learned, drawn, by, job.clock(), words, told_by=job.by)
        moves = changed.keep(connection, job, run_id)
    _say(job, rated)
    log_saved(job, run_id, len(rated))
    return {"run_id": run_id, "customers": len(rated), "as_of": day.isoformat(), "changed_ratings": moves}


def _draft(job: Job, number: int | None) -> Draft | None:
    if number is None:
        return None
    with reading(job.engine) as connection:
        found = draft_of(connection, number)
    if found is None:
        raise Refused(f"There is no draft {number} of a scorecard.", f"没有评分卡草稿 {number}。")
    return found


def _bins_by_hand(draft: Draft | None, sample: Sample) -> dict[str, Any]:
    """A draft's bins; of a column that is no longer delivered none can be used."""
    if draft is None:
        return {}
    gone = [name for name in draft.bins if name not in sample.features.columns]
    if gone:
        raise Refused(
            f"Draft {draft.draft_id} sets bins of {', '.join(gone)}, which the sample does not have now; develop anew.",
            f"草稿 {draft.draft_id} 调整的特征“{'、'.join(gone)}”已不在样本中，请重新开发。",
        )
    return dict(draft.bins)


def _of_branch(job: Job, found: Ground, branch: str, as_of: str | None, long_run_rate: float | None) -> dict[str, Any]:
    if long_run_rate is not None:
        raise Refused(
            "One branch is rated by the published scorecard, which has its long-run share of bad; leave that empty, or "
            "compute the whole bank.",
            "单个机构沿用已发布的评分卡及其长期坏率；请将长期坏率留空，或计算全行。",
        )
    job.step("sample", 5)
    part = part_of(job, found, "credit", branch, as_of)
    day, shown = part.shown.as_of, part.shown
    kind, candidates = to_rate(job, found, day)
    if kind != shown.parameters.get("sample"):
        raise _other_figures(shown, "compute the whole bank.", "请计算全行。")
    mine = candidates[candidates["customer_id"].isin(part.customer_ids)]
    job.step("rate", 50, f"{len(mine):,}")
    rated = _rated(shown.model, mine, shown, "Compute the whole bank.", "请计算全行")
    with reading(job.engine) as connection:
        before = rating_rows(connection, shown.run_id)
    others = before[~before["customer_id"].isin(part.customer_ids)]
    both = [frame[["customer_id", "grade", "pd"]] for frame in (others, rated) if len(frame)]
    everybody = pd.concat(both or [others]).sort_values("customer_id", kind="stable")
    metrics = {**shown.metrics, **_graded(everybody), "recomputed": len(rated), "carried_over": len(others)}
    moved = _migration(job, found, day, shown, everybody)
    rows = _rows(rated)
    changed = against(job, shown, rows, shown.model, mine, part.customer_ids)
    job.step("save", 80, f"{len(rated):,}")
    return save_part(
        job, found, part, rows, metrics=metrics, model=shown.model, migration=moved,
        beside=lambda connection, run_id: {"changed_ratings": changed.keep(connection, job, run_id)},
    )  # fmt: skip


def _rated(card: Mapping[str, Any], candidates: pd.DataFrame, shown: Run, en: str, zh: str) -> pd.DataFrame:
    try:
        return rate(from_dict(dict(card)), candidates)
    except ValueError as error:  # a sentence about the card: of another version, or not as it was made
        raise Refused(f"{error} {en}", f"无法使用版本 {shown.version} 的评分卡，{zh}：{error}") from error


def _masterscale(job: Job, day: date) -> tuple[int, Masterscale]:
    """The version of the masterscale that holds on the day, and its bounds."""
    with reading(job.engine) as connection:
        return masterscale_at(connection, day)


def _on_scale(card: Mapping[str, Any], scale: Masterscale) -> Mapping[str, Any]:
    """The same points and PDs, graded by this scale. A card that cannot be read stays: `_rated` says what is wrong."""
    try:
        read = from_dict(dict(card))
    except ValueError:
        return card
    return card if read.masterscale == scale else to_dict(replace(read, masterscale=scale))


def _other_figures(shown: Run, en: str, zh: str) -> Refused:
    return Refused(
        f"The scorecard of run {shown.version} was made from other kinds of figures than the bank delivers now; {en}",
        f"版本 {shown.version} 的评分卡所用的数据种类与现在接收的不同；{zh}",
    )


def _enough(sample: Sample) -> None:
    bad = int(sample.bad.sum())
    good = len(sample.bad) - bad
    if min(bad, good) < LEAST_OF_EACH:
        raise Refused(
            f"There are {bad} bad and {good} good customers to learn from and at least {LEAST_OF_EACH} of each are needed; "
            "no rating was made. Wait for more months, or choose a later date.",
            f"可供建模的样本中坏客户 {bad} 户、好客户 {good} 户，"
            f"两类至少各需 {LEAST_OF_EACH} 户，故未生成评级。请积累更多月份，或选择更晚的日期。",
        )


def _plain(parameters: ScorecardParameters) -> dict[str, Any]:
    return {
        name: to_plain(getattr(parameters, name))
        for name in ("binning", "selection", "scaling", "masterscale", "long_run_rate")
    }


def _learned(made: Development, sample: Sample) -> dict[str, Any]:
    return {**sayable(made.metrics.as_dict()), "sample": sample.kind, "left_out": sayable(sample.counted)}


def _graded(rated: pd.DataFrame) -> dict[str, Any]:
    grades = rated["grade"].value_counts().to_dict()
    mean = float(np.mean(rated["pd"])) if len(rated) else None
    return {"grades": sayable(grades), "rated": len(rated), "mean_pd": sayable(mean)}


def _on_show(job: Job) -> Run | None:
    """None before the first."""
    with reading(job.engine) as connection:
        return published(connection, "credit")


def _migration(job: Job, found: Ground, day: date, shown: Run, rated: pd.DataFrame) -> dict[str, Any]:
    with reading(job.engine) as connection:
        before = rating_rows(connection, shown.run_id)
    wealth = features_at(job, found, day).set_index("customer_id")["aum"]
    after = rated[["customer_id", "grade"]].assign(aum=rated["customer_id"].map(wealth))
    told: dict[str, Any] = sayable({"grade": migration(before, after, "grade").as_dict()})
    return told

"""What if: a published run's months with other parameters, beside what they are. Nothing published changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.contribution.cells import Key, changed, key_of
from domain.contribution.parameters import ContributionParameters
from domain.plain import from_plain
from jobs.runner import Job, Refused
from store.database import reading
from store.parameters import CONTRIBUTION, numbered
from store.runs import Run
from store.runs import run as run_of
from warehouse.batches import folder_of
from warehouse.contribution import basis_of, what_if
from warehouse.contribution.what_if import forget, keep
from warehouse.picture import Picture

KEPT_DAYS = 14


def run(
    job: Job, run_id: int, month: str, months: int, changes: Mapping[str, str], version: int | None = None
) -> dict[str, Any]:  # fmt: skip
    """Steps: work_out, save. The `months` months to `month` of a run, with `version` of the parameters in place of each
    month's own (None: each its own) and then `changes`: figures as kept, by the word of their key.

    Refused for a run, version or figure that is not there, and for months that are no longer on disk.
    """
    job.step("work_out", 5)
    found, whole = _asked(job, run_id, version)
    basis, told = basis_of(found.model), _changes(changes)
    window = _window(found, month, months)

    def then(day: dt.date) -> ContributionParameters:
        return changed(whole or basis.parameters(day).parameters, told)

    try:
        answer = what_if(
            Picture(tuple(folder_of(job.settings.warehouse, batch) for batch in found.batches)), job.settings.warehouse,
            basis, then, window, job.settings.bank_name("zh"), lambda done: job.step("work_out", 5 + 85 * done / len(window)),
        )  # fmt: skip
    except FileNotFoundError as error:
        raise Refused(
            "The months of this run are no longer on disk; work contribution out again and publish it first.",
            "这次结果的逐月明细已清理；请重新计算贡献度并发布后再测算。",
        ) from error
    except ValueError as error:
        raise Refused(f"These figures cannot be parameters: {error}", f"这些数字不能成为参数：{error}") from error
    job.step("save", 95)
    keep(job.settings.warehouse, job.job_id, answer)
    job.log(
        f"{len(window)} months of {found.version} worked out anew with {len(told)} figures changed",
        f"按改动的 {len(told)} 项参数重算 {found.version} 的 {len(window)} 个月",
    )
    gone = forget(job.settings.warehouse, job.now - dt.timedelta(days=KEPT_DAYS))
    if gone:
        job.log(f"{gone} answers of earlier questions cleared away", f"已清理早先的测算结果 {gone} 个")
    return {"changed": False}


def _asked(job: Job, run_id: int, version: int | None) -> tuple[Run, ContributionParameters | None]:
    with reading(job.engine) as connection:
        found = run_of(connection, run_id)
        row = numbered(connection, CONTRIBUTION, version) if version is not None else None
    if found is None or found.kind != CONTRIBUTION:
        raise Refused(f"There is no contribution run {run_id}.", f"没有贡献度结果 {run_id}。")
    if version is not None and row is None:
        raise Refused(f"There is no version {version} of the parameters.", f"没有参数版本 {version}。")
    return found, None if row is None else from_plain(ContributionParameters, row.parameters)


def _changes(told: Mapping[str, str]) -> dict[Key, Decimal]:
    found = {}
    for word, value in told.items():
        key = key_of(word)
        if key is None:
            raise Refused(f"There is no parameter {word}.", f"没有参数 {word}。")
        found[key] = Decimal(value)
    return found


def _window(found: Run, month: str, months: int) -> list[dt.date]:
    days = [dt.date.fromisoformat(day) for day in found.model["months"]]
    last = dt.date.fromisoformat(month)
    window = [day for day in days if day <= last][-months:]
    if last not in days or len(window) < months:
        raise Refused(f"The run does not have {months} months to {last}.", f"该结果没有截至 {last} 的 {months} 个月。")
    return window

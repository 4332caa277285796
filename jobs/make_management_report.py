"""Make the monthly management report: a month of a branch's subtree, or of all that who asked may see."""

from __future__ import annotations

from typing import Any

from domain import month as the_month
from domain.month import MonthSums
from domain.phrasing import choose
from domain.phrasing import month as month_words
from domain.reports import GradeCount, ManagementReport, Stamp
from jobs.group_words import groupings_of
from jobs.pdf.customer_standing import GRADES
from jobs.pdf.management_report import render
from jobs.runner import Job
from jobs.scope_of_a_report import branch_of, month_end_of
from jobs.shelving import MODEL_WORDS, Title, made_before, picture_on_show, shelve, stamp_of
from store.branches import Branch
from store.customers import segmentation_model
from store.database import Connection, reading
from store.groups import grades
from store.month_sums import month_sums
from store.picture import PictureOnShow
from store.scope import Scope


def run(job: Job, month: str, branch_id: str, language: str) -> dict[str, Any]:
    """Steps: gather, draw, file. month: any day in it, as text. Refused for a branch out of the scope of who asked, and
    for a month without figures."""
    earlier = made_before(job)
    if earlier is not None:
        return earlier
    job.step("gather", 5)
    with reading(job.engine) as connection:
        shown = picture_on_show(connection)
        branch, leaf, _ = branch_of(connection, job.scope, branch_id)
        end = month_end_of(shown, month)
        sums = month_sums(connection, job.scope, end, branch.path, managers=leaf)
        job.step("gather", 25)
        report = _report(job, connection, shown, sums, branch, language)
    words = choose(language, "管理月报", "Management report")
    title = f"{words} {branch.name} {month_words(end, language)}"
    stem = choose(language, "管理月报", "management-report")
    return shelve(job, report, render, Title(title, f"{stem}-{branch_id}-{end:%Y%m}.pdf", branch_id))


def _report(
    job: Job, connection: Connection, shown: PictureOnShow, sums: MonthSums, branch: Branch, language: str
) -> ManagementReport:
    nobody = choose(language, "未分配客户经理", "No manager")
    currency = shown.currency or job.settings.currency
    stamp = stamp_of(job, connection, shown, language, sums.month if sums.month < shown.as_of else None)
    scope = Scope((branch.path,))
    latest = sums.month == shown.months[-1]
    model = segmentation_model(connection)
    kpis = the_month.figures(sums, language)
    return ManagementReport(
        stamp=stamp,
        month=sums.month,
        scope=branch.name,
        currency=currency,
        kpis=kpis,
        months=sums.shown,
        league_kpis=the_month.LEAGUE,
        league=the_month.league(sums, nobody),
        groupings=groupings_of(connection, scope, model, language) if latest else (),
        groupings_absent=None if latest else _only_latest(stamp, "segmentation"),
        grades=_grades(connection, scope) if latest else (),
        grades_absent=None if latest else _only_latest(stamp, "credit"),
        findings=the_month.findings(sums, currency, language, nobody),
    )


def _only_latest(stamp: Stamp, kind: str) -> str | None:
    """Why a month past has no groups or grades: the published run is of one day. None without a published run."""
    name = choose(stamp.language, *MODEL_WORDS[kind])
    day = next((model.as_of for model in stamp.model_versions if model.name == name), None)
    if day is None:
        return None
    return choose(
        stamp.language,
        f"{name}只有截至 {day} 的已发布结果，不回溯到过去的月份。",
        f"Only the results as of {day} are published ({name}); they are not told for months past.",
    )


def _grades(connection: Connection, scope: Scope) -> tuple[GradeCount, ...]:
    """Best first; a grade nobody has is not listed."""
    found = sorted(
        grades(connection, scope), key=lambda one: (GRADES.index(one.code) if one.code in GRADES else 99, one.code)
    )
    return tuple(GradeCount(one.code, one.customers, one.previous_customers, one.loans, one.pd) for one in found)

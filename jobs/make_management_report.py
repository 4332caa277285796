"""Make the monthly management report: a month of a branch's subtree, or of all that who asked may see."""

from __future__ import annotations

import datetime as dt
from typing import Any

from domain import month as the_month
from domain import standing
from domain.month import MonthSums
from domain.phrasing import choose
from domain.phrasing import month as month_words
from domain.reports import GradeCount, Grouping, GroupSize, ManagementReport, Stamp
from domain.segmentation.life_cycle import STAGES
from jobs.pdf.customer_standing import GRADES
from jobs.pdf.management_report import render
from jobs.runner import Job, Refused
from jobs.shelving import MODEL_WORDS, Title, made_before, picture_on_show, shelve, stamp_of
from store.branches import Branch, branches_in
from store.customers import segmentation_model
from store.database import Connection, reading
from store.groups import GROUPINGS, grades, groups
from store.month_sums import month_sums
from store.picture import PictureOnShow
from store.scope import Scope

GROUPING_WORDS = {
    "tier": ("价值层级", "Value tiers"), "life_cycle": ("生命周期", "Life cycle"), "segment": ("行为客群", "Behavioural segments"),
}  # fmt: skip
WHO_COUNTS = {  # the totals differ from each other and from the KPI of customers, so each says whom it counts
    "tier": (
        "已知管理资产的客户；上文“客户数”只计月末有账户的客户，所以合计不同",
        "Customers whose AUM is known; the KPI above counts those with an open account, so the totals differ",
    ),
    "life_cycle": ("全部客户，包括已流失的", "All customers, the lost among them"),
    "segment": ("持有产品或近12个月有交易的客户", "Customers with a product, or a movement in the last 12 months"),
}


def run(job: Job, month: str, branch_id: str, language: str) -> dict[str, Any]:
    """Steps: gather, draw, file. month: any day in it, as text. Refused for a branch out of the scope of who asked, and
    for a month without figures."""
    earlier = made_before(job)
    if earlier is not None:
        return earlier
    job.step("gather", 5)
    with reading(job.engine) as connection:
        shown = picture_on_show(connection)
        branch, leaf = _branch(connection, job.scope, branch_id)
        end = _month_end(shown, month)
        sums = month_sums(connection, job.scope, end, branch.path, managers=leaf)
        job.step("gather", 25)
        report = _report(job, connection, shown, sums, branch, language)
    words = choose(language, "管理月报", "Management report")
    title = f"{words} {branch.name} {month_words(end, language)}"
    stem = choose(language, "管理月报", "management-report")
    return shelve(job, report, render, Title(title, f"{stem}-{branch_id}-{end:%Y%m}.pdf", branch_id))


def _branch(connection: Connection, scope: Scope, branch_id: str) -> tuple[Branch, bool]:
    """The branch, and whether none lies below it."""
    found = branches_in(connection, scope)
    branch = next((one for one in found if one.branch_id == branch_id), None)
    if branch is None:
        raise Refused("There is no such branch in your scope.", "您的数据范围内没有这家机构。")
    return branch, not any(one.parent_id == branch_id for one in found)


def _month_end(shown: PictureOnShow, month: str) -> dt.date:
    found = next((end for end in shown.months if f"{end:%Y-%m}" == month[:7]), None)
    if found is None:
        raise Refused(f"There are no figures for {month[:7]}.", f"没有 {month[:7]} 的数据。")
    return found


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
        groupings=_groupings(connection, scope, model, language) if latest else (),
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


def _groupings(connection: Connection, scope: Scope, model: Any, language: str) -> tuple[Grouping, ...]:
    found = []
    for name in GROUPINGS:
        rows = groups(connection, scope, name)
        order = list(standing.tiers_of(model)) if name == "tier" else [stage.code for stage in STAGES]
        rows = sorted(rows, key=lambda row, order=order: _place(row.code, order))  # type: ignore[misc]
        sizes = tuple(
            GroupSize(_label(name, row.code, model, language), row.customers, row.previous_customers, row.aum)
            for row in rows
        )
        if sizes:
            title, note = choose(language, *GROUPING_WORDS[name]), choose(language, *WHO_COUNTS[name])
            found.append(Grouping(title, sizes, note))
    return tuple(found)


def _place(code: str, order: list[str]) -> tuple[int, str]:
    """As its kind is told: tiers from below, stages of life in time, clusters by number."""
    if code.isdecimal():
        return int(code), code
    return order.index(code) if code in order else len(order), code


def _label(grouping: str, code: str, model: Any, language: str) -> str:
    if grouping == "tier":
        return standing.tier_name(code, model, language)
    if grouping == "life_cycle":
        return standing.stage_name(code, language)
    return standing.cluster_name(int(code), model, language)


def _grades(connection: Connection, scope: Scope) -> tuple[GradeCount, ...]:
    """Best first; a grade nobody has is not listed."""
    found = sorted(
        grades(connection, scope), key=lambda one: (GRADES.index(one.code) if one.code in GRADES else 99, one.code)
    )
    return tuple(GradeCount(one.code, one.customers, one.previous_customers, one.loans, one.pd) for one in found)

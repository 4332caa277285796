"""Make the branch performance report: a branch's month beside the others of its level, on paper."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain import month as the_month
from domain.catalogue import FAMILY_WORDS
from domain.contribution.sums import Sums, total
from domain.kpis import BY_NAME, Kpi
from domain.month import MonthSums
from domain.phrasing import choose, percent, sentence, short_money
from domain.phrasing import month as month_words
from domain.reports.branch import AssetMover, BranchContribution, BranchReport, FamilyLine, Ranked
from jobs.pdf.branch_report import render
from jobs.runner import Job
from jobs.scope_of_a_report import branch_of, month_end_of
from jobs.shelving import Title, made_before, picture_on_show, shelve, stamp_of
from store import kpis
from store.asset_movers import asset_moves
from store.branches import Branch
from store.contributions import changed, sums_by
from store.database import Connection, reading
from store.kpis import month_before
from store.month_sums import month_sums
from store.picture import PictureOnShow
from store.runs import Run, published
from store.scope import Scope

YEAR = 12


@dataclass(frozen=True)
class _Asked:
    """What is asked of whom: a branch and its level within the scope, a month, a language."""

    connection: Connection
    scope: Scope
    branch: Branch
    level: Sequence[Branch]
    month: date
    currency: str
    language: str


def run(job: Job, month: str, branch_id: str, language: str) -> dict[str, Any]:
    """Steps: gather, draw, file. month: any day in it, as text. Refused for a branch out of the scope of who asked, and
    for a month without figures."""
    earlier = made_before(job)
    if earlier is not None:
        return earlier
    job.step("gather", 5)
    with reading(job.engine) as connection:
        shown = picture_on_show(connection)
        branch, leaf, tree = branch_of(connection, job.scope, branch_id)
        end = month_end_of(shown, month)
        level = [one for one in tree if one.level == branch.level]
        asked = _Asked(connection, job.scope, branch, level, end, shown.currency or job.settings.currency, language)
        report = _report(job, asked, shown, leaf)
    title = f"{choose(language, '机构业绩报告', 'Branch report')} {branch.name} {month_words(end, language)}"
    stem = choose(language, "机构业绩报告", "branch-report")
    return shelve(job, report, render, Title(title, f"{stem}-{branch_id}-{end:%Y%m}.pdf", branch_id))


def _report(job: Job, asked: _Asked, shown: PictureOnShow, leaf: bool) -> BranchReport:
    told = (asked.connection, asked.scope, asked.month, asked.branch.path)
    people = month_sums(*told, managers=True)
    below = people if leaf else month_sums(*told)
    nobody = choose(asked.language, "未分配客户经理", "No manager")
    job.step("gather", 25)
    ranked = _ranked(asked)
    made, absent = _contribution(asked)
    gained, lost = (_movers(asked, lost) for lost in (False, True))
    past = asked.month if asked.month < shown.as_of else None
    return BranchReport(
        stamp=stamp_of(job, asked.connection, shown, asked.language, past, ("contribution", "credit")),
        month=asked.month,
        branch=asked.branch.name,
        currency=asked.currency,
        kpis=the_month.figures(below, asked.language),
        months=below.shown,
        findings=_findings(asked, below, ranked, made, nobody),
        ranked=ranked,
        level=len(asked.level),
        contribution=made,
        contribution_absent=absent,
        leaf=leaf,
        league_kpis=the_month.LEAGUE,
        league=() if leaf else the_month.league(below, nobody),
        managers=the_month.league(people, nobody),
        gained=gained,
        lost=lost,
    )


def _ranked(asked: _Asked) -> tuple[Ranked, ...]:
    """The branch among those of its level in the scope; () where it is the only one."""
    if len(asked.level) < 2:
        return ()
    sums = {one.path: kpis.sums(asked.connection, asked.scope, asked.month, one.path) for one in asked.level}
    return tuple(_place(kpi, sums, asked.branch.path) for kpi in the_month.ordered())


def _place(kpi: Kpi, sums: Mapping[str, kpis.Sums], path: str) -> Ranked:
    known = {place: value for place, told in sums.items() if (value := kpi.of(told)) is not None}
    own = known.get(path)
    ordered = sorted(known.values(), reverse=kpi.direction != "down")
    middle = Decimal(statistics.median(ordered)) if ordered else None
    # Where all are alike (no fees are booked in this month) nobody is first.
    place = None if own is None or ordered[0] == ordered[-1] else ordered.index(own) + 1
    return Ranked(kpi.name, own, middle, ordered[0] if ordered else None, place, len(ordered))


def _contribution(asked: _Asked) -> tuple[BranchContribution | None, str | None]:
    """The branch in the published contribution, of the run's last month, and its place in its level; or why it is not."""
    run = published(asked.connection, "contribution")
    if run is None:
        return None, choose(asked.language, "尚无已发布的贡献度。", "No contribution is published yet.")
    if run.as_of != asked.month:
        return None, choose(
            asked.language,
            f"已发布的贡献度截至{month_words(run.as_of, 'zh')}，本报告的月份请看门户的贡献度页。",
            f"The published contribution is as of {month_words(run.as_of, 'en')}; for this month see the portal's page.",
        )
    months = [date.fromisoformat(day) for day in run.model["months"]][-YEAR:]
    told = (asked.connection, asked.scope, run.run_id)
    own = sums_by(*told, months, ("family", "month"), asked.branch.path)
    if not own:
        return None, choose(
            asked.language, "该机构近12个月没有可计算的账户。", "No account of the branch in 12 months."
        )
    last = total(sums for (_, month), sums in own.items() if month == run.as_of)
    place, of = _contribution_place(asked, run, months)
    return BranchContribution(
        run.as_of, last, total(own.values()), changed(*told, run.as_of, month_before(run.as_of), asked.branch.path),
        _families(own, asked.language), place, of,
    ), None  # fmt: skip


def _families(own: Mapping[tuple[Any, ...], Sums], language: str) -> tuple[FamilyLine, ...]:
    """By product family, most first."""
    lines = []
    for family in sorted({key[0] for key in own}):
        word = choose(language, *FAMILY_WORDS[family]) if family in FAMILY_WORDS else family
        year = total(sums for (one, _), sums in own.items() if one == family)
        lines.append(FamilyLine(word[:1].upper() + word[1:], year))
    return tuple(sorted(lines, key=lambda line: (-line.sums.contribution, line.family)))


def _contribution_place(asked: _Asked, run: Run, months: Sequence[date]) -> tuple[int | None, int]:
    """By contribution of twelve months among those of the level that have figures."""
    by_path = sums_by(asked.connection, asked.scope, run.run_id, months, ("branch_path",))
    made = {}
    for one in asked.level:
        below = [sums for (path,), sums in by_path.items() if path.startswith(one.path)]
        if below:
            made[one.path] = total(below).contribution
    ordered = sorted(made.values(), reverse=True)
    own = made.get(asked.branch.path)
    return (None if own is None else ordered.index(own) + 1), len(ordered)


def _movers(asked: _Asked, lost: bool) -> tuple[AssetMover, ...]:
    before = month_before(asked.month)
    found = asset_moves(asked.connection, asked.scope, asked.month, before, asked.branch.path, lost=lost)
    return tuple(AssetMover(one.customer_id, one.name, one.kind, one.before, one.now, one.manager) for one in found)


def _findings(
    asked: _Asked, sums: MonthSums, ranked: Sequence[Ranked], made: BranchContribution | None, nobody: str
) -> tuple[str, ...]:
    """The month's findings as everywhere, then where the branch stands and what it brings."""
    language = asked.language
    told = list(the_month.findings(sums, asked.currency, language, nobody))
    for one in sorted((r for r in ranked if r.place is not None and r.of > 1), key=lambda r: (r.place or 0, r.name))[
        :1
    ]:
        title = BY_NAME[one.name].title(language)
        words = choose(
            language,
            f"{title}在同级{one.of}家机构中列第{one.place}",
            f"{title}: number {one.place} of {one.of} branches of its level",
        )
        told.append(sentence(words, language))
    if made is not None:
        amount = short_money(made.year.contribution, asked.currency, language)
        rate = percent(made.year.raroc) if made.year.raroc is not None else ""
        words = choose(
            language,
            f"近12个月贡献度{amount}" + (f"，RAROC {rate}" if rate else ""),
            f"Contribution of 12 months {amount}" + (f", RAROC {rate}" if rate else ""),
        )
        told.append(sentence(words, language))
    return tuple(told)

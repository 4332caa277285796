"""The sums of a month for the overview and the management report: one scope, 25 months, one league."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection

from domain.month import LeagueSums, MonthSums
from store import kpis
from store.kpis import Line
from store.scope import Scope

MONTHS = 25  # a year of months, each beside the one a year before it


def month_sums(
    connection: Connection, scope: Scope, month: date, branch_path: str | None = None, managers: bool = False
) -> MonthSums:
    """Sums of the scope (or a branch's subtree in it) to `month`, and its league: branches below, or managers.

    OutOfScope when the branch is not in scope. Five statements, whatever the size of the bank.
    """
    months = kpis.last_months(month, MONTHS)
    by_month = kpis.series(connection, scope, months, branch_path)
    days = (month, kpis.month_before(month), kpis.month_before(month, 12))
    ask = kpis.by_manager if managers else kpis.by_child
    now, before, last_year = ({line.key: line for line in ask(connection, scope, day, branch_path)} for day in days)
    # A branch that had figures a month ago and has none now is part of the change, so it keeps its line.
    lines = tuple(_line(key, now, before, last_year) for key in sorted(now.keys() | before.keys()))
    return MonthSums(month, tuple(months), by_month, lines)


def _line(key: str, now: Mapping[str, Line], before: Mapping[str, Line], last_year: Mapping[str, Line]) -> LeagueSums:
    known = now.get(key) or before[key]
    sums = [found[key].sums if key in found else {} for found in (now, before, last_year)]
    return LeagueSums(key, known.name, known.path, *sums)

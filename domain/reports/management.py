"""The management report: the executive's month of a scope of branches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.reports.stamp import Report, Stamp


@dataclass(frozen=True)
class KpiFigure:
    """One KPI of the month: its texts from `domain.kpis` in the report's language, its figures, 13 months of history.

    unit: money, share, count, ratio, days. direction: up, down (less is better) or none. series aligns with the
    report's `months`.
    """

    name: str
    title: str
    unit: str
    direction: str
    definition: str
    formula: str = ""
    owner: str = ""
    value: Decimal | None = None
    previous: Decimal | None = None
    year_ago: Decimal | None = None
    target: Decimal | None = None
    series: tuple[Decimal | None, ...] = ()


@dataclass(frozen=True)
class BranchLine:
    """One branch of the league: values align with the report's `league_kpis`; the changes are of the first of them."""

    branch: str
    values: tuple[Decimal | None, ...]
    previous: Decimal | None = None
    year_ago: Decimal | None = None


@dataclass(frozen=True)
class GroupSize:
    """One group of a segmentation: customers now and in the run before, AUM now."""

    label: str
    customers: int
    previous_customers: int | None = None
    aum: Decimal | None = None


@dataclass(frozen=True)
class Grouping:
    """One way customers are divided (tiers, life cycle, clusters), as titled in the report's language."""

    title: str
    groups: tuple[GroupSize, ...]
    note: str | None = None


@dataclass(frozen=True)
class GradeCount:
    """One grade, best first: rated customers now and in the run before, loans outstanding, mean probability of default."""

    grade: str
    customers: int
    previous_customers: int | None = None
    loans: Decimal | None = None
    probability_of_default: float | None = None


@dataclass(frozen=True)
class ManagementReport(Report):
    """The executive's month. kpis in the order they should stand; the first six are the headline tiles."""

    KIND = "management_report"

    stamp: Stamp
    month: date
    scope: str  # the branch subtree's name, or the whole bank
    currency: str
    kpis: tuple[KpiFigure, ...]
    months: tuple[date, ...] = ()
    league_kpis: tuple[str, ...] = ()  # names out of kpis
    league: tuple[BranchLine, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    groupings_absent: str | None = None
    grades: tuple[GradeCount, ...] = ()
    grades_absent: str | None = None
    findings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = {kpi.name for kpi in self.kpis}
        if strange := [name for name in self.league_kpis if name not in known]:
            raise ValueError(f"the league names KPIs the report does not have: {', '.join(strange)}")
        for kpi in self.kpis:
            if kpi.series and len(kpi.series) != len(self.months):
                raise ValueError(
                    f"KPI {kpi.name} has {len(kpi.series)} months of history, the report {len(self.months)}"
                )
        for line in self.league:
            if len(line.values) != len(self.league_kpis):
                raise ValueError(f"branch {line.branch} has {len(line.values)} values for {len(self.league_kpis)} KPIs")

    @property
    def subject(self) -> str:
        """Scope and month."""
        return f"{self.scope} {self.month:%Y-%m}"

"""The branch performance report: a branch's month beside the others of its level, what it brings, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain import masking
from domain.contribution.change import Change
from domain.contribution.sums import Sums
from domain.reports.management import BranchLine, KpiFigure
from domain.reports.stamp import Report, Stamp, mask_fields


@dataclass(frozen=True)
class Ranked:
    """A KPI of the branch among those of its level: place 1 is best, None where all are alike; of: branches that know it."""

    name: str
    value: Decimal | None
    middle: Decimal | None
    best: Decimal | None
    place: int | None
    of: int


@dataclass(frozen=True)
class FamilyLine:
    """Contribution of twelve months by product family, in words of the report's language."""

    family: str
    sums: Sums


@dataclass(frozen=True)
class BranchContribution:
    """The branch in the published contribution. month: the run's last; change: against the month before it, None in a
    run's first. place: by the contribution of twelve months among `of` branches of its level."""

    month: date
    last: Sums
    year: Sums
    change: Change | None = None
    families: tuple[FamilyLine, ...] = ()
    place: int | None = None
    of: int = 0


@dataclass(frozen=True)
class AssetMover:
    """A customer of the branch whose AUM moved most in the month; name masked."""

    customer_id: str
    name: str | None
    kind: str
    before: Decimal | None
    now: Decimal | None
    manager: str | None = None

    def __post_init__(self) -> None:
        mask_fields(self, name=lambda name: masking.mask_party(name, self.kind))

    @property
    def change(self) -> Decimal:
        """Now less before; what is not known counts as nothing held."""
        return (self.now or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True)
class BranchReport(Report):
    """A branch and a month. leaf: the league is of managers, else of the branches below. level: how many branches of the
    same level are in the scope of who asked, this one among them."""

    KIND = "branch_report"

    stamp: Stamp
    month: date
    branch: str
    currency: str
    kpis: tuple[KpiFigure, ...]
    months: tuple[date, ...] = ()
    findings: tuple[str, ...] = ()
    ranked: tuple[Ranked, ...] = ()
    level: int = 1
    contribution: BranchContribution | None = None
    contribution_absent: str | None = None
    leaf: bool = True
    league_kpis: tuple[str, ...] = ()
    league: tuple[BranchLine, ...] = ()
    managers: tuple[BranchLine, ...] = ()
    gained: tuple[AssetMover, ...] = ()
    lost: tuple[AssetMover, ...] = ()

    @property
    def subject(self) -> str:
        """Branch and month."""
        return f"{self.branch} {self.month:%Y-%m}"

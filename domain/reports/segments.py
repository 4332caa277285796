"""The segment report: the groups of the published segmentation in a scope, what they are worth, and who moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain import masking
from domain.reports.customer import Distinct
from domain.reports.management import Grouping
from domain.reports.stamp import Report, Stamp, mask_fields


@dataclass(frozen=True)
class SegmentProfile:
    """One segment in the scope. number: the mark that stays (客群 3). previous: customers now in scope who were in it in
    the run before. distinct: its three figures against everybody of its kind (`customer` is the segment's median,
    `group` everybody's). name and description are in the report's language."""

    number: str
    name: str
    kind: str  # personal, corporate
    customers: int
    description: str = ""
    aum: Decimal | None = None
    loans: Decimal | None = None
    contribution: Decimal | None = None
    previous: int | None = None
    distinct: tuple[Distinct, ...] = ()


@dataclass(frozen=True)
class SegmentMove:
    """Customers who went from one group to another, with today's money."""

    before: str
    after: str
    customers: int
    aum: Decimal | None = None
    contribution: Decimal | None = None


@dataclass(frozen=True)
class SegmentMover:
    """A customer who changed segment; name masked. moved: the figures that moved most, in words."""

    customer_id: str
    name: str | None
    kind: str
    before: str
    after: str
    aum: Decimal | None = None
    moved: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        mask_fields(self, name=lambda name: masking.mask_party(name, self.kind))


@dataclass(frozen=True)
class SegmentReport(Report):
    """Sizes, value, profile, migration and movers.

    against: the version before, None without one. stayed: the share of those in both runs who stayed where they were.
    chosen: the segment the report is narrowed to, None for all. left_out: who is in no segment, and their money; None
    where everybody is in one. everybody: all customers of the scope, grouped or not, of whom every share is; 0 in a report
    from before it was told.
    """

    KIND = "segment_report"

    stamp: Stamp
    scope: str
    currency: str
    version: str
    run_as_of: date
    segments: tuple[SegmentProfile, ...]
    against: str | None = None
    stayed: float | None = None
    moves: tuple[SegmentMove, ...] = ()
    movers: tuple[SegmentMover, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    chosen: str | None = None
    left_out: SegmentProfile | None = None
    everybody: int = 0
    findings: tuple[str, ...] = ()
    quality: tuple[str, ...] = ()

    @property
    def whole(self) -> tuple[SegmentProfile, ...]:
        """Whom the headlines and the total count: the chosen segment, else everybody of the scope."""
        return (*self.segments, *([self.left_out] if self.left_out and not self.chosen else []))

    @property
    def subject(self) -> str:
        """Scope, version and the segment."""
        return " ".join(part for part in (self.scope, self.version, self.chosen) if part)

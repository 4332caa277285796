"""What a report on paper holds, complete: a renderer is given one of these and nothing else.

Rules that hold for all of them: absence is None (or an empty tuple) with a sentence that says why; text that belongs
to a model or a catalogue (tier, cluster, reasons, KPI texts, product names) is given in the report's language; codes
of the canonical tables (family, channel, category, kind) stay codes and paper puts them in words. Money is Decimal in
`currency`, shares run 0 to 1, months are given by any day in them, tuples run from the oldest to the newest unless said
otherwise. What identifies a person is masked the moment it is put in: a report cannot hold a whole ID number.

All reports go to JSON and back (`to_dict`, `from_dict`), so that a job can keep what it was made from.
"""

from __future__ import annotations

from domain.reports.credit import CreditReport, Exposure, PastOverride, PublishedRating, RatingModel
from domain.reports.customer import (
    Activity,
    CharacteristicPoints,
    CustomerReport,
    Distinct,
    Headline,
    Holding,
    Identity,
    MonthEnd,
    MonthFlow,
    Movement,
    Overridden,
    Rating,
    Segment,
    Share,
)
from domain.reports.management import BranchLine, GradeCount, Grouping, GroupSize, KpiFigure, ManagementReport
from domain.reports.outlook import Driver, Leaving, Offer, Outlook
from domain.reports.stamp import Logo, ModelVersion, Report, Stamp
from domain.reports.value import CustomerValue

__all__ = [
    "Activity",
    "BranchLine",
    "CharacteristicPoints",
    "CreditReport",
    "CustomerReport",
    "CustomerValue",
    "Distinct",
    "Driver",
    "Exposure",
    "GradeCount",
    "GroupSize",
    "Grouping",
    "Headline",
    "Holding",
    "Identity",
    "KpiFigure",
    "Leaving",
    "Logo",
    "ManagementReport",
    "ModelVersion",
    "MonthEnd",
    "MonthFlow",
    "Movement",
    "Offer",
    "Outlook",
    "Overridden",
    "PastOverride",
    "PublishedRating",
    "Rating",
    "RatingModel",
    "Report",
    "Segment",
    "Share",
    "Stamp",
]

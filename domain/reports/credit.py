"""The credit report: how one customer stands with the bank as a borrower, on two or three pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain import masking
from domain.reports.customer import Identity, Rating
from domain.reports.stamp import Report, Stamp, mask_fields


@dataclass(frozen=True)
class Exposure:
    """One loan or line: limit is the limit of a line or the principal of a loan; outstanding and overdue are owed, ≥ 0.

    None where the source does not say.
    """

    family: str
    product: str
    account: str
    limit: Decimal | None = None
    outstanding: Decimal | None = None
    overdue: Decimal | None = None
    days_past_due: int | None = None
    five_class: str | None = None
    matures_on: date | None = None

    def __post_init__(self) -> None:
        mask_fields(self, account=masking.mask_account)


@dataclass(frozen=True)
class PublishedRating:
    """What one run that was on show said. grade is None where that run did not rate the customer."""

    version: str
    as_of: date
    published_at: datetime
    on_show: bool
    grade: str | None = None
    score: int | None = None
    probability_of_default: float | None = None


@dataclass(frozen=True)
class PastOverride:
    """One override, whatever became of it; reason and state in the report's language."""

    model_grade: str
    grade: str
    reason: str
    words: str
    state: str
    proposed_by: str
    proposed_at: datetime
    expires_on: date
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class RatingModel:
    """The scorecard behind the rating as the register has it: state in the report's language, who signed, and when it came
    into use."""

    version: str
    state: str
    developed_by: str
    validated_by: str | None = None
    approved_by: str | None = None
    in_use_since: datetime | None = None
    auc: float | None = None  # out of fold


@dataclass(frozen=True)
class CreditReport(Report):
    """Everything on a credit report. history and overrides run from the newest to the oldest; *_absent say why a part is
    empty. model is None where no register knows the card."""

    KIND = "credit_report"

    stamp: Stamp
    identity: Identity
    currency: str
    rating: Rating | None = None
    rating_absent: str | None = None
    exposures: tuple[Exposure, ...] = ()
    credit_limit: Decimal | None = None
    credit_used: Decimal | None = None
    loans: Decimal | None = None
    overdue_amount: Decimal | None = None
    days_past_due: int | None = None
    history: tuple[PublishedRating, ...] = ()
    overrides: tuple[PastOverride, ...] = ()
    model: RatingModel | None = None

    @property
    def subject(self) -> str:
        """The customer's number."""
        return self.identity.customer_id

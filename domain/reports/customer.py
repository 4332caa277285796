"""The customer report: one customer, personal or corporate, on two to seven pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain import masking
from domain.reports.company import Company
from domain.reports.outlook import Outlook
from domain.reports.stamp import Report, Stamp, mask_fields
from domain.reports.value import CustomerValue


@dataclass(frozen=True)
class Identity:
    """Who the customer is; personal or corporate by `kind`. Name, documents and phone are masked on the way in."""

    customer_id: str
    kind: str
    name: str | None = None
    branch: str | None = None
    manager: str | None = None
    opened_on: date | None = None
    city: str | None = None
    phone: str | None = None
    # personal
    gender: str | None = None  # male, female
    age_years: int | None = None
    id_number: str | None = None
    occupation: str | None = None
    annual_income: Decimal | None = None
    risk_preference: str | None = None
    # corporate
    uscc: str | None = None
    industry: str | None = None
    registered_capital: Decimal | None = None
    employees: int | None = None
    annual_revenue: Decimal | None = None
    legal_representative: str | None = None

    def __post_init__(self) -> None:
        mask_fields(
            self,
            name=lambda name: masking.mask_party(name, self.kind),
            phone=masking.mask_phone,
            id_number=masking.mask_id_number,
            uscc=masking.mask_id_number,
            legal_representative=masking.mask_name,
        )


@dataclass(frozen=True)
class Headline:
    """The four figures on top. year_on_year is relative (0.182 is +18.2 %); limit_used a share of the limit."""

    aum: Decimal | None = None
    aum_year_on_year: float | None = None
    loans: Decimal | None = None
    overdue_amount: Decimal | None = None
    days_past_due: int | None = None
    credit_limit: Decimal | None = None
    limit_used: float | None = None
    products_held: int | None = None
    accounts: int | None = None


@dataclass(frozen=True)
class Holding:
    """One account: balance is signed as in the books (loans owed are below zero or above as the bank has it)."""

    family: str
    product: str
    account: str
    balance: Decimal | None = None
    currency: str | None = None  # None: the report's
    opened_on: date | None = None
    matures_on: date | None = None
    rate: float | None = None
    status: str = "open"

    def __post_init__(self) -> None:
        mask_fields(self, account=masking.mask_account)


@dataclass(frozen=True)
class MonthEnd:
    """Balances at a month's end."""

    month: date
    aum: Decimal | None = None
    deposits: Decimal | None = None
    loans: Decimal | None = None


@dataclass(frozen=True)
class MonthFlow:
    """Money in and out of a month, both zero or above; movements by number."""

    month: date
    inflow: Decimal | None = None
    outflow: Decimal | None = None
    movements: int | None = None


@dataclass(frozen=True)
class Share:
    """A code (channel or category) and its share of the customer's own movements by number."""

    code: str
    share: float


@dataclass(frozen=True)
class Activity:
    """How the customer uses the bank, over the 12 months to as_of. hours: 7 rows (Monday first) of 24 counts, or None."""

    movements_12m: int | None = None
    active_months_12m: int | None = None
    days_since_last: int | None = None
    regular_income: Decimal | None = None
    channels: tuple[Share, ...] = ()
    categories: tuple[Share, ...] = ()
    hours: tuple[tuple[int, ...], ...] | None = None


@dataclass(frozen=True)
class Distinct:
    """One feature that sets a cluster apart: its name, the customer's value and the cluster's, as text with units."""

    name: str
    customer: str
    group: str


@dataclass(frozen=True)
class Segment:
    """Where the published segmentation puts the customer, each with why, in the report's language."""

    tier: str | None = None
    tier_why: str | None = None
    life_cycle: str | None = None
    life_cycle_why: str | None = None
    recency: int | None = None  # 1 to 5, 5 is best
    frequency: int | None = None
    monetary: int | None = None
    rfm_why: str | None = None
    cluster: str | None = None
    cluster_description: str | None = None
    distinct: tuple[Distinct, ...] = ()


@dataclass(frozen=True)
class CharacteristicPoints:
    """One characteristic of the scorecard: the customer's value in words, points got and the best bin's points.

    band: the bin the value fell into, in words; average: mean points of the development sample. None where the run does
    not say. applies: False where the value is absent and nobody in the development sample was without one.
    """

    name: str
    value: str
    points: int
    best: int
    band: str | None = None
    average: float | None = None
    applies: bool = True

    @property
    def lost(self) -> int:
        """Points below the best bin; none where it does not apply."""
        return self.best - self.points if self.applies else 0


@dataclass(frozen=True)
class Overridden:
    """A signed override of the grade, in the report's language. holds: its grade counts; else the model's does, `note`
    says why. note also says that the model's grade has moved since. notches: + is better than the model's of then."""

    grade: str
    model_grade: str
    notches: int
    reason: str
    words: str
    expires_on: date
    proposed_by: str
    proposed_at: datetime
    signed_by: str
    signed_at: datetime
    holds: bool = True
    note: str | None = None


@dataclass(frozen=True)
class Rating:
    """The published rating. points add up to the score, always: ValueError when they do not.

    score and points are None for a customer put into a grade without scoring (already 90 days past due).
    reasons: up to four, most costly first, as sentences. to_next_grade: what would move one grade, as a sentence.
    outside: a sentence where characteristics do not apply, as nobody in the development sample was without them.
    grade is the model's; an override moves nothing but the grade in effect, so the points add up beside it too.
    """

    grade: str
    score: int | None = None
    probability_of_default: float | None = None
    base_points: int = 0
    points: tuple[CharacteristicPoints, ...] = ()
    reasons: tuple[str, ...] = ()
    to_next_grade: str | None = None
    previous_grade: str | None = None
    previous_score: int | None = None
    change_why: str | None = None
    override: Overridden | None = None
    outside: str | None = None

    @property
    def grade_in_effect(self) -> str:
        """The grade that counts: the override's while it holds, else the model's."""
        return self.override.grade if self.override is not None and self.override.holds else self.grade

    def __post_init__(self) -> None:
        total = self.base_points + sum(part.points for part in self.points)
        if self.score is not None and self.points and total != self.score:
            raise ValueError(f"the points of the rating add up to {total}, the score is {self.score}; rate again")


@dataclass(frozen=True)
class Movement:
    """One transaction. has_time is False where the source gives only the day; + is money in."""

    booked_at: datetime
    amount: Decimal
    kind: str
    has_time: bool = True
    category: str | None = None
    channel: str | None = None
    account: str | None = None
    counterparty: str | None = None
    counterparty_account: str | None = None
    balance_after: Decimal | None = None

    def __post_init__(self) -> None:
        mask_fields(
            self,
            account=masking.mask_account,
            counterparty=masking.mask_counterparty,
            counterparty_account=masking.mask_account,
        )


@dataclass(frozen=True)
class CustomerReport(Report):
    """Everything on a customer's report. `*_absent` say why a part is empty; None lets paper say it in general words.

    movements run from the newest to the oldest. movements_total: how many there are in all, if more than are given.
    """

    KIND = "customer_report"

    stamp: Stamp
    identity: Identity
    currency: str
    headline: Headline = Headline()
    holdings: tuple[Holding, ...] = ()
    month_ends: tuple[MonthEnd, ...] = ()
    flows: tuple[MonthFlow, ...] = ()
    activity: Activity = Activity()
    segment: Segment | None = None
    segment_absent: str | None = None
    rating: Rating | None = None
    rating_absent: str | None = None
    value: CustomerValue | None = None
    value_absent: str | None = None
    outlook: Outlook | None = None
    company: Company | None = None
    movements: tuple[Movement, ...] = ()
    movements_absent: str | None = None
    hours_absent: str | None = None

    @property
    def subject(self) -> str:
        """The customer's number."""
        return self.identity.customer_id

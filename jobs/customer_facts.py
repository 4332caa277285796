"""What the store and the warehouse know of one customer, put together as the report on paper wants it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain import standing
from domain.ages import whole_years
from domain.catalogue import FAMILY_WORDS
from domain.credit.overrides import Override
from domain.delivered_words import delivered
from domain.phrasing import choose, number
from domain.reports import CustomerReport, Headline, Holding, Identity, MonthEnd, MonthFlow, Rating, Stamp
from jobs.runner import Job, Refused
from store import customers, overrides
from store.customers import Account, Customer, Loan, Month
from store.database import Connection
from store.runs import PastRating
from warehouse.movements import Movements

MOVEMENTS = 12  # as many as paper prints
MOST_MOVED = 2


def report_of(
    customer: Customer,
    accounts: Sequence[Account],
    loans: Sequence[Loan],
    months: Sequence[Month],
    model: Mapping[str, Any],
    movements: Movements,
    currency: str,
    stamp: Stamp,
    rated: bool,
    before: PastRating | None = None,
    signed: Held | None = None,
) -> CustomerReport:
    """The report. Nothing is worked out anew: segment and rating are the published runs', as the 360 shows them.

    months: the last 13, oldest first. model: that of the segmentation on show, {} without one. rated: a rating is on show.
    before: the customer's rating by the run that was on show before. signed: the override of the grade in force, if any.
    """
    language = stamp.language
    held = [account for account in accounts if account.closed_on is None or account.closed_on > stamp.as_of]
    return CustomerReport(
        stamp=stamp,
        identity=identity_of(customer, stamp.as_of),
        currency=currency,
        headline=_headline(customer, held, months),
        holdings=tuple(_holding(account, loans, language) for account in held),
        month_ends=tuple(MonthEnd(one.month, one.aum, one.deposits, one.loans) for one in months),
        flows=tuple(MonthFlow(one.month, one.inflow, one.outflow, one.own_movements) for one in months),
        activity=standing.activity_of(customer.features, customer.activity_hours),
        segment=standing.segment_of(
            tier=customer.tier, life_cycle=customer.life_cycle, cluster=customer.segment, rfm=customer.rfm,
            why=customer.segment_why, features=customer.features, model=model, currency=currency, language=language,
        ),
        rating=rating_facts(customer, before, signed, currency, language),
        rating_absent=rating_absent(rated, language),
        movements=movements.rows,
        movements_absent=choose(language, "截至数据日没有交易记录。", "There is no movement up to the day of the data."),
    )  # fmt: skip


@dataclass(frozen=True)
class Held:
    """The override in force on a customer's grade, its moments in the bank's time zone, and the grades of the scale."""

    override: Override
    ladder: tuple[str, ...]


def override_in_force(job: Job, connection: Connection, customer_id: str) -> Held | None:
    """What holds on the day the paper is made."""
    zone = ZoneInfo(job.settings.time_zone)
    found = overrides.in_force(connection, [customer_id], job.now.astimezone(zone).date()).get(customer_id)
    return None if found is None else Held(in_zone(found, zone), overrides.ladder(connection))


def in_zone(one: Override, zone: ZoneInfo) -> Override:
    """The same with its moments in the bank's time zone."""
    decided = None if one.decided_at is None else one.decided_at.astimezone(zone)
    return replace(one, proposed_at=one.proposed_at.astimezone(zone), decided_at=decided)


def customer_in_scope(job: Job, connection: Connection, customer_id: str) -> Customer:
    """Refused for a customer who is not there or not in the scope of who asked: the same sentence, so that nobody learns
    who banks elsewhere."""
    found = customers.customer(connection, job.scope, customer_id)
    if found is None:
        raise Refused(
            "There is no such customer in your scope; look the customer up again.",
            "您的数据范围内没有这位客户；请重新查询。",
        )
    return found


def rating_facts(
    customer: Customer, before: PastRating | None, held: Held | None, currency: str, language: str
) -> Rating | None:  # fmt: skip
    """The published rating with what it was before and the override beside it; None for who is not rated."""
    override: dict[str, Any] = {} if held is None else {"override": held.override, "ladder": held.ladder}
    now = standing.rating_of(
        grade=customer.grade, score=customer.score, pd=customer.pd, points=customer.rating_points,
        reasons=customer.rating_reasons, currency=currency, language=language, **override,
    )  # fmt: skip
    if now is None or before is None:
        return now
    why = _what_moved(customer.rating_points, before.points, language) if before.score != now.score else None
    return replace(now, previous_grade=before.grade, previous_score=before.score, change_why=why)


def _what_moved(now: Any, then: Any, language: str) -> str | None:
    """The characteristics whose points moved most, two at most; None where either was not scored."""
    if not (now and then and now.get("points") and then.get("points")):
        return None
    old = {one["characteristic"]: int(one["points"]) for one in then["points"]}
    new = {one["characteristic"]: one for one in now["points"]}
    if old.keys() != new.keys() or now.get("base") != then.get("base"):
        return choose(language, "两次所用评分卡不同", "by another scorecard")
    moved = [(int(new[name]["points"]) - points, new[name][language]) for name, points in old.items()]
    most = sorted((one for one in moved if one[0]), key=lambda one: (-abs(one[0]), one[1]))[:MOST_MOVED]
    told = [
        choose(language, f"{name}{number(by, sign=True)}分", f"{name} {number(by, sign=True)}") for by, name in most
    ]
    return choose(language, "主要是" + "、".join(told), "mostly " + ", ".join(told)) if told else None


def identity_of(customer: Customer, as_of: dt.date) -> Identity:
    """Who the customer is."""
    return Identity(
        customer_id=customer.customer_id, kind=customer.kind, name=customer.name, branch=customer.branch_name,
        manager=customer.manager_name, opened_on=customer.opened_on, city=customer.city, phone=customer.phone,
        gender=customer.gender, age_years=whole_years(customer.birth_date, as_of), id_number=customer.id_number,
        occupation=customer.occupation, annual_income=customer.annual_income, risk_preference=customer.risk_preference,
        uscc=customer.uscc, industry=customer.industry, registered_capital=customer.registered_capital,
        employees=customer.employees, annual_revenue=customer.annual_revenue,
        legal_representative=customer.legal_representative,
    )  # fmt: skip


def _headline(customer: Customer, held: Sequence[Account], months: Sequence[Month]) -> Headline:
    limit, used = customer.credit_limit, customer.credit_used
    return Headline(
        aum=customer.aum, aum_year_on_year=_year_on_year(months), loans=customer.loans,
        overdue_amount=customer.overdue_amount, days_past_due=customer.days_past_due, credit_limit=limit,
        limit_used=float(used / limit) if limit and used is not None else None,
        products_held=customer.products_held, accounts=len(held),
    )  # fmt: skip


def _year_on_year(months: Sequence[Month]) -> float | None:
    """Change of AUM against the same month a year ago; None where either is missing or nothing was held then."""
    if not months or months[-1].aum is None:
        return None
    last = months[-1]
    before = next(
        (m.aum for m in months if (m.month.year, m.month.month) == (last.month.year - 1, last.month.month)), None
    )
    return None if before is None or before <= 0 or last.aum is None else float(last.aum / before - 1)


def _holding(account: Account, loans: Sequence[Loan], language: str) -> Holding:
    loan = next((loan for loan in loans if loan.account_id == account.account_id), None)
    owed: Decimal | None = None if loan is None or loan.outstanding is None else -loan.outstanding
    family = choose(language, *FAMILY_WORDS[account.family]) if account.family in FAMILY_WORDS else account.family
    return Holding(
        family=account.family,
        product=delivered("product", account.product_name, language) or family[:1].upper() + family[1:],
        account=account.account_id,
        balance=owed if owed is not None else account.balance,
        currency=account.currency,
        opened_on=account.opened_on,
        matures_on=account.matures_on,
        rate=account.rate if account.rate is not None else loan.rate if loan else None,
        status=account.status,
    )


def rating_absent(rated: bool, language: str) -> str:
    """Why a customer has no rating."""
    if rated:
        return choose(
            language,
            "该客户不在已发布的评级之中：没有授信，或在评级的数据日之后才有。",
            "The customer is not in the published rating: no credit, or none on the day of its data.",
        )
    return choose(language, "尚无已发布的信用评价。", "No credit rating is published yet.")

"""Make the credit report: how one customer in the scope of who asked stands as a borrower, on paper, on the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.canonical import LOAN_FAMILIES
from domain.catalogue import FAMILY_WORDS
from domain.credit.overrides import REASON_BY_CODE, STATE_WORDS, Override
from domain.delivered_words import delivered
from domain.phrasing import choose
from domain.reports import CreditReport, Exposure, PastOverride, PublishedRating, RatingModel
from jobs.customer_facts import customer_in_scope, identity_of, in_zone, override_in_force, rating_absent, rating_facts
from jobs.pdf.credit_report import render
from jobs.runner import Job
from jobs.shelving import Title, made_before, picture_on_show, shelve, stamp_of
from store import customers, models, overrides
from store.customer_history import past_figures
from store.customers import Account, Loan
from store.database import Connection, reading
from store.runs import rating_before
from store.users import name_of

MOST_HISTORY, MOST_OVERRIDES = 12, 6
MODEL_STATES = {
    "developed": ("已开发", "developed"), "validated": ("已验证", "validated"), "approved": ("已批准", "approved"),
    "in_use": ("在用", "in use"), "retired": ("已退役", "retired"),
}  # fmt: skip


def run(job: Job, customer_id: str, language: str) -> dict[str, Any]:
    """Steps: gather, draw, file. Refused for a customer who is not there or not in the scope of who asked, alike."""
    earlier = made_before(job)
    if earlier is not None:
        return earlier
    job.step("gather", 5)
    with reading(job.engine) as connection:
        report, branch_id = _gather(job, connection, customer_id, language)
    name = report.identity.name or customer_id
    words = choose(language, f"信用报告 {name} {customer_id}", f"Credit report {name} {customer_id}")
    stem = choose(language, "信用报告", "credit-report")
    file_name = f"{stem}-{customer_id}-{report.stamp.as_of:%Y%m%d}.pdf"
    return shelve(job, report, render, Title(words, file_name, branch_id, customer_id))


def _gather(job: Job, connection: Connection, customer_id: str, language: str) -> tuple[CreditReport, str]:
    found = customer_in_scope(job, connection, customer_id)
    shown = picture_on_show(connection)
    currency, zone = shown.currency or job.settings.currency, ZoneInfo(job.settings.time_zone)
    held = override_in_force(job, connection, customer_id)
    today = job.now.astimezone(zone).date()
    every = [in_zone(one, zone) for one in overrides.of_customer(connection, customer_id)[:MOST_OVERRIDES]]
    past = past_figures(connection, "credit", customer_id)[:MOST_HISTORY]
    report = CreditReport(
        stamp=stamp_of(job, connection, shown, language, kinds=("credit",)),
        identity=identity_of(found, shown.as_of),
        currency=currency,
        rating=rating_facts(found, rating_before(connection, customer_id), held, currency, language),
        rating_absent=rating_absent(shown.credit_run_id is not None, language),
        exposures=exposures(
            customers.accounts(connection, customer_id), customers.loans(connection, customer_id), language
        ),
        credit_limit=found.credit_limit,
        credit_used=found.credit_used,
        loans=found.loans,
        overdue_amount=found.overdue_amount,
        days_past_due=found.days_past_due,
        history=tuple(
            PublishedRating(
                one.version, one.as_of, one.published_at.astimezone(zone), one.on_show,
                *((one.values or {}).get(name) for name in ("grade", "score", "pd")),
            )
            for one in past
        ),
        overrides=tuple(_past(one, one.state_on(today), language) for one in every),
        model=_model(connection, shown.credit_run_id, zone, language),
    )  # fmt: skip
    return report, found.branch_id


def exposures(accounts: Sequence[Account], loans: Sequence[Loan], language: str) -> tuple[Exposure, ...]:
    """Loans and lines that are not closed, the largest outstanding first."""
    by_account = {loan.account_id: loan for loan in loans}
    wanted = [a for a in accounts if a.status != "closed" and (a.family in LOAN_FAMILIES or a.limit)]
    told = [_exposure(account, by_account.get(account.account_id), language) for account in wanted]
    return tuple(sorted(told, key=lambda one: (-(one.outstanding or Decimal(0)), one.account)))


def _exposure(account: Account, loan: Loan | None, language: str) -> Exposure:
    drawn = None if account.balance is None else max(-account.balance, Decimal(0))
    family = choose(language, *FAMILY_WORDS[account.family]) if account.family in FAMILY_WORDS else account.family
    return Exposure(
        family=account.family,
        product=delivered("product", account.product_name, language) or family[:1].upper() + family[1:],
        account=account.account_id,
        limit=account.limit if loan is None else loan.principal,
        outstanding=drawn if loan is None or loan.outstanding is None else loan.outstanding,
        overdue=None if loan is None else loan.overdue_amount,
        days_past_due=None if loan is None else loan.days_past_due,
        five_class=None if loan is None else loan.five_class,
        matures_on=account.matures_on,
    )


def _past(one: Override, state: str, language: str) -> PastOverride:
    known = REASON_BY_CODE.get(one.reason_code)
    return PastOverride(
        model_grade=one.model_grade, grade=one.grade, reason=known.words(language) if known else one.reason_code,
        words=one.reason, state=choose(language, *STATE_WORDS[state]), proposed_by=one.proposer_name or one.proposed_by,
        proposed_at=one.proposed_at, expires_on=one.expires_on,
        decided_by=(one.decider_name or one.decided_by) if one.decided_by else None, decided_at=one.decided_at,
    )  # fmt: skip


def _model(connection: Connection, run_id: int | None, zone: ZoneInfo, language: str) -> RatingModel | None:
    found = None if run_id is None else models.of_run(connection, run_id)
    if found is None:
        return None
    auc = found.metrics.get("auc")
    since = None if found.in_use_since is None else found.in_use_since.astimezone(zone)
    return RatingModel(
        version=found.version, state=choose(language, *MODEL_STATES.get(found.state, (found.state, found.state))),
        developed_by=name_of(connection, found.developed_by, language),
        validated_by=found.validated_by and name_of(connection, found.validated_by, language),
        approved_by=found.approved_by and name_of(connection, found.approved_by, language),
        in_use_since=since,
        auc=float(auc["value"]) if isinstance(auc, dict) and auc.get("value") is not None else None,
    )  # fmt: skip

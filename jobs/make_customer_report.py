"""Make the customer report: one customer in the scope of who asked, on paper, on the shelf."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.phrasing import LANGUAGES, choose
from domain.reports import CustomerReport
from jobs.company_facts import company_facts
from jobs.customer_facts import MOVEMENTS, customer_in_scope, override_in_force, report_of
from jobs.customer_prospects import outlook_of, value_of
from jobs.pdf.customer_report import render
from jobs.runner import Job
from jobs.shelving import MODEL_WORDS, Title, made_before, picture_on_show, shelve, stamp_of, warehouse_of
from store import customers
from store.database import reading
from store.lookup import search
from store.picture import current
from store.runs import on_show, rating_before
from warehouse.movements import footers_before_fork, recent


def run(job: Job, customer_id: str, language: str) -> dict[str, Any]:
    """Steps: gather, draw, file. Refused for a customer who is not there or not in the scope of who asked: the same
    sentence, so that nobody learns who banks elsewhere."""
    earlier = made_before(job)
    if earlier is not None:
        return earlier
    job.step("gather", 5)
    report, branch_id = _gather(job, customer_id, language)
    name = report.identity.name or customer_id
    words = choose(language, f"客户报告 {name} {customer_id}", f"Customer report {name} {customer_id}")
    stem = choose(language, "客户报告", "customer-report")
    file_name = f"{stem}-{customer_id}-{report.stamp.as_of:%Y%m%d}.pdf"
    return shelve(job, report, render, Title(words, file_name, branch_id, customer_id))


def rehearse(job: Job) -> None:
    """One customer's facts as a report reads them, the wealthiest's; nothing without customers."""
    made_before(job)
    with reading(job.engine) as connection:
        first, shown = search(connection, job.scope, None, rows=1).rows, current(connection)
    if not first or shown is None:
        return
    footers_before_fork(warehouse_of(job, shown))
    _gather(job, first[0].customer_id, LANGUAGES[0])


def _gather(job: Job, customer_id: str, language: str) -> tuple[CustomerReport, str]:
    with reading(job.engine) as connection:
        found = customer_in_scope(job, connection, customer_id)
        shown = picture_on_show(connection)
        stamp = stamp_of(job, connection, shown, language, kinds=tuple(MODEL_WORDS))
        accounts = customers.accounts(connection, customer_id)
        loans = customers.loans(connection, customer_id)
        months = customers.months(connection, customer_id)
        model = customers.segmentation_model(connection)
        before, held = rating_before(connection, customer_id), override_in_force(job, connection, customer_id)
        currency, runs = shown.currency or job.settings.currency, on_show(connection)
        value, no_value = value_of(connection, found, runs, language)
        outlook = outlook_of(found, runs, currency, language)
    job.step("gather", 25)
    picture = warehouse_of(job, shown)
    movements = recent(picture, [account.account_id for account in accounts], shown.as_of, MOVEMENTS)
    rated = shown.credit_run_id is not None
    report = report_of(found, accounts, loans, months, model, movements, currency, stamp, rated, before, held)
    company = company_facts(job, shown, found, accounts, currency)
    return replace(report, value=value, value_absent=no_value, outlook=outlook, company=company), found.branch_id

"""What a company does, for its report: from the batches on show, partners and group within the scope of who asked."""

from __future__ import annotations

from collections.abc import Sequence

from domain.canonical import DEPOSIT_FAMILIES
from domain.reports.company import Company, company_of
from jobs.runner import Job
from jobs.shelving import warehouse_of
from store.account_owners import owners
from store.customers import Account, Customer
from store.database import reading
from store.peers import peer_lines
from store.picture import PictureOnShow
from warehouse.company_business import business


def company_facts(
    job: Job, shown: PictureOnShow, one: Customer, held: Sequence[Account], currency: str
) -> Company | None:
    """Of a company in the scope of who asked; None of a person. held: its accounts."""
    if one.kind != "corporate":
        return None
    settling = [each.account_id for each in held if each.family in DEPOSIT_FAMILIES and each.currency == currency]
    own = [each.account_id for each in held]
    found = business(warehouse_of(job, shown), one.customer_id, settling, own, shown.as_of)
    with reading(job.engine) as connection:
        known = peer_lines(connection, job.scope, found.members)
        return company_of(found, owners(connection, job.scope, found.accounts), known, one.features)

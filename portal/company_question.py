"""What is shown of a company on its own page: read from the batches on show and the database, for one viewer."""

from __future__ import annotations

from domain.canonical import DEPOSIT_FAMILIES
from domain.reports.company import Company, company_of
from portal.access import Ctx
from store import account_owners, customers
from store.peers import peer_lines
from store.picture import PictureOnShow
from warehouse.batches import folder_of
from warehouse.company_business import business
from warehouse.picture import Picture


def company(ctx: Ctx, one: customers.Customer, picture: PictureOnShow, currency: str) -> Company:
    """Of a company in the viewer's scope; partners and members of its group are named only where they are too."""
    batches = Picture(tuple(folder_of(ctx.settings.warehouse, batch) for batch in picture.batches))
    held = customers.accounts(ctx.connection, one.customer_id)
    settling = [each.account_id for each in held if each.family in DEPOSIT_FAMILIES and each.currency == currency]
    found = business(batches, one.customer_id, settling, [each.account_id for each in held], picture.as_of)
    owners = account_owners.owners(ctx.connection, ctx.scope, found.accounts)
    return company_of(found, owners, peer_lines(ctx.connection, ctx.scope, found.members), one.features)

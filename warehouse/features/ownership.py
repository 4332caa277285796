"""Whose account it is, and which customers there were: everything else is counted per owner.

The newest delivery's account and customer rows are all there is: an attribute changed later is seen as it is now.
Days are honoured: an account or customer that opened after as_of is not there, one that closed later is open.
"""

from __future__ import annotations

import ibis.expr.types as ir

from warehouse.engine import canonical_table, told_text
from warehouse.features.windows import as_of_day


def owned_accounts() -> ir.Table:
    """One row an account opened by as_of: account_id, customer_id (owner), family, open, ours, credit_limit, days.

    open: not closed by as_of. ours: in the bank's currency; only these accounts enter sums of money, as there are no
    exchange rates in a delivery yet.
    """
    accounts, products = canonical_table("accounts"), canonical_table("products")
    holders = canonical_table("holders")
    owners = holders.filter(holders.role == "owner").select("account_id", "customer_id")
    held = accounts.filter(accounts.opened_on <= as_of_day())
    joined = held.join(owners, "account_id").join(products.select("product_id", "family"), "product_id")
    closed = (joined.closed_on <= as_of_day()).fill_null(False)
    gone = (joined.status == "closed") & joined.closed_on.isnull()
    return joined.select(
        "account_id",
        "customer_id",
        "family",
        "opened_on",
        "closed_on",
        open=~(closed | gone),
        ours=joined.currency == told_text("currency"),
        credit_limit=joined["limit"],
    )


def customers_at() -> ir.Table:
    """The customers who were there: opened by as_of, or on a day nobody wrote down."""
    customers = canonical_table("customers")
    return customers.filter(customers.opened_on.isnull() | (customers.opened_on <= as_of_day()))

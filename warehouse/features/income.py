"""Regular income: money that comes from the same partner, or as the same kind, at nearly the same amount.

A month counts when what came from the partner lies within ±15 % of the median of its months; three of the last four
make it regular. Salary and pension are one source each, whoever pays; other income goes by the partner's account.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from domain.canonical import DEPOSIT_FAMILIES
from warehouse.engine import Warehouse
from warehouse.features.windows import bucket, within

MONTHS, LEAST_MONTHS, TOLERANCE = 4, 3, 0.15
BY_KIND = ("salary", "pension")
NOT_INCOME = ("loan_disbursement", "redemption", "interest", "fee", "penalty_interest")


def regular_income(warehouse: Warehouse, owned: ir.Table, as_of: date) -> ir.Table:
    """customer_id, regular_income (sum over sources of their median month), regular_income_months (of the best source).

    Only customers with money in over the last four months have a row; regular_income is 0 when none of it is regular.
    """
    came = warehouse.table("transactions")
    came = came.filter(within(came.booked_at, as_of, MONTHS) & (came.amount > 0) & came.kind.notin(NOT_INCOME))
    source = ibis.ifelse(came.kind.isin(BY_KIND), came.kind, ibis.coalesce(came.counterparty_account, came.kind))
    came = came.select("account_id", "amount", source=source, bucket=bucket(came.booked_at, as_of))
    cash = owned.filter(owned.ours & owned.family.isin(DEPOSIT_FAMILIES)).select("account_id", "customer_id")
    by = ["customer_id", "source"]
    came = came.join(cash, "account_id")
    monthly = came.group_by([*by, "bucket"]).aggregate(amount=came.amount.sum())
    middle = monthly.group_by(by).mutate(middle=monthly.amount.median().cast("float64"))
    value = middle.amount.cast("float64")
    near = (value >= middle.middle * (1 - TOLERANCE)) & (value <= middle.middle * (1 + TOLERANCE))
    sources = middle.group_by(by).aggregate(months=middle.count(where=near), middle=middle.middle.max())
    regular = sources.middle.cast("decimal(18,2)").sum(where=sources.months >= LEAST_MONTHS)
    return sources.group_by("customer_id").aggregate(
        regular_income=regular.fill_null(0), regular_income_months=sources.months.max()
    )

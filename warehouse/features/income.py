"""Regular income: money that comes from the same partner, or as the same kind, at nearly the same amount.

A month counts when what came from the partner lies within ±15 % of the median of its months; three of the last four
make it regular. Salary and pension are one source each, whoever pays, and more than usual is no irregularity of them: a
month with a bonus counts (else everybody's income would look broken after every Spring Festival). Other income goes by
the partner's account.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from domain.canonical import DEPOSIT_FAMILIES
from warehouse.engine import canonical_table
from warehouse.features.windows import bucket, within

MONTHS, LEAST_MONTHS, TOLERANCE = 4, 3, 0.15
BY_KIND = ("salary", "pension")
NOT_INCOME = ("loan_disbursement", "redemption", "interest", "fee", "penalty_interest")


def regular_income(owned: ir.Table) -> ir.Table:
    """customer_id, regular_income (sum over sources of their median month), regular_income_months (of the best source).

    Only customers with money in over the last four months have a row; regular_income is 0 when none of it is regular.
    """
    came = canonical_table("transactions")
    came = came.filter(within(came.booked_at, MONTHS) & (came.amount > 0) & came.kind.notin(NOT_INCOME))
    source = ibis.ifelse(came.kind.isin(BY_KIND), came.kind, ibis.coalesce(came.counterparty_account, came.kind))
    came = came.select("account_id", "amount", source=source, bucket=bucket(came.booked_at))
    cash = owned.filter(owned.ours & owned.family.isin(DEPOSIT_FAMILIES)).select("account_id", "customer_id")
    came = came.join(cash, "account_id")
    unpaid = ibis.null(came.amount.type())
    sources = came.group_by(["customer_id", "source"]).aggregate(
        **{f"month_{n}": ibis.ifelse(came.bucket == n, came.amount, unpaid).sum() for n in range(MONTHS)}
    )
    months = [sources[f"month_{n}"] for n in range(MONTHS)]
    sources = sources.mutate(middle=_median(months))
    low, high = sources.middle * (1 - TOLERANCE), sources.middle * (1 + TOLERANCE)
    paid = sources.source.isin(BY_KIND)
    amounts = [month.cast("float64") for month in months]
    near = (((a >= low) & (paid | (a <= high))).fill_null(False).cast("int32") for a in amounts)
    sources = sources.mutate(months=sum(near, start=ibis.literal(0)))
    regular = ibis.ifelse(sources.months >= LEAST_MONTHS, sources.middle, 0.0).cast("decimal(18,2)")
    return sources.group_by("customer_id").aggregate(
        regular_income=regular.sum(), regular_income_months=sources.months.max()
    )


def _median(months: Sequence[ir.DecimalColumn]) -> ir.Value:
    """The median of the months that are there, of at most four: what is left without the least and the greatest.

    Between two months half a cent falls away, as it does where the engine takes the median of DECIMAL.
    """
    none = ibis.literal(0).cast(months[0].type())
    there = sum((month.notnull().cast("int32") for month in months), start=ibis.literal(0))
    total = sum((month.fill_null(none) for month in months), start=none)
    ends = ibis.ifelse(there > 2, ibis.least(*months) + ibis.greatest(*months), none)
    cents = ((total - ends) * 100).cast("int64")
    return (cents // ibis.ifelse(there > 2, there - 2, there)) / 100.0

"""Month-end balances of accounts, as the picture has them: one pass over them, one row an account.

The picture itself sums them from the movements of a source that delivers none (Berka); an account without movements
then has no balance at all, which is not zero.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from warehouse.engine import canonical_table, told_date
from warehouse.features.windows import BALANCE_MONTHS, as_of_day, bucket

TREND_MONTHS = 6


def month_days() -> ir.Table:
    """bucket (0 the newest), day: the newest day with balances of each of the last 13 months stands for its month.

    A month without figures has no row.
    """
    balances = canonical_table("balances")
    days = balances.filter((balances.as_of <= as_of_day()) & (balances.as_of > told_date(f"after_{BALANCE_MONTHS}")))
    by_bucket = days.select("as_of").distinct()
    by_bucket = by_bucket.mutate(bucket=bucket(by_bucket.as_of))
    return by_bucket.group_by("bucket").aggregate(day=by_bucket.as_of.max())


def account_balances() -> ir.Table:
    """One row an account with a balance at one of the days `month_days` found, which have been told as balances_<n>.

    account_id, first_seen (its oldest bucket), balance and balance_<n> (now and n months back; None without one then),
    ends_3m and ends_12m (the least at a month-end, the one the window begins at included), balance_sum_<n>m and
    average_sum_<n>m (of n months; a month's average is the balance itself where the source gives none).
    """
    balances = canonical_table("balances")
    days = [told_date(f"balances_{n}") for n in range(BALANCE_MONTHS)]
    ends = balances.filter(balances.as_of.isin(days))
    number = ibis.cases(*((ends.as_of == day, n) for n, day in enumerate(days)))
    average = ibis.coalesce(ends.average_balance, ends.balance)
    ends = ends.select("account_id", "balance", bucket=number, average=average)
    found: dict[str, ir.Value] = {"first_seen": ends.bucket.max(), "ends_12m": ends.balance.min()}
    found["ends_3m"] = ends.balance.min(where=ends.bucket <= 3)
    for n in range(TREND_MONTHS):
        found[f"balance_{n}" if n else "balance"] = ends.balance.max(where=ends.bucket == n)
    for months in (3, 12):
        recent = ends.bucket < months
        found[f"balance_sum_{months}m"] = ends.balance.sum(where=recent)
        found[f"average_sum_{months}m"] = ends.average.sum(where=recent)
    return ends.group_by("account_id").aggregate(**found)


def balances_now() -> ir.Table:
    """account_id, balance at the newest day with balances: of `account_balances`, what is quick to find alone."""
    balances = canonical_table("balances")
    return balances.filter(balances.as_of == told_date("balances_0")).select("account_id", "balance")

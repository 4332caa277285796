"""Signs of distress: days below zero, penalty interest, lowest balance, days past due."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from domain.canonical import DEPOSIT_FAMILIES
from warehouse.engine import canonical_table, told_date
from warehouse.features.windows import within


def lowest_balances(by_account: ir.Table, owned: ir.Table, ends: ir.Table) -> ir.Table:
    """account_id, customer_id, balance (now), lowest_3m, lowest_12m of open deposit accounts in the bank's currency.

    The lowest is the least of the running balances the source gives, the month-ends and the balance now; None when
    nothing is known of the account.
    """
    held = owned.filter(owned.open & owned.ours & owned.family.isin(DEPOSIT_FAMILIES))
    ends = ends.select("account_id", "balance", "ends_3m", "ends_12m")
    low = by_account.select("account_id", "lowest_3m", "lowest_12m")
    joined = held.select("account_id", "customer_id").left_join(ends, "account_id").drop("account_id_right")
    joined = joined.left_join(low, "account_id")
    return joined.select(
        "account_id",
        "customer_id",
        "balance",
        lowest_3m=ibis.least(joined.lowest_3m, joined.ends_3m),
        lowest_12m=ibis.least(joined.lowest_12m, joined.ends_12m),
    )


def days_below_zero(lowest: ir.Table) -> ir.Table:
    """customer_id, days_below_zero_12m: days of the 12 months to as_of that ended below zero, over all accounts.

    A day's closing balance is the balance known at the newest day with balances less what moved after that day, so the order within a
    day does not matter. Only accounts that were ever below zero are looked at a second time.
    """
    below = lowest.filter((lowest.lowest_12m < 0) & lowest.balance.notnull())
    below = below.select("account_id", "customer_id", "balance")
    moved = canonical_table("transactions")
    moved = moved.filter(within(moved.booked_at, 12)).join(below, "account_id")
    daily = moved.group_by(["account_id", "customer_id", "balance", ibis._.booked_at.date().name("day")]).aggregate(
        amount=ibis._.amount.sum()
    )
    start = below.mutate(day=told_date("after_12"), amount=ibis.literal(0).cast(daily.amount.type()))
    days = daily.union(start.select("account_id", "customer_id", "balance", "day", "amount"))
    order = ibis.window(group_by="account_id", order_by="day", rows=(None, 0))
    next_one = ibis.window(group_by="account_id", order_by="day")
    days = days.mutate(
        moved_by=days.amount.sum().over(order),
        until=days.day.lead().over(next_one),
    )
    whole = ibis.window(group_by="account_id")
    known = days.amount.sum(where=days.day <= told_date("balances_known")).over(whole)
    days = days.mutate(closing=days.balance - known + days.moved_by)
    first = ibis.greatest(days.day, told_date("first_of_year"))
    until = ibis.coalesce(days.until, told_date("day_after"))
    length = ibis.greatest(until.delta(first, unit="day"), 0)
    days = days.mutate(length=length)
    return days.group_by("customer_id").aggregate(
        days_below_zero_12m=days.length.sum(where=days.closing < 0).fill_null(0)
    )

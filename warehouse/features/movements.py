"""Two passes over twelve months of movements, per account first, then per owner.

One sums the flows, the other counts by channel and category: each alone keeps few figures an account, and the second
is spread over its 26 columns only when a year of movements has become a few rows an account.

The customer's own movements are those the bank did not make itself (interest, fees, penalty interest). Money in and
out is counted on deposit and settlement accounts in the bank's currency, number and habits on all accounts.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from domain.canonical import BANK_MADE_KINDS, DEPOSIT_FAMILIES, MOVEMENT_KINDS
from domain.catalogue import SHARE_CATEGORIES, SHARE_CHANNELS
from warehouse.engine import bit_count, canonical_table
from warehouse.features.windows import bucket, within

WINDOWS = (1, 3, 12)
OWN_KINDS = tuple(kind for kind in MOVEMENT_KINDS if kind not in BANK_MADE_KINDS)
NIGHT_BEGINS, NIGHT_ENDS = 22, 6
MONEY = "decimal(18,2)"


def is_timed(moment: ir.TimestampValue) -> ir.BooleanValue:
    """Whether the source gave a time: a movement at midnight exactly has only its day."""
    return moment != moment.truncate("D")


def account_movements() -> ir.Table:
    """One row an account that moved in the 12 months to as_of; the columns are counts and sums of its movements."""
    moved = canonical_table("transactions")
    moved = moved.filter(within(moved.booked_at, 12))
    nothing = ibis.literal(0).cast(moved.amount.type())
    own, amount = moved.kind.notin(BANK_MADE_KINDS), moved.amount
    hour, day = moved.booked_at.hour(), moved.booked_at.day_of_week.index()
    moved = moved.select(
        "account_id",
        "booked_at",
        "balance_after",
        own=own,
        inflow=ibis.ifelse(own & (amount > 0), amount, nothing),
        outflow=ibis.ifelse(own & (amount < 0), -amount, nothing),
        penalty=ibis.ifelse(moved.kind == "penalty_interest", -amount, nothing),
        month=ibis.ifelse(own, ibis.literal(1, "int32") << bucket(moved.booked_at).cast("int32"), 0),
        timed=own & is_timed(moved.booked_at),
        at_night=(hour >= NIGHT_BEGINS) | (hour < NIGHT_ENDS),
        at_weekend=day >= 5,
    )
    found: dict[str, ir.Value] = {}
    for months in WINDOWS:
        for name in ("inflow", "outflow"):
            found[f"{name}_{months}m"] = _in_window(moved, moved[name], months, nothing).sum()
        found[f"movements_{months}m"] = _in_window(moved, moved.own, months, ibis.literal(False)).sum()
    found["timed"] = moved.timed.sum()
    found["night"] = (moved.timed & moved.at_night).sum()
    found["weekend"] = (moved.timed & moved.at_weekend).sum()
    found["months_mask"] = moved.month.bit_or()
    found["last_on"] = ibis.ifelse(moved.own, moved.booked_at, ibis.null("timestamp")).max()
    found["penalty_interest_12m"] = moved.penalty.sum()
    unknown = ibis.null(moved.balance_after.type())
    found["lowest_3m"] = _in_window(moved, moved.balance_after, 3, unknown).min()
    found["lowest_12m"] = moved.balance_after.min()
    return moved.group_by("account_id").aggregate(**found)


def _in_window(moved: ir.Table, value: ir.Value, months: int, outside: ir.Value) -> ir.Value:
    """The value of movements in the window, `outside` of the others: the engine adds a nought sooner than it filters."""
    return value if months == 12 else ibis.ifelse(within(moved.booked_at, months), value, outside)


def account_habits() -> ir.Table:
    """account_id, channel, category, movements: the account's own movements of the 12 months to as_of by number."""
    moved = canonical_table("transactions")
    moved = moved.filter(within(moved.booked_at, 12) & moved.kind.notin(BANK_MADE_KINDS))
    return moved.group_by(["account_id", "channel", "category"]).aggregate(movements=moved.count().cast("float64"))


def customer_habits(by_account: ir.Table, owned: ir.Table) -> ir.Table:
    """customer_id, channel_<name>, category_<name>, channel_total, category_total: own movements by number.

    One row a customer with own movements; a total is of the channels or categories that have a share.
    """
    joined = by_account.join(owned.select("account_id", "customer_id"), "account_id")
    counts = {
        f"{what}_{name}": ibis.ifelse(joined[what] == name, joined.movements, 0.0).sum()
        for what, names in (("channel", SHARE_CHANNELS), ("category", SHARE_CATEGORIES))
        for name in names
    }
    found = joined.group_by("customer_id").aggregate(**counts)
    totals = {
        f"{what}_total": sum((found[f"{what}_{name}"] for name in names), start=ibis.literal(0.0))
        for what, names in (("channel", SHARE_CHANNELS), ("category", SHARE_CATEGORIES))
    }
    return found.mutate(**totals)


def customer_movements(by_account: ir.Table, owned: ir.Table) -> ir.Table:
    """The same per owner: customer_id, flows, counts, active_months_12m, last_on, penalty_interest_12m.

    One row a customer with an account; counts are 0 for who did not move.
    """
    joined = owned.select("account_id", "customer_id", "family", "ours").left_join(by_account, "account_id")
    cash = joined.ours & joined.family.isin(DEPOSIT_FAMILIES)
    found: dict[str, ir.Value] = {}
    for months in WINDOWS:
        for direction in ("inflow", "outflow"):
            name = f"{direction}_{months}m"
            found[name] = joined[name].sum(where=cash).fill_null(0).cast(MONEY)
        found[f"movements_{months}m"] = _counted(joined[f"movements_{months}m"])
    for name in ("timed", "night", "weekend"):
        found[name] = _counted(joined[name])
    found["active_months_12m"] = bit_count(joined.months_mask.bit_or()).fill_null(0)
    found["last_on"] = joined.last_on.max().date()
    found["penalty_interest_12m"] = joined.penalty_interest_12m.sum(where=joined.ours).fill_null(0).cast(MONEY)
    found["any_moved"] = joined.movements_12m.notnull().any()
    return joined.group_by("customer_id").aggregate(**found)


def _counted(count: ir.Value) -> ir.Value:
    """The sum of counts, whole numbers that a DOUBLE holds exactly: half as wide as the engine's sum of integers."""
    return count.cast("float64").sum().fill_null(0.0)

"""The one pass over twelve months of movements: per account first, then per owner.

The customer's own movements are those the bank did not make itself (interest, fees, penalty interest). Money in and
out is counted on deposit and settlement accounts in the bank's currency, number and habits on all accounts.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from domain.canonical import BANK_MADE_KINDS, DEPOSIT_FAMILIES, MOVEMENT_KINDS
from domain.catalogue import SHARE_CATEGORIES, SHARE_CHANNELS
from warehouse.engine import Warehouse, bit_count
from warehouse.features.windows import bucket, within

WINDOWS = (1, 3, 12)
OWN_KINDS = tuple(kind for kind in MOVEMENT_KINDS if kind not in BANK_MADE_KINDS)
NIGHT_BEGINS, NIGHT_ENDS = 22, 6
MONEY = "decimal(18,2)"


def is_timed(moment: ir.TimestampValue) -> ir.BooleanValue:
    """Whether the source gave a time: a movement at midnight exactly has only its day."""
    return moment != moment.truncate("D")


def account_movements(warehouse: Warehouse, as_of: date) -> ir.Table:
    """One row an account that moved in the 12 months to as_of; the columns are counts and sums of its movements."""
    moved = warehouse.table("transactions")
    moved = moved.filter(within(moved.booked_at, as_of, 12))
    moved = moved.mutate(
        bucket=bucket(moved.booked_at, as_of).cast("int32"),
        own=moved.kind.notin(BANK_MADE_KINDS),
        timed=is_timed(moved.booked_at),
        hour=moved.booked_at.hour(),
    )
    own, amount = moved.own, moved.amount
    found: dict[str, ir.Value] = {}
    for months in WINDOWS:
        recent = own & (moved.bucket < months)
        found[f"inflow_{months}m"] = amount.sum(where=recent & (amount > 0))
        found[f"outflow_{months}m"] = -amount.sum(where=recent & (amount < 0))
        found[f"movements_{months}m"] = moved.count(where=recent)
    for channel in SHARE_CHANNELS:
        found[f"channel_{channel}"] = moved.count(where=own & (moved.channel == channel))
    for category in SHARE_CATEGORIES:
        found[f"category_{category}"] = moved.count(where=own & (moved.category == category))
    timed = own & moved.timed
    found["timed"] = moved.count(where=timed)
    found["night"] = moved.count(where=timed & ((moved.hour >= NIGHT_BEGINS) | (moved.hour < NIGHT_ENDS)))
    found["weekend"] = moved.count(where=timed & (moved.booked_at.day_of_week.index() >= 5))
    found["months_mask"] = (ibis.literal(1, "int32") << moved.bucket).bit_or(where=own)
    found["last_on"] = moved.booked_at.max(where=own)
    found["penalty_interest_12m"] = -amount.sum(where=moved.kind == "penalty_interest")
    found["lowest_3m"] = moved.balance_after.min(where=moved.bucket < 3)
    found["lowest_12m"] = moved.balance_after.min()
    return moved.group_by("account_id").aggregate(**found)


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
    for what, names in (("channel", SHARE_CHANNELS), ("category", SHARE_CATEGORIES)):
        counts = [joined[f"{what}_{name}"] for name in names]
        found |= {count.get_name(): _counted(count) for count in counts}
        found[f"{what}_total"] = _counted(sum(counts[1:], start=counts[0]))
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

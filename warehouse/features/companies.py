"""What is known of a company beside what is known of everybody: payroll, settlement with others, and its group.

Payroll is what goes out as payroll; a run is a day of it, whether the source writes the run in one line or a line a
person. Settlement is what comes from and goes to others for goods and services: transfers and card payments that are
neither wages, tax, lending, investment nor the moving of one's own money. Both are of the company's deposit and
settlement accounts in the bank's currency. A person has none of these, which is not zero.

The group is all companies that `group_member` joins, in whichever direction, over at most four steps. A row says that
its customer is a member of the group the other one heads.
"""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from domain.canonical import DEPOSIT_FAMILIES, INVESTMENT_FAMILIES, NOT_SETTLED, SETTLED_KINDS
from warehouse.engine import ROUND_DIGITS, bit_count, canonical_table
from warehouse.features.windows import as_of_day, bucket, within

PAYROLL = "payroll"
WINDOWS = (3, 12)
MONEY, WIDE = "decimal(18,2)", "decimal(19,2)"  # the square of the narrower does not fit into the engine's word
# What is 0 for a company that did none of it. Shares and days stay empty then.
COUNTED = (
    "payroll_runs_3m", "payroll_runs_12m", "payroll_3m", "payroll_12m", "payroll_months_12m", "payroll_payees_3m",
    "settlement_in_3m", "settlement_in_12m", "settlement_out_3m", "settlement_out_12m", "settlement_payers_12m",
    "settlement_payees_12m",
)  # fmt: skip
Keep = Callable[[str, ir.Table], ir.Table]


def company_accounts(owned: ir.Table, customers: ir.Table) -> ir.Table:
    """account_id, customer_id of the deposit and settlement accounts of companies, in the bank's currency."""
    companies = customers.filter(customers.kind == "corporate").select("customer_id")
    cash = owned.filter(owned.ours & owned.family.isin(DEPOSIT_FAMILIES)).select("account_id", "customer_id")
    return cash.semi_join(companies, "customer_id")


def company_movements(accounts: ir.Table, owned: ir.Table) -> ir.Table:
    """Payroll by day and settlement by partner of the 12 months to as_of: one pass over the movements.

    customer_id, payroll, day (of payroll), partner (account of the other side, of settlement; empty where the source
    does not say), came_<n>m, went_<n>m, months (a bit a month). What goes to an account of the same owner is left out.
    """
    moved = canonical_table("transactions")
    payroll = (moved.kind == PAYROLL) & (moved.amount < 0)
    settled = moved.kind.isin(SETTLED_KINDS) & moved.category.notin(NOT_SETTLED).fill_null(True)
    moved = moved.filter(within(moved.booked_at, 12) & (payroll | settled))
    moved = moved.join(accounts, "account_id")
    home = owned.select(home_account="account_id", home_owner="customer_id")
    moved = moved.left_join(home, moved.counterparty_account == home.home_account)
    is_run = moved.kind == PAYROLL
    moved = moved.filter(is_run | moved.home_owner.isnull() | (moved.home_owner != moved.customer_id))
    nothing = ibis.literal(0).cast(moved.amount.type())
    moved = moved.select(
        "customer_id",
        payroll=is_run,
        day=ibis.ifelse(is_run, moved.booked_at.date(), ibis.null("date")),
        partner=ibis.ifelse(is_run, ibis.null("string"), moved.counterparty_account),
        came=ibis.ifelse(moved.amount > 0, moved.amount, nothing),
        went=ibis.ifelse(moved.amount < 0, -moved.amount, nothing),
        recent=within(moved.booked_at, 3),
        month=ibis.literal(1, "int32") << bucket(moved.booked_at).cast("int32"),
    )
    sums = {
        f"{way}_{months}m": (moved[way] if months == 12 else ibis.ifelse(moved.recent, moved[way], nothing)).sum()
        for way in ("came", "went")
        for months in WINDOWS
    }
    found = moved.group_by(["customer_id", "payroll", "day", "partner"]).aggregate(
        **sums, months=moved.month.bit_or(), recent=moved.recent.max()
    )
    return found.mutate(**{name: found[name].cast(MONEY) for name in sums})


def payroll_and_settlement(moves: ir.Table) -> ir.Table:
    """customer_id with COUNTED but for the payees, days_since_payroll, shares of the largest partners, concentration.

    A row a company that moved. Shares and concentration are of what has a known partner: the largest payer's part of
    what came, the largest payee's of what went, and the sum of squares of the partners' parts in both together.
    """
    run, settled = moves.payroll, ~moves.payroll
    known = settled & moves.partner.notnull()
    both = (moves.came_12m + moves.went_12m).cast(WIDE)
    found: dict[str, ir.Value] = {
        "payroll_runs_3m": moves.count(where=run & moves.recent),
        "payroll_runs_12m": moves.count(where=run),
        "payroll_months": ibis.ifelse(run, moves.months, 0).bit_or(),
        "last_payroll_on": moves.day.max(),
        "settlement_payers_12m": moves.count(where=known & (moves.came_12m > 0)),
        "settlement_payees_12m": moves.count(where=known & (moves.went_12m > 0)),
        "payer": moves.came_12m.max(where=known),
        "payers": moves.came_12m.sum(where=known),
        "payee": moves.went_12m.max(where=known),
        "payees": moves.went_12m.sum(where=known),
        "partners": both.sum(where=known),
        "squares": (both * both).sum(where=known),  # exact, so that the order of adding leaves no trace
    }
    for months in WINDOWS:
        found[f"payroll_{months}m"] = moves[f"went_{months}m"].sum(where=run).cast(MONEY)
        found[f"settlement_in_{months}m"] = moves[f"came_{months}m"].sum(where=settled).cast(MONEY)
        found[f"settlement_out_{months}m"] = moves[f"went_{months}m"].sum(where=settled).cast(MONEY)
    sums = moves.group_by("customer_id").aggregate(**found)
    whole = sums.partners.cast("float64")
    return sums.select(
        "customer_id",
        *(name for name in COUNTED if name in found),
        payroll_months_12m=bit_count(sums.payroll_months),
        days_since_payroll=as_of_day().delta(sums.last_payroll_on, unit="day"),
        top_payer_share_12m=sums.payer.cast("float64") / sums.payers.cast("float64").nullif(0.0),
        top_payee_share_12m=sums.payee.cast("float64") / sums.payees.cast("float64").nullif(0.0),
        partner_concentration_12m=(sums.squares.cast("float64") / (whole * whole).nullif(0.0)).round(ROUND_DIGITS),
    )


def payees(accounts: ir.Table) -> ir.Table:
    """customer_id, payroll_payees_3m: accounts that got wages from the company in the 3 months to as_of.

    They are known where the source writes payroll a line a person, and where the wages arrive at an account of this bank
    as coming from an account of the company's.
    """
    moved = canonical_table("transactions")
    moved = moved.filter(within(moved.booked_at, 3))
    named = moved.filter((moved.kind == PAYROLL) & (moved.amount < 0) & moved.counterparty_account.notnull())
    named = named.join(accounts, "account_id").select("customer_id", payee="counterparty_account")
    here = moved.filter((moved.kind == "salary") & (moved.amount > 0)).select("account_id", "counterparty_account")
    payer = accounts.select(payer_account="account_id", customer_id="customer_id")
    here = here.join(payer, here.counterparty_account == payer.payer_account)
    both = named.union(here.select("customer_id", payee="account_id")).distinct()
    return both.group_by("customer_id").aggregate(payroll_payees_3m=both.count())


def absences(wide: ir.Table, silent: ir.BooleanValue) -> dict[str, ir.Value]:
    """COUNTED with absences settled: 0 for a company that did none of it, None for a person and for a company of which
    the source tells no movement."""
    counts = (wide.kind == "corporate") & ~silent
    return {
        name: ibis.ifelse(counts, wide[name].fill_null(ibis.literal(0).cast(wide[name].type())), ibis.null(wide[name].type()))
        for name in COUNTED
    }  # fmt: skip


def groups(keep: Keep, customers: ir.Table, owned: ir.Table, ends: ir.Table, lent: ir.Table) -> ir.Table:
    """customer_id, group_members (itself among them), group_head (1 or 0), group_aum, group_loans of companies in a group.

    ends: `balances`' account_id and balance. lent: customer_id, loans. group_aum is None when no balance of the group is
    known, group_loans when the loans of one of them are not. A head has members and is nobody's member.
    """
    companies = customers.filter(customers.kind == "corporate").select("customer_id")
    told = canonical_table("relations")
    told = told.filter((told.kind == "group_member") & (told.customer_id != told.other_id))
    told = told.select("customer_id", "other_id").semi_join(companies, "customer_id")
    told = keep("f_group_told", told.semi_join(companies.rename(company="customer_id"), [("other_id", "company")]))
    sides = told.union(told.select(customer_id="other_id", other_id="customer_id"))
    near = keep("f_group_near", sides.union(sides.select("customer_id", other_id="customer_id")).distinct())
    near = keep("f_group_two", _twice(near))
    near = keep("f_group", _twice(near))
    heads = told.select(head_id="other_id").distinct().anti_join(told, [("head_id", "customer_id")])
    heads = heads.mutate(head=ibis.literal(1, "int8"))
    own = ends.select("account_id", "balance").join(owned.filter(owned.ours), "account_id")
    own = own.filter(own.family.isin((*DEPOSIT_FAMILIES, *INVESTMENT_FAMILIES)))
    own = own.group_by("customer_id").aggregate(held=own.balance.sum())
    joined = near.left_join(own.rename(held_by="customer_id"), [("other_id", "held_by")])
    joined = joined.left_join(lent.select(lent_to="customer_id", loans="loans"), [("other_id", "lent_to")])
    found = joined.group_by("customer_id").aggregate(
        group_members=joined.count(),
        group_aum=joined.held.sum().cast(MONEY),
        lent=joined.loans.sum().cast(MONEY),
        unsaid=joined.count(where=joined.lent_to.notnull() & joined.loans.isnull()),
    )
    found = found.left_join(heads, [("customer_id", "head_id")])
    return found.select(
        "customer_id",
        "group_members",
        "group_aum",
        group_loans=ibis.ifelse(found.unsaid > 0, ibis.null(found.lent.type()), found.lent),
        group_head=found["head"].fill_null(0),
    )


def _twice(near: ir.Table) -> ir.Table:
    """Who is reached by two steps where `near` is one."""
    onward = near.select(middle="customer_id", beyond="other_id")
    joined = near.join(onward, [("other_id", "middle")])
    return joined.select("customer_id", other_id="beyond").distinct()

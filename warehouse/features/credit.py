"""What customers owe: outstanding, arrears now and in twelve months, limits and their use."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from domain.canonical import LOAN_FAMILIES
from warehouse.engine import ROUND_DIGITS, bit_count, canonical_table, told_date, told_number
from warehouse.features.windows import as_of_day, bucket

_BILLED = ("balance_1", "balance_2", "balance_3")  # month-ends whose bills fall due in the 3 months to as_of
STAGE_DAYS = 30  # a begun month past due is an instalment missed


def loan_states() -> ir.Table:
    """account_id, outstanding, overdue_amount, days_past_due, five_class, status_on, worst_days, late_mask of loans and cards by as_of.

    The newest status of the last 12 months counts; an account without one has no row. worst_days: most of the 12 months.
    late_mask: a bit for each of these months with a day past due.
    """
    status = canonical_table("loan_status")
    status = status.filter((status.as_of <= as_of_day()) & (status.as_of > told_date("after_12")))
    newest = {
        name: status[name].argmax(status.as_of)
        for name in ("outstanding", "overdue_amount", "days_past_due", "five_class")
    }
    month = ibis.literal(1, "int32") << bucket(status.as_of).cast("int32")
    return status.group_by("account_id").aggregate(
        **newest,
        status_on=status.as_of.max(),
        worst_days=status.days_past_due.max(),
        late_mask=ibis.ifelse(status.days_past_due > 0, month, 0).bit_or(),
    )


def loan_terms() -> ir.Table:
    """account_id, instalment, months_left (to the last due date, 0 once it has passed) of loans granted by as_of."""
    loans = canonical_table("loans")
    loans = loans.filter(loans.granted_on <= as_of_day())
    run = told_number("month_number") - (loans.granted_on.year() * 12 + loans.granted_on.month())
    left = ibis.greatest(loans.term_months - run, 0)
    return loans.select("account_id", "instalment", months_left=ibis.ifelse(loans.term_months.isnull(), None, left))


def card_payments(owned: ir.Table, by_account: ir.Table, ends: ir.Table) -> ir.Table:
    """customer_id, card_paid_share_3m: paid on open cards in 3 months over what was owed at the 3 month-ends before, at most 1.

    A month's bill is what was owed at the end of the month before it. None where nothing is known to have been owed.
    """
    cards = owned.filter(owned.open & owned.ours & (owned.family == "credit_card")).select("account_id", "customer_id")
    paid = by_account.select("account_id", "inflow_3m")
    joined = cards.join(ends.select("account_id", *_BILLED), "account_id")
    joined = joined.left_join(paid, "account_id").drop("account_id_right")
    nothing = ibis.literal(0).cast(joined.balance_1.type())
    billed = sum((ibis.greatest(-joined[name], nothing).fill_null(nothing) for name in _BILLED), start=nothing)
    found = joined.group_by("customer_id").aggregate(billed=billed.sum(), paid=joined.inflow_3m.sum().fill_null(0))
    share = found.paid.cast("float64") / found.billed.cast("float64").nullif(0.0)
    return found.select("customer_id", card_paid_share_3m=ibis.least(share.round(ROUND_DIGITS), 1.0))


def customer_loans(owned: ir.Table, states: ir.Table, terms: ir.Table, ends: ir.Table) -> ir.Table:
    """customer_id, loans, arrears (amount, days, instalments missed, worst, months), limits and their use, instalments.

    One row a customer with an account. loans: 0 without a loan, None when a loan account is open whose outstanding the
    source does not say. Arrears are None without a status of a loan or card, limits None without any limit.
    A card's used amount is its outstanding where the source gives a status, else what its balance is below zero.
    """
    now = ends.select("account_id", "balance")
    joined = owned.left_join(states, "account_id").drop("account_id_right")
    joined = joined.left_join(terms, "account_id").drop("account_id_right")
    joined = joined.left_join(now, "account_id").drop("account_id_right")
    lent = joined.family.isin(LOAN_FAMILIES)
    below = ibis.greatest(-joined.balance, ibis.literal(0).cast(joined.balance.type()))
    drawn = ibis.ifelse(joined.family == "credit_card", below, ibis.null(below.type()))
    owed = ibis.ifelse(joined.open, ibis.coalesce(joined.outstanding, drawn), ibis.null(below.type()))
    unsaid = joined.count(where=lent & joined.open & owed.isnull())
    counted = joined.open & joined.ours & lent
    found = joined.group_by("customer_id").aggregate(
        unsaid=unsaid,
        lent=owed.sum(where=counted).fill_null(0),
        overdue_amount=joined.overdue_amount.sum(where=counted),
        days_past_due=joined.days_past_due.max(where=joined.open),
        worst_days_past_due_12m=joined.worst_days.max(),
        credit_limit=joined.credit_limit.sum(where=counted & (joined.credit_limit > 0)),
        credit_used=owed.sum(where=counted & (joined.credit_limit > 0)),
        instalments=joined.instalment.sum(where=counted),
        loan_months_left=joined.months_left.max(where=joined.open),
        late_months=joined.late_mask.bit_or(),
    )
    used = found.credit_used.cast("float64") / found.credit_limit.cast("float64")
    return found.mutate(
        loans=ibis.ifelse(found.unsaid > 0, ibis.null(found.lent.type()), found.lent),
        utilisation=used,
        missed_instalments=(found.days_past_due + STAGE_DAYS - 1) // STAGE_DAYS,
        months_in_arrears_12m=bit_count(found.late_months),
    )

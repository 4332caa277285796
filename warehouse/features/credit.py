"""What customers owe: outstanding, arrears now and in twelve months, limits and their use."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from domain.canonical import LOAN_FAMILIES
from warehouse.engine import canonical_table, told_date
from warehouse.features.windows import as_of_day


def loan_states() -> ir.Table:
    """account_id, outstanding, overdue_amount, days_past_due, five_class, status_on, worst_days of loans by as_of.

    The newest status of the last 12 months counts; a loan without one has no row. worst_days: most of the 12 months.
    """
    status = canonical_table("loan_status")
    status = status.filter((status.as_of <= as_of_day()) & (status.as_of > told_date("after_12")))
    newest = {
        name: status[name].argmax(status.as_of)
        for name in ("outstanding", "overdue_amount", "days_past_due", "five_class")
    }
    return status.group_by("account_id").aggregate(
        **newest, status_on=status.as_of.max(), worst_days=status.days_past_due.max()
    )


def customer_loans(owned: ir.Table, states: ir.Table, ends: ir.Table) -> ir.Table:
    """customer_id, loans, overdue_amount, days_past_due, worst_days_past_due_12m, credit_limit, credit_used, utilisation.

    One row a customer with an account. loans: 0 without a loan, None when a loan account is open whose outstanding the
    source does not say. Arrears are None without any loan status, limits None without any limit.
    A card's used amount is its outstanding where the source gives a status, else what its balance is below zero.
    """
    now = ends.select("account_id", "balance")
    joined = owned.left_join(states, "account_id").drop("account_id_right")
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
    )
    used = found.credit_used.cast("float64") / found.credit_limit.cast("float64")
    return found.mutate(loans=ibis.ifelse(found.unsaid > 0, ibis.null(found.lent.type()), found.lent), utilisation=used)

"""What a customer holds: accounts by family, deposits, investments, AUM, their averages and their trend."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from domain.canonical import DEPOSIT_FAMILIES, INVESTMENT_FAMILIES, LOAN_FAMILIES, PRODUCT_FAMILIES
from warehouse.engine import ROUND_DIGITS, told_date
from warehouse.features.balances import TREND_MONTHS

LEAST_TREND_MONTHS = 3
MONEY = "decimal(18,2)"


def account_counts(owned: ir.Table) -> ir.Table:
    """customer_id, n_<family> (open accounts), products_held (families with one), lending_accounts, accounts_ever.

    One row an owner.
    """
    counts = {f"n_{family}": owned.count(where=owned.open & (owned.family == family)) for family in PRODUCT_FAMILIES}
    found = owned.group_by("customer_id").aggregate(**counts, accounts_ever=owned.count())
    held = sum((found[f"n_{family}"] > 0).cast("int32") for family in PRODUCT_FAMILIES)
    lent = sum((found[f"n_{family}"] for family in LOAN_FAMILIES), start=ibis.literal(0))
    return found.mutate(products_held=held, lending_accounts=lent)


def customer_balances(owned: ir.Table, ends: ir.Table) -> ir.Table:
    """customer_id, deposits, investments, their sums of 3 and 12 months, aum_<n> (n months back), first_seen (bucket).

    Only accounts with a known balance make a row. aum_<n> is None where the customer had no balance that month;
    deposits and investments become 0 in `averages` for who had one earlier in the year and has none now.
    """
    joined = ends.join(owned.filter(owned.ours).select("account_id", "customer_id", "family"), "account_id")
    cash = joined.family.isin(DEPOSIT_FAMILIES)
    placed = joined.family.isin(INVESTMENT_FAMILIES)
    found: dict[str, ir.Value] = {
        "first_seen": joined.first_seen.max(where=cash | placed),
        "deposits": joined.balance.sum(where=cash),
        "investments": joined.balance.sum(where=placed),
    }
    for months in (3, 12):
        found[f"deposits_sum_{months}m"] = joined[f"average_sum_{months}m"].sum(where=cash)
        found[f"aum_sum_{months}m"] = joined[f"balance_sum_{months}m"].sum(where=cash | placed)
    for n in range(1, TREND_MONTHS):
        found[f"aum_{n}"] = joined[f"balance_{n}"].sum(where=cash | placed)
    sums = joined.group_by("customer_id").aggregate(**found)
    return sums.filter(sums.first_seen.notnull())


def averages(sums: ir.Table) -> ir.Table:
    """The sums of `customer_balances` with aum, deposits_avg_<n>m, aum_avg_<n>m and aum_trend_6m.

    The mean of n months is over the month-ends the customer has been seen at, at most n, gone balances counting as 0;
    half a cent goes away from zero.
    """
    sums = sums.mutate(deposits=_or_zero(sums.deposits), investments=_or_zero(sums.investments))
    sums = sums.mutate(aum=sums.deposits + sums.investments)
    means = {}
    for months in (3, 12):
        seen = _months_seen(sums.first_seen, months)
        for name in ("deposits", "aum"):
            means[f"{name}_avg_{months}m"] = _mean(sums[f"{name}_sum_{months}m"].fill_null(0), seen)
    return sums.mutate(**means, aum_trend_6m=_trend(sums))


def _mean(total: ir.DecimalValue, n: ir.IntegerValue) -> ir.Value:
    """total / n to the cent, half a cent away from zero: on whole cents, since engines round halves of doubles otherwise."""
    cents = (total * 100).cast("int64")
    nearest = (cents.abs() * 2 + n) // (n * 2)
    return (ibis.ifelse(cents < 0, -nearest, nearest) / 100.0).cast(MONEY)


def _or_zero(value: ir.DecimalColumn) -> ir.Value:
    return value.fill_null(ibis.literal(0).cast(value.type()))


def _months_seen(first: ir.IntegerColumn, months: int) -> ir.Value:
    """Month-ends with figures among the last `months`, from the customer's first on; None when there is none."""
    there = ((told_date(f"balances_{n}").notnull() & (first >= n)).cast("int32") for n in range(months))
    seen = sum(there, start=ibis.literal(0))
    return seen.nullif(0)


def _trend(sums: ir.Table) -> ir.Value:
    """Slope of ln AUM over the last six month-ends, per month, by least squares; months without money drop out.

    None with fewer than three such months. The unit of money does not matter.
    """
    points = [(-n, sums["aum" if n == 0 else f"aum_{n}"].cast("float64")) for n in range(TREND_MONTHS)]
    some = [(x, (value > 0).fill_null(False), value) for x, value in points]
    zero, one = ibis.literal(0.0), ibis.literal(1.0)
    n = sum((ibis.ifelse(there, one, zero) for _, there, _ in some), start=zero)
    sx = sum((ibis.ifelse(there, ibis.literal(float(x)), zero) for x, there, _ in some), start=zero)
    sxx = sum((ibis.ifelse(there, ibis.literal(float(x * x)), zero) for x, there, _ in some), start=zero)
    logs = [(x, ibis.ifelse(there, ibis.ifelse(there, value, one).ln(), zero)) for x, there, value in some]
    sy = sum((log for _, log in logs), start=zero)
    sxy = sum((log * float(x) for x, log in logs), start=zero)
    slope = (n * sxy - sx * sy) / (n * sxx - sx * sx).nullif(0.0)
    return ibis.ifelse(n >= LEAST_TREND_MONTHS, slope.round(ROUND_DIGITS), ibis.null("float64"))

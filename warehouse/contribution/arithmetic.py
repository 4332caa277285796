"""The formulas of domain/contribution/formula.py over whole tables, in whole numbers: the same cents, row for row.

Parameters become small tables of integers (rates in millionths, fractions reduced), a component one numerator and one
denominator, and its rounding one integer division. Sixty-four bits do it for all but the largest amounts and foreign
money, which take the same numerator in a hundred and twenty-eight; too much even for those raises, it never wraps.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from domain.contribution.parameters import COUNTED, ContributionParameters, side_of
from warehouse.contribution.inputs import INPUTS, MILLION
from warehouse.engine import Warehouse

RESULTS = (
    "margin", "fees", "expected_loss", "operating_cost", "capital_cost", "capital", "volume", "contribution",
)  # fmt: skip
THOUSAND, TEN_THOUSAND = 1_000, 10_000
LONGEST = 10_000  # months: above any term
# Below these, in cents, numerators and their doubles stay within 64 bits (9.2e18).
_SMALL, _SMALL_CHARGED, _BITS = 2 * 10**12, 10**11, 4 * 10**18


def lend(warehouse: Warehouse, parameters: ContributionParameters) -> None:
    """Put the parameters on the connection, in place of those lent before."""
    for name, rows in _tables(parameters).items():
        warehouse.lend(name, rows)


def worked_out(inputs: str, parameters: ContributionParameters, order: str = "customer_id, account_id") -> str:
    """SQL: INPUTS and RESULTS of the rows of `inputs` (SQL that gives INPUTS); needs what `lend` lends.

    order: by columns of `inputs`. Results are whole cents of the bank's currency, None where the month does not know them.
    """
    costs = " + ".join(
        f"n_{channel}::bigint * {_whole(parameters.costs[channel], TEN_THOUSAND)}" for channel in COUNTED
    )
    return _WORKED.format(inputs=inputs, costs=costs, order=order, columns=", ".join(f'"{name}"' for name in INPUTS))


def _whole(value: Decimal, scale: int) -> int:
    return int(value * scale)


def _tables(parameters: ContributionParameters) -> dict[str, pa.Table]:
    families = [
        {
            "family": each.family, "side": side_of(each.family), "customer_rate": _whole(each.customer_rate, MILLION),
            "keeping": _whole(each.keeping_cost, TEN_THOUSAND), "trail": _whole(each.trailing_fee, MILLION),
            "pd_unrated": _whole(each.pd_unrated, MILLION), "conversion": _whole(each.conversion, THOUSAND),
        }
        for each in parameters.families
    ]  # fmt: skip
    prices = []
    for each in parameters.families:
        above = -1
        for bucket in parameters.buckets(each.family):
            up_to = LONGEST if bucket.up_to_months is None else bucket.up_to_months
            prices.append(
                {"family": each.family, "above": above, "up_to": up_to, "price": _whole(bucket.rate, MILLION)}
            )
            above = up_to
    risks = [("", each.family) for each in parameters.families]
    risks += [(each.collateral, each.family) for each in parameters.collaterals]
    exchange = [(parameters.currency, Decimal(1)), *((each.currency, each.rate) for each in parameters.exchange)]
    rates = {currency: Fraction(rate) for currency, rate in reversed(exchange)}
    return {
        "c_families": pa.Table.from_pylist(families),
        "c_prices": pa.Table.from_pylist(prices),
        "c_risks": pa.Table.from_pylist([_risk(parameters, family, collateral) for collateral, family in risks]),
        "c_exchange": pa.Table.from_pylist(
            [{"currency": name, "fx_n": rate.numerator, "fx_d": rate.denominator} for name, rate in rates.items()]
        ),
    }


def _risk(parameters: ContributionParameters, family: str, collateral: str) -> dict[str, str | int]:
    weight, lgd = parameters.risk(family, collateral or None)
    held = Fraction(weight) * Fraction(parameters.capital_ratio)
    charge, lost = held * Fraction(parameters.hurdle_rate), Fraction(lgd)
    return {
        "family": family, "collateral": collateral, "lgd_n": lost.numerator, "lgd_d": lost.denominator,
        "held_n": held.numerator, "held_d": held.denominator, "charge_n": charge.numerator,
        "charge_d": charge.denominator,
    }  # fmt: skip


def _rounded(small: str, numerator: str, denominator: str) -> str:
    """The quotient, half away from zero: in 64 bits when `small`, else in 128. Factors of `numerator` begin with {wide}."""
    narrow, wide = numerator.format(wide=""), numerator.format(wide="::hugeint")
    half = "sign({n}) * ((2 * abs({n}) + {d}) // (2 * {d}))"
    return (
        f"case when {small} then {half.format(n=f'({narrow})', d=f'({denominator})')} "
        f"else ({half.format(n=f'({wide})', d=f'(({denominator})::hugeint)')})::bigint end"
    )


_HOME = "fx_n = 1 and fx_d = 1"
_PLAIN = f"{_HOME} and abs(b) <= {_SMALL} and abs(interest_charged) <= {_SMALL_CHARGED}"
_MARGIN = _rounded(
    _PLAIN, f"(earning{{wide}} * gap + interest_charged{{wide}} * {12 * MILLION}) * fx_n", f"{12 * MILLION} * fx_d"
)
_FEES = _rounded(
    f"{_HOME} and abs(b) <= {_SMALL} and abs(fees_booked) <= {_SMALL_CHARGED}",
    f"(b{{wide}} * trail + fees_booked{{wide}} * {12 * MILLION}) * fx_n", f"{12 * MILLION} * fx_d",
)  # fmt: skip
_EAD = _rounded(
    f"owed <= {10**15} and coalesce(\"limit\", 0) <= {10**15}",
    f'{THOUSAND} * owed{{wide}} + greatest(coalesce("limit", 0){{wide}} - owed, 0) * conversion', str(THOUSAND),
)  # fmt: skip
_LOSS = _rounded(
    f"{_HOME} and ead <= {_BITS // MILLION} // greatest(lgd_n, 1)",
    "ead{wide} * chance * lgd_n * fx_n", f"{12 * MILLION} * lgd_d * fx_d",
)  # fmt: skip
_CHARGE = _rounded(
    f"{_HOME} and owed <= {_BITS} // greatest(charge_n, 1)", "owed{wide} * charge_n * fx_n", "12 * charge_d * fx_d"
)
_HELD = _rounded(f"{_HOME} and owed <= {_BITS} // greatest(held_n, 1)", "owed{wide} * held_n * fx_n", "held_d * fx_d")
_VOLUME = _rounded(_HOME, "abs(b{wide}) * fx_n", "fx_d")

_WORKED = f"""
with inputs as ({{inputs}}),
priced as (
  select i.*, f.side, f.keeping, f.trail, f.conversion, fx_n, fx_d, coalesce(i.balance, 0) as b,
    if(i.defaulted, {MILLION}, coalesce(i.pd, f.pd_unrated))::bigint as chance, coalesce(p.price, 0)::bigint as price,
    coalesce(i.rate, f.customer_rate)::bigint as customer_rate, coalesce(s.lgd_n, r.lgd_n) as lgd_n,
    coalesce(s.lgd_d, r.lgd_d) as lgd_d, coalesce(s.held_n, r.held_n) as held_n, coalesce(s.held_d, r.held_d) as held_d,
    coalesce(s.charge_n, r.charge_n) as charge_n, coalesce(s.charge_d, r.charge_d) as charge_d
  from inputs i join c_families f using (family)
    join c_risks r on r.family = i.family and r.collateral = ''
    left join c_risks s on s.family = i.family and s.collateral = i.collateral and s.collateral <> ''
    left join c_prices p on p.family = i.family and coalesce(i.term_months, 0) > p.above and coalesce(i.term_months, 0) <= p.up_to
    left join c_exchange x using (currency)),
shown as (
  select *, case side when 'loan' then greatest(b, 0) when 'deposit' then greatest(-b, 0) else 0 end as owed,
    case side when 'loan' then greatest(b, 0) when 'deposit' then b else 0 end as earning,
    case when side = 'loan' then if(family = 'credit_card', 0, customer_rate) - price
      when b >= 0 then price - customer_rate else price end as gap from priced),
exposed as (select *, if(conversion = 0, owed, {_EAD}) as ead from shown),
components as (
  select *, if(balance is null, null, {_MARGIN}) as margin, {_FEES} as fees, if(balance is null, null, {_LOSS}) as expected_loss,
    (12 * ({{costs}}) + keeping + 600) // 1200 as operating_cost, if(balance is null, null, {_CHARGE}) as capital_cost,
    if(balance is null, null, {_HELD}) as capital, coalesce({_VOLUME}, 0) as volume from exposed)
select {{columns}}, margin, fees, expected_loss, operating_cost, capital_cost, capital, volume,
  coalesce(margin, 0) + coalesce(fees, 0) - coalesce(expected_loss, 0) - operating_cost - coalesce(capital_cost, 0) as contribution
from components order by {{order}}"""

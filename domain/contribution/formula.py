"""One account in one month: the formulas, exactly, and the single rounding.

```
deposit margin   = B · (f − r) / 12 + interest charged      loan margin = B · (r − f) / 12 + interest charged
fee income       = fees booked to the account + B · trailing fee / 12
expected loss    = PD · LGD · EAD / 12
operating cost   = Σ movements by channel · unit cost + cost of keeping the account / 12
cost of capital  = X · risk weight · capital ratio · hurdle rate / 12
contribution     = margin + fees − expected loss − operating cost − cost of capital
capital          = X · risk weight · capital ratio               (the base of RAROC)
```

Each component is worked out in whole numbers and rounded once, half away from zero, to the cent of the bank's currency;
the contribution is the sum of the rounded components, so that it adds up on paper too.

What the formulas leave open is decided here:

- B, the month's average balance: as the source gives it; else the mean of the two month-ends, an account opened in the
  month beginning at 0 and one closed in it ending at 0, rounded to the cent as a delivered average is; with only this
  month-end known, that one. Deposits and investments count what is kept, loans what is owed (a loan paid over counts 0).
- A deposit below zero is an overdraft: it costs the bank f and pays no customer's rate; what it earns is the penalty
  interest charged. It is owed money, so it bears risk: X = −B.
- A credit card's rate is not paid on what is settled in time, so its margin is the interest really charged to the
  account less f on what is drawn. Penalty interest charged to any account is part of its margin.
- Wealth, funds and insurance earn fees only. A debit card holds no money and costs what keeping it costs.
- EAD: X, and of a limit not drawn the converted share; rounded to the cent, because it is shown. An owner 90 days past
  due with any loan in the month has PD 1, one without a rating the family's PD. What a customer is rated is today's.
- The account is charged a whole month's keeping in every month it has a row, however short it was open.
- A month of which the source gives no balance has no margin, loss or capital (None, not zero); its fees and costs are
  still known. A month without balance and movements has no row at all.
- An account in a currency without an exchange rate has operating cost only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from domain.contribution.parameters import ContributionParameters, side_of

COMPONENTS = ("margin", "fees", "expected_loss", "operating_cost", "capital_cost")
SIGNS = {"margin": 1, "fees": 1, "expected_loss": -1, "operating_cost": -1, "capital_cost": -1}
ONE, NOTHING = Decimal(1), Decimal(0)
TWELVE = 12


@dataclass(frozen=True)
class AccountMonth:
    """What is known of an account in a month, whatever the parameters. Money in the account's own currency.

    month: month-end. rate: the customer's a year, None where the source gives none. balance: B above, None when not
    known. limit: None without one. pd: of the owner's rating, None unrated. defaulted: the owner was 90 days past due.
    movements: number by channel. fees, interest: charged to the account (refunds subtract), never None.
    """

    account_id: str
    customer_id: str
    month: date
    family: str
    currency: str
    term_months: int | None
    collateral: str | None
    rate: Decimal | None
    balance: Decimal | None
    limit: Decimal | None
    pd: Decimal | None
    defaulted: bool
    movements: Mapping[str, int]
    fees: Decimal
    interest: Decimal


@dataclass(frozen=True)
class WorkedMonth:
    """A month worked out: the components in the bank's currency, to the cent, and every figure the formulas used.

    exposure is X and ead EAD above, in the account's currency; weighted is X · risk weight. A component is None where it
    cannot be known.
    """

    of: AccountMonth
    side: str
    exchange: Decimal | None
    customer_rate: Decimal
    transfer_price: Decimal
    trailing_fee: Decimal
    pd: Decimal
    lgd: Decimal
    risk_weight: Decimal
    exposure: Decimal | None
    ead: Decimal | None
    keeping_cost: Decimal
    unit_costs: Mapping[str, Decimal]
    capital_ratio: Decimal
    hurdle_rate: Decimal
    margin: Decimal | None
    fees: Decimal | None
    expected_loss: Decimal | None
    operating_cost: Decimal
    capital_cost: Decimal | None
    capital: Decimal | None
    contribution: Decimal


def half_up(exact: Fraction) -> Decimal:
    """To the cent; half a cent goes away from zero."""
    cents = (2 * abs(exact) * 100 + 1) // 2
    return Decimal(int(cents) if exact >= 0 else -int(cents)).scaleb(-2)


def work_out(told: AccountMonth, parameters: ContributionParameters) -> WorkedMonth:
    """The month of the account with these parameters. KeyError for a family or channel they do not know."""
    family = parameters.by_family[told.family]
    side = side_of(told.family)
    weight, lgd = parameters.risk(told.family, told.collateral)
    exchange = parameters.exchange_rate(told.currency)
    rate = family.customer_rate if told.rate is None else told.rate
    price = parameters.transfer_price(told.family, told.term_months)
    chance = ONE if told.defaulted else family.pd_unrated if told.pd is None else told.pd
    exposure = _exposure(side, told.balance)
    ead = _ead(exposure, told.limit, family.conversion)
    spent = sum((count * Fraction(parameters.costs[channel]) for channel, count in told.movements.items()), Fraction(0))
    cost = half_up(spent + Fraction(family.keeping_cost) / TWELVE)
    margin = fees = loss = charge = capital = None
    if exchange is not None:
        at = Fraction(exchange)
        fees = half_up(
            (Fraction(told.fees) + Fraction(told.balance or 0) * Fraction(family.trailing_fee) / TWELVE) * at
        )
        if told.balance is not None and exposure is not None and ead is not None:
            margin = half_up((_interest(side, told, rate, price) / TWELVE + Fraction(told.interest)) * at)
            loss = half_up(Fraction(chance) * Fraction(lgd) * Fraction(ead) / TWELVE * at)
            held = Fraction(exposure) * Fraction(weight) * Fraction(parameters.capital_ratio) * at
            capital, charge = half_up(held), half_up(held * Fraction(parameters.hurdle_rate) / TWELVE)
    return WorkedMonth(
        of=told, side=side, exchange=exchange, customer_rate=rate, transfer_price=price,
        trailing_fee=family.trailing_fee, pd=chance, lgd=lgd, risk_weight=weight, exposure=exposure, ead=ead,
        keeping_cost=family.keeping_cost, unit_costs=parameters.costs, capital_ratio=parameters.capital_ratio,
        hurdle_rate=parameters.hurdle_rate, margin=margin, fees=fees, expected_loss=loss, operating_cost=cost,
        capital_cost=charge, capital=capital, contribution=contribution_of(margin, fees, loss, cost, charge),
    )  # fmt: skip


def contribution_of(
    margin: Decimal | None,
    fees: Decimal | None,
    expected_loss: Decimal | None,
    operating_cost: Decimal | None,
    capital_cost: Decimal | None,
) -> Decimal:
    """Margin and fees less loss, cost and capital; what is not known adds nothing."""
    gained = (margin or NOTHING) + (fees or NOTHING)
    return gained - (expected_loss or NOTHING) - (operating_cost or NOTHING) - (capital_cost or NOTHING)


def _interest(side: str, told: AccountMonth, rate: Decimal, price: Decimal) -> Fraction:
    """A year's interest margin, exact, without what was charged to the account."""
    balance = Fraction(told.balance or 0)
    if side == "deposit":
        return balance * (Fraction(price) - (Fraction(rate) if balance >= 0 else 0))
    if side == "loan":
        return max(balance, Fraction(0)) * ((0 if told.family == "credit_card" else Fraction(rate)) - Fraction(price))
    return Fraction(0)


def _exposure(side: str, balance: Decimal | None) -> Decimal | None:
    if balance is None:
        return None
    return {"loan": max(balance, NOTHING), "deposit": max(-balance, NOTHING)}.get(side, NOTHING)


def _ead(exposure: Decimal | None, limit: Decimal | None, conversion: Decimal) -> Decimal | None:
    if exposure is None:
        return None
    undrawn = max((limit or NOTHING) - exposure, NOTHING)
    return half_up(Fraction(exposure) + Fraction(undrawn) * Fraction(conversion))

"""What contribution is worked out with: prices, costs and risk, as a bank sets them from a date on.

Rates and shares are a year's and run 0 to 1; costs are money in the bank's currency. Every figure is a Decimal of few
places, so that a month of an account can be worked out in whole numbers, exactly: rates have six places, costs and the
two capital figures four, LGD, risk weight and conversion three.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from domain.canonical import CHANNELS, DEPOSIT_FAMILIES, INVESTMENT_FAMILIES, LOAN_FAMILIES, PRODUCT_FAMILIES

OTHER = "other"  # movements whose channel the source does not say
COUNTED = (*CHANNELS, OTHER)
RATE, MONEY, SHARE, CAPITAL = 6, 4, 3, 4  # places
SIDES = ("deposit", "loan", "investment", "none")
ZERO = Decimal(0)


def side_of(family: str) -> str:
    """What a family is to the bank: deposit, loan, investment (fees only), or none (a card that holds no money)."""
    for side, families in (("deposit", DEPOSIT_FAMILIES), ("loan", LOAN_FAMILIES), ("investment", INVESTMENT_FAMILIES)):
        if family in families:
            return side
    return "none"


@dataclass(frozen=True)
class TransferPrice:
    """The internal price of a family's money up to a term. up_to_months None: any longer term."""

    family: str
    up_to_months: int | None
    rate: Decimal


@dataclass(frozen=True)
class FamilyParameters:
    """What holds for a family of products.

    customer_rate: taken where the source gives the account none. keeping_cost: of an account, a year. trailing_fee: what
    the bank earns on the average balance a year (wealth, funds, insurance). risk_weight, lgd: of what is owed, unless
    the collateral says otherwise. pd_unrated: of an owner nobody rated. conversion: share of an undrawn limit that
    counts as exposure at default.
    """

    family: str
    customer_rate: Decimal
    keeping_cost: Decimal
    trailing_fee: Decimal
    risk_weight: Decimal
    lgd: Decimal
    pd_unrated: Decimal
    conversion: Decimal


@dataclass(frozen=True)
class CollateralParameters:
    """Risk weight and loss given default of a family's loans with this collateral, in the source's own word."""

    family: str
    collateral: str
    risk_weight: Decimal
    lgd: Decimal


@dataclass(frozen=True)
class UnitCost:
    """What one movement by this channel costs; `other` where the source names no channel."""

    channel: str
    cost: Decimal


@dataclass(frozen=True)
class Exchange:
    """What one unit of a foreign currency is worth in the bank's."""

    currency: str
    rate: Decimal


@dataclass(frozen=True)
class ContributionParameters:
    """One version of everything. ValueError with a sentence when something is missing, twice, negative or too fine.

    capital_ratio, hurdle_rate: capital held per risk-weighted unit, and what it must earn a year. discount_rate: a year.
    survival: share still there a month later, of customers whom the published attrition run says nothing about.
    """

    currency: str
    transfer_prices: tuple[TransferPrice, ...]
    families: tuple[FamilyParameters, ...]
    collaterals: tuple[CollateralParameters, ...]
    unit_costs: tuple[UnitCost, ...]
    exchange: tuple[Exchange, ...]
    capital_ratio: Decimal
    hurdle_rate: Decimal
    discount_rate: Decimal
    survival: Decimal

    def __post_init__(self) -> None:
        _once("family", (each.family for each in self.families), PRODUCT_FAMILIES)
        _once("unit cost of channel", (each.channel for each in self.unit_costs), COUNTED)
        _once("exchange rate of", (each.currency for each in self.exchange))
        _once("collateral", (f"{each.family} / {each.collateral}" for each in self.collaterals))
        _once("transfer price of", (f"{each.family} up to {each.up_to_months}" for each in self.transfer_prices))
        priced = {each.family for each in self.transfer_prices if each.up_to_months is None}
        for family in (*DEPOSIT_FAMILIES, *LOAN_FAMILIES):
            if family not in priced:
                raise ValueError(f"{family} needs a transfer price without a longest term; add one.")
        for price in self.transfer_prices:
            _fine(f"transfer price of {price.family}", price.rate, RATE)
            if price.up_to_months is not None and price.up_to_months < 1:
                raise ValueError(
                    f"A transfer price of {price.family} ends at {price.up_to_months} months; write 1 or more."
                )
        for each in self.families:
            for name, places in FAMILY_PLACES.items():
                _fine(
                    f"{name} of {each.family}",
                    getattr(each, name),
                    places,
                    None if name == "keeping_cost" else MOST[name],
                )
        for kept in self.collaterals:
            _fine(f"risk weight of {kept.collateral}", kept.risk_weight, SHARE, MOST["risk_weight"])
            _fine(f"LGD of {kept.collateral}", kept.lgd, SHARE, MOST["lgd"])
        for cost in self.unit_costs:
            _fine(f"cost of a movement by {cost.channel}", cost.cost, MONEY, None)
        for money in self.exchange:
            _fine(f"exchange rate of {money.currency}", money.rate, RATE, None)
        for name in ("capital_ratio", "hurdle_rate", "discount_rate"):
            _fine(name, getattr(self, name), CAPITAL)
        _fine("survival", self.survival, RATE)

    @cached_property
    def by_family(self) -> dict[str, FamilyParameters]:
        """The families by name."""
        return {each.family: each for each in self.families}

    @cached_property
    def costs(self) -> dict[str, Decimal]:
        """Cost of a movement by channel."""
        return {each.channel: each.cost for each in self.unit_costs}

    def exchange_rate(self, currency: str) -> Decimal | None:
        """Into the bank's currency; 1 for its own, None for one that has no rate."""
        if currency == self.currency:
            return Decimal(1)
        return next((each.rate for each in self.exchange if each.currency == currency), None)

    def buckets(self, family: str) -> tuple[TransferPrice, ...]:
        """The family's prices, shortest term first, the one without a longest term last."""
        own = (each for each in self.transfer_prices if each.family == family)
        return tuple(sorted(own, key=lambda each: (each.up_to_months is None, each.up_to_months or 0)))

    def transfer_price(self, family: str, term_months: int | None) -> Decimal:
        """The price of the shortest bucket that holds the term; a term nobody knows counts as none (0 months).

        ZERO for a family whose money has no price: investments and cards that hold none.
        """
        term = term_months or 0
        for bucket in self.buckets(family):
            if bucket.up_to_months is None or term <= bucket.up_to_months:
                return bucket.rate
        return ZERO

    def risk(self, family: str, collateral: str | None) -> tuple[Decimal, Decimal]:
        """(risk weight, LGD): of the collateral where it has its own, else of the family."""
        for each in self.collaterals:
            if (each.family, each.collateral) == (family, collateral):
                return each.risk_weight, each.lgd
        return self.by_family[family].risk_weight, self.by_family[family].lgd


FAMILY_PLACES = {
    "customer_rate": RATE, "keeping_cost": MONEY, "trailing_fee": RATE, "risk_weight": SHARE, "lgd": SHARE,
    "pd_unrated": RATE, "conversion": SHARE,
}  # fmt: skip
MOST = {name: Decimal(1) for name in FAMILY_PLACES} | {"risk_weight": Decimal("12.5")}


def _once(what: str, found: Iterable[str], expected: tuple[str, ...] = ()) -> None:
    names = list(found)
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"The {what} {name} stands twice; keep one.")
        if expected and name not in expected:
            raise ValueError(f"There is no {what} {name}; there are {', '.join(expected)}.")
    if missing := [name for name in expected if name not in names]:
        raise ValueError(f"The {what} {missing[0]} is missing; add it.")


def _fine(what: str, value: Decimal, places: int, most: Decimal | None = Decimal(1)) -> None:
    if not value.is_finite() or value < 0 or (most is not None and value > most):
        raise ValueError(
            f"The {what} is {value}; it must be {'0 or more' if most is None else f'between 0 and {most}'}."
        )
    if value != round(value, places):
        raise ValueError(f"The {what} is {value}; it may have {places} decimal places.")

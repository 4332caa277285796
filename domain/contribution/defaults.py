"""What a bank begins with until it has set its own: plausible parameters of a Chinese bank, and of a Czech one of the 1990s."""

from __future__ import annotations

from decimal import Decimal

from domain.canonical import PRODUCT_FAMILIES
from domain.contribution.parameters import (
    COUNTED,
    CollateralParameters,
    ContributionParameters,
    Exchange,
    FamilyParameters,
    TransferPrice,
    UnitCost,
)

_D = Decimal
# family: customer's rate where the source gives none, cost of keeping an account a year (CNY), trailing fee, risk
# weight, LGD, PD of the unrated, conversion of an undrawn limit
_FAMILIES = {
    "demand": ("0.001", "12", "0", "0.75", "0.65", "0.03", "0"),
    "time": ("0.012", "6", "0", "0.75", "0.65", "0.03", "0"),
    "wealth": ("0", "10", "0.003", "0", "0", "0", "0"),
    "fund": ("0", "10", "0.006", "0", "0", "0", "0"),
    "insurance": ("0", "10", "0.008", "0", "0", "0", "0"),
    "mortgage": ("0.036", "120", "0", "0.5", "0.25", "0.008", "0"),
    "consumer_loan": ("0.058", "60", "0", "0.75", "0.55", "0.02", "0"),
    "business_loan": ("0.046", "600", "0", "1", "0.45", "0.025", "0"),
    "credit_card": ("0", "36", "0", "0.75", "0.7", "0.03", "0.2"),
    "debit_card": ("0", "6", "0", "0", "0", "0", "0"),
    "settlement": ("0.002", "300", "0", "1", "0.65", "0.025", "0"),
}
_PRICES: dict[str, tuple[tuple[int | None, str], ...]] = {
    "demand": ((None, "0.018"),),
    "settlement": ((None, "0.018"),),
    "time": ((3, "0.0165"), (6, "0.0175"), (12, "0.0185"), (24, "0.0195"), (36, "0.0215"), (None, "0.0225")),
    "mortgage": ((None, "0.027"),),
    "consumer_loan": ((12, "0.022"), (36, "0.0245"), (None, "0.026")),
    "business_loan": ((12, "0.022"), (36, "0.025"), (None, "0.027")),
    "credit_card": ((None, "0.022"),),
}
_COSTS = {
    "branch": "6", "atm": "0.8", "pos": "0.15", "online": "0.12", "mobile": "0.08", "transfer": "0.3", "system": "0.01",
    "other": "0.3",
}  # fmt: skip
_COLLATERALS = (
    ("mortgage", "住房抵押", "0.5", "0.25"), ("business_loan", "住房抵押", "0.75", "0.3"),
    ("business_loan", "商用房抵押", "1", "0.35"), ("business_loan", "存货质押", "1", "0.4"),
    ("business_loan", "保证", "1", "0.45"), ("business_loan", "信用", "1", "0.55"),
)  # fmt: skip
_EXCHANGE = (("USD", "7.1"), ("EUR", "7.8"), ("HKD", "0.91"), ("GBP", "9.1"), ("JPY", "0.048"))

CNY = ContributionParameters(
    currency="CNY",
    transfer_prices=tuple(TransferPrice(f, up_to, _D(r)) for f, rows in _PRICES.items() for up_to, r in rows),
    families=tuple(FamilyParameters(name, *map(_D, _FAMILIES[name])) for name in PRODUCT_FAMILIES),
    collaterals=tuple(CollateralParameters(f, c, _D(w), _D(lgd)) for f, c, w, lgd in _COLLATERALS),
    unit_costs=tuple(UnitCost(channel, _D(_COSTS[channel])) for channel in COUNTED),
    exchange=tuple(Exchange(currency, _D(rate)) for currency, rate in _EXCHANGE),
    capital_ratio=_D("0.105"),
    hurdle_rate=_D("0.11"),
    discount_rate=_D("0.06"),
    survival=_D("0.99"),
)

# Koruna: the level of interest of the middle 1990s, costs in its money.
_CZK_RATES = {"demand": "0.03", "time": "0.09", "settlement": "0.03", "mortgage": "0.125", "consumer_loan": "0.14",
              "business_loan": "0.135"}  # fmt: skip
_CZK_PRICES: dict[str, tuple[tuple[int | None, str], ...]] = {
    "demand": ((None, "0.075"),),
    "settlement": ((None, "0.075"),),
    "time": ((3, "0.095"), (12, "0.105"), (None, "0.11")),
    "mortgage": ((None, "0.1"),),
    "consumer_loan": ((12, "0.105"), (36, "0.108"), (None, "0.11")),
    "business_loan": ((12, "0.105"), (36, "0.108"), (None, "0.11")),
    "credit_card": ((None, "0.105"),),
}
_CZK_PER_CNY = _D(4)

CZK = ContributionParameters(
    currency="CZK",
    transfer_prices=tuple(TransferPrice(f, up_to, _D(r)) for f, rows in _CZK_PRICES.items() for up_to, r in rows),
    families=tuple(
        FamilyParameters(
            name, _D(_CZK_RATES.get(name, "0")), _D(_FAMILIES[name][1]) * _CZK_PER_CNY, *map(_D, _FAMILIES[name][2:])
        )
        for name in PRODUCT_FAMILIES
    ),
    collaterals=(),
    unit_costs=tuple(UnitCost(channel, _D(_COSTS[channel]) * _CZK_PER_CNY) for channel in COUNTED),
    exchange=(Exchange("USD", _D("27")), Exchange("EUR", _D("34"))),
    capital_ratio=_D("0.08"),
    hurdle_rate=_D("0.15"),
    discount_rate=_D("0.12"),
    survival=_D("0.99"),
)  # fmt: skip

BY_CURRENCY = {each.currency: each for each in (CNY, CZK)}


def default(currency: str) -> ContributionParameters:
    """The built-in parameters of a bank that keeps its books in this currency. KeyError names those there are."""
    if currency not in BY_CURRENCY:
        raise KeyError(f"there are no built-in parameters in {currency}; there are {', '.join(BY_CURRENCY)}")
    return BY_CURRENCY[currency]

"""Sums of months of accounts, at any level, and what is worked out from them. Ratios come from sums, never from ratios."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from domain.contribution.formula import WorkedMonth

ZERO = Decimal(0)
TWELVE = 12


@dataclass(frozen=True)
class Sums:
    """Components of any set of account-months, money to the cent. volume: Σ |B| in the bank's currency to the cent.

    capital is the sum over months of capital held, so 12 months of 100 are 1,200 and RAROC comes out a year's.
    """

    deposit_margin: Decimal = ZERO
    loan_margin: Decimal = ZERO
    fees: Decimal = ZERO
    expected_loss: Decimal = ZERO
    operating_cost: Decimal = ZERO
    capital_cost: Decimal = ZERO
    capital: Decimal = ZERO
    volume: Decimal = ZERO
    accounts: int = 0

    @property
    def margin(self) -> Decimal:
        """Interest: deposits' and loans'."""
        return self.deposit_margin + self.loan_margin

    @property
    def before_capital(self) -> Decimal:
        """Margins and fees less expected loss and operating cost: what the capital earned."""
        return self.margin + self.fees - self.expected_loss - self.operating_cost

    @property
    def contribution(self) -> Decimal:
        """What is left when the capital has been paid for."""
        return self.before_capital - self.capital_cost

    @property
    def raroc(self) -> Decimal | None:
        """What the capital earned, a year, over the capital; None where no capital is held."""
        return self.before_capital * TWELVE / self.capital if self.capital else None

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    def __sub__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, name) - getattr(other, name) for name in NAMES))


NAMES = tuple(field.name for field in fields(Sums))
MONEY = tuple(name for name in NAMES if name != "accounts")


def sums_of(told: Mapping[str, Decimal | int | None]) -> Sums:
    """From columns of these names; what is absent or None is 0."""
    return Sums(**{name: told.get(name) or (0 if name == "accounts" else ZERO) for name in NAMES})  # type: ignore[arg-type]


def total(parts: Iterable[Sums]) -> Sums:
    """All together."""
    return sum(parts, start=Sums())


def of_months(worked: Iterable[WorkedMonth]) -> Sums:
    """The sums of worked months; volume is 0 where the currency has no rate."""
    return total(map(_of_one, worked))


def _of_one(month: WorkedMonth) -> Sums:
    margin = month.margin or ZERO
    lent = month.side == "loan"
    volume = abs((month.of.balance or ZERO) * (month.exchange or ZERO)).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    return Sums(
        deposit_margin=ZERO if lent else margin,
        loan_margin=margin if lent else ZERO,
        fees=month.fees or ZERO,
        expected_loss=month.expected_loss or ZERO,
        operating_cost=month.operating_cost,
        capital_cost=month.capital_cost or ZERO,
        capital=month.capital or ZERO,
        volume=volume,
        accounts=1,
    )

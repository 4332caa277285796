"""Lifetime value: what a customer is likely to bring over 36 months, worth today."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from domain.contribution.formula import half_up

MONTHS = 36
PLACES = 9


@dataclass(frozen=True)
class Survival:
    """Which survival a customer's lifetime value was worked out with: `monthly`, the share still there a month later.

    version: the attrition run that was on show; None where none was. leaves: its probability that the customer leaves
    within `months`; None for who is not in it, for whom the parameter holds.
    """

    monthly: float
    version: str | None = None
    leaves: float | None = None
    months: int = 0


def monthly_survival(leaves: float, months: int) -> float:
    """(1 − p)^(1 / months): the share still there a month later where p leave within `months`, 0..1."""
    return float((1 - leaves) ** (1 / months))


def factors(leaves: NDArray[np.float64], months: int, discount_rate: Decimal) -> NDArray[np.int64]:
    """`factor` of each customer by the probability of leaving within `months`, in units of its last place (10⁻⁹)."""
    step = (1 - leaves) ** (1 / months) / (1 + float(discount_rate) / 12)
    total, worth = np.zeros(len(leaves)), np.ones(len(leaves))
    for _ in range(MONTHS):
        worth = worth * step
        total += worth
    return np.round(total * 10**PLACES).astype(np.int64)


def factor(survival: Decimal, discount_rate: Decimal, months: int = MONTHS) -> Decimal:
    """Σ survivalᵗ / (1 + d)ᵗ for t = 1 … months, d = discount_rate / 12, to nine places.

    survival: share still there a month later, 0..1. Nobody discounted and nobody leaving gives `months`.
    """
    step = Fraction(survival) / (1 + Fraction(discount_rate) / 12)
    total, worth = Fraction(0), Fraction(1)
    for _ in range(months):
        worth *= step
        total += worth
    return round(Decimal(total.numerator) / Decimal(total.denominator), PLACES)


def lifetime_value(contribution: Decimal, months: int, times: Decimal) -> Decimal | None:
    """The average month of `contribution` (the sum of `months` months with a row) times `factor`, to the cent.

    None without a month.
    """
    return half_up(Fraction(contribution) * Fraction(times) / months) if months else None

"""Lifetime value: what a customer is likely to bring over 36 months, worth today."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from domain.contribution.formula import half_up

MONTHS = 36
PLACES = 9


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

"""Lifetime value: what a customer is likely to bring over 36 months, worth today.

```
value = average month of what is not owed · F(s)
      + (average month of what is owed, before losses − expected loss of the last month) · F(s · q)      PD < 1
      − 12 · expected loss of the last month = LGD · EAD, once                                       in default
F(x)  = Σ xᵗ / (1 + d / 12)ᵗ, t = 1 … 36      s = share still there a month later      q = (1 − PD)^(1/12)
```

What is owed is loans, cards and overdrafts. Who defaults is no longer there to earn a margin from or to default again, so
that expected losses, PD / 12 a month of those who have not, never add up to more than LGD · EAD: 1 − q ≥ PD / 12. Of who
has defaulted there is nothing more to expect of the credit than its loss. PD is the highest of what the customer owes.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from domain.contribution.formula import half_up

MONTHS, YEAR = 36, 12
ZERO = Decimal(0)
PLACES = 9


@dataclass(frozen=True)
class Survival:
    """Which survival a customer's lifetime value was worked out with: `monthly`, the share still there a month later.

    version: the attrition run that was on show; None where none was. leaves: its probability that the customer leaves
    within `months`; None for who is not in it, for whom the parameter holds. default: what is owed also has to survive
    default; False in a run made before it did.
    """

    monthly: float
    version: str | None = None
    leaves: float | None = None
    months: int = 0
    default: bool = False


def monthly_survival(leaves: float, months: int) -> float:
    """(1 − p)^(1 / months): the share still there a month later where p leave within `months`, 0..1."""
    return float((1 - leaves) ** (1 / months))


def factors(monthly: NDArray[np.float64], discount_rate: Decimal) -> NDArray[np.int64]:
    """`factor` of each by the share still there a month later, in units of its last place (10⁻⁹)."""
    step = monthly / (1 + float(discount_rate) / 12)
    total, worth = np.zeros(len(monthly)), np.ones(len(monthly))
    for _ in range(MONTHS):
        worth = worth * step
        total += worth
    return np.round(total * 10**PLACES).astype(np.int64)


def without_default(pd: NDArray[np.float64]) -> NDArray[np.float64]:
    """(1 − PD)^(1/12): the share not in default a month later, of a probability within 12 months."""
    return np.power(1 - pd, 1 / YEAR)


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


def lifetime_value(
    kept: Decimal,
    months: int,
    times: Decimal,
    owed: Decimal = ZERO,
    loss: Decimal = ZERO,
    owed_times: Decimal | None = ZERO,
) -> Decimal | None:
    """What a customer is likely to bring, to the cent; None without a month.

    kept: the sum of `months` months of what is not owed; owed: of what is, before expected losses. loss: the last month's.
    times, owed_times: `factor` of each; owed_times None in default, when the loss counts once, for a whole year of it.
    """
    if not months:
        return None
    worth = Fraction(kept) * Fraction(times) / months
    if owed_times is None:
        return half_up(worth - YEAR * Fraction(loss))
    return half_up(worth + (Fraction(owed) / months - Fraction(loss)) * Fraction(owed_times))

"""What a customer brings, as paper tells it: the sums of the last month and of twelve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.contribution.sums import Sums


@dataclass(frozen=True)
class CustomerValue:
    """A published contribution run's sums of a customer. last: None without an account in `month`. months: of the
    twelve, those with figures. unknown: accounts whose balance the source does not give. earlier_rating: that expected
    losses are of another rating than the one on show, a sentence. survival: which the lifetime value rests on, likewise."""

    month: date
    year: Sums
    last: Sums | None = None
    months: int = 12
    lifetime_value: Decimal | None = None
    unknown: int = 0
    earlier_rating: str | None = None
    survival: str | None = None

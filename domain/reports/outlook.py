"""What may come of a customer: leaving and the next product, each with its reasons, as screen and paper tell them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Driver:
    """One reason: what it is about, a sentence with the customer's own figures, and its part (0..1) of all that is told."""

    name: str
    words: str
    part: float


@dataclass(frozen=True)
class Leaving:
    """The published probability of leaving within `months`, the AUM at risk, and the reasons, strongest first.

    sign: the probability is at or above the bank's average; then the drivers are what raises it, else what speaks for staying.
    words: which of both, as a sentence; caption: what the drivers are.
    """

    probability: float
    months: int
    aum_at_risk: Decimal | None = None
    drivers: tuple[Driver, ...] = ()
    sign: bool = True
    words: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Offer:
    """A product family not held: the probability of opening it within three months against the usual one of those
    without it, why, and why it may not be offered (empty: it may). peers: how often the customer's segment opens it."""

    family: str
    name: str
    probability: float
    usual: float | None = None
    drivers: tuple[Driver, ...] = ()
    against: tuple[str, ...] = ()
    peers: float | None = None

    @property
    def times(self) -> float | None:
        """How many times the usual probability; None where that is not known or zero."""
        return self.probability / self.usual if self.usual else None


@dataclass(frozen=True)
class Outlook:
    """Leaving and offers. `*_absent` say why there is none, as a sentence; horizon: months of the offers. basis: what the offers
    go by, a sentence; None where the run does not say."""

    leaving: Leaving | None = None
    leaving_absent: str | None = None
    offers: tuple[Offer, ...] = ()
    offers_absent: str | None = None
    offers_months: int = 3
    basis: str | None = None

    @property
    def best(self) -> Offer | None:
        """The likeliest that may be offered."""
        return next((offer for offer in self.offers if not offer.against), None)

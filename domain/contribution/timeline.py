"""Which parameters hold in which month: versions, each valid from a day on; a past month keeps the one then valid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.contribution.defaults import default
from domain.contribution.parameters import ContributionParameters

BUILT_IN = 0


@dataclass(frozen=True)
class Dated:
    """A version and the day from which it holds; None: from the beginning. Version 0 is what the product brings."""

    version: int
    valid_from: date | None
    parameters: ContributionParameters


def built_in(currency: str) -> Dated:
    """The parameters before a bank has set its own. KeyError for a currency there are none for."""
    return Dated(BUILT_IN, None, default(currency))


def valid_in(versions: Sequence[Dated], month: date) -> Dated:
    """The version that holds at the month's end: the newest day wins, of the same day the higher version.

    ValueError when none is valid that early.
    """
    reached = [each for each in versions if each.valid_from is None or each.valid_from <= month]
    if not reached:
        raise ValueError(f"no parameters are valid in {month:%Y-%m}; approve a version that begins earlier")
    return max(reached, key=lambda each: (each.valid_from or date.min, each.version))

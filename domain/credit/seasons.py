"""Which characteristics move with the calendar, so that a month is not taken for another population."""

from __future__ import annotations

import re

from domain.catalogue import BY_NAME

# The Spring Festival falls between 21 January and 20 February: twelve months may hold one, two or none, so neither the
# development nor the same month a year before is like this month. Shown, and never judged.
FESTIVAL = ("share_category_red_packet",)
_FLOWS = ("flow", "trend", "payroll", "settlement")
_PART_OF_A_YEAR = re.compile(r"_(1|3|6)m$")
_AGAINST_THE_YEAR = ("deposits_to_usual",)


def of_the_festival(name: str) -> bool:
    """Whether it stands on what people do at the Spring Festival, whose day moves from year to year."""
    return name in FESTIVAL


def seasonal(name: str) -> bool:
    """Whether it looks at less than a year of what customers do, so that the same month of the year before is like it."""
    if name in _AGAINST_THE_YEAR:
        return True
    known = BY_NAME.get(name)
    return known is not None and known.topic in _FLOWS and _PART_OF_A_YEAR.search(name) is not None

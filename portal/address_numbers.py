"""Numbers as they stand in an address: anybody may have written them, so only a plain short one is taken."""

from __future__ import annotations

MOST_DIGITS = 9  # what the database's whole numbers hold
PAGE_DIGITS = 6


def number_in(told: object, most_digits: int = MOST_DIGITS) -> int | None:
    """The number that `told` writes in digits 0 to 9, at most so many of them; None for anything else."""
    text = str(told if told is not None else "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most_digits else None


def page_in(told: object) -> int:
    """The page of a list an address asks for; the first for anything that is no page."""
    return max(1, number_in(told, PAGE_DIGITS) or 1)

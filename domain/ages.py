"""How old somebody or something is on a day."""

from __future__ import annotations

from datetime import date


def whole_years(since: date | None, on: date) -> int | None:
    """Birthdays passed by `on`; one of 29 February has it on 1 March in other years. None where `since` is not known."""
    return None if since is None else on.year - since.year - ((on.month, on.day) < (since.month, since.day))

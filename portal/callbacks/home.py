"""Home."""

from __future__ import annotations

from portal.access import Bind


def register(bind: Bind) -> None:
    """Attach them."""

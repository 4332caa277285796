"""The watched scorecard: the page is drawn whole; its one act is to open a characteristic, which is an address."""

from __future__ import annotations

from portal.access import Bind


def register(bind: Bind) -> None:
    """Nothing to attach."""

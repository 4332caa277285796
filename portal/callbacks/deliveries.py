"""The ledger has no callbacks: its pages are addresses, and a delivery is sent by assets/upload.js."""

from __future__ import annotations

from portal.access import Bind


def register(bind: Bind) -> None:
    """Nothing to attach."""

"""The job that does nothing."""

from __future__ import annotations


def nothing() -> None:
    return None

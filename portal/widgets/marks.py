"""Attributes whose names have a dash: what screen readers and assets/frame.js read."""

from __future__ import annotations

from typing import Any


def marks(**named: str) -> dict[str, Any]:
    """aria_label="…" and data_menu="open" as the keyword arguments a component of Dash wants."""
    return {name.replace("_", "-"): value for name, value in named.items()}

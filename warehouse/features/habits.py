"""How a customer moves money: shares of channels and categories, how spread they are, nights and weekends."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from domain.catalogue import SHARE_CATEGORIES, SHARE_CHANNELS


def habits(moved: ir.Table) -> dict[str, ir.Value]:
    """Columns from `customer_movements`: shares by number of own movements, None for who made none that is known.

    Night and weekend are shares of the movements that have a time: None where the source gives dates only.
    """
    timed = moved.timed.cast("float64").nullif(0.0)
    return {
        **_shares(moved, "channel", SHARE_CHANNELS),
        **_shares(moved, "category", SHARE_CATEGORIES),
        "night_share": moved.night / timed,
        "weekend_share": moved.weekend / timed,
    }


def _shares(moved: ir.Table, what: str, names: Sequence[str]) -> dict[str, ir.Value]:
    """share_<what>_<name> and <what>_entropy (nats; 0 when all is one): ln N − Σ n·ln n / N for counts n of total N."""
    total = moved[f"{what}_total"].cast("float64").nullif(0.0)
    counts = [moved[f"{what}_{name}"].cast("float64") for name in names]
    weighted = sum((count * ibis.greatest(count, 1.0).ln() for count in counts), start=ibis.literal(0.0))
    shares = {f"share_{what}_{name}": count / total for name, count in zip(names, counts, strict=True)}
    return {**shares, f"{what}_entropy": ibis.greatest(total.ln() - weighted / total, 0.0)}

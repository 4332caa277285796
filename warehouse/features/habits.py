"""How a customer moves money: shares of channels and categories, how spread they are, nights and weekends."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from domain.catalogue import SHARE_CATEGORIES, SHARE_CHANNELS
from warehouse.engine import ROUND_DIGITS


def shares(counted: ir.Table) -> dict[str, ir.Value]:
    """Columns from `customer_habits`: shares by number of own movements, None for who made none that is known."""
    return {**_shares(counted, "channel", SHARE_CHANNELS), **_shares(counted, "category", SHARE_CATEGORIES)}


def hours(moved: ir.Table) -> dict[str, ir.Value]:
    """Columns from `customer_movements`: shares of the movements that have a time, None where there are dates only."""
    timed = moved.timed.nullif(0.0)
    return {"night_share": moved.night / timed, "weekend_share": moved.weekend / timed}


def _shares(counted: ir.Table, what: str, names: Sequence[str]) -> dict[str, ir.Value]:
    """share_<what>_<name> and <what>_entropy (nats; 0 when all is one, None without any): ln N − Σ n·ln n / N for counts n of total N."""
    total = counted[f"{what}_total"].nullif(0.0)
    counts = [counted[f"{what}_{name}"] for name in names]
    weighted = sum((count * ibis.greatest(count, 1.0).ln() for count in counts), start=ibis.literal(0.0))
    shares = {f"share_{what}_{name}": count / total for name, count in zip(names, counts, strict=True)}
    entropy = ibis.ifelse(
        total.isnull(), ibis.null("float64"), ibis.greatest(total.ln() - weighted / total, 0.0).round(ROUND_DIGITS)
    )
    return {**shares, f"{what}_entropy": entropy}  # the greatest of nothing and 0 would be 0

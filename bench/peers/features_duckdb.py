"""The bare aggregate: features.sql given to DuckDB, its answer copied to Parquet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from string import Template

import duckdb

CHANNELS = ("branch", "atm", "pos", "online", "mobile", "transfer")
CATEGORIES = (
    "salary", "pension", "rent", "household", "groceries", "dining", "shopping", "travel", "health", "education",
    "insurance", "leasing", "loan", "investment", "cash", "transfer", "business", "tax", "red_packet", "other",
)  # fmt: skip
FAMILIES = (
    "demand", "time", "wealth", "fund", "insurance", "mortgage", "consumer_loan", "business_loan", "credit_card",
    "debit_card", "settlement",
)  # fmt: skip
WINDOWS = (1, 3, 12)
SIDES = {"inflow": ("sum(amount)", "> 0"), "outflow": ("-sum(amount)", "< 0")}


def text(batch: str, as_of: date) -> str:
    """The SQL for one batch and month-end; the lists of windows, channels, categories and families written out."""
    since = _year_before(as_of)
    flow_names = [f"{side}_{n}m" for n in WINDOWS for side in SIDES] + [f"movements_{n}m" for n in WINDOWS]
    channels, categories = [f"channel_{c}" for c in CHANNELS], [f"category_{c}" for c in CATEGORIES]
    parts = {
        "account_flows": [
            *(f"{total} FILTER (own AND bucket < {n} AND amount {sign}) AS {side}_{n}m"
              for n in WINDOWS for side, (total, sign) in SIDES.items()),
            *(f"count(*) FILTER (own AND bucket < {n}) AS movements_{n}m" for n in WINDOWS),
        ],
        "account_channels": [f"count(*) FILTER (own AND channel = '{c}') AS channel_{c}" for c in CHANNELS],
        "account_categories": [f"count(*) FILTER (own AND category = '{c}') AS category_{c}" for c in CATEGORIES],
        "customer_flows": [
            f"coalesce(sum({n}){'' if n.startswith('movements') else ' FILTER (cash)'}, 0) AS {n}" for n in flow_names
        ],
        "customer_channels": [*(f"sum({c}) AS {c}" for c in channels), f"sum({' + '.join(channels)}) AS channels"],
        "customer_categories": [*(f"sum({c}) AS {c}" for c in categories), f"sum({' + '.join(categories)}) AS categories"],
        "family_counts": [f"count(*) FILTER (open AND family = '{f}') AS n_{f}" for f in FAMILIES],
        "out_flows": [
            f"CASE WHEN f.any_moved OR h.first_seen IS NOT NULL THEN f.{n}::DOUBLE END AS {n}" for n in flow_names
        ],
        "out_channels": [f"f.{c} / nullif(f.channels, 0)::DOUBLE AS share_{c}" for c in channels],
        "out_categories": [f"f.{c} / nullif(f.categories, 0)::DOUBLE AS share_{c}" for c in categories],
        "out_families": [f"coalesce(k.n_{f}, 0) AS n_{f}" for f in FAMILIES],
        "out_averages": [
            f"round(h.{what}_{n}m::DOUBLE / least(h.first_seen + 1, {n}), 2) AS {what}_avg_{n}m"
            for what in ("deposits", "aum") for n in (3, 12)
        ],
    }  # fmt: skip
    written = {name: ",\n  ".join(columns) for name, columns in parts.items()}
    template = Template((Path(__file__).parent / "features.sql").read_text(encoding="utf-8"))
    return template.substitute(written, batch=batch, as_of=as_of.isoformat(), since=since.isoformat())


def _year_before(as_of: date) -> date:
    """The same month-end a year before; as_of is one."""
    last = 29 if as_of.month == 2 and (as_of.year - 1) % 4 == 0 else as_of.day if as_of.month != 2 else 28
    return date(as_of.year - 1, as_of.month, last)


def build(batch: str, as_of: str, path: str) -> int:
    """Rows written."""
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    connection.execute("set preserve_insertion_order = false")
    told = connection.execute(
        f"copy ({text(batch, date.fromisoformat(as_of))}) to '{path}' (format parquet)"
    ).fetchone()
    return int(told[0]) if told else 0

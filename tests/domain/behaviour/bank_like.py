"""Features of a small bank over some months, with leavers whose signs can be found: quick, made in memory."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from domain.canonical import PRODUCT_FAMILIES

OPENS = "wealth"


def month_ends(count: int, last: dt.date = dt.date(2026, 10, 31)) -> list[dt.date]:
    """`count` month-ends, ascending, the last one `last`."""
    return [stamp.date() for stamp in pd.date_range(end=last, periods=count, freq="ME")]


def bank(customers: int, months: int, seed: int = 3) -> list[pd.DataFrame]:
    """A table of features a month. Who leaves halves AUM and movements a month, three months long, and is gone.

    Customers with a high share of mobile movements open a wealth product more often.
    """
    rng = np.random.default_rng(seed)
    ids = np.array([f"C{i:05d}" for i in range(customers)])
    size = np.exp(rng.normal(10, 1.2, customers))
    mobile = rng.random(customers)
    leaves = np.where(rng.random(customers) < 0.35, rng.integers(2, months + 8, customers), 10_000)
    opens = rng.geometric(np.clip(0.002 + 0.05 * (mobile > 0.7), 0, 1), customers)
    age = rng.uniform(20, 80, customers)
    history: list[np.ndarray] = []
    tables = []
    for month in range(months):
        fade = np.array([1.0, 0.6, 0.3, 0.02])[np.clip(month - leaves + 1, 0, 3)]
        aum = size * fade * np.exp(rng.normal(0, 0.4, customers))
        own = np.where(month - leaves >= 3, 0, np.maximum(rng.poisson(6 * fade), 1))
        history.append(aum)
        past = np.array(history)
        table = pd.DataFrame(
            {
                "customer_id": ids, "kind": np.where(np.arange(customers) % 12 == 0, "corporate", "personal"),
                "aum": aum, "aum_1": past[-2:][0], "aum_2": past[-3:][0], "aum_avg_3m": past[-3:].mean(axis=0),
                "aum_avg_12m": past[-12:].mean(axis=0), "deposits": aum, "deposits_avg_3m": past[-3:].mean(axis=0),
                "deposits_avg_12m": past[-12:].mean(axis=0), "movements_1m": own, "movements_3m": own * 3,
                "movements_12m": own + 60, "active_months_12m": 12,
                "days_since_last": np.where(own > 0, rng.integers(0, 30, customers), 31 * np.clip(month - leaves - 2, 1, 99)),
                "age_years": age, "share_channel_mobile": mobile, "share_channel_branch": 1 - mobile,
                "accounts_open": 1, "days_past_due": np.nan,
            }
        )  # fmt: skip
        for family in PRODUCT_FAMILIES:
            table[f"n_{family}"] = np.where(family == "demand", 1, np.where(family == OPENS, month >= opens, 0))
        tables.append(table)
    return tables

"""Account-months for tests: a plain one, changed by name, and any at all for properties."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.contribution.formula import AccountMonth

MONTH = dt.date(2026, 10, 31)
PLAIN = AccountMonth(
    account_id="A1", customer_id="C1", month=MONTH, family="demand", currency="CNY", term_months=None, collateral=None,
    rate=Decimal("0.002"), balance=Decimal("100000"), limit=None, pd=None, defaulted=False, movements={},
    fees=Decimal(0), interest=Decimal(0),
)  # fmt: skip


def account_month(**changes: Any) -> AccountMonth:
    """A demand account of 100,000 at 0.20 %, changed."""
    return replace(PLAIN, **changes)

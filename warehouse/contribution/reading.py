"""Rows on disk and months of accounts: the two ways to write the same thing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.contribution.formula import AccountMonth
from domain.contribution.parameters import COUNTED
from warehouse.contribution.inputs import MILLION


def from_row(row: Mapping[str, Any]) -> AccountMonth:
    """A row of a month's file as the domain knows it; channels without a movement are 0."""
    return AccountMonth(
        account_id=row["account_id"], customer_id=row["customer_id"], month=row["month"], family=row["family"],
        currency=row["currency"], term_months=row["term_months"], collateral=row["collateral"],
        rate=_millionths(row["rate"]), balance=cents(row["balance"]), limit=cents(row["limit"]),
        pd=_millionths(row["pd"]), defaulted=row["defaulted"],
        movements={channel: row[f"n_{channel}"] for channel in COUNTED},
        fees=Decimal(row["fees_booked"]).scaleb(-2), interest=Decimal(row["interest_charged"]).scaleb(-2),
    )  # fmt: skip


def as_input(month: AccountMonth) -> dict[str, Any]:
    """The same month as a row of INPUTS."""
    return {
        "account_id": month.account_id, "customer_id": month.customer_id, "month": month.month,
        "family": month.family, "currency": month.currency, "term_months": month.term_months,
        "collateral": month.collateral, "rate": _whole(month.rate, MILLION), "balance": _whole(month.balance, 100),
        "limit": _whole(month.limit, 100), "pd": _whole(month.pd, MILLION), "defaulted": month.defaulted,
        **{f"n_{channel}": month.movements.get(channel, 0) for channel in COUNTED},
        "fees_booked": _whole(month.fees, 100), "interest_charged": _whole(month.interest, 100),
    }  # fmt: skip


def cents(value: int | None) -> Decimal | None:
    """Whole cents as money."""
    return None if value is None else Decimal(value).scaleb(-2)


def _millionths(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value).scaleb(-6)


def _whole(value: Decimal | None, scale: int) -> int | None:
    return None if value is None else int(value * scale)

"""Column types that mean the same in SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

Json = JSON().with_variant(JSONB(), "postgresql")


def code(length: int) -> String:
    """Text compared byte by byte in either database, so that a prefix is a range of a B-tree."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Money(TypeDecorator[Decimal]):
    """An amount in the account's currency, exact to the cent: stored as whole cents, handed over as Decimal.

    Sums and comparisons in SQL are exact in both databases, which SQLite's own numeric type is not.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        """Decimal, int or str to cents; rounds half up past the second place."""
        return None if value is None else int((Decimal(str(value)) * 100).to_integral_value(rounding="ROUND_HALF_UP"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Cents to Decimal with two places."""
        return None if value is None else Decimal(value).scaleb(-2)


class Moment(TypeDecorator[dt.datetime]):
    """A point in time, always aware and in UTC; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Aware to UTC (SQLite keeps it without the zone). ValueError on a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; times in the store are aware")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Back to aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)

"""A month of contribution as one question: contribution_month.sql given to DuckDB, its answer copied to Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from string import Template

import duckdb

from domain.contribution.defaults import default
from domain.contribution.parameters import COUNTED, ContributionParameters, side_of

LONGEST = 10_000  # months: above any term


def text(batch: str, month: date, as_of: date, ratings: str) -> str:
    """The SQL with the built-in parameters of a bank in CNY written out."""
    first = month.replace(day=1)
    return Template((Path(__file__).parent / "contribution_month.sql").read_text(encoding="utf-8")).substitute(
        _lists(default("CNY")), batch=batch, ratings=ratings, month=month, first=first, before=first - timedelta(days=1),
        as_of=as_of,
    )  # fmt: skip


def _lists(told: ContributionParameters) -> dict[str, str]:
    families: list[Sequence[str | int | float]] = [
        (each.family, side_of(each.family), int(each.customer_rate * 10**6), int(each.keeping_cost * 10**4),
         int(each.trailing_fee * 10**6), int(each.pd_unrated * 10**6), int(each.conversion * 1000),
         *_risk(told, each.family, None))
        for each in told.families
    ]  # fmt: skip
    collaterals: list[Sequence[str | int | float]] = [
        (each.family, each.collateral, *_risk(told, each.family, each.collateral)) for each in told.collaterals
    ]
    prices: list[Sequence[str | int | float]] = []
    for family in told.families:
        above = -1
        for bucket in told.buckets(family.family):
            up_to = bucket.up_to_months or LONGEST
            prices.append((family.family, above, up_to, int(bucket.rate * 10**6)))
            above = up_to
    exchange: list[Sequence[str | int | float]] = [
        (told.currency, 1.0),
        *((each.currency, float(each.rate)) for each in told.exchange),
    ]
    named = " ".join(f"WHEN '{channel}' THEN {int(told.costs[channel] * 10**4)}" for channel in COUNTED)
    return {
        "families": _values(families), "collaterals": _values(collaterals), "prices": _values(prices),
        "exchange": _values(exchange), "costs": f"sum(CASE coalesce(channel, 'other') {named} END)",
    }  # fmt: skip


def _risk(told: ContributionParameters, family: str, collateral: str | None) -> tuple[int, ...]:
    """LGD, capital held and its charge, each a numerator and a denominator."""
    weight, lgd = told.risk(family, collateral)
    held = Fraction(weight) * Fraction(told.capital_ratio)
    return tuple(
        part
        for one in (Fraction(lgd), held, held * Fraction(told.hurdle_rate))
        for part in (one.numerator, one.denominator)
    )


def _values(rows: Iterable[Sequence[str | int | float]]) -> str:
    return ", ".join(
        "(" + ", ".join(f"'{each}'" if isinstance(each, str) else repr(each) for each in row) + ")" for row in rows
    )


def build(batch: str, month: str, as_of: str, ratings: str, path: str) -> int:
    """Rows written."""
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    question = text(batch, date.fromisoformat(month), date.fromisoformat(as_of), ratings)
    told = connection.execute(f"copy ({question}) to '{path}' (format parquet)").fetchone()
    return int(told[0]) if told else 0

"""The set-based arithmetic gives the same cents as the Decimal reference, row for row, whatever the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.canonical import PRODUCT_FAMILIES
from domain.contribution.defaults import CNY, CZK
from domain.contribution.formula import AccountMonth, work_out
from domain.contribution.parameters import COUNTED, ContributionParameters, Exchange
from domain.contribution.sums import of_months
from tests.domain.contribution.account_months import MONTH, account_month
from warehouse.contribution.arithmetic import RESULTS, lend, worked_out
from warehouse.contribution.inputs import COUNTS, INPUTS
from warehouse.contribution.reading import as_input, from_row
from warehouse.engine import Warehouse

SCHEMA = {name: pa.int64() for name in INPUTS} | {
    "account_id": pa.string(), "customer_id": pa.string(), "month": pa.date32(), "family": pa.string(),
    "currency": pa.string(), "term_months": pa.int32(), "collateral": pa.string(), "rate": pa.int32(), "pd": pa.int32(),
    "defaulted": pa.bool_(), **dict.fromkeys(COUNTS, pa.int32()),
}  # fmt: skip


class Empty:
    """A picture of nothing: the arithmetic needs a connection only."""

    currency: str | None = "CNY"
    as_of: dt.date | None = MONTH

    def months(self) -> tuple[dt.date, ...]:
        return ()

    def connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect()


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    with Warehouse(Empty()) as opened:
        yield opened


def answers(
    warehouse: Warehouse, months: Sequence[AccountMonth], parameters: ContributionParameters
) -> list[dict[str, Any]]:
    rows = [as_input(month) for month in months]
    warehouse.lend("given", pa.table({name: pa.array([row[name] for row in rows], SCHEMA[name]) for name in INPUTS}))
    lend(warehouse, parameters)
    text = worked_out("select * from given", parameters)
    return [row for batch in warehouse.batches(text) for row in batch.to_pylist()]


def same(warehouse: Warehouse, months: Sequence[AccountMonth], parameters: ContributionParameters) -> None:
    numbered = [account_month(**{**vars(m), "account_id": f"{n:06d}"}) for n, m in enumerate(months)]
    for row, told in zip(answers(warehouse, numbered, parameters), numbered, strict=True):
        expected = work_out(told, parameters)
        for name in RESULTS:
            value = of_months([expected]).volume if name == "volume" else getattr(expected, name)
            assert row[name] == (None if value is None else int(value * 100)), (name, told)
        assert as_input(from_row(row)) == as_input(told)


CENTS = st.integers(-(10**11), 10**11) | st.integers(-(10**16), 10**16) | st.integers(-1000, 1000)
MONEY = CENTS.map(lambda n: Decimal(n) / 100)
MILLIONTHS = st.integers(0, 10**6).map(lambda n: Decimal(n) / 10**6)
MONTHS = st.builds(
    AccountMonth,
    account_id=st.just("A"), customer_id=st.just("C"), month=st.just(MONTH), family=st.sampled_from(PRODUCT_FAMILIES),
    currency=st.sampled_from(["CNY", "CNY", "USD", "JPY", "XAU"]), term_months=st.none() | st.integers(0, 600),
    collateral=st.sampled_from([None, "住房抵押", "保证", "信用", "别的"]), rate=st.none() | MILLIONTHS,
    balance=st.none() | MONEY, limit=st.none() | MONEY.map(abs), pd=st.none() | MILLIONTHS, defaulted=st.booleans(),
    movements=st.fixed_dictionaries({channel: st.integers(0, 5000) for channel in COUNTED}),
    fees=MONEY, interest=MONEY,
)  # fmt: skip


@settings(
    max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(months=st.lists(MONTHS, min_size=4, max_size=12))
def test_any_rows_agree_with_the_reference(warehouse: Warehouse, months: list[AccountMonth]) -> None:
    same(warehouse, months, CNY)


def test_halves_bounds_and_worked_examples_agree(warehouse: Warehouse) -> None:
    """Where rounding turns, where 64 bits end, and the method's own figures."""
    halves = [account_month(balance=Decimal(n) / 100) for n in range(-400, 401, 25)]
    edges = [account_month(family=family, balance=Decimal(sign * (2 * 10**12 + step)) / 100)
             for family in PRODUCT_FAMILIES for sign in (-1, 1) for step in (-1, 0, 1)]  # fmt: skip
    mortgage = account_month(family="mortgage", balance=Decimal(600_000), rate=Decimal("0.041"), pd=Decimal("0.008"))
    same(warehouse, [*halves, *edges, mortgage], CNY)
    same(warehouse, [account_month(currency="CZK", family=f, rate=None) for f in PRODUCT_FAMILIES], CZK)
    (row,) = answers(warehouse, [mortgage], CNY)
    assert (row["margin"], row["expected_loss"], row["capital_cost"]) == (70_000, 10_000, 28_875)


def test_what_is_too_much_raises(warehouse: Warehouse) -> None:
    absurd = replace(CNY, exchange=(Exchange("JPY", Decimal(10**16)),))
    with pytest.raises(duckdb.Error, match=r"[Oo]verflow|out of range"):
        answers(warehouse, [account_month(currency="JPY", balance=Decimal(9 * 10**16))], absurd)

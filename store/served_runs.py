"""The published run of each kind, and its figures on the customers' serving rows.

Only what lists, facets and sums read is copied there, so that publishing writes narrow rows. Reasons, points and drivers
stay in the run's own rows: store/customers.py joins them when one customer is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    String,
    Table,
    cast,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from store import tables
from store.database import much_at_once
from store.tables import pictures, run_attrition, run_contributions, run_next_products, run_ratings, run_segments, runs
from store.types import Money

KINDS = ("segmentation", "credit", "attrition", "next_product", "contribution")


def published_id(connection: Connection, kind: str) -> int | None:
    """The run of this kind that pages and papers read, None before the first is published."""
    return connection.scalar(select(runs.c.run_id).where(runs.c.kind == kind, runs.c.state == "published"))


class RunColumns:
    """The published run's columns of `customers`, read when it is made: for rows that are still to be written."""

    def __init__(self, connection: Connection, kind: str) -> None:
        self.kind, self.run_id = kind, published_id(connection, kind)
        rows, told = _told(kind)
        raw = [_raw(name, value).label(name) for name, value in told.items()]
        found = connection.execute(select(rows.c.customer_id, *raw).where(rows.c.run_id == self.run_id)).all()
        values = list(zip(*found, strict=True)) or [()] * (len(raw) + 1)
        self._ids = pa.array(values[0], pa.string())
        self._columns = {
            name: pa.array(column, _ARROW.get(name, pa.string())) for name, column in zip(told, values[1:], strict=True)
        }

    def beside(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch of customers with the run's columns, empty for whom the run does not know."""
        where = pc.index_in(batch.column("customer_id"), value_set=self._ids)
        for name, column in self._columns.items():
            batch = batch.append_column(name, column.take(where))
        return batch


def _raw(name: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Money as cents, the shape rows are written in."""
    return type_coerce(value, BigInteger) if name in _MONEY else value


def serve_published(connection: Connection, kind: str, customers: Table = tables.customers) -> int | None:
    """Write the published run's figures onto `customers`, empty where it has none; returns its number.

    Only rows that say something else are written. The picture's own row learns of the run too, where there is a picture.
    """
    run_id = published_id(connection, kind)
    rows, told = _told(kind)
    mine = customers.c.customer_id == rows.c.customer_id, rows.c.run_id == run_id
    other = or_(*(customers.c[name].is_distinct_from(value) for name, value in told.items()))
    known = select(rows.c.customer_id).where(rows.c.run_id == run_id)
    marked = or_(*(customers.c[name].is_not(None) for name in told))
    others = update(customers).where(customers.c.customer_id.not_in(known), marked)
    with much_at_once(connection):
        connection.execute(update(customers).values(told).where(*mine, other))
        connection.execute(others.values({customers.c[name]: None for name in told}))
    connection.execute(update(pictures).values({f"{kind}_run_id": run_id}))
    return run_id


_ARROW = {
    "segment": pa.int32(), "score": pa.int32(), "pd": pa.float64(), "attrition": pa.float64(), "aum_at_risk": pa.int64(),
    "next_probability": pa.float64(), "contribution_month": pa.int64(), "contribution_12m": pa.int64(),
    "lifetime_value": pa.int64(),
}  # fmt: skip
_MONEY = (
    "aum_at_risk",
    "contribution_month",
    "contribution_12m",
    "lifetime_value",
)  # raw cents where rows are still to be written
_ROWS = {
    "segmentation": run_segments, "credit": run_ratings, "attrition": run_attrition, "next_product": run_next_products,
    "contribution": run_contributions,
}  # fmt: skip


def rows_of(kind: str) -> Table:
    """The table that keeps the rows of this kind's runs."""
    return _ROWS[kind]


def run_rows(connection: Connection, kind: str, run_id: int, names: Sequence[str]) -> pd.DataFrame:
    """These columns of a run's rows, in order of customer_id; money as numbers, None as missing."""
    rows = rows_of(kind)
    query = select(*(rows.c[name] for name in names)).where(rows.c.run_id == run_id).order_by(rows.c.customer_id)
    found = pd.DataFrame(connection.execute(query).all(), columns=list(names))
    money = {name: float for name in names if isinstance(rows.c[name].type, Money)}
    return found.astype(money)


def _told(kind: str) -> tuple[Table, dict[str, ColumnElement[Any]]]:
    """The kind's rows and, by column of `customers`, what is written there."""
    if kind == "segmentation":
        run = run_segments.c
        scores = (run.recency_score, run.frequency_score, run.monetary_score)
        first, second, third = (func.coalesce(cast(score, String), "-", type_=String) for score in scores)
        return run_segments, {
            "tier": run.tier, "life_cycle": run.life_cycle, "segment": run.segment, "rfm": first + second + third,
        }  # fmt: skip
    if kind == "attrition":
        left = run_attrition.c
        return run_attrition, {"attrition": left.probability, "aum_at_risk": left.aum_at_risk}
    if kind == "next_product":
        offer = run_next_products.c
        return run_next_products, {"next_family": offer.family, "next_probability": offer.probability}
    if kind == "contribution":
        made = run_contributions.c
        return run_contributions, {
            "contribution_month": made.month_contribution, "contribution_12m": made.year_contribution,
            "lifetime_value": made.lifetime_value,
        }  # fmt: skip
    rating = run_ratings.c
    return run_ratings, {"score": rating.score, "pd": rating.pd, "grade": rating.grade}

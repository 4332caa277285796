"""What is known of a customer at a date: one row a customer, the columns of domain/catalogue.py.

`build_to_parquet` is the door; `months.ensure` goes through it only where nothing older says the same. A window of n
months is (as_of − n months, as_of]; nothing later is read.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from warehouse.engine import Connects, FeatureEngine, Opens, Warehouse
from warehouse.features.table import EXTRA_COLUMNS, questions
from warehouse.features.windows import told, told_days

__all__ = ["EXTRA_COLUMNS", "build_to_parquet", "feature_table", "questions", "renew_to_parquet"]


def build_to_parquet(
    picture: Connects, as_of: date, path: Path, opens: Opens = Warehouse, columns: tuple[str, ...] | None = None
) -> int:
    """Write the features of all customers at as_of to `path`, whole or not at all; returns the number of customers.

    Columns: IDENTITY_COLUMNS, FEATURE_NAMES, EXTRA_COLUMNS; figures are DOUBLE or integers, rows ordered by customer.
    opens: the engine that answers, DuckDB in this process or a Spark cluster; the rows are the same.
    columns: these alone beside customer_id (and what renewing them reads), in less time; None for all.
    """
    with opens(picture) as warehouse:
        _work_out(warehouse, as_of, questions(columns).kept)
        return warehouse.write(questions(columns).numbers, path)


def renew_to_parquet(
    picture: Connects, as_of: date, before: Path, path: Path, opens: Opens = Warehouse,
    columns: tuple[str, ...] | None = None,
) -> int:  # fmt: skip
    """The same, when `before` was written by it for the same day and code and what its figures read is the same now.

    Only what stands beside the figures (the customer's own record, limits, loans) is worked out.
    """
    with opens(picture) as warehouse:
        warehouse.see("f_before", before)
        _work_out(warehouse, as_of, questions(columns).kept_beside)
        return warehouse.write(questions(columns).renewed, path)


def feature_table(warehouse: Warehouse, as_of: date) -> str:
    """SQL text of the features with money as DECIMAL; f_owned and the other passes are kept on the connection."""
    _work_out(warehouse, as_of, questions().kept)
    return questions().exact


def _work_out(warehouse: FeatureEngine, as_of: date, kept: tuple[tuple[str, str], ...]) -> None:
    warehouse.tell(told(as_of, warehouse.currency))
    warehouse.tell(told_days(as_of, dict(warehouse.rows(questions().days))))
    for name, text in kept:
        warehouse.keep(name, text)

"""What is known of a customer at a date: one row a customer, the columns of domain/catalogue.py.

`build_to_parquet` is the door. A window of n months is (as_of − n months, as_of]; nothing later is read.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from warehouse.engine import Connects, Warehouse
from warehouse.features.table import EXTRA_COLUMNS, feature_table, numbers

__all__ = ["EXTRA_COLUMNS", "build_to_parquet", "feature_table", "numbers"]


def build_to_parquet(picture: Connects, as_of: date, path: Path) -> int:
    """Write the features of all customers at as_of to `path`, whole or not at all; returns the number of customers.

    Columns: IDENTITY_COLUMNS, FEATURE_NAMES, EXTRA_COLUMNS; figures are DOUBLE or integers, rows ordered by customer.
    """
    with Warehouse(picture) as warehouse:
        return warehouse.write(numbers(feature_table(warehouse, as_of)), path)

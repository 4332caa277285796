"""What is known of a customer at a date: one row a customer, the columns of domain/catalogue.py.

`build_to_parquet` is the door. A window of n months is (as_of − n months, as_of]; nothing later is read.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from warehouse.engine import Connects, Warehouse
from warehouse.features.table import EXTRA_COLUMNS, questions
from warehouse.features.windows import told, told_days

__all__ = ["EXTRA_COLUMNS", "build_to_parquet", "feature_table", "questions"]


def build_to_parquet(picture: Connects, as_of: date, path: Path) -> int:
    """Write the features of all customers at as_of to `path`, whole or not at all; returns the number of customers.

    Columns: IDENTITY_COLUMNS, FEATURE_NAMES, EXTRA_COLUMNS; figures are DOUBLE or integers, rows ordered by customer.
    """
    with Warehouse(picture) as warehouse:
        _work_out(warehouse, as_of)
        return warehouse.write(questions().numbers, path)


def feature_table(warehouse: Warehouse, as_of: date) -> str:
    """SQL text of the same with money as DECIMAL; f_owned and the other passes are kept on the connection."""
    _work_out(warehouse, as_of)
    return questions().exact


def _work_out(warehouse: Warehouse, as_of: date) -> None:
    asked = questions()
    warehouse.tell(told(as_of, warehouse.currency))
    warehouse.tell(told_days(as_of, dict(warehouse.rows(asked.days))))
    for name, text in asked.kept:
        warehouse.keep(name, text)

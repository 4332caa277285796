"""From a figure to what made it: a customer's accounts, month by month, with every input."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from domain.contribution.formula import WorkedMonth, work_out
from warehouse.columns import quoted
from warehouse.contribution.inputs import INPUTS
from warehouse.contribution.months import Basis, there
from warehouse.contribution.reading import from_row
from warehouse.contribution.totals import rows_of
from warehouse.engine import Warehouse
from warehouse.picture import Picture

_SHOWN = ", ".join(f'"{name}"' for name in INPUTS)


def of_accounts(home: Path, basis: Basis, customer_id: str, months: Sequence[date]) -> tuple[WorkedMonth, ...]:
    """A customer's months of accounts, by month, then account: inputs, figures used and results, all of a run's own.

    months: month-ends of the run. FileNotFoundError, with what to do, when the run's months are no longer on disk.
    """
    paths = there(home, basis, months)
    found = []
    with Warehouse(Picture(())) as warehouse:
        text = f"select {_SHOWN} from {rows_of(paths)} where customer_id = {quoted(customer_id)} order by month, account_id"
        for batch in warehouse.batches(text) if paths else ():
            found += [from_row(row) for row in batch.to_pylist()]
    return tuple(work_out(told, basis.parameters(told.month).parameters) for told in found)

"""From a figure to what made it: a customer's accounts, month by month, with every input; and what if a parameter changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from domain.contribution.formula import WorkedMonth, work_out
from domain.contribution.parameters import ContributionParameters
from domain.contribution.sums import MONEY, Sums, sums_of
from warehouse.columns import quoted
from warehouse.contribution.arithmetic import lend, worked_out
from warehouse.contribution.inputs import INPUTS
from warehouse.contribution.months import Basis
from warehouse.contribution.reading import from_row
from warehouse.contribution.totals import by_customer, lend_places, rows_of
from warehouse.engine import Connects, Warehouse
from warehouse.picture import Picture

MOST_CROSSING = 50
_SHOWN = ", ".join(f'"{name}"' for name in INPUTS)


def of_accounts(home: Path, basis: Basis, customer_id: str, months: Sequence[date]) -> tuple[WorkedMonth, ...]:
    """A customer's months of accounts, by month, then account: inputs, figures used and results, all of a run's own.

    months: month-ends of the run. FileNotFoundError, with what to do, when the run's months are no longer on disk.
    """
    paths = _there(home, basis, months)
    found = []
    with Warehouse(Picture(())) as warehouse:
        text = f"select {_SHOWN} from {rows_of(paths)} where customer_id = {quoted(customer_id)} order by month, account_id"
        for batch in warehouse.batches(text) if paths else ():
            found += [from_row(row) for row in batch.to_pylist()]
    return tuple(work_out(told, basis.parameters(told.month).parameters) for told in found)


def _there(home: Path, basis: Basis, months: Sequence[date]) -> list[Path]:
    paths = [basis.path(home, month) for month in months]
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(
                f"{path.stem} of this run is no longer on disk; recompute the contribution to see it"
            )
    return paths


@dataclass(frozen=True)
class WhatIfLine:
    """A branch's family of products and kind of customer: as the run has it, and with the changed parameters."""

    branch_id: str
    branch_path: str
    family: str
    kind: str
    now: Sums
    then: Sums


@dataclass(frozen=True)
class Crossing:
    """A customer who would begin, or cease, to cost the bank money. Contribution of the months asked for."""

    customer_id: str
    branch_path: str
    now: Decimal
    then: Decimal


@dataclass(frozen=True)
class WhatIf:
    """What the months would have been. crossings: those who change sign, the largest change first, at most 50.

    gained, lost: number of customers who would rise to zero or more, and who would fall below.
    """

    lines: tuple[WhatIfLine, ...]
    crossings: tuple[Crossing, ...]
    gained: int
    lost: int


def what_if(
    picture: Connects, home: Path, basis: Basis, changed: ContributionParameters, months: Sequence[date], bank_name: str
) -> WhatIf:
    """These month-ends of a run worked out again with `changed`, beside what they are. Nothing is written anywhere.

    ValueError when `changed` is in another currency; FileNotFoundError when the run's months are no longer on disk.
    """
    own = basis.parameters(max(months)).parameters.currency
    if changed.currency != own:
        raise ValueError(f"the changed parameters are in {changed.currency} and the bank keeps its books in {own}")
    paths = _there(home, basis, months)
    with Warehouse(picture) as warehouse:
        lend_places(warehouse, bank_name)
        lend(warehouse, changed)
        again = worked_out(f"select {_SHOWN} from {rows_of(paths)}", changed)
        warehouse.keep("w_then", by_customer(f"({again})"))
        warehouse.keep("w_now", by_customer(rows_of(paths)))
        return WhatIf(_lines(warehouse), *_crossings(warehouse))


def _lines(warehouse: Warehouse) -> tuple[WhatIfLine, ...]:
    names = (*MONEY, "accounts")
    sums = ", ".join(f"sum({side}.{name})::bigint" for side in ("n", "t") for name in names)
    rows = warehouse.rows(
        f"""select branch_id, any_value(branch_path), n.family, kind, {sums}
        from w_now n join w_then t using (customer_id, family) join k_places using (customer_id)
        group by branch_id, n.family, kind order by branch_id, n.family, kind"""
    )
    at = 4 + len(names)
    return tuple(
        WhatIfLine(branch, path, family, kind, _sums(row[4:at]), _sums(row[at:]))
        for row in rows
        for branch, path, family, kind in [row[:4]]
    )


def _sums(values: Sequence[int]) -> Sums:
    *money, accounts = values
    told: Mapping[str, Decimal | int | None] = {
        **{name: Decimal(value).scaleb(-2) for name, value in zip(MONEY, money, strict=True)}, "accounts": accounts,
    }  # fmt: skip
    return sums_of(told)


def _crossings(warehouse: Warehouse) -> tuple[tuple[Crossing, ...], int, int]:
    warehouse.keep(
        "w_crossing",
        """select customer_id, branch_path, a as was, b as would
        from (select customer_id, sum(contribution)::bigint as a from w_now group by customer_id)
          join (select customer_id, sum(contribution)::bigint as b from w_then group by customer_id) using (customer_id)
          join k_places using (customer_id) where (a < 0) <> (b < 0)""",
    )
    ((gained, lost),) = warehouse.rows("select count(*) filter (was < 0), count(*) filter (was >= 0) from w_crossing")
    rows = warehouse.rows(f"select * from w_crossing order by abs(would - was) desc, customer_id limit {MOST_CROSSING}")
    shown = tuple(Crossing(who, path, Decimal(a).scaleb(-2), Decimal(b).scaleb(-2)) for who, path, a, b in rows)
    return shown, int(gained), int(lost)

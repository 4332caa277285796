"""What a contribution run found, in a scope: sums by month and anything else, the change, customers, the whale curve's values.

Every function takes the run; pages and papers pass the published one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    String,
    cast,
    func,
    select,
    type_coerce,
)

from domain.contribution.change import Cell, Change, change
from domain.contribution.lifetime import Survival, monthly_survival
from domain.contribution.sums import NAMES, Sums, sums_of
from store.bulk import fill
from store.runs import Run
from store.scope import Scope
from store.served_runs import published_id
from store.tables import contribution_months, customers, run_attrition, run_contributions, run_segments, runs
from store.types import Money

GROUPS = ("tier", "segment")  # of a segmentation run
BY = ("month", "branch_id", "branch_path", "manager_id", "family", "kind")
_A = run_attrition.c
_M = contribution_months.c
_R = run_contributions.c
_S = run_segments.c


@dataclass(frozen=True)
class CustomerContribution:
    """A customer in a run. month: None without a row in the last month. unknown: accounts without a known balance."""

    customer_id: str
    accounts: int | None
    unknown: int
    months: int
    month: Sums | None
    year: Sums
    lifetime_value: Decimal | None


def save_months(connection: Connection, run_id: int, mart: pa.Table) -> int:
    """Keep a candidate's months, as `warehouse.contribution.add_up` gives them; returns the rows. ValueError for a run
    that was decided on: what is on show does not change."""
    if connection.scalar(select(runs.c.state).where(runs.c.run_id == run_id)) != "candidate":
        raise ValueError(f"run {run_id} is no candidate; its months are kept as they are")
    numbered = mart.append_column("run_id", pa.array([run_id] * mart.num_rows, pa.int32()))
    return fill(connection, contribution_months, numbered.to_batches(max_chunksize=50_000))


def sums_by(
    connection: Connection,
    scope: Scope,
    run_id: int,
    months: Sequence[date],
    by: Sequence[str] = (),
    branch_path: str | None = None,
) -> dict[tuple[Any, ...], Sums]:
    """Sums of these month-ends by columns of BY: {(values…): Sums}, {(): Sums} without any. Nothing there, no key.

    branch_path: a branch's subtree only. OutOfScope when it is not in scope.
    """
    keys = [_M[name] for name in _known(by)]
    sums = [func.sum(_M[name], type_=_M[name].type).label(name) for name in NAMES]
    query: Select[Any] = select(*keys, *sums).where(*_where(scope, run_id, months, branch_path))
    found = connection.execute(query.group_by(*keys)).mappings()
    return {tuple(row[name] for name in by): sums_of(dict(row)) for row in found if row["accounts"] is not None}


def changed(
    connection: Connection, scope: Scope, run_id: int, month: date, before: date, branch_path: str | None = None
) -> Change | None:
    """Why `month` differs from the month-end `before` it, in the scope; None in a run's first month."""
    made = _M.deposit_margin + _M.loan_margin + _M.fees - _M.expected_loss - _M.operating_cost - _M.capital_cost
    parts = (made, _M.volume, _M.won, _M.won_volume, _M.lost, _M.lost_volume)
    sums = [func.sum(part, type_=Money()) for part in parts]
    query = select(_M.family, _M.month, *sums).where(*_where(scope, run_id, (month, before), branch_path))
    found = connection.execute(query.group_by(_M.family, _M.month)).all()
    now = {row[0]: row[2:] for row in found if row[1] == month}
    then = {row[0]: Cell(row[2], row[3]) for row in found if row[1] == before}
    if not now or not then or any(cell[2] is None for cell in now.values()):
        return None
    return change({family: Cell(*cell) for family, cell in now.items()}, then)


def values(
    connection: Connection, scope: Scope, run_id: int, branch_path: str | None = None, year: bool = True
) -> NDArray[np.int64]:
    """Customers' contributions of twelve months (or the last) in whole cents, in no order: for `whale_curve`."""
    column = _R.year_contribution if year else _R.month_contribution
    query = select(type_coerce(column, BigInteger)).join(customers, customers.c.customer_id == _R.customer_id)
    query = query.where(_R.run_id == run_id, column.is_not(None), *_places(scope, branch_path))
    return np.fromiter(connection.scalars(query), dtype=np.int64)


def of_customer(connection: Connection, run_id: int, customer_id: str) -> CustomerContribution | None:
    """A customer in a run, None when the run does not know them. Whose scope it is in is the caller's question."""
    query = select(run_contributions).where(_R.run_id == run_id, _R.customer_id == customer_id)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _customer(row)


def best(
    connection: Connection,
    scope: Scope,
    run_id: int,
    branch_path: str | None = None,
    limit: int = 50,
    offset: int = 0,
    worst: bool = False,
) -> list[CustomerContribution]:
    """Customers by the contribution of twelve months, most first (least with `worst`), ties by number."""
    order = _R.year_contribution.asc() if worst else _R.year_contribution.desc()
    query = select(run_contributions).join(customers, customers.c.customer_id == _R.customer_id)
    query = query.where(_R.run_id == run_id, *_places(scope, branch_path)).order_by(order, _R.customer_id)
    return [_customer(row) for row in connection.execute(query.limit(limit).offset(offset)).mappings()]


def members(connection: Connection, segmentation: int) -> pa.Table:
    """customer_id, tier (its code) and segment (its number as text) of everybody in a segmentation run, None in none.

    Of the whole bank: who adds up by it looks at the scope, by where customers stood in the contribution run.
    """
    told = (_S.customer_id, _S.tier, cast(_S.segment, String))
    found = connection.execute(select(*told).where(_S.run_id == segmentation)).all()
    columns = list(zip(*found, strict=True)) if found else [(), (), ()]
    names = ("customer_id", *GROUPS)
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)})


@dataclass(frozen=True)
class EarlierRating:
    """Versions of the rating a contribution took its probabilities of default from (None: there was none) and of that on show."""

    used: str | None
    shown: str


def earlier_rating(connection: Connection, run: Run) -> EarlierRating | None:
    """Where the rating on show is another than that behind a contribution run; None where they are one, or none is on show."""
    told = run.parameters.get("rating_run")
    on_show = published_id(connection, "credit")
    if on_show is None or told == on_show:
        return None
    versions = dict(
        connection.execute(select(runs.c.run_id, runs.c.version).where(runs.c.run_id.in_([on_show, told or 0]))).all()
    )
    return EarlierRating(versions.get(told), versions[on_show])


def attrition_rows(connection: Connection, run_id: int) -> pa.Table:
    """customer_id and probability of everybody an attrition run looked at: for recomputes."""
    mine = select(_A.customer_id, _A.probability).where(_A.run_id == run_id, _A.probability.is_not(None))
    found = connection.execute(mine.order_by(_A.customer_id)).all()
    return pa.table(
        {
            "customer_id": pa.array([row.customer_id for row in found], pa.string()),
            "probability": pa.array([row.probability for row in found], pa.float64()),
        }
    )


def survival(connection: Connection, run: Run, customer_id: str) -> Survival | None:
    """Which survival the run worked the customer's lifetime value out with; None for a run that does not remember it.

    The caller has looked at the scope.
    """
    told = run.model.get("survival")
    if told is None:
        return None
    by, default = told["attrition"], bool(told.get("default"))
    if by is None:
        return Survival(float(told["parameter"]), default=default)
    mine = select(_A.probability).where(_A.run_id == by["run_id"], _A.customer_id == customer_id)
    leaves = connection.scalar(mine)
    if leaves is None:
        return Survival(float(told["parameter"]), by["version"], default=default)
    return Survival(monthly_survival(leaves, by["months"]), by["version"], leaves, by["months"], default)


def years(connection: Connection, run_id: int) -> pd.DataFrame:
    """customer_id and cents, the contribution of twelve months, of a whole run in order of customer_id: for recomputes."""
    query = select(_R.customer_id, type_coerce(_R.year_contribution, BigInteger)).where(_R.run_id == run_id)
    return pd.DataFrame(connection.execute(query.order_by(_R.customer_id)).all(), columns=["customer_id", "cents"])


def assets(connection: Connection) -> pd.DataFrame:
    """customer_id and aum (a number, missing where not known) of everybody in the picture: for recomputes."""
    query = select(customers.c.customer_id, type_coerce(customers.c.aum, BigInteger))
    found = pd.DataFrame(connection.execute(query).all(), columns=["customer_id", "aum"])
    return found.assign(aum=found["aum"].astype(float) / 100)


def _customer(row: RowMapping) -> CustomerContribution:
    parts = {side: {name: row.get(f"{side}_{name}") for name in NAMES} for side in ("month", "year")}
    month = None if row["accounts"] is None else sums_of({**parts["month"], "accounts": row["accounts"]})
    return CustomerContribution(
        row["customer_id"], row["accounts"], row["unknown"], row["months"], month, sums_of(parts["year"]),
        row["lifetime_value"],
    )  # fmt: skip


def _known(by: Sequence[str]) -> Sequence[str]:
    if strange := [name for name in by if name not in BY]:
        raise ValueError(f"there are no months by {', '.join(strange)}; there are {', '.join(BY)}")
    return by


def _where(
    scope: Scope, run_id: int, months: Sequence[date], branch_path: str | None
) -> tuple[ColumnElement[bool], ...]:
    return (_M.run_id == run_id, _M.month.in_(months), _below(scope, branch_path).where(_M.branch_path))


def _places(scope: Scope, branch_path: str | None) -> tuple[ColumnElement[bool], ...]:
    return (_below(scope, branch_path).where(customers.c.branch_path),)


def _below(scope: Scope, branch_path: str | None) -> Scope:
    if branch_path is None:
        return scope
    scope.require(branch_path)
    return Scope((branch_path,))

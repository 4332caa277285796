"""Months of a part of the bank worked out anew beside the published run's months of everybody else.

What comes of it is a ground of its own, named for both it was made of: months and places that are read like any other's, so
that sums, lists of customers and the way down to the account agree to the cent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from domain.contribution.parameters import ContributionParameters
from warehouse.columns import quoted
from warehouse.contribution.behind import places_path
from warehouse.contribution.months import Basis, there
from warehouse.contribution.totals import customers, months, rows_of
from warehouse.engine import Warehouse
from warehouse.picture import Picture


def joined(
    home: Path, anew: Basis, shown: Basis, days: Sequence[date], whose: Sequence[str]
) -> tuple[Basis, Mapping[date, Path]]:
    """The basis and files of these month-ends with the customers `whose` as in `anew`, all others as in `shown`.

    Both have their months and places on disk, with the same parameters and rating; FileNotFoundError otherwise.
    """
    named = hashlib.sha256(" ".join([anew.ground, shown.ground, *sorted(whose)]).encode()).hexdigest()[:16]
    basis = replace(shown, ground=named)
    paths = {day: basis.path(home, day) for day in days}
    with Warehouse(Picture(())) as warehouse:
        warehouse.lend("j_whose", pa.table({"customer_id": pa.array(sorted(whose), pa.string())}))
        for day, mine, others in zip(days, there(home, anew, days), there(home, shown, days), strict=True):
            if not paths[day].exists():
                warehouse.write(_both(mine, others, "customer_id, account_id"), paths[day])
        mine, others, path = (places_path(home, one.ground) for one in (anew, shown, basis))
        if not path.exists():
            warehouse.write(_both(mine, others, "customer_id"), path)
    return basis, paths


def _both(mine: Path, others: Path, order: str) -> str:
    return (
        f"select * from {rows_of([mine])} semi join j_whose using (customer_id) union all by name "
        f"select * from {rows_of([others])} anti join j_whose using (customer_id) order by {order}"
    )


def add_up_places(
    home: Path,
    basis: Basis,
    paths: Mapping[date, Path],
    month: date,
    parameters: ContributionParameters,
    own: pa.Table | None = None,
) -> tuple[pa.Table, pa.Table]:
    """As `add_up`, where customers stand by the ground's own places instead of a picture."""
    with Warehouse(Picture(())) as warehouse:
        warehouse.keep("k_places", f"select * from read_parquet({quoted(str(places_path(home, basis.ground)))})")
        return customers(warehouse, paths, month, parameters, own), months(warehouse, paths)

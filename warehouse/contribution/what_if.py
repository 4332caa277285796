"""What if parameters were others: a run's own months worked out again beside what they are. Nothing published is touched.

The answer may be large (everybody who would change band), so it is kept as a few Parquet files in a folder of its own
and read back for one scope at a time; `forget` clears old ones away.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from domain.contribution.bands import BANDS, bands
from domain.contribution.parameters import ContributionParameters
from domain.contribution.sums import MONEY, NAMES, Sums, sums_of
from warehouse.contribution.arithmetic import lend, worked_out
from warehouse.contribution.inputs import INPUTS
from warehouse.contribution.months import Basis, there
from warehouse.contribution.totals import by_customer, lend_places, rows_of
from warehouse.engine import Connects, Warehouse

FOLDER = "what_if"
SIDES = ("now", "then")
_SHOWN = ", ".join(f'"{name}"' for name in INPUTS)
_CROSSING = pa.schema(
    [("customer_id", pa.string()), ("kind", pa.string()), ("branch_path", pa.string()), ("band_now", pa.string()),
     ("band_then", pa.string()), ("now", pa.int64()), ("then", pa.int64())]
)  # fmt: skip


@dataclass(frozen=True)
class WhatIf:
    """What the months are and would have been; money in whole cents.

    lines: branch_id, branch_path, family, kind, then now_<name> and then_<name> of `Sums`. standing: branch_path,
    band_now, band_then, customers, now, then: everybody. crossings: customer_id, kind, branch_path, band_now, band_then,
    now, then: those whose band would be another, the largest change first. Bands are those of the whole bank.
    """

    lines: pa.Table
    standing: pa.Table
    crossings: pa.Table

    def within(self, paths: Sequence[str]) -> WhatIf:
        """Only what lies below these branch paths; none of them, nothing."""
        return WhatIf(*(_below(getattr(self, field.name), paths) for field in fields(self)))

    def sums(self, by: str | None = None) -> dict[str, tuple[Sums, Sums]]:
        """(now, then) by a column of `lines`, or of all under ''."""
        columns = [(f"{side}_{name}", "sum") for side in SIDES for name in NAMES]
        found = self.lines.group_by([by] if by else []).aggregate(columns).to_pylist() if self.lines.num_rows else []
        return {str(row[by]) if by else "": (_sums(row, "now"), _sums(row, "then")) for row in found}


def _sums(row: Mapping[str, Any], side: str) -> Sums:
    told: dict[str, Decimal | int | None] = {name: Decimal(row[f"{side}_{name}_sum"]).scaleb(-2) for name in MONEY}
    return sums_of({**told, "accounts": int(row[f"{side}_accounts_sum"])})


def _below(table: pa.Table, paths: Sequence[str]) -> pa.Table:
    wanted = pa.scalar(False)
    for path in paths:
        wanted = pc.or_(wanted, pc.starts_with(table["branch_path"], pattern=path))
    return table.filter(wanted) if paths else table.slice(0, 0)


def what_if(
    picture: Connects, home: Path, basis: Basis, changed: Callable[[dt.date], ContributionParameters],
    months: Sequence[dt.date], bank_name: str, heard: Callable[[int], None] = lambda _months: None,
) -> WhatIf:  # fmt: skip
    """These month-ends of a run with the parameters `changed` gives for each, beside what they are.

    picture: the one the run was made of. heard: gets the number of months done. Nothing is written anywhere. ValueError
    when changed parameters are in another currency; FileNotFoundError when the run's months are no longer on disk.
    """
    groups: dict[ContributionParameters, list[dt.date]] = {}
    for month in sorted(months):
        own, other = basis.parameters(month).parameters, changed(month)
        if other.currency != own.currency:
            raise ValueError(
                f"the changed parameters are in {other.currency} and the bank keeps its books in {own.currency}"
            )
        groups.setdefault(other, []).append(month)
    paths = there(home, basis, months)
    done = 0
    names: list[str] = []
    with Warehouse(picture) as warehouse:
        lend_places(warehouse, bank_name)
        warehouse.keep("w_now", by_customer(rows_of(paths)))
        for other, own_months in groups.items():
            lend(warehouse, other)
            again = worked_out(f"select {_SHOWN} from {rows_of(there(home, basis, own_months))}", other)
            names.append(f"w_then_{len(names)}")
            warehouse.keep(names[-1], by_customer(f"({again})"))
            done += len(own_months)
            heard(done)
        parts = " union all by name ".join(f"select * from {name}" for name in names)
        sums = ", ".join(f"sum({name})::bigint as {name}" for name in (*NAMES, "contribution"))
        warehouse.keep("w_then", f"select customer_id, family, {sums} from ({parts}) group by customer_id, family")
        return WhatIf(_lines(warehouse), *_people(warehouse))


def _table(warehouse: Warehouse, text: str, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches(list(warehouse.batches(text)), schema=schema)


def _lines(warehouse: Warehouse) -> pa.Table:
    columns = [f"{side}_{name}" for side in SIDES for name in NAMES]
    sums = ", ".join(f"sum({column[0]}.{column.partition('_')[2]})::bigint as {column}" for column in columns)
    texts = ("branch_id", "branch_path", "family", "kind")
    schema = pa.schema([*((name, pa.string()) for name in texts), *((name, pa.int64()) for name in columns)])
    text = f"""select branch_id, any_value(branch_path) as branch_path, n.family, kind, {sums}
        from w_now n join w_then t using (customer_id, family) join k_places using (customer_id)
        group by branch_id, n.family, kind order by branch_id, n.family, kind"""
    return _table(warehouse, text, schema)


def _people(warehouse: Warehouse) -> tuple[pa.Table, pa.Table]:
    """(standing, crossings) of everybody with a row in the months."""
    schema = pa.schema([_CROSSING.field(name) for name in ("customer_id", "kind", "branch_path", "now", "then")])
    text = """select customer_id, kind, branch_path, now, "then"
        from (select customer_id, sum(contribution)::bigint as now from w_now group by customer_id)
          join (select customer_id, sum(contribution)::bigint as "then" from w_then group by customer_id) using (customer_id)
          join k_places using (customer_id) order by abs("then" - now) desc, customer_id"""
    people = _table(warehouse, text, schema)
    for side in SIDES:
        found = bands(people[side].to_numpy(zero_copy_only=False).astype(np.int64))
        people = people.append_column(f"band_{side}", pa.array(list(found), pa.string()))
    standing = people.group_by(["branch_path", "band_now", "band_then"]).aggregate(
        [("customer_id", "count"), ("now", "sum"), ("then", "sum")]
    )
    standing = standing.rename_columns(
        {"customer_id_count": "customers", "now_sum": "now", "then_sum": "then"}
    )  # fmt: skip
    moved = people.filter(pc.not_equal(people["band_now"], people["band_then"]))
    return standing, moved.select(_CROSSING.names)


def rises(before: str, after: str) -> bool:
    """Whether the second band is better than the first: A is the best, D costs money."""
    return BANDS.index(after) < BANDS.index(before)


def keep(home: Path, job_id: int, found: WhatIf) -> None:
    """Put an answer beside its job, whole or not at all."""
    folder = _folder(home, job_id)
    draft = folder.with_name(f".{folder.name}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for field in fields(found):
        pq.write_table(getattr(found, field.name), draft / f"{field.name}.parquet")
    shutil.rmtree(folder, ignore_errors=True)
    draft.replace(folder)


def kept(home: Path, job_id: int, paths: Sequence[str]) -> WhatIf | None:
    """A job's answer, only what lies below these branch paths; None when it has been cleared away."""
    folder = _folder(home, job_id)
    try:
        found = WhatIf(*(pq.read_table(folder / f"{field.name}.parquet") for field in fields(WhatIf)))
    except FileNotFoundError:
        return None
    return found.within(paths)


def forget(home: Path, before: dt.datetime) -> int:
    """Clear away the answers written before this moment; how many there were."""
    folder = home / FOLDER
    old = [each for each in folder.iterdir() if each.stat().st_mtime < before.timestamp()] if folder.is_dir() else []
    for each in old:
        shutil.rmtree(each, ignore_errors=True)
    return len(old)


def _folder(home: Path, job_id: int) -> Path:
    return home / FOLDER / str(job_id)

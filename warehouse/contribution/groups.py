"""Contribution by value tier and segment, added up once for a segmentation run so that a page reads a few rows a month.

Both files are named for all they are made of, so they are never wrong, only missing; what is missing is worked out when it
is asked for. They stand beside what they are made of and go with it:
`<ground>-places/groups-<run>.parquet`: who is in which group by the segmentation run; 0 is before the first.
`<ground>-<version>/<month>.groups-<run>.parquet`: the month by place, tier and segment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from domain.contribution.sums import NAMES, Sums
from warehouse.contribution.behind import NO_KEY, sums_of_row, within
from warehouse.contribution.months import FOLDER, Basis, places_folder, there
from warehouse.contribution.totals import rows_of, summed
from warehouse.engine import Warehouse
from warehouse.picture import Picture

GROUPINGS = ("tier", "segment")
MEMBERS = pa.schema([("customer_id", pa.string()), *((name, pa.string()) for name in GROUPINGS)])


def ensure_groups(home: Path, ground: str, run_id: int, members: Callable[[], pa.Table]) -> Path:
    """The file of customer_id, tier and segment by a segmentation run, written where it is missing. members: `MEMBERS`,
    None for who is in none."""
    path = home / FOLDER / places_folder(ground) / f"groups-{run_id}.parquet"
    if not path.exists():
        with Warehouse(Picture(())) as warehouse:
            warehouse.lend("f_members", members().cast(MEMBERS))
            warehouse.write("select * from f_members order by customer_id", path)
    return path


def ensure_group_months(home: Path, basis: Basis, places: Path, groups: Path, months: Sequence[date]) -> list[Path]:
    """The files of these month-ends by place and group, those that are missing worked out. FileNotFoundError when one is
    missing and its month is no longer on disk."""
    paths = [_path(home, basis, groups, month) for month in months]
    missing = [(month, path) for month, path in zip(months, paths, strict=True) if not path.exists()]
    if missing:
        there(home, basis, [month for month, _ in missing])
        keys = ", ".join(f"coalesce({name}, '{NO_KEY}') as {name}" for name in GROUPINGS)
        with Warehouse(Picture(())) as warehouse:
            warehouse.keep(
                "f_who",
                f"select customer_id, branch_path, {keys} from {rows_of([places])} p left join {rows_of([groups])} g "
                "using (customer_id)",
            )
            for month, path in missing:
                by = f"month, branch_path, {', '.join(GROUPINGS)}"
                rows = f"{rows_of([basis.path(home, month)])} m join f_who using (customer_id)"
                warehouse.write(f"select {by}, {summed()} from {rows} group by {by} order by {by}", path)
    return paths


def sums_by_group(
    home: Path, basis: Basis, places: Path, groups: Path, grouping: str, months: Sequence[date], paths: Sequence[str]
) -> Mapping[str, Sums]:
    """Sums of these months together by group, below these branch paths; '' are those in no group. grouping: of GROUPINGS.

    ValueError for another; FileNotFoundError as in `ensure_group_months`.
    """
    if grouping not in GROUPINGS:
        raise ValueError(f"customers are not grouped by {grouping}; they are by {', '.join(GROUPINGS)}")
    files = ensure_group_months(home, basis, places, groups, months)
    sums = ", ".join(f"sum({name})::bigint" for name in NAMES)
    with Warehouse(Picture(())) as warehouse:
        found = warehouse.rows(
            f"select {grouping}, {sums} from {rows_of(files)} where {within(paths)} group by {grouping}"
        )
    return {key: sums_of_row(told) for key, *told in found}


def _path(home: Path, basis: Basis, groups: Path, month: date) -> Path:
    own = basis.path(home, month)
    return own.with_name(f"{own.stem}.{groups.stem}.parquet")

"""Feature build: one row a customer, written, against hand-written SQL on the same Parquet and against pandas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.context import Context
from bench.in_process import Measured, measured
from bench.line import Aim, Line
from bench.timing import Spread

SQL, PANDAS = "hand-written SQL on DuckDB", "pandas from Parquet"
SMALL = "some thirty questions are asked one after the other, which is nearly all there is on a small bank"
BARE = Aim(1.5, "≤ 1.5", missed=f"ours works out some thirty more columns a customer; {SMALL}")
QUICKER = Aim(1 / 3, "≤ 1/3", missed=SMALL)
SMALLER = Aim(
    1 / 3, "≤ 1/3", missed="the libraries alone take some 180 MB of ours, which a small bank does not outweigh"
)
TOLERANCE = 0.011  # a cent: doubles of pandas against exact money rounded


def run(context: Context) -> list[Line]:
    folder = context.scratch("features")
    batch = str(context.batch)
    as_of = json.loads((context.batch / "batch.json").read_text(encoding="utf-8"))["business_date"]
    sides = {"ours": "bench.builds:build", SQL: "bench.peers.features_duckdb:build",
             PANDAS: "bench.peers.features_pandas:build"}  # fmt: skip
    told: dict[str, list[Measured]] = {name: [] for name in sides}
    for _ in range(context.rounds):
        for name, function in sides.items():
            path = folder / f"{name.split(' ')[0]}.parquet"
            told[name].append(measured(function, {"batch": batch, "as_of": as_of, "path": str(path)}))
    counted = {name: {each.result for each in values} for name, values in told.items()}
    if len(set().union(*counted.values())) != 1:
        raise RuntimeError(f"the sides disagree about the number of customers: {counted}")
    columns = [
        same_numbers(folder / "ours.parquet", folder / f"{name.split(' ')[0]}.parquet") for name in (SQL, PANDAS)
    ]
    seconds = {name: Spread.of([each.seconds for each in values]) for name, values in told.items()}
    peak = {name: Spread.of([each.peak / 1e6 for each in values]) for name, values in told.items()}
    same = f"{columns[0]} columns compared and equal to the cent"
    more = "ours besides: days below zero, trend, entropies, region, age and tenure; companies' payroll, settlement and groups"
    return [
        Line("feature build, written", "s", seconds["ours"], SQL, seconds[SQL], BARE, f"{same}; {more}"),
        Line("feature build, memory", "MB", peak["ours"], SQL, peak[SQL]),
        Line("feature build, written", "s", seconds["ours"], PANDAS, seconds[PANDAS], QUICKER,
             f"{columns[1]} columns compared and equal to the cent"),
        Line("feature build, memory", "MB", peak["ours"], PANDAS, peak[PANDAS], SMALLER,
             "peak resident memory of a process of its own, libraries included"),
    ]  # fmt: skip


def same_numbers(ours: Path, peer: Path) -> int:
    """How many columns both files have, all equal row by row; RuntimeError names the first that differs."""
    import pandas as pd

    left, right = (pd.read_parquet(path).set_index("customer_id").sort_index() for path in (ours, peer))
    if not left.index.equals(right.index):
        raise RuntimeError(f"{peer.name} has other customers than ours")
    names = [name for name in right.columns if name in left.columns]
    for name in names:
        wrong = _different(left[name], right[name])
        if wrong.any():
            one = wrong.idxmax()
            raise RuntimeError(
                f"{name} differs from {peer.stem} for {int(wrong.sum())} customers, such as {one}: "
                f"{left[name][one]} and {right[name][one]}"
            )
    return len(names)


def _different(left: Any, right: Any) -> Any:
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(left) or not pd.api.types.is_numeric_dtype(right):
        return left.astype(object).fillna("") != right.astype(object).fillna("")
    left, right = left.astype("float64"), right.astype("float64")
    return ~((left.isna() & right.isna()) | ((left - right).abs() <= TOLERANCE))

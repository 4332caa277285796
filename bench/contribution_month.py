"""One month's contribution of every account, written, against the same arithmetic as one DuckDB query.

Both read the same Parquet with the same parameters and ratings (made up for every second customer, so that the line does
not hang on a rating run). Components are compared account by account, to the cent, before a time is told.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from bench.context import Context
from bench.in_process import Measured, measured
from bench.line import Aim, Line
from bench.timing import Spread

PEER = "the same arithmetic as one DuckDB query"
AIM = Aim(
    2, "≤ 2", missed="ours keeps what every month reads in tables of their own, which pays from the second month on"
)
COMPONENTS = ("margin", "fees", "expected_loss", "operating_cost", "capital_cost", "capital", "contribution")
RATINGS = (
    "select customer_id, (1000 + hash(customer_id) % 50000)::integer as pd from read_parquet('{batch}/customers.parquet') "
    "where hash(customer_id) % 2 = 0 order by customer_id"
)


def run(context: Context) -> list[Line]:
    folder, batch = context.scratch("contribution"), str(context.batch)
    as_of = date.fromisoformat(json.loads((context.batch / "batch.json").read_text(encoding="utf-8"))["business_date"])
    month = as_of if (as_of + timedelta(days=1)).day == 1 else as_of.replace(day=1) - timedelta(days=1)
    ratings = _ratings(batch, folder / "ratings.parquet")
    told = {"batch": batch, "month": month.isoformat(), "as_of": as_of.isoformat(), "ratings": str(ratings)}
    ours, peer = folder / "ours.parquet", folder / "peer.parquet"
    sides = {ours: "bench.builds:month_of_contribution", peer: "bench.peers.contribution_duckdb:build"}
    found: dict[Path, list[Measured]] = {path: [] for path in sides}
    for _ in range(context.rounds):
        for path, function in sides.items():
            found[path].append(measured(function, {**told, "path": str(path)}))
    rows = same_cents(ours, peer)
    seconds = [Spread.of([each.seconds for each in found[path]]) for path in sides]
    peak = [Spread.of([each.peak / 1e6 for each in found[path]]) for path in sides]
    note = f"{rows:,} accounts in {month:%Y-%m}, {len(COMPONENTS)} components of each compared and equal to the cent"
    return [
        Line("a month's contribution, written", "s", seconds[0], PEER, seconds[1], AIM, note),
        Line("a month's contribution, memory", "MB", peak[0], PEER, peak[1], None,
             "peak resident memory of a process of its own, ours with the libraries of a worker"),
    ]  # fmt: skip


def _ratings(batch: str, path: Path) -> Path:
    import duckdb

    duckdb.execute(f"copy ({RATINGS.format(batch=batch)}) to '{path}' (format parquet)")
    return path


def same_cents(ours: Path, peer: Path) -> int:
    """How many accounts both files have, equal in every component; RuntimeError names the first that differs."""
    import duckdb

    columns = ", ".join(f"{name}::bigint as {name}" for name in COMPONENTS)
    left, right = (f"select account_id, {columns} from read_parquet('{path}')" for path in (ours, peer))
    wrong = duckdb.sql(f"from (({left}) except ({right})) order by account_id limit 1").fetchone()
    counted = [duckdb.sql(f"select count(*) from read_parquet('{path}')").fetchall()[0][0] for path in (ours, peer)]
    if wrong is not None:
        other = duckdb.sql(f"from ({right}) where account_id = '{wrong[0]}'").fetchone()
        raise RuntimeError(
            f"account {wrong[0]} differs from the peer: {wrong[1:]} and {other[1:] if other else 'absent'}"
        )
    if counted[0] != counted[1]:
        raise RuntimeError(f"the sides disagree about the number of accounts: {counted[0]:,} and {counted[1]:,}")
    return int(counted[0])

"""Delivery load: the whole path of receiving, checks and ledger included, against DuckDB merely copying the files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from bench.context import Context
from bench.in_process import measured
from bench.line import Line
from bench.timing import interleaved

NAME = "delivery load"


def run(context: Context) -> list[Line]:
    rows: dict[str, int] = {}

    def ours() -> float:
        home = context.scratch("received")
        told = measured("bench.delivery_load:receive", {"delivery": str(context.delivery), "home": str(home)})
        rows["ours"] = told.result
        return told.seconds

    def peer() -> float:
        folder = context.scratch("copied")
        told = measured("bench.delivery_load:copy", {"delivery": str(context.delivery), "folder": str(folder)})
        rows["peer"] = told.result
        return told.seconds

    our_seconds, peer_seconds = interleaved(context.rounds, ours, peer)
    if rows["ours"] != rows["peer"]:
        raise RuntimeError(f"we loaded {rows['ours']:,} rows and the peer {rows['peer']:,}")
    note = f"{rows['ours']:,} rows; ours types, checks, sorts and books every row, the peer guesses types and copies"
    name = "delivery load, CSV → checked batch"
    return [
        Line(name, "rows/s", our_seconds.each(lambda s: rows["ours"] / s), "DuckDB COPY CSV → Parquet",
             peer_seconds.each(lambda s: rows["peer"] / s), None, note)
    ]  # fmt: skip


def receive(delivery: str, home: str) -> int:
    """What `./guanxi receive` does, on an empty ledger; rows loaded."""
    from store.database import migrate, open_engine
    from store.ledger import DatabaseLedger
    from warehouse.batches import receive as take
    from warehouse.sources import load_source

    url = f"sqlite:///{home}/guanxi.db"
    migrate(url)
    engine = open_engine(url)
    ledger = DatabaseLedger(engine, "bench", lambda: dt.datetime.now(dt.UTC))
    receipt = take(Path(delivery), load_source("guanxi"), ledger, Path(home) / "warehouse")
    if receipt.rows_in != receipt.rows_loaded:
        raise RuntimeError(f"of {receipt.rows_in} rows only {receipt.rows_loaded} were loaded")
    return receipt.rows_loaded


def copy(delivery: str, folder: str) -> int:
    """DuckDB's own reader and writer, file by file; rows copied."""
    import duckdb

    connection, rows = duckdb.connect(), 0
    for file in sorted(Path(delivery).glob("*.csv")):
        if file.name.startswith("_"):
            continue
        target = Path(folder) / f"{file.stem}.parquet"
        done: Any = connection.execute(
            f"copy (select * from read_csv('{file}')) to '{target}' (format parquet)"
        ).fetchone()
        rows += int(done[0])
    return rows

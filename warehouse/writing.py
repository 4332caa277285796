"""What a batch leaves on disk: Parquet a table, the rejects, and batch.json, which says how to read them together."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from domain.canonical import BY_NAME, TABLES, Table
from warehouse.agreement import Agreement
from warehouse.columns import figure, name, quoted, stored_type
from warehouse.lines import LineNumbers
from warehouse.picture import DESCRIPTION, Part

# Movements and balances are read by account; groups of this many rows let a reader skip the others.
ROW_GROUP = 122_880
SORTED_BY = {"transactions": ("account_id", "booked_at", "transaction_id")}
REJECT_COLUMNS = ("file", "row", "column", "value", "reason", "code")


def write_tables(agreement: Agreement, folder: Path) -> dict[str, int]:
    """Write `<table>.parquet` (and `<table>.waiting.parquet`) of every table the delivery holds; rows by table."""
    written = {}
    for table in TABLES:
        rows = agreement.rows(table, settled=True)
        if not rows:
            continue
        order = ", ".join(name(c) for c in SORTED_BY.get(table.name, table.key))
        written[table.name] = _copy(agreement.connection, table, f"{rows}", order, folder / f"{table.name}.parquet")
        waiting = agreement.waiting_rows(table)
        if waiting:
            _copy(agreement.connection, table, waiting, order, folder / f"{table.name}.waiting.parquet")
    return written


def _copy(connection: duckdb.DuckDBPyConnection, table: Table, rows: str, order: str, path: Path) -> int:
    columns = ", ".join(f"CAST({name(c.name)} AS {stored_type(c)}) AS {name(c.name)}" for c in table.columns)
    result = connection.execute(
        f"COPY (SELECT {columns} FROM ({rows}) ORDER BY {order}) TO {quoted(str(path))} "
        f"(FORMAT parquet, ROW_GROUP_SIZE {ROW_GROUP})"
    )
    written = result.fetchone()
    return int(written[0]) if written else 0


def write_coverage(agreement: Agreement, business_date: dt.date, folder: Path) -> bool:
    """`coverage.parquet`: per account the last month-end up to which its movements are known, where balances are
    derived from them. False, and no file, when the delivery has no such movements.
    """
    parts = []
    for n, file in enumerate(agreement.files):
        if file.kind.covers is None:
            continue
        rows = f"SELECT * FROM ({agreement.rows_of(n, BY_NAME['transactions'])})"
        # A file speaks for the whole month of its newest movement; an account's history only for months it outlives.
        until = (
            f"least(last_day((SELECT max(booked_at)::DATE FROM ({rows}))), DATE '{business_date}')"
            if file.kind.covers == "file" else "max(booked_at)::DATE"
        )  # fmt: skip
        parts.append(f"SELECT account_id, {until} AS until FROM ({rows}) GROUP BY account_id")
    if not parts:
        return False
    month_end = (
        "CASE WHEN until = last_day(until) THEN until ELSE (date_trunc('month', until) - INTERVAL 1 DAY)::DATE END"
    )
    agreement.connection.execute(
        f"COPY (SELECT account_id, max({month_end}) AS until FROM ({' UNION ALL '.join(parts)}) GROUP BY account_id "
        f"ORDER BY account_id) TO {quoted(str(folder / 'coverage.parquet'))} (FORMAT parquet)"
    )
    return True


def write_rejects(agreement: Agreement, lines: dict[int, LineNumbers], path: Path) -> int:
    """`rejects.parquet`: a row a complaint, with the line of the file an editor shows; the number of rows rejected."""
    connection = agreement.connection
    connection.execute('CREATE OR REPLACE TABLE line_of (file INTEGER, "row" BIGINT, line BIGINT)')
    for n, numbers in lines.items():
        question = f'SELECT DISTINCT "row" FROM rejected WHERE file = {n}'
        found = numbers.of([row[0] for row in connection.execute(question).fetchall()])
        if found:
            lines_found = pa.table({"row": list(found), "line": list(found.values())})
            connection.register("lines_found", lines_found)
            connection.execute(f'INSERT INTO line_of SELECT {n}, "row", line FROM lines_found')
            connection.unregister("lines_found")
    names = ", ".join(f"({n}, {quoted(file.arrived.name)})" for n, file in enumerate(agreement.files))
    torn = " ".join(f"UNION ALL SELECT {n}, line, '', line_text, 'torn', reason FROM torn_rows_{n}" for n in lines)
    connection.execute(
        'COPY (SELECT f.name AS file, r.line AS "row", r."column", r.value, r.reason, r.code FROM ('
        'SELECT j.file, l.line, j."column", j.value, j.code, j.reason FROM rejected j '
        'JOIN line_of l ON l.file = j.file AND l."row" = j."row" '
        f'{torn}) AS r(file, line, "column", value, code, reason) '
        f"JOIN (VALUES {names}) AS f(n, name) ON f.n = r.file ORDER BY 1, 2, 3, 6) "
        f"TO {quoted(str(path))} (FORMAT parquet)"
    )
    return figure(
        connection, f'SELECT count(*) FROM (SELECT DISTINCT file, "row" FROM read_parquet({quoted(str(path))}))'
    )


def overlaps(connection: duckdb.DuckDBPyConnection, table: Table, fresh: Path, earlier: list[Part]) -> list[int]:
    """Which earlier batches hold a key that the fresh rows hold too."""
    found = []
    same = " AND ".join(f"n.{name(k)} = o.{name(k)}" for k in table.key)
    for part in earlier:
        if table.name not in part.tables:
            continue
        question = (
            f"SELECT 1 FROM {part.file(table.name)} AS o "
            f"WHERE EXISTS (SELECT 1 FROM read_parquet({quoted(str(fresh))}) AS n WHERE {same}) LIMIT 1"
        )
        if connection.execute(question).fetchone():
            found.append(part.batch_id)
    return found


def describe(
    agreement: Agreement,
    folder: Path,
    batch_id: int,
    business_date: dt.date,
    written: dict[str, int],
    mode: dict[str, str],
    earlier: list[Part],
) -> dict[str, Any]:
    """Write batch.json and give back what it says of each table."""
    tables = {}
    for table in TABLES:
        if table.name not in written:
            continue
        waiting = agreement.waiting_rows(table) is not None
        tables[table.name] = {
            "rows": written[table.name],
            "mode": mode[table.name],
            "overlaps": overlaps(agreement.connection, table, folder / f"{table.name}.parquet", earlier),
            "waiting": waiting,
        }
    text = {
        "batch_id": batch_id,
        "source": agreement.source.name,
        "currency": agreement.source.currency,
        "business_date": business_date.isoformat(),
        "derives_balances": (folder / "coverage.parquet").exists(),
        "tables": tables,
    }
    (folder / DESCRIPTION).write_text(json.dumps(text, indent=1, sort_keys=True), encoding="utf-8")
    return tables


def keep(folder: Path) -> None:
    """Force a folder's files and the folder to the disk, so that a name never stands for a half-written file."""
    for path in [*sorted(folder.iterdir()), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

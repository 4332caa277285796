"""A batch on disk that tells what two companies do, C06 and C12 of the small picture: movements and a group."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from domain.canonical import BY_NAME

OURS, THEIRS = "622202000000000601", "622202000000001201"  # the demand accounts of C06 (B1) and C12 (B2)
OUTSIDE = "9812345678901234567"
# account, booked at, amount, kind, category, bank and account of the other side
MOVES = [
    (OURS, "2026-10-10 10:00", "-52000.00", "payroll", "salary", None, None),
    (OURS, "2026-10-25 10:00", "-1000.00", "payroll", "salary", None, None),
    (OURS, "2026-09-10 10:00", "-50000.00", "payroll", "salary", None, None),
    (OURS, "2026-10-11 09:30", "300000.00", "transfer_in", "business", "江城银行", THEIRS),
    (OURS, "2026-08-11 09:30", "100000.00", "transfer_in", "business", "云湖银行", OUTSIDE),
    (OURS, "2026-10-12 09:30", "-80000.00", "transfer_out", "business", "云湖银行", OUTSIDE),
    (OURS, "2026-10-13 09:30", "-7777.77", "transfer_out", "tax", "云湖银行", "TAX"),
    (OURS, "2025-10-31 09:30", "5555.55", "transfer_in", "business", "云湖银行", OUTSIDE),  # before the year
    (THEIRS, "2026-10-11 09:30", "-300000.00", "transfer_out", "business", "江城银行", OURS),
]
GROUP = [("C06", "C12"), ("C06", "C77")]  # C12 is the head; C77 is in no branch of anybody's


def write_company_batch(folder: Path, batch: int = 214) -> Path:
    """The folder of the batch the small picture is of, as the warehouse keeps one."""
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        for table, rows in (
            ("transactions", _movements()),
            ("relations", [(a, b, "group_member", None) for a, b in GROUP]),
        ):
            columns = ", ".join(f'"{c.name}" {_TYPES.get(c.type, "VARCHAR")}' for c in BY_NAME[table].columns)
            connection.execute(f"create table {table} ({columns})")
            marks = ", ".join("?" for _ in BY_NAME[table].columns)
            connection.executemany(f"insert into {table} values ({marks})", [list(row) for row in rows])
            connection.execute(f"copy (from {table} order by all) to '{folder / f'{table}.parquet'}'")
    told = {"rows": 1, "mode": "full", "overlaps": [], "waiting": 0}
    (folder / "batch.json").write_text(json.dumps({
        "batch_id": batch, "business_date": "2026-10-31", "currency": "CNY", "derives_balances": False,
        "tables": {"transactions": told, "relations": told},
    }), encoding="utf-8")  # fmt: skip
    return folder


def _movements() -> list[tuple[object, ...]]:
    return [
        (f"T{n}", account, at, amount, None, kind, "online", category, bank, partner, None)
        for n, (account, at, amount, kind, category, bank, partner) in enumerate(MOVES)
    ]


_TYPES = {"timestamp": "TIMESTAMP", "money": "DECIMAL(18,2)", "share": "DOUBLE"}

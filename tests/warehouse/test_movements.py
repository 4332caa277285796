"""Movements of a customer's accounts, from the Parquet of the batches."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from domain.canonical import BY_NAME
from warehouse.movements import recent
from warehouse.picture import Picture

AS_OF = date(2026, 10, 31)
ROWS = [
    # id, account, booked_at, amount, kind, channel
    ("T1", "6222000000000001", "2026-10-01 09:30:00", "100.00", "deposit", "branch"),
    ("T2", "6222000000000001", "2026-10-31 23:59:59", "-20.55", "card_payment", "pos"),
    ("T3", "6222000000000001", "2026-11-01 00:00:01", "5.00", "deposit", "mobile"),
    ("T4", "6222000000000002", "2026-10-15 00:00:00", "7.00", "interest", "system"),
    ("T5", "6222000000000003", "2026-10-20 10:00:00", "999.00", "deposit", "branch"),
    ("T6", "6222000000000001", "2026-10-31 23:59:59", "-1.00", "fee", "system"),
]


def write_batch(folder: Path, batch: int, rows: list[tuple[str, ...]]) -> Path:
    folder.mkdir()
    names = BY_NAME["transactions"].names
    with duckdb.connect() as connection:
        connection.execute(
            f"create table t ({', '.join(f'{n} varchar' for n in names)})".replace("booked_at varchar", "booked_at timestamp")
            .replace("amount varchar", "amount decimal(18,2)").replace("balance_after varchar", "balance_after decimal(18,2)")
        )  # fmt: skip
        connection.executemany(
            "insert into t (transaction_id, account_id, booked_at, amount, kind, channel, counterparty_bank, counterparty_account)"
            " values (?, ?, ?, ?, ?, ?, '王小明', '6228480012345678')",
            [list(row) for row in rows],
        )
        connection.execute(
            f"copy (select * from t order by account_id, booked_at) to '{folder / 'transactions.parquet'}'"
        )
    (folder / "batch.json").write_text(json.dumps({
        "batch_id": batch, "business_date": "2026-10-31", "currency": "CNY", "derives_balances": False,
        "tables": {"transactions": {"rows": len(rows), "mode": "changes", "overlaps": [], "waiting": 0}},
    }), encoding="utf-8")  # fmt: skip
    return folder


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    return Picture((write_batch(tmp_path / "1", 1, ROWS[:3]), write_batch(tmp_path / "2", 2, ROWS[3:])))


def test_newest_first_over_all_batches_and_never_after_as_of(picture: Picture) -> None:
    found = recent(picture, ["6222000000000001", "6222000000000002"], AS_OF)
    assert found.total == 4
    assert [(str(m.booked_at), m.amount) for m in found.rows] == [
        ("2026-10-31 23:59:59", Decimal("-1.00")),
        ("2026-10-31 23:59:59", Decimal("-20.55")),
        ("2026-10-15 00:00:00", Decimal("7.00")),
        ("2026-10-01 09:30:00", Decimal("100.00")),
    ]
    assert [m.has_time for m in found.rows] == [True, True, False, True]


def test_pages_and_masks(picture: Picture) -> None:
    page = recent(picture, ["6222000000000001"], AS_OF, limit=1, offset=1)
    assert page.total == 3 and [m.kind for m in page.rows] == ["card_payment"]
    assert (page.rows[0].account, page.rows[0].counterparty, page.rows[0].counterparty_account) == (
        "****0001",
        "王*明",
        "****5678",
    )


def test_no_accounts_or_no_batches_have_no_movements(picture: Picture) -> None:
    assert recent(picture, [], AS_OF).total == 0
    assert recent(Picture(()), ["6222000000000001"], AS_OF).total == 0
    assert recent(picture, ["' or 1=1 --"], AS_OF).total == 0


def test_only_the_accounts_asked_for_are_scanned(picture: Picture) -> None:
    with duckdb.connect() as connection:
        sql = picture.sql(BY_NAME["transactions"])
        plan = connection.execute(f"explain select * from ({sql}) where account_id in ('6222000000000001')").fetchall()
    assert "Filters" in plan[0][1] and "account_id" in plan[0][1], "the accounts are pushed into the Parquet scan"


FORKED = """
import os, sys
import numpy, pandas, pyarrow, pyarrow.dataset  # as a worker has them, with threads of their own
from datetime import date
from pathlib import Path
from warehouse import movements
from warehouse.picture import Picture

def threads():  # but for the allocator's, which sees to forks itself
    names = [Path(f"/proc/self/task/{task}/comm").read_text().strip() for task in os.listdir("/proc/self/task")]
    return len([name for name in names if name != "jemalloc_bg_thd"])

picture, before = Picture(tuple(map(Path, sys.argv[1:]))), threads()
movements.footers_before_fork(picture)
movements.footers_before_fork(picture)
assert threads() == before, "no thread of an engine may be there when a worker forks"
for _ in range(2):
    child = os.fork()
    if not child:
        found = movements.recent(picture, ["6222000000000001", "6222000000000002"], date(2026, 10, 31))
        os._exit(found.total)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 4
"""


def test_forked_processes_read_through_the_engine_made_before(picture: Picture) -> None:
    asked = [sys.executable, "-c", FORKED, *map(str, picture.folders)]
    done = subprocess.run(asked, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0, done.stderr

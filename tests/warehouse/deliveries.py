"""A bank small enough to count by hand, written as a delivery, and a warehouse to receive it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Engine

from domain.canonical import TABLES
from domain.deliveries import Batch
from store.database import reading, writing
from store.ledger import DatabaseLedger, batch, counting_batches, roll_back, roll_forward
from warehouse.batches import Limits, Receipt, receive, rejects_csv
from warehouse.picture import Picture
from warehouse.sources import Source, load_source

AT = dt.datetime(2026, 11, 1, 2, 0, tzinfo=dt.UTC)

BANK = {
    "branches.csv": "branch_id,name,parent_id,level\nHQ,总行,,0\nB1,江城支行,HQ,1\n",
    "products.csv": "product_id,name,family,currency\nP1,活期,demand,CNY\n",
    "customers.csv": (
        "customer_id,kind,name,birth_date,branch_id,annual_income\n"
        "C1,personal,张伟,1980-02-29,B1,120000.00\nC2,personal,李娜,1991-07-01,B1,\nC3,corporate,江城机械有限公司,,B1,\n"
    ),
    "accounts.csv": (
        "account_id,product_id,branch_id,opened_on,status,currency,matures_on\n"
        "A1,P1,B1,2020-01-01,open,CNY,\nA2,P1,B1,2021-05-01,open,CNY,2031-05-01\nA3,P1,B1,2022-06-01,open,CNY,\n"
    ),
    "holders.csv": "account_id,customer_id,role\nA1,C1,owner\nA2,C2,owner\nA3,C3,owner\nA1,C2,authorised\n",
    "balances.csv": "account_id,as_of,balance\nA1,2026-10-31,150.25\nA2,2026-10-31,-3.10\nA3,2026-10-31,9000\n",
    "transactions.csv": (
        "transaction_id,account_id,booked_at,amount,kind,channel,memo\n"
        "T1,A2,2026-10-03 09:15:00,10.10,deposit,branch,\n"
        "T2,A1,2026-10-02 10:00:00,-4.35,card_payment,pos,午餐\n"
        "T3,A1,2026-10-01,154.60,salary,transfer,\n"
        'T4,A3,2026-10-31 23:59:59,9000,transfer_in,online,"a, b"\n'
    ),
}


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A delivery's folder with these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@dataclass
class Bank:
    """A warehouse and its ledger."""

    engine: Engine
    folder: Path
    source: Source = field(default_factory=lambda: load_source("guanxi"))

    @property
    def home(self) -> Path:
        return self.folder / "warehouse"

    def write(self, name: str = "2026-10-31", **changes: str | bytes | None) -> Path:
        """The small bank as a delivery, with some files changed (`transactions="..."`) or left out (None)."""
        named = {f"{key}.csv": text for key, text in changes.items()}
        files = {name: text for name, text in {**BANK, **named}.items() if text is not None}
        return write(self.folder / "sent" / name, files)

    def only(self, name: str, **files: str | bytes) -> Path:
        """A delivery of only these files."""
        return write(self.folder / "sent" / name, {f"{key}.csv": text for key, text in files.items()})

    def receive(
        self,
        delivery: Path,
        allowed: float = 0.05,
        progress: Callable[[str, float], None] | None = None,
        limits: Limits | None = None,
        source: Source | None = None,
        patience: float = 0.0,
        allowed_shrink: float = 0.5,
    ) -> Receipt:
        ledger = DatabaseLedger(self.engine, "tester", lambda: AT)
        limits = limits or Limits(threads=1)  # a handful of rows: more threads only wait for each other
        return receive(
            delivery, source or self.source, ledger, self.home, allowed, progress, limits, patience, allowed_shrink
        )

    def batch(self, batch_id: int) -> Batch:
        with reading(self.engine) as connection:
            found = batch(connection, batch_id)
        assert found is not None
        return found

    def picture(self) -> Picture:
        with reading(self.engine) as connection:
            return Picture(tuple(self.home / str(b.folder) for b in counting_batches(connection)))

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with self.picture().connect() as connection:
            return connection.execute(question).fetchall()

    def fingerprint(self) -> dict[str, tuple[Any, ...]]:
        """Rows and a hash of every canonical table, whatever the order of rows."""
        question = "SELECT count(*), sum(hash(x::VARCHAR)::HUGEINT) FROM {} AS x"
        with self.picture().connect() as connection:
            return {t.name: connection.execute(question.format(t.name)).fetchall()[0] for t in TABLES}

    def rejects(self, batch_id: int) -> list[tuple[Any, ...]]:
        """(file, row, column, value, reason, code) of each complaint."""
        path = self.folder / "rejects.csv"
        path.write_bytes(b"".join(rejects_csv(self.home, batch_id)))
        return duckdb.sql(f"SELECT * FROM read_csv('{path}', all_varchar = true, header = true)").fetchall()

    def roll_back(self, batch_id: int) -> None:
        with writing(self.engine) as connection:
            roll_back(connection, batch_id, "chief", AT)

    def roll_forward(self, batch_id: int) -> None:
        with writing(self.engine) as connection:
            roll_forward(connection, batch_id, "chief", AT)

"""Job functions called directly, on a delivery that came in by the front door."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine

from config.settings import Settings
from domain.canonical import TABLES
from jobs.runner import Job
from store.ledger import DatabaseLedger
from tests.warehouse.small_bank import SmallBank
from warehouse.batches import receive
from warehouse.sources import load_source

AT = dt.datetime(2026, 7, 1, 6, 0, tzinfo=dt.UTC)
# Who kept little a year ago falls 120 days behind, most of the time: something for a scorecard to find.
FALLEN = """
update loan_status set days_past_due = if(poor and hash(account_id) % 10 < 8 and as_of > date '2025-09-30', 120, 0)
from (select h.account_id as number, total < 18000 as poor from holders h join (select customer_id, sum(balance) as total
  from balances join holders using (account_id) where as_of = '2025-06-30' group by 1) using (customer_id))
where account_id = number"""


@dataclass
class Asked:
    """What a job function sees of its job; `told` keeps the steps."""

    settings: Settings
    engine: Engine
    by: str = "maker"
    job_id: int = 7
    now: dt.datetime = AT
    told: list[str] = field(default_factory=list)

    def clock(self) -> dt.datetime:
        return AT

    def step(self, name: str, percent: float | None = None, detail: str | None = None) -> None:
        assert percent is None or 0 <= percent <= 100
        self.told.append(name)

    def log(self, line: str, zh: str | None = None) -> None:
        assert line and zh != ""


def deliver(bank: SmallBank, folder: Path, settings: Settings, engine: Engine) -> int:
    folder.mkdir()
    connection = bank.connect()
    for table in TABLES:
        connection.execute(f"copy {table.name} to '{folder / table.name}.parquet' (format parquet)")
    ledger = DatabaseLedger(engine, "maker", lambda: AT)
    receipt = receive(folder, load_source("guanxi"), ledger, settings.warehouse, 0.05)
    assert receipt.state == "loaded", receipt.sentence
    return receipt.batch_id


def go(job: Any, asked: Asked, **parameters: Any) -> dict[str, Any]:
    mine = replace(asked, told=[])
    result = job.run(cast(Job, mine), **parameters)
    return {**result, "told": mine.told}

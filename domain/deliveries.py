"""What the ledger says of a delivery: the batch it became, its files, and that every row is accounted for.

The receiver (warehouse) and the ledger (store) both speak in these; neither imports the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class LedgerRefusal(Exception):
    """The ledger does not allow the step; the message is a sentence for the reader."""


@dataclass(frozen=True)
class DeliveredFile:
    """One file of a delivery. rows_in = rows_loaded + rows_rejected + rows_duplicate, held by the database.

    tables: names of the canonical tables it feeds, comma-separated. totals: sums of its amounts as exact text.
    """

    name: str
    tables: str
    sha256: str
    bytes: int
    encoding: str | None = None
    rows_in: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    rows_duplicate: int = 0
    totals: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """One row of the ledger. state: receiving, loaded, refused, failed or rolled_back; `counts` only while loaded.

    A delivery that was received but held (`held`) is rolled_back from the first; rolling it forward takes it into use.
    """

    batch_id: int
    source: str
    bank: str | None
    business_date: dt.date | None
    content_hash: str
    state: str
    counts: bool
    folder: str | None
    received_at: dt.datetime
    received_by: str
    finished_at: dt.datetime | None = None
    changed_at: dt.datetime | None = None
    changed_by: str | None = None
    rows_in: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    rows_duplicate: int = 0
    sentence: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[DeliveredFile, ...] = ()

    @property
    def held(self) -> bool:
        """Whether it waits for somebody to take it into use; its detail says why, and nobody has decided yet."""
        return self.state == "rolled_back" and self.changed_at is None and bool(self.detail.get("held"))


def in_business_order(batches: list[Batch]) -> list[Batch]:
    """Oldest first by business date, then by number: the order in which the newest row by key wins."""
    return sorted(batches, key=lambda b: (b.business_date or dt.date.min, b.batch_id))

"""What the receiver asks of the ledger, whoever keeps it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from domain.deliveries import Batch, DeliveredFile


class Ledger(Protocol):
    """The book of deliveries. Each call is one transaction of its own."""

    def settle_lost(self, sentence: str) -> list[int]:
        """Turn rows a dead receiver left `receiving` into `failed`; their numbers. Call it only under the lock."""

    def known(self, content_hash: str) -> Batch | None:
        """The batch that already holds this content (loaded or rolled back), or None."""

    def kept(self) -> list[Batch]:
        """Batches whose rows are on disk: loaded and rolled back, oldest business date first."""

    def begin(self, source: str, bank: str, content_hash: str) -> int:
        """Open a row `receiving`; its number."""

    def load(
        self,
        batch_id: int,
        bank: str,
        business_date: dt.date,
        folder: str,
        files: Sequence[DeliveredFile],
        sentence: str | None,
        detail: Mapping[str, Any],
        held: bool = False,
    ) -> None:
        """From `receiving` to `loaded`, counting, with its files. LedgerRefusal when the row is not `receiving`.

        held: to `rolled_back` instead, so that it counts only once somebody rolls it forward.
        """

    def refuse(self, batch_id: int, sentence: str, detail: Mapping[str, Any]) -> None:
        """From `receiving` to `refused`: the bank must send something else."""

    def fail(self, batch_id: int, sentence: str) -> None:
        """From `receiving` to `failed`: the receiver stopped; the same delivery may come again."""

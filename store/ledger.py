"""The ledger of deliveries in the database: what came, what counts, rolled back and forward.

Changes of state are conditional updates: whoever comes second finds the row changed and is told so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from domain.deliveries import Batch, DeliveredFile, LedgerRefusal, in_business_order
from store.database import reading, writing
from store.tables import batch_files, batches

LIVE = ("receiving", "loaded", "rolled_back")
ON_DISK = ("loaded", "rolled_back")


class DatabaseLedger:
    """The ledger a receiver writes to. by: who receives; clock: the time, always aware."""

    def __init__(self, engine: Engine, by: str, clock: Callable[[], dt.datetime]) -> None:
        self.engine, self.by, self.clock = engine, by, clock

    def settle_lost(self, sentence: str) -> list[int]:
        """Turn every row left `receiving` into `failed`; their numbers. For the holder of the receiver's lock only."""
        with writing(self.engine) as connection:
            lost = list(connection.scalars(select(batches.c.batch_id).where(batches.c.state == "receiving")))
            if lost:
                connection.execute(
                    update(batches)
                    .where(batches.c.batch_id.in_(lost))
                    .values(state="failed", sentence=sentence, finished_at=self.clock())
                )
        return lost

    def known(self, content_hash: str) -> Batch | None:
        """The batch on disk with this content, or None."""
        with reading(self.engine) as connection:
            found = connection.execute(
                select(batches).where(batches.c.content_hash == content_hash, batches.c.state.in_(ON_DISK))
            ).one_or_none()
            return None if found is None else _batch(found, _files(connection, found.batch_id))

    def kept(self) -> list[Batch]:
        """Batches on disk, oldest business date first."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(batches).where(batches.c.state.in_(ON_DISK))).all()
        return in_business_order([_batch(row) for row in rows])

    def begin(self, source: str, bank: str, content_hash: str) -> int:
        """Open a row `receiving`; its number."""
        with writing(self.engine) as connection:
            row = {
                "source": source, "bank": bank, "content_hash": content_hash, "state": "receiving",
                "received_at": self.clock(), "received_by": self.by,
            }  # fmt: skip
            return connection.execute(insert(batches).values(row).returning(batches.c.batch_id)).scalar_one()

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
        """One transaction: the files, their sums, and the row from `receiving` to `loaded`, counting.

        held: to `rolled_back`, not counting, until somebody rolls it forward.
        """
        with writing(self.engine) as connection:
            if files:
                connection.execute(insert(batch_files), [_file_row(batch_id, file) for file in files])
            self._finish(
                connection, batch_id, "rolled_back" if held else "loaded", counts=not held, bank=bank,
                business_date=business_date, folder=folder, sentence=sentence, detail=dict(detail),
                rows_in=sum(f.rows_in for f in files), rows_loaded=sum(f.rows_loaded for f in files),
                rows_rejected=sum(f.rows_rejected for f in files), rows_duplicate=sum(f.rows_duplicate for f in files),
            )  # fmt: skip

    def refuse(self, batch_id: int, sentence: str, detail: Mapping[str, Any]) -> None:
        """From `receiving` to `refused`."""
        with writing(self.engine) as connection:
            self._finish(connection, batch_id, "refused", sentence=sentence, detail=dict(detail))

    def fail(self, batch_id: int, sentence: str) -> None:
        """From `receiving` to `failed`."""
        with writing(self.engine) as connection:
            self._finish(connection, batch_id, "failed", sentence=sentence)

    def _finish(self, connection: Connection, batch_id: int, state: str, **values: Any) -> None:
        result = connection.execute(
            update(batches)
            .where(batches.c.batch_id == batch_id, batches.c.state == "receiving")
            .values(state=state, finished_at=self.clock(), **values)
        )
        if result.rowcount != 1:
            raise LedgerRefusal(f"batch {batch_id} is not being received any more; send the delivery again")


def counting_batches(connection: Connection) -> list[Batch]:
    """The batches the picture is made of, oldest business date first."""
    return in_business_order([_batch(row) for row in connection.execute(select(batches).where(batches.c.counts))])


def list_batches(connection: Connection, limit: int = 50, offset: int = 0) -> list[Batch]:
    """The ledger, newest first, without the files."""
    question = select(batches).order_by(batches.c.batch_id.desc()).limit(limit).offset(offset)
    return [_batch(row) for row in connection.execute(question)]


def count_batches(connection: Connection) -> int:
    """How many rows the ledger has."""
    return connection.scalar(select(func.count()).select_from(batches)) or 0


def batch(connection: Connection, batch_id: int) -> Batch | None:
    """One batch with its files, or None."""
    row = connection.execute(select(batches).where(batches.c.batch_id == batch_id)).one_or_none()
    return None if row is None else _batch(row, _files(connection, batch_id))


def roll_back(connection: Connection, batch_id: int, by: str, at: dt.datetime) -> None:
    """Let a batch count no longer. LedgerRefusal when it does not count now. The picture must be rebuilt after it."""
    _turn(connection, batch_id, "loaded", "rolled_back", by, at)


def roll_forward(connection: Connection, batch_id: int, by: str, at: dt.datetime) -> None:
    """Let a rolled-back or held batch count. LedgerRefusal when it is neither. Rebuild the picture after it."""
    _turn(connection, batch_id, "rolled_back", "loaded", by, at)


def _turn(connection: Connection, batch_id: int, before: str, after: str, by: str, at: dt.datetime) -> None:
    result = connection.execute(
        update(batches)
        .where(batches.c.batch_id == batch_id, batches.c.state == before)
        .values(state=after, counts=after == "loaded", changed_at=at, changed_by=by)
    )
    if result.rowcount == 1:
        return
    now = connection.scalar(select(batches.c.state).where(batches.c.batch_id == batch_id))
    if now is None:
        raise LedgerRefusal(f"there is no batch {batch_id}; look at the ledger for its number")
    what = "rolled back" if after == "rolled_back" else "rolled forward"
    raise LedgerRefusal(
        f"batch {batch_id} is {now.replace('_', ' ')} and cannot be {what}; only a {before.replace('_', ' ')} one can"
    )


def _file_row(batch_id: int, file: DeliveredFile) -> dict[str, Any]:
    return {
        "batch_id": batch_id, "name": file.name, "table_name": file.tables, "sha256": file.sha256, "bytes": file.bytes,
        "encoding": file.encoding, "rows_in": file.rows_in, "rows_loaded": file.rows_loaded,
        "rows_rejected": file.rows_rejected, "rows_duplicate": file.rows_duplicate, "totals": dict(file.totals),
    }  # fmt: skip


def _files(connection: Connection, batch_id: int) -> tuple[DeliveredFile, ...]:
    question = select(batch_files).where(batch_files.c.batch_id == batch_id).order_by(batch_files.c.name)
    return tuple(
        DeliveredFile(
            row.name, row.table_name or "", row.sha256, row.bytes, row.encoding, row.rows_in, row.rows_loaded,
            row.rows_rejected, row.rows_duplicate, row.totals or {},
        )
        for row in connection.execute(question)
    )  # fmt: skip


def _batch(row: Row[Any], files: tuple[DeliveredFile, ...] = ()) -> Batch:
    values = dict(row._mapping)
    return Batch(**{**values, "detail": values["detail"] or {}}, files=files)

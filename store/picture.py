"""The picture on show: what the serving tables were made of, and their rebuilding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

import pyarrow as pa
from sqlalchemy import Connection, delete, func, insert, select

from store import postings
from store.bulk import fill
from store.served_runs import KINDS, serve_published
from store.tables import accounts, metadata, pictures, runs

SERVED = (
    "branches", "staff", "products", "accounts", "loans", "cards", "customers", "customer_months", "branch_months",
)  # fmt: skip


@dataclass(frozen=True)
class PictureOnShow:
    """What the portal serves from. `months` are month-ends with figures, oldest first; a run is None until published."""

    as_of: date
    batch_id: int
    batches: tuple[int, ...]
    months: tuple[date, ...]
    segmentation_run_id: int | None
    segmentation_version: str | None
    credit_run_id: int | None
    credit_version: str | None
    built_at: datetime
    detail: Mapping[str, Any]

    @property
    def currency(self) -> str | None:
        """The currency most accounts are kept in, the bank's own; None without accounts."""
        return self.detail.get("currency")


def current(connection: Connection) -> PictureOnShow | None:
    """The picture on show, or None before the first delivery."""
    row = connection.execute(select(pictures)).one_or_none()
    if row is None:
        return None
    known = [number for number in (row.segmentation_run_id, row.credit_run_id) if number is not None]
    found = connection.execute(select(runs.c.run_id, runs.c.version).where(runs.c.run_id.in_(known)))
    versions = {run.run_id: run.version for run in found}
    return PictureOnShow(
        as_of=row.as_of,
        batch_id=row.batch_id,
        batches=tuple(row.batches),
        months=tuple(date.fromisoformat(month) for month in row.months),
        segmentation_run_id=row.segmentation_run_id,
        segmentation_version=versions.get(row.segmentation_run_id),
        credit_run_id=row.credit_run_id,
        credit_version=versions.get(row.credit_run_id),
        built_at=row.built_at,
        detail=row.detail or {},
    )


class Serving(Protocol):
    """What the warehouse hands over: see warehouse/projection.py."""

    as_of: date
    months: tuple[date, ...]
    unknown: tuple[str, ...]

    def tables(self) -> Iterator[tuple[str, Iterator[pa.RecordBatch]]]:
        """(table name, its rows), each table once."""
        ...


def rebuild(
    connection: Connection,
    serving: Serving,
    batch_ids: Sequence[int],
    at: datetime,
    heard: Callable[[str, int], None] = lambda _table, _rows: None,
) -> dict[str, int]:
    """Put the serving tables in place of the old ones, in the caller's transaction; returns the rows of each table.

    batch_ids: those that count, oldest first, at least one. The published runs' columns are filled again, the look-up's
    postings made anew. Readers see the old picture until the transaction commits; when it fails, they keep it.
    """
    written = {}
    for name in SERVED:
        connection.execute(delete(metadata.tables[name]))
    for name, rows in serving.tables():
        written[name] = fill(connection, metadata.tables[name], rows, lambda n, name=name: heard(name, n))  # type: ignore[misc]
    heard("customer_terms", 0)
    written["customer_terms"] = postings.rewrite(connection)
    run_ids = {kind: serve_published(connection, kind) for kind in KINDS}
    row = {
        "as_of": serving.as_of, "batch_id": batch_ids[-1], "batches": list(batch_ids),
        "months": [month.isoformat() for month in serving.months], "segmentation_run_id": run_ids["segmentation"],
        "credit_run_id": run_ids["credit"], "built_at": at,
        "detail": {"unknown": list(serving.unknown), "rows": written, "currency": _commonest_currency(connection)},
    }  # fmt: skip
    connection.execute(delete(pictures))
    connection.execute(insert(pictures).values(one=1, **row))
    return written


def _commonest_currency(connection: Connection) -> str | None:
    kept = select(accounts.c.currency).group_by(accounts.c.currency).order_by(func.count().desc(), accounts.c.currency)
    return connection.scalar(kept.limit(1))


def clear(connection: Connection) -> None:
    """No batch counts any more: an empty picture, in the caller's transaction."""
    for name in (*SERVED, "customer_terms", "pictures"):
        connection.execute(delete(metadata.tables[name]))

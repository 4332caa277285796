"""The picture on show: what the serving tables were made of, and their rebuilding beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import pyarrow as pa
from sqlalchemy import Connection, Engine, Table, delete, func, insert, select

from store import beside
from store.database import reading
from store.postings import Findable
from store.served_runs import KINDS, RunColumns, published_id, serve_published
from store.tables import pictures, runs
from store.turns import Turns


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
    versions: Mapping[str, str] = field(default_factory=dict)  # of every kind with a published run

    @property
    def opening_month(self) -> date | None:
        """The month to open on: the newest that tells of most customers, the newest of all where none does."""
        told = self.detail.get("complete")
        return date.fromisoformat(told) if told else self.months[-1] if self.months else None

    @property
    def currency(self) -> str | None:
        """The currency most accounts are kept in, the bank's own; None without accounts."""
        return self.detail.get("currency")


def current(connection: Connection) -> PictureOnShow | None:
    """The picture on show, or None before the first delivery."""
    row = connection.execute(select(pictures)).one_or_none()
    if row is None:
        return None
    by_kind = {kind: row._mapping[f"{kind}_run_id"] for kind in KINDS}
    known = [number for number in by_kind.values() if number is not None]
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
        versions={kind: versions[number] for kind, number in by_kind.items() if number in versions},
    )


class Serving(Protocol):
    """What the warehouse hands over: see warehouse/projection.py."""

    as_of: date
    months: tuple[date, ...]
    unknown: tuple[str, ...]
    complete: date | None

    def tables(self) -> Iterator[tuple[str, Iterator[pa.RecordBatch]]]:
        """(table name, its rows), each table once."""
        ...


def rebuild(
    engine: Engine,
    serving: Serving,
    batch_ids: Sequence[int],
    at: datetime,
    heard: Callable[[str, int], None] = lambda _table, _rows: None,
) -> dict[str, int]:
    """Write the serving tables beside those on show and switch; returns the rows of each table.

    batch_ids: those that count, oldest first, at least one. The published runs' columns are filled again, the look-up's
    postings made anew. Readers see the old picture until the switch, which is one short transaction, and keep it when
    anything fails before. Other writers wait for no more than a stretch of the writing (see store/turns.py).
    `heard("switch", 0)` is called right before the switch. PictureBusy as in store.beside.switch.
    """
    turns = Turns(engine)
    own = beside.stand_ins(turns)
    with reading(engine) as connection:
        columns = [RunColumns(connection, kind) for kind in KINDS]
    written = {}
    for name, batches in serving.tables():
        rows = _with_runs(batches, columns) if name == "customers" else batches
        written[name] = turns.fill(own[name], rows, lambda n, name=name: heard(name, n))  # type: ignore[misc]
    heard("customer_terms", 0)
    with reading(engine) as connection:
        findable, currency = Findable(connection, own), _commonest_currency(connection, own["accounts"])
    found = findable.postings()
    written["customer_terms"] = turns.fill(own["customer_terms"], found, lambda n: heard("customer_terms", n))
    heard("indexes", 0)
    beside.index(turns, own)
    row = {
        "as_of": serving.as_of, "batch_id": batch_ids[-1], "batches": list(batch_ids),
        "months": [month.isoformat() for month in serving.months], "built_at": at,
        "detail": {
            "unknown": list(serving.unknown), "complete": serving.complete and serving.complete.isoformat(),
            "rows": written, "currency": currency,
        },
    }  # fmt: skip
    heard("switch", 0)
    beside.switch(engine, own, lambda connection: _sign(connection, row, columns, own["customers"]))
    beside.drop_left(turns)
    return written


def _with_runs(batches: Iterator[pa.RecordBatch], columns: Sequence[RunColumns]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for run in columns:
            batch = run.beside(batch)  # noqa: PLW2901
        yield batch


def _sign(connection: Connection, row: Mapping[str, Any], columns: Sequence[RunColumns], customers: Table) -> None:
    """The picture's own row; a run that was published while the tables were written is served first."""
    connection.execute(delete(pictures))
    connection.execute(insert(pictures).values(one=1, **row, **{f"{run.kind}_run_id": run.run_id for run in columns}))
    for run in columns:
        if published_id(connection, run.kind) != run.run_id:
            serve_published(connection, run.kind, customers)


def _commonest_currency(connection: Connection, accounts: Table) -> str | None:
    kept = select(accounts.c.currency).group_by(accounts.c.currency).order_by(func.count().desc(), accounts.c.currency)
    return connection.scalar(kept.limit(1))


def clear(engine: Engine) -> None:
    """No batch counts any more: an empty picture, switched in like any other."""
    turns = Turns(engine)
    own = beside.stand_ins(turns)
    beside.index(turns, own)
    beside.switch(engine, own, _nothing_on_show)
    beside.drop_left(turns)


def _nothing_on_show(connection: Connection) -> None:
    connection.execute(delete(pictures))

"""The picture on show: what the serving tables were made of, and their rebuilding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from store.tables import pictures, runs


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


def current(connection: Connection) -> PictureOnShow | None:
    """The picture on show, or None before the first delivery."""
    row = connection.execute(select(pictures)).one_or_none()
    if row is None:
        return None
    versions = {
        run_id: version
        for run_id, version in connection.execute(
            select(runs.c.run_id, runs.c.version).where(
                runs.c.run_id.in_([row.segmentation_run_id or 0, row.credit_run_id or 0])
            )
        )
    }
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

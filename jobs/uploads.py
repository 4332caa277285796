"""Uploaded deliveries on the disk: kept as long as a job may still want them, then removed by the sweep.

Not by the job itself: one that is killed after it took the delivery and before its row says so runs again, and must
find the file to learn that it was here before.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
from pathlib import Path

from store import jobs as rows
from store.database import Engine, reading
from store.jobs import JobRow

log = logging.getLogger(__name__)
KIND = "receive_delivery"
KEPT = dt.timedelta(days=1)  # after a job failed or was cancelled, so that it can be run again; and what has no job


def clear(engine: Engine, uploads: Path, now: dt.datetime) -> tuple[str, ...]:
    """Remove the uploads nobody will ask for again; the names of their folders.

    uploads: one folder an upload. The newest job of each decides: taken goes at once, failed and cancelled after a day.
    """
    folders = [folder for folder in uploads.iterdir() if folder.is_dir()] if uploads.is_dir() else []
    if not folders:
        return ()
    with reading(engine) as connection:
        received = rows.recent(connection, 1000, [KIND])
    newest = {Path(str(row.parameters.get("path"))).parent.name: row for row in reversed(received)}
    gone = [folder for folder in folders if _is_done_with(folder, newest.get(folder.name), now)]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
        log.info("the upload %s is no longer needed and was removed", folder.name)
    return tuple(folder.name for folder in gone)


def _is_done_with(folder: Path, row: JobRow | None, now: dt.datetime) -> bool:
    if row is None:
        try:
            changed = dt.datetime.fromtimestamp(folder.stat().st_mtime, dt.UTC)
        except FileNotFoundError:
            return False
        return now - changed > KEPT
    if row.active or row.finished_at is None:
        return False
    return row.status == "done" or now - row.finished_at > KEPT

"""Receiving a delivery: from a bank's files to a batch that counts.

The order is what makes it safe (docs/decisions/0002-ledger.md): everything is made in staging, forced to the disk,
moved to its place in one step, and only then does one transaction in the ledger let it count. A receiver killed
anywhere before that transaction leaves the previous picture serving; the same delivery can be sent again.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from domain.deliveries import Batch, LedgerRefusal
from warehouse.archives import Limits, files_of
from warehouse.arrival import measure
from warehouse.columns import quoted
from warehouse.ledger import Ledger
from warehouse.receiving import PATIENCE_SECONDS, only_receiver, staging
from warehouse.reception import LOST, Reception, folder_of
from warehouse.refusals import DeliveryRefused
from warehouse.shrinking import ALLOWED_SHRINK
from warehouse.sources import Source
from warehouse.writing import REJECT_COLUMNS

__all__ = ["DeliveryRefused", "Limits", "Receipt", "folder_of", "receive", "rejects_csv", "rejects_path"]

STEPS = ("unpack", "hash", "read", "check", "write", "place", "book", "done")
ROWS_AT_A_TIME = 10_000
_FORMULA = re.compile(r"^(?:[=+@\t\r]|-(?![\d.]))")


@dataclass(frozen=True)
class Receipt:
    """What came of a delivery. already: its content is batch `batch_id` since earlier, and nothing was changed.

    late: its business date is before that of the newest batch that counts. held: it waits for somebody to take it into
    use. sentence: what a reader should know, or None.
    """

    batch_id: int
    already: bool
    state: str
    business_date: dt.date | None
    rows_in: int
    rows_loaded: int
    rows_rejected: int
    rows_duplicate: int
    late: bool
    sentence: str | None
    sentence_zh: str | None = None
    held: bool = False


def receive(
    delivery: Path,
    source: Source,
    ledger: Ledger,
    home: Path,
    allowed_rejects: float = 0.05,
    progress: Callable[[str, float], None] | None = None,
    limits: Limits | None = None,
    patience: float = PATIENCE_SECONDS,
    allowed_shrink: float = ALLOWED_SHRINK,
    zone: dt.tzinfo = dt.UTC,
) -> Receipt:
    """Take a delivery (a folder or a zip) into the warehouse at `home`.

    allowed_rejects: share of rows, 0 to 1, that may be rejected before the whole delivery is refused. progress: called
    with the step (one of STEPS, or "wait") and percent done, 0 to 100; what it raises stops the receiver cleanly.
    patience: seconds to wait for another receiver. allowed_shrink: share of a table's rows, 0 to 1, that a delivery
    holding all of that table may drop; one that drops more is taken but held: it counts once somebody rolls it forward.
    zone: the bank's, for times in sentences.
    One pass over the files, memory within `limits.memory`.

    DeliveryRefused, with a sentence in both languages, when it cannot be taken; the ledger has it as `refused`. Any
    other exception leaves it `failed`; either may be sent again.
    """
    tell = progress or (lambda _step, _percent: None)
    limits = limits or Limits()
    with only_receiver(home, patience, lambda: tell("wait", 0.0)):
        for lost in ledger.settle_lost(LOST):
            _forget(home, lost)
        with staging(home, uuid.uuid4().hex) as work:
            tell("unpack", 0.0)
            files = _files(delivery, source, ledger, work, limits, tell)
            tell("hash", 5.0)
            reception = Reception(source, ledger, home, work, limits, allowed_rejects, tell, allowed_shrink)
            reception.measure(files, delivery.stem if delivery.is_file() else delivery.name)
            earlier = ledger.known(reception.content_hash)
            if earlier is not None:
                return _receipt(earlier, zone)
            _receive(reception, ledger)
            tell("done", 100.0)
    booked = ledger.known(reception.content_hash)
    if booked is None:
        raise LedgerRefusal("the batch was booked and is gone from the ledger; look at who else writes to it")
    return _receipt(booked)


def _files(
    delivery: Path, source: Source, ledger: Ledger, work: Path, limits: Limits, tell: Callable[[str, float], None]
) -> list[tuple[str, Path]]:
    """The delivery's files; an archive that cannot be unpacked is in the ledger by the hash of the archive itself."""
    try:
        return files_of(delivery, work / "in", limits, lambda share: tell("unpack", 5.0 * share))
    except DeliveryRefused as refusal:
        if delivery.is_file():
            refusal.batch_id = ledger.begin(source.name, source.bank, measure(delivery, delivery.name).sha256)
            ledger.refuse(refusal.batch_id, str(refusal), refusal.detail())
        raise


def _receive(reception: Reception, ledger: Ledger) -> None:
    batch_id = ledger.begin(reception.source.name, reception.source.bank, reception.content_hash)
    try:
        reception.run(batch_id)
    except DeliveryRefused as refusal:
        refusal.batch_id = batch_id
        ledger.refuse(batch_id, str(refusal), refusal.detail())
        raise
    except BaseException as error:
        with suppress(Exception):  # the first error is the one to hear of; a row left open is settled next time
            ledger.fail(batch_id, f"The receiver stopped ({type(error).__name__}: {error}); send the delivery again.")
        raise


def _forget(home: Path, batch_id: int) -> None:
    """Remove what a dead receiver placed but never booked."""
    folder = folder_of(home, batch_id)
    if folder.is_dir():
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def _receipt(batch: Batch, zone: dt.tzinfo | None = None) -> Receipt:
    """zone: where the delivery was received before, that of the time it came; None for one that came now."""
    sentence, chinese = batch.sentence, batch.detail.get("zh")
    if zone is not None:
        at = f"{batch.received_at.astimezone(zone):%Y-%m-%d %H:%M}"
        state, standing = _standing(batch)
        sentence = (
            f"This delivery was received before, on {at}, as batch #{batch.batch_id} of {batch.business_date} ({state}); "
            "nothing was changed."
        )
        chinese = f"这份数据已于 {at} 收到，即批次 #{batch.batch_id}（业务日期 {batch.business_date}，{standing}），未作任何更改。"
    return Receipt(
        batch.batch_id, zone is not None, batch.state, batch.business_date, batch.rows_in, batch.rows_loaded, batch.rows_rejected,
        batch.rows_duplicate, bool(batch.detail.get("late")), sentence, chinese, batch.held,
    )  # fmt: skip


def _standing(batch: Batch) -> tuple[str, str]:
    if batch.held:
        return "held; roll it forward to take it into use", "待确认，核对后请启用"
    if batch.state == "rolled_back":
        return "rolled back; roll it forward to let it count", "已撤回，需要时请重新启用"
    return "it counts already", "已生效"


def rejects_path(home: Path, batch_id: int) -> Path | None:
    """The Parquet file of a batch's rejects, loaded or refused; None when nothing was kept."""
    places = (folder_of(home, batch_id), home / "refused" / str(batch_id))
    return next((place / "rejects.parquet" for place in places if (place / "rejects.parquet").is_file()), None)


def rejects_csv(home: Path, batch_id: int, chinese: Callable[[str], str] | None = None) -> Iterator[bytes]:
    """The rejects as CSV for Excel (UTF-8 with BOM, CRLF): file, row, column, value, reason, code; in pieces.

    chinese(code) gives a last column 原因: the reason in Chinese.

    A value that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    yield "\ufeff".encode() + (",".join([*REJECT_COLUMNS, *(["原因"] if chinese else [])]) + "\r\n").encode()
    path = rejects_path(home, batch_id)
    if path is None:
        return
    columns = ", ".join(f'"{column}"' for column in REJECT_COLUMNS)
    with duckdb.connect() as connection:
        cursor = connection.execute(f"SELECT {columns} FROM read_parquet({quoted(str(path))})")
        while rows := cursor.fetchmany(ROWS_AT_A_TIME):
            text = io.StringIO()
            told = [
                [*row, *([chinese(str(row[-1]))] if chinese else [])] for row in rows
            ]  # the code is the last column
            csv.writer(text).writerows([[_safe(value) for value in row] for row in told])
            yield text.getvalue().encode()


def _safe(value: object) -> object:
    return "'" + value if isinstance(value, str) and _FORMULA.match(value) else value

"""Receive a delivery in the background; the rebuild of the picture follows it by the registry."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jobs.runner import Job, Refused
from store.jobs import in_both
from store.ledger import DatabaseLedger
from warehouse.batches import DeliveryRefused, receive
from warehouse.sources import SourceError, load_source


def run(job: Job, path: str, source: str) -> dict[str, Any]:
    """Take the delivery at `path` (a folder or a zip) as `source` sends it.

    The result names the batch and its rows; `changed: False` when the delivery was here before (`already`) or is held.
    Refused, with a sentence in both languages, when it cannot be taken.
    """
    settings = job.settings
    delivery = Path(path)
    ledger = DatabaseLedger(job.engine, job.by, job.clock)
    try:
        receipt = receive(
            delivery, load_source(source), ledger, settings.warehouse, settings.rejects_allowed,
            progress=job.step, allowed_shrink=settings.shrink_allowed, zone=ZoneInfo(settings.time_zone),
        )  # fmt: skip
    except DeliveryRefused as refusal:
        raise Refused(refusal.sentence("en"), refusal.sentence("zh")) from refusal
    except SourceError as error:
        raise Refused(str(error), error.zh) from error
    job.log(
        f"batch {receipt.batch_id} of {receipt.business_date}: {receipt.rows_in} rows = {receipt.rows_loaded} loaded + "
        f"{receipt.rows_rejected} rejected + {receipt.rows_duplicate} duplicate",
        f"批次 {receipt.batch_id}，业务日期 {receipt.business_date}：{receipt.rows_in} 行＝入库 {receipt.rows_loaded}"
        f"＋被拒 {receipt.rows_rejected}＋重复 {receipt.rows_duplicate}",
    )
    if receipt.sentence:
        job.log(receipt.sentence, receipt.sentence_zh)
    return {
        "batch_id": receipt.batch_id,
        "changed": not receipt.already and not receipt.held,
        "already": receipt.already,
        "held": receipt.held,
        "business_date": receipt.business_date.isoformat() if receipt.business_date else None,
        "rows_in": receipt.rows_in,
        "rows_loaded": receipt.rows_loaded,
        "rows_rejected": receipt.rows_rejected,
        "rows_duplicate": receipt.rows_duplicate,
        "sentence": receipt.sentence and in_both(receipt.sentence_zh or receipt.sentence, receipt.sentence),
    }

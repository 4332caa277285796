"""Rebuild what the portal serves: features, serving rows and monthly marts of the batches that count."""

from __future__ import annotations

from typing import Any

from jobs.profile_features import newest_month, profile_month
from jobs.runner import Job
from jobs.sources_of_a_run import ground
from store.picture import clear, rebuild
from warehouse.credit_book import ensure_book
from warehouse.projection import Projection

# Share of the whole done when each table begins to be written.
_SHARE = {
    "branches": 50,
    "accounts": 52,
    "customers": 58,
    "customer_features": 64,
    "customer_months": 68,
    "branch_months": 84,
    "customer_terms": 86,
    "indexes": 96,
    "switch": 98,
}


TABLE_WORDS = {
    "branches": "机构", "staff": "员工", "products": "产品", "accounts": "账户", "loans": "贷款", "cards": "银行卡",
    "customers": "客户", "customer_features": "客户特征", "customer_months": "客户月度", "branch_months": "机构月度",
    "customer_terms": "查询索引",
}  # fmt: skip


def run(job: Job) -> dict[str, Any]:
    """Steps: features, marts, serve, terms, switch, profiles.

    The old picture serves until the new one is whole; none counts, none serves.
    """
    found = ground(job)
    if not found.batch_ids:
        clear(job.engine)
        job.log("no batch counts; the picture is empty", "没有生效的批次，视图为空")
        return {"customers": 0, "batches": [], "changed": False}

    def worked_out(name: str, share: float) -> None:
        job.step(name, 50 * share)

    def written(table: str, rows: int) -> None:
        step = {"customer_terms": "terms", "indexes": "terms", "switch": "switch"}.get(table, "serve")
        job.step(step, _SHARE.get(table, 51), f"{table} {rows:,}" if rows else None)

    name = job.settings.bank_name("zh")
    # Before the switch: the picture on show names its batches, and so its book.
    ensure_book(lambda: found.picture, job.settings.warehouse, found.batch_ids, name)
    with Projection(found.picture, name, worked_out) as serving:
        rows = rebuild(job.engine, serving, found.batch_ids, job.clock(), written)
        as_of = serving.as_of
    for table, count in rows.items():
        job.log(f"{table}: {count:,} rows", f"{TABLE_WORDS.get(table, table)}：{count:,} 行")
    month = newest_month(found, as_of)
    if month is not None:
        profile_month(job, found, month)
    return {"customers": rows["customers"], "batches": list(found.batch_ids), "as_of": as_of.isoformat()}

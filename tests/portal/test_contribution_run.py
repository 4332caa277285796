"""A contribution run among the runs: its figures in words, the parameters it names, and what gives pause."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from portal.callbacks import run as page
from store.database import writing
from store.tables import runs
from tests.people import People
from tests.small_picture import AS_OF, BATCH, NOW

METRICS = {
    "month": {"contribution": "123456.78", "accounts": 40}, "year": {"contribution": "1386400.00", "raroc": 0.2345},
    "change": {
        "before": "100000.00", "volume": "20000.00", "margin": "-5000.00", "mix": "3456.78", "won": "6000.00",
        "lost": "-1000.00", "now": "123456.78",
    },
    "losing": 3, "unknown": 4, "top_fifth": 0.81,
}  # fmt: skip
MOVED = {
    "band": {
        "cells": [{"before": "A", "after": "D", "customers": 2, "aum": 1.0}], "movers": [], "customers": 2, "moved": 2,
        "aum_moved": 1.0, "stayed": 0.0, "by_contribution": [{"customer_id": "C07", "before": "9.00", "after": "-1.00"}],
    }
}  # fmt: skip


def test_a_contribution_run_tells_its_year_its_change_and_its_parameters(people: People) -> None:
    versions = [
        {"version": 0, "valid_from": None, "months": 20},
        {"version": 2, "valid_from": "2026-06-01", "months": 5},
    ]
    with writing(people.engine) as connection:
        connection.execute(
            insert(runs).values(
                run_id=31, kind="contribution", state="candidate", version="V-1", as_of=AS_OF, batches=[BATCH],
                parameters={"versions": versions, "rating_run": None, "months": 25}, code_version="abc", seed=0,
                started_by="admin", started_at=NOW - timedelta(hours=1), finished_at=NOW, customers=12, metrics=METRICS,
                model={}, migration=MOVED,
            )
        )  # fmt: skip
    listed = people.client("admin2").open_page("/admin/runs")
    assert "近 12 个月 138.6万元，RAROC 23.5%" in listed
    shown = people.client("admin2").open_page("/admin/runs/31")
    for words in (
        "12.3万元", "新增客户 +6,000元", "流失客户 −1,000元", "版本 0（20 个月）、版本 2（5 个月）", "A：贡献前一半", "D：亏损",
        "还没有已发布的信用评级", "4 个账户本月没有余额", "100.0% 的客户会改变贡献等级",
    ):  # fmt: skip
        assert words in shown, words
    assert "C07" not in shown, "an administrator does not see customers"
    told = people.client("risk").call(page.movers, 31)
    assert told.status == 200, "money is kept as text"
    moved = str(told.json)
    assert "C07" in moved and "9元" in moved and "−1元" in moved

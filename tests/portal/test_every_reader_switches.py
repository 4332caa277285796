"""Publishing switches everything that reads at once, going back switches it back: pages, exports, papers.

Every kind of run says one thing of C01 in its first run and another in its second; every reader is asked before the
second is on show, while it is, and after going back in one step.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import insert, select

from console.fonts import prepare
from domain.marketing.chances import packed
from jobs import queue
from jobs.runner import run_one
from portal.callbacks import behaviour, contribution, customer, customers, overview, runs, segments
from portal.callbacks import run as decision
from store.database import reading, writing
from store.reports import Paper, shelf
from store.runs import NewRun, publish, published, save_candidate
from store.scope import Scope
from store.served_runs import KINDS, rows_of
from store.tables import contribution_months
from store.tables import runs as runs_table
from tests.jobs.pdf.reading import flat
from tests.people import People
from tests.small_behaviour import AREA, ATTRITION, NEXT_PRODUCT, SPLIT
from tests.small_contribution import publish_contribution
from tests.small_picture import AS_OF, BATCH, NOW
from tests.warehouse.test_movements import write_batch

FONTS = Path(os.environ.get("GUANXI_FONTS", "~/.cache/guanxi/fonts")).expanduser()
# The papers, in whose scope and of what they are made.
PAPERS: dict[str, tuple[str, dict[str, str]]] = {
    "customer_report": ("/HQ/B1/", {"customer_id": "C01"}),
    "management_report": ("/HQ/", {"month": "2026-10", "branch_id": "HQ"}),
    "branch_report": ("/HQ/", {"month": "2026-10", "branch_id": "B1"}),
    "segment_report": ("/HQ/", {"branch_id": "HQ"}),
}
FAMILIES = ("fund", "wealth")
METRICS = {"attrition": ATTRITION, "next_product": {**NEXT_PRODUCT, "better": True}}
TABS = ("overview", "contribution", "rating", "outlook")
DRIVER = {"driver": "recency", "push": 1.0, "values": {"days_since_last": 41}}


def _offers(family: str) -> str:
    return json.dumps([{"family": family, "probability": 0.08, "usual": 0.02, "suppressed": [], "drivers": [DRIVER]}])


def _chances(fund: float) -> str:
    return packed(np.array([[fund, 0.01]]), np.zeros((1, 2), dtype=np.uint8))[0]


def _rated(score: int, pd: float, grade: str) -> dict[str, Any]:
    points = json.dumps({"base": score, "points": [], "values": []})
    return {
        "score": score,
        "pd": pd,
        "grade": grade,
        "points": points,
        "reasons": '{"reasons": [], "next_grade": null}',
    }


# What the two runs of a kind say of C01, in the columns of the run's rows; contribution is doubled instead.
SAID: dict[str, tuple[dict[str, Any], ...]] = {
    "segmentation": tuple({"tier": tier, "life_cycle": "mature", "aum": 100, "why": "{}"} for tier in ("basic", "diamond")),
    "credit": (_rated(611, 0.0111, "BB"), _rated(733, 0.0033, "AA")),
    "attrition": tuple(
        {"probability": share, "aum": 100_000, "aum_at_risk": int(100_000 * share), "drivers": json.dumps([DRIVER])}
        for share in (0.213, 0.787)
    ),
    "next_product": tuple(
        {"family": name, "probability": 0.08, "offers": _offers(name), "chances": _chances(fund)}
        for name, fund in (("wealth", 0.02), ("fund", 0.4))
    ),
}  # fmt: skip
# Who reads a kind: each of these says something else once the second run is on show.
READ_BY: dict[str, set[str]] = {
    "segmentation": {
        "look-up", "export", "360 overview", "segments", "segments export", "customer_report", "management_report", "segment_report",
    },
    "credit": {"look-up", "export", "360 rating", "customer_report", "management_report", "branch_report"},
    "attrition": {"360 outlook", "watch list", "watch list export", "behaviour attrition", "customer_report"},
    "next_product": {"360 outlook", "behaviour offers", "behaviour offers export", "customer_report"},
    "contribution": {
        "360 contribution", "contribution", "contribution export", "segments", "customer_report", "branch_report",
        "segment_report",
    },
}  # fmt: skip


@pytest.fixture
def bank(people: People, monkeypatch: pytest.MonkeyPatch) -> People:
    """One run of every kind on show, the batch on disk as a worker reads it."""
    prepare(FONTS)
    monkeypatch.setenv("GUANXI_FONTS", str(FONTS))
    folder = people.settings.warehouse / "batches"
    folder.mkdir(parents=True, exist_ok=True)
    write_batch(
        folder / str(BATCH),
        BATCH,
        [("T1", "622202000000000101", "2026-10-01 09:30:00", "8800.00", "salary", "transfer")],
    )
    publish_contribution(people)
    for kind in SAID:
        with writing(people.engine) as connection:
            publish(connection, _candidate(people, kind, 0, connection), "admin2", NOW)
    return people


def _candidate(people: People, kind: str, which: int, connection: Any) -> int:
    metrics: dict[str, Any] = METRICS.get(kind, {"auc": AREA})
    model: dict[str, Any] = {"families": list(FAMILIES), "reasons": [], "split": SPLIT}
    new = NewRun(kind, AS_OF, {"horizon": 3}, (BATCH,), "test", 1, None, "maker", NOW, NOW, metrics, model, None)
    return save_candidate(connection, new, pa.Table.from_pylist([{"customer_id": "C01", **SAID[kind][which]}]))


def _second(people: People, kind: str) -> int:
    """A candidate that says something else than what is on show."""
    with writing(people.engine) as connection:
        if kind != "contribution":
            return _candidate(people, kind, 1, connection)
        shown = connection.execute(select(rows_of(kind))).mappings().all()
        months = connection.execute(select(contribution_months)).mappings().all()
        model = connection.scalar(select(runs_table.c.model).where(runs_table.c.run_id == shown[0]["run_id"]))
        told = {"versions": [{"version": 0}]}
        new = NewRun(kind, AS_OF, told, (BATCH,), "test", 1, None, "maker", NOW, NOW, {}, dict(model or {}), None)
        rows = [{**_doubled(row), "run_id": None} for row in shown]
        cents = [
            {n: int(v * 100) if isinstance(v, Decimal) else v for n, v in row.items() if n != "run_id"} for row in rows
        ]
        run_id = save_candidate(connection, new, pa.Table.from_pylist(cents))
        connection.execute(insert(contribution_months), [{**_doubled(row), "run_id": run_id} for row in months])
    return run_id


def _doubled(row: Any) -> dict[str, Any]:
    return {name: 2 * value if isinstance(value, Decimal) else value for name, value in row.items()}


def _said(people: People, papers: Iterable[str] = ()) -> dict[str, str]:
    """What every page and export says now, and the papers asked for, which take longer to make."""
    staff, boss = people.client("staff"), people.client("executive")
    block = {"startRow": 0, "endRow": 50, "sortModel": []}
    told = {
        "look-up": staff.call(customers.rows, block, "q=C01").text,
        "export": staff.get("/customers-export/csv?q=C01").get_data(as_text=True),
        "watch list": staff.call(behaviour.rows, block, {"view": "attrition"}).text,
        "watch list export": staff.get("/behaviour-export/csv?view=attrition").get_data(as_text=True),
        "contribution": boss.call(contribution.show, {"month": "", "branch": "", "by": ""}).text,
        "contribution export": boss.get("/contribution-export/csv").get_data(as_text=True),
        "overview": boss.call(overview.show, {}).text,
        "segments": boss.call(segments.show, {"view": "profile", "by": "tier"}, 0).text,
        "segments export": boss.get("/segments-export/csv?view=profile").get_data(as_text=True),
        "behaviour attrition": boss.call(behaviour.show, {"view": "attrition"}).text,
        "behaviour offers": boss.call(behaviour.show, {"view": "offers"}).text,
        "behaviour offers export": boss.get("/behaviour-export/csv?view=offers").get_data(as_text=True),
        **{f"360 {tab}": staff.call(customer.show, {"customer": "C01", "tab": tab}).text for tab in TABS},
        **{kind: _paper(people, kind) for kind in papers},
    }
    assert all(told.values())
    return told


def _paper(people: People, kind: str) -> str:
    """A paper made now; its text without the code of the paper itself."""
    scope, asked = PAPERS[kind]
    with writing(people.engine) as connection:
        entered = queue.enter(connection, kind, {**asked, "language": "zh"}, "staff", Scope((scope,)), NOW)
    made = run_one(people.engine, people.settings, entered.job_id, clock=lambda: NOW)
    assert made is not None
    with reading(people.engine) as connection:
        papers: list[Paper] = shelf(connection, Scope(("/HQ/",)), (kind.removesuffix("_report"), kind))[0]
    paper = next(paper for paper in papers if paper.report_id == made["report_id"])
    return flat((people.settings.reports / paper.path).read_bytes()).replace(paper.code, "")


def _back(people: People, kind: str) -> None:
    pressed = [{"id": {"kind": kind, "type": "runs-back"}, "property": "n_clicks", "value": 1}]
    given = [{"id": {"kind": kind, "type": "runs-reason"}, "property": "value", "value": "退回"}]
    button = f'{{"kind":"{kind}","type":"runs-back"}}.n_clicks'
    assert people.client("admin2").call(runs.back, pressed, given, triggered=button).status == 200


def _on_show(people: People, kind: str) -> str:
    with reading(people.engine) as connection:
        shown = published(connection, kind)
    assert shown is not None
    return shown.version


@pytest.mark.parametrize("kind", KINDS)
def test_all_switch_at_once_and_back_in_one_step(bank: People, kind: str) -> None:
    papers = READ_BY[kind] & set(PAPERS)
    before, first = _said(bank, papers), _on_show(bank, kind)
    run_id = _second(bank, kind)
    assert _said(bank).items() <= before.items(), "a candidate changes nothing"
    assert bank.client("admin2").call(decision.publish, 1, run_id, "核对过").status == 200
    between, second = _said(bank, papers), _on_show(bank, kind)
    switched = {reader for reader, words in between.items() if words != before[reader]}
    assert READ_BY[kind] <= switched, READ_BY[kind] - switched
    _back(bank, kind)
    after = _said(bank, papers)
    for reader, words in after.items():
        if reader == "360 rating" and kind == "credit":  # its line of the past has the going back for a further step
            assert f"评级版本 {first}" in words and f"评级版本 {second}" not in words
            assert f"评级版本 {second}" in between[reader]
        elif not reader.endswith("_report"):
            assert words == before[reader], reader
        else:  # a paper also compares with what was on show before it: that is the second now
            assert first in words and first in before[reader] and second in between[reader]
            assert second not in before[reader]


def test_an_export_says_what_the_page_says(bank: People) -> None:
    told = _said(bank)
    (line,) = list(csv.DictReader(io.StringIO(told["export"].lstrip("\ufeff"))))
    assert "BB" in line.values() and "BB" in told["look-up"]

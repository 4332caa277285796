"""The ledger and one delivery: balance, files, rejects on the trail, rolled back and forward."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from sqlalchemy import insert, select, update

from jobs import queue
from portal.callbacks import delivery as page
from portal.callbacks import job as one_job
from portal.callbacks import jobs as all_jobs
from store import ledger
from store.database import reading, writing
from store.job_claims import Ending, claim, finish
from store.jobs import in_both
from store.scope import NOTHING
from store.tables import audit_log, batch_files, batches, job_runs
from tests.people import People
from tests.small_picture import BATCH, NOW

FILE = {
    "batch_id": BATCH, "name": "transactions.csv", "table_name": "transactions", "sha256": "ab" * 32, "bytes": 4096,
    "encoding": "gb18030", "rows_in": 100, "rows_loaded": 97, "rows_rejected": 2, "rows_duplicate": 1,
    "totals": {"transactions.amount_in": "177366296.30"},
}  # fmt: skip
COUNTS = {name: value for name, value in FILE.items() if name.startswith("rows_")}


@pytest.fixture
def received(people: People) -> People:
    """Batch 214 with a file and 120 complaints on the disk."""
    told = {"control_totals": {"compared": 3, "uncompared": []}, "zh": "迟到的一批。", "en": "A late one."}
    with writing(people.engine) as connection:
        connection.execute(update(batches).where(batches.c.batch_id == BATCH).values(detail=told, **COUNTS))
        connection.execute(insert(batch_files).values(FILE))
    folder = people.settings.warehouse / "batches" / str(BATCH)
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT 'transactions.csv' AS file, n + 2 AS \"row\", 'amount' AS \"column\", '=1+' || n AS value, "
            "'amount is not an amount' AS reason, 'type' AS code FROM range(120) t(n)) "
            f"TO '{folder / 'rejects.parquet'}' (FORMAT parquet)"
        )
    return people


def _trail(people: People, like: str) -> list[tuple[Any, ...]]:
    query = select(audit_log.c.actor, audit_log.c.action, audit_log.c.object_id, audit_log.c.detail)
    with reading(people.engine) as connection:
        return [tuple(row) for row in connection.execute(query.where(audit_log.c.action.like(like)))]


def test_the_ledger_shows_that_every_row_is_accounted_for(received: People) -> None:
    shown = received.client("admin").open_page("/admin/deliveries")
    assert "✓ 平" in shown and "3 项控制总数相符" in shown and "已生效" in shown
    for figure in ("100", "97", "2026-10-31", "江城银行"):
        assert f'"{figure}"' in shown
    assert "deliveries-upload" in shown and "最大 1,024 MB" in shown


def test_a_refused_delivery_says_why_in_the_ledger_and_asks_nobody_to_look_at_its_rows(received: People) -> None:
    why = {"zh": "x.zip 不是完整的 ZIP 文件。", "en": "x.zip is not whole."}
    with writing(received.engine) as connection:
        told = {"state": "refused", "counts": False, "bank": "Guanxi", "received_by": "console:root", "detail": why}
        nothing = dict.fromkeys(COUNTS, 0)
        connection.execute(update(batches).where(batches.c.batch_id == BATCH).values(**told, **nothing))
    admin = received.client("admin")
    ledger_page, one = admin.open_page("/admin/deliveries"), admin.open_page(f"/admin/deliveries/{BATCH}")
    for shown in (ledger_page, one):
        assert why["zh"] in shown and "标准格式（Guanxi）" in shown and "命令行（root）" in shown
        assert '"guanxi"' not in shown.replace('"value": "guanxi"', "").replace('"value":"guanxi"', "")
    assert "整批拒收" in one and "下载 CSV" not in one and "每一行都可用" not in one


def test_a_delivery_that_came_twice_is_told_wherever_one_looks(received: People) -> None:
    said = in_both("这份数据已于 2026-11-01 收到，即批次 #214。", "This delivery was received before, as batch #214.")
    told = {"batch_id": BATCH, "changed": False, "already": True, "held": False, "rows_in": 100}
    with writing(received.engine) as connection:
        job = queue.enter(
            connection, "receive_delivery", {"path": "/x.zip", "source": "guanxi"}, "admin2", NOTHING, NOW
        )
        row = claim(connection, job.job_id, "w", NOW)
        assert row is not None
        finish(connection, row, Ending("done", said, result=told, changed=False), NOW)
    admin = received.client("admin")
    for page_of_it in ("/admin/deliveries", f"/admin/deliveries/{BATCH}"):
        assert "由吴管理（admin2）再次发来，未作更改" in admin.open_page(page_of_it)
    shown = admin.call(one_job.show, 1, 0, 0, job.job_id)
    assert "即批次 #214" in shown.text and "gx-alert warn" in shown.text
    assert "即批次 #214" in admin.call(all_jobs.show_history, {"kind": None, "status": None, "page": 1}, 0, []).text


def test_an_empty_ledger_says_what_to_do(people: People) -> None:
    with writing(people.engine) as connection:
        connection.execute(batches.delete())
    assert "还没有接收过数据" in people.client("admin").open_page("/admin/deliveries")


def test_one_delivery_with_its_files(received: People) -> None:
    shown = received.client("admin").open_page(f"/admin/deliveries/{BATCH}")
    for words in ("迟到的一批。", "转入 177,366,296.30", "GB18030", "ab" * 32, "4,096", "被拒的行（2）"):
        assert words in shown
    assert "=1+" not in shown, "the bank's own values are shown only when asked for"
    assert "没有批次 #9" in received.client("admin").open_page("/admin/deliveries/9")
    assert "没有批次" in received.client("admin").open_page("/admin/deliveries/' or 1")


def test_rejects_are_paged_and_put_on_the_trail(received: People) -> None:
    admin = received.client("admin")
    first = admin.call(page.show_rejects, 1, [], BATCH)
    assert "第 1–50 条，共 120 条" in first.text and "格式不对" in first.text
    button = {"page": 2, "type": "delivery-more"}
    last = admin.call(
        page.show_rejects, 1, [{"id": button, "property": "n_clicks", "value": 1}], BATCH,
        triggered='{"page":2,"type":"delivery-more"}.n_clicks',
    )  # fmt: skip
    assert "第 101–120 条，共 120 条" in last.text
    assert [(row[1], row[3]["first"]) for row in _trail(received, "deliveries.rejects%")] == [
        ("deliveries.rejects.view", 0), ("deliveries.rejects.view", 100),
    ]  # fmt: skip


def test_rejects_come_as_a_file_a_spreadsheet_opens_safely(received: People) -> None:
    answer = received.client("admin").get(f"/admin/deliveries/{BATCH}/rejects.csv")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert answer.status_code == 200 and len(lines) == 121
    assert lines[1].startswith("transactions.csv,2,amount,'=1+")
    assert _trail(received, "deliveries.rejects.download")[0][2] == str(BATCH)


def test_rolled_back_and_forward_with_a_reason_and_the_picture_follows(received: People) -> None:
    admin = received.client("admin")
    assert "请写明原因" in admin.call(page.turn, 1, BATCH, "  ").toast
    assert admin.call(page.turn, 1, BATCH, "月份送错").value("frame-place", "href") == "/admin/jobs/1"
    with reading(received.engine) as connection:
        assert ledger.counting_batches(connection) == []
        job = connection.execute(select(job_runs.c.kind, job_runs.c.status)).one()
    assert tuple(job) == ("build_picture", "queued")
    assert "重新启用这一批" in admin.open_page(f"/admin/deliveries/{BATCH}")
    admin.call(page.turn, 1, BATCH, "核对无误")
    with reading(received.engine) as connection:
        assert [batch.batch_id for batch in ledger.counting_batches(connection)] == [BATCH]
    told = [(row[0], row[1], row[3]["reason"]) for row in _trail(received, "deliveries.roll%")]
    assert told == [("admin", "deliveries.roll_back", "月份送错"), ("admin", "deliveries.roll_forward", "核对无误")]


def test_a_held_delivery_waits_for_somebody_to_take_it_into_use(received: People) -> None:
    held = {"held": {"customers": [5000, 200]}, "zh": "待确认：客户由 5,000 行减至 200 行。", "en": "Held."}
    with writing(received.engine) as connection:
        values = {"state": "rolled_back", "counts": False, "changed_at": None, "changed_by": None, "detail": held}
        connection.execute(update(batches).where(batches.c.batch_id == BATCH).values(values))
    admin = received.client("admin")
    listed = admin.open_page("/admin/deliveries")
    assert "待确认" in listed and "已撤回" not in listed
    shown = admin.open_page(f"/admin/deliveries/{BATCH}")
    assert "客户由 5,000 行减至 200 行" in shown and "启用这一批" in shown
    assert '"data-needs": "delivery-reason"' in shown  # no question before there is a reason
    assert "请写明原因" in admin.call(page.turn, 1, BATCH, " ").toast
    admin.call(page.turn, 1, BATCH, "已与总行核对")
    with reading(received.engine) as connection:
        taken = ledger.batch(connection, BATCH)
    assert taken is not None and taken.counts and not taken.held
    assert _trail(received, "deliveries.roll_forward")[0][3]["reason"] == "已与总行核对"


def test_what_was_refused_says_why_and_cannot_be_turned(people: People) -> None:
    row = {
        "batch_id": 300, "source": "guanxi", "content_hash": "1" * 64, "state": "refused", "received_at": NOW,
        "received_by": "admin", "sentence": "The delivery holds no files.", "detail": {"zh": "送数包里没有文件。"},
    }  # fmt: skip
    with writing(people.engine) as connection:
        connection.execute(insert(batches).values(row))
    admin = people.client("admin")
    shown = admin.open_page("/admin/deliveries/300")
    assert "送数包里没有文件。" in shown and "delivery-turn" not in shown
    assert "状态刚刚变了" in admin.call(page.turn, 1, 300, "anyhow").toast


@pytest.mark.parametrize("login", ["staff", "executive", "auditor", "risk"])
def test_others_are_refused(received: People, login: str) -> None:
    other = received.client(login)
    assert "权限" in other.open_page("/admin/deliveries") and "权限" in other.open_page(f"/admin/deliveries/{BATCH}")
    assert other.call(page.turn, 1, BATCH, "x").status == 403
    assert other.call(page.show_rejects, 1, [], BATCH).status == 403
    assert other.get(f"/admin/deliveries/{BATCH}/rejects.csv").status_code == 403
    assert other.post("/admin/deliveries/upload?source=guanxi&name=a.zip", data=b"PK").status_code == 403

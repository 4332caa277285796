"""The jobs page: started, watched, cancelled and run again, by those who may, each put on the trail."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from config.settings import ROOT
from jobs import queue
from jobs.registry import JOB_KINDS, QUEUES, SCHEDULES
from portal import translations
from portal.callbacks import job as one
from portal.callbacks import jobs as page
from store import chains
from store import jobs as rows
from store.database import reading, writing
from store.job_claims import Ending, claim, finish
from store.jobs import JobRow, in_both
from store.scope import NOTHING
from store.tables import audit_log, job_runs, runs
from tests.people import Answer, Client, People
from tests.small_picture import AS_OF, NOW

EVERYTHING = {"kind": None, "status": None, "page": 1}
LITERAL_STEP = re.compile(r'(?:job\.|self\.|\b)(?:step|tell)\("(\w+)"')


def _start(client: Client, kind: str, **fields: Any) -> Answer:
    pressed = {"type": "jobs-start", "kind": kind}
    buttons = [{"id": pressed, "property": "n_clicks", "value": 1}]
    given = [
        {"id": {"type": "jobs-field", "kind": kind, "name": name}, "property": "value", "value": value}
        for name, value in fields.items()
    ]
    return client.call(
        page.start,
        buttons,
        given,
        0,
        triggered=json.dumps(pressed, sort_keys=True, separators=(",", ":")) + ".n_clicks",
    )


def _row(people: People, job_id: int = 1) -> JobRow:
    with reading(people.engine) as connection:
        return rows.job(connection, job_id)


def _becomes(people: People, **values: Any) -> None:
    with writing(people.engine) as connection:
        connection.execute(update(job_runs).where(job_runs.c.job_id == 1).values(**values))


def _trail(people: People) -> list[tuple[str, str, str | None]]:
    query = select(audit_log.c.actor, audit_log.c.action, audit_log.c.object_id)
    with reading(people.engine) as connection:
        return [tuple(row) for row in connection.execute(query.where(audit_log.c.action.like("jobs.%")))]  # type: ignore[misc]


def test_a_recompute_is_queued_with_its_audit_row_and_only_once(people: People) -> None:
    admin = people.client("admin")
    assert "已进入队列" in _start(admin, "segment_customers", as_of="2026-10-31", keep_cuts=["yes"]).text
    row = _row(people)
    assert (row.kind, row.parameters) == ("segment_customers", {"as_of": "2026-10-31", "keep_cuts": True})
    assert "没有重复开始" in _start(admin, "segment_customers", as_of="2026-10-31", keep_cuts=["yes"]).text
    assert _trail(people) == [("admin", "jobs.submit", "1")]


def test_what_a_form_takes_is_checked_in_words(people: People) -> None:
    admin = people.client("admin")
    assert "2026-10-31 的样子" in _start(admin, "segment_customers", as_of="31/10/2026").toast
    assert "百分数" in _start(admin, "rate_customers", as_of="", long_run_rate="much").toast
    assert "不能在此页开始" in _start(admin, "receive_delivery").toast
    assert "已进入队列" in _start(admin, "rate_customers", as_of="", long_run_rate="2.5%").text
    assert _row(people).parameters == {"long_run_rate": 0.025}


def test_a_recompute_of_one_branch_is_told_by_its_name(people: People) -> None:
    admin = people.client("admin")
    shown = admin.open_page("/admin/jobs")
    assert all(words in shown for words in ("范围", "全行", "滨江支行", "东湖支行")) and "江城分行" not in shown
    assert "没有编号为“B77”的机构" in _start(admin, "rate_customers", as_of="", branch="B77", long_run_rate="").toast
    assert "已进入队列" in _start(admin, "rate_customers", as_of="", branch="B2", long_run_rate="").text
    assert _row(people).parameters == {"branch": "B2"}
    assert "范围 东湖支行" in admin.call(page.show_history, EVERYTHING, 0, []).text
    assert "范围 东湖支行" in admin.call(page.show_live, None, 0, []).text
    assert "范围 东湖支行" in admin.open_page("/admin/jobs/1")
    assert "已进入队列" in _start(admin, "rate_customers", as_of="", branch=None, long_run_rate="").text
    assert _row(people, 2).parameters == {}


def test_waiting_running_failed_and_done_are_told_in_words(people: People) -> None:
    admin = people.client("admin")
    _start(admin, "segment_customers")
    assert "下一个就是它" in admin.call(page.show_live, None, 0, []).text
    begun = NOW - timedelta(seconds=100)
    _becomes(people, status="running", step="segment", step_detail="400", percent=40.0, claimed_at=begun, attempt=1)
    live = admin.call(page.show_live, 1, 0, [1])
    assert "划分客群 · 400" in live.text and "40%" in live.text
    _becomes(
        people, step="learn", step_detail=in_both("从 76,675 个客户月学习", "learning from 76,675 customer-months")
    )
    learning = admin.call(page.show_live, 1, 0, [1]).text
    assert "建立模型 · 从 76,675 个客户月学习" in learning and "learning from" not in learning
    assert "已用 1 分 40 秒 · 约剩 2 分 30 秒" in live.text
    assert live.value("jobs-tick", "disabled") is False
    _becomes(
        people, status="failed", sentence=in_both("没有数据。", "There is nothing."), incident="abc123", finished_at=NOW
    )
    ended = admin.call(page.show_live, 2, 0, [1])
    assert ended.value("jobs-tick", "disabled") is True
    shown = admin.call(one.show, None, 0, 0, 1)
    assert "没有数据。" in shown.text and "There is nothing" not in shown.text and "abc123" in shown.text
    assert shown.value("job-cancel", "hidden") is True and shown.value("job-retry", "hidden") is False
    assert "没有数据。" in admin.call(page.show_history, EVERYTHING, 0, []).text


def test_cancel_and_retry(people: People) -> None:
    admin = people.client("admin")
    _start(admin, "segment_customers")
    order = json.dumps({"act": "cancel", "job": 1})
    assert "已取消" in admin.call(page.obey, 1, order, 0).text
    assert _row(people).status == "cancelled"
    assert "已经结束" in admin.call(one.cancel, 1, 1, 0).toast
    assert admin.call(one.retry, 1, 1).value("frame-place", "href") == "/admin/jobs/2"
    again = _row(people, 2)
    assert (again.retry_of, again.parameters, again.status) == (1, _row(people).parameters, "queued")
    assert [action for _, action, _ in _trail(people)] == ["jobs.submit", "jobs.cancel", "jobs.retry"]


def test_a_running_job_is_asked_to_stop(people: People) -> None:
    admin = people.client("admin")
    _start(admin, "rate_customers")
    _becomes(people, status="running", claimed_at=NOW, attempt=1)
    assert "数秒内结束" in admin.call(one.cancel, 1, 1, 0).text
    assert _row(people).cancel_requested_at is not None
    assert "正在停止" in admin.call(page.show_live, None, 0, []).text


def _chain(people: People, *outcomes: str | None) -> None:
    """A chain of the schedule whose steps came so far, each with a job of its own."""
    kinds = ("segment_customers", "rate_customers", "contribute")
    due = NOW - timedelta(days=3)
    with writing(people.engine) as connection:
        started = queue.run_schedule(
            connection, SCHEDULES["monthly"], kinds, "schedule", NOW - timedelta(minutes=9), due
        )
        for step, outcome in zip(started.chain.steps, outcomes, strict=False):
            job_id = chains.chain(connection, 1).steps[step.place - 1].job_id
            assert job_id is not None
            row = claim(connection, job_id, "w", NOW - timedelta(minutes=5))
            assert row is not None
            if outcome is not None:
                said = None if outcome == "done" else in_both("样本太少。", "Too few.")
                ending = Ending(outcome, said, None if outcome == "done" else "abc123", {"run_id": 1, "customers": 12})
                finish(connection, row, ending, NOW)


def test_a_chain_is_one_entry_with_its_steps(people: People) -> None:
    _chain(people, "done", None)
    admin = people.client("admin")
    live = admin.call(page.show_live, None, 0, [])
    for words in ("每月计算", "进行中", "已完成 1/3 步", "应于", "恢复后补算一次", "未开始", "取消全部", "#2 信用评价"):
        assert words in live.text, words
    assert "运行中 1 个" in live.text and live.value("jobs-tick", "disabled") is False
    told = admin.call(page.show_history, EVERYTHING, 0, []).text
    assert "第 1–1 条，共 1 条" in told and "定时任务" in told
    assert "共 1 条" in admin.call(page.show_history, {**EVERYTHING, "kind": "contribute"}, 0, []).text
    assert "没有符合" in admin.call(page.show_history, {**EVERYTHING, "kind": "attrition"}, 0, []).text
    assert "没有符合" in admin.call(page.show_history, {**EVERYTHING, "status": "done"}, 0, []).text
    job = admin.call(one.show, None, 0, 0, 2).text
    assert "每月计算" in job and "aria-current" in job and "单独重试后继续" in job


def test_a_halted_chain_offers_the_step_alone_or_without_it(people: People) -> None:
    _chain(people, "done", "failed")
    admin = people.client("admin")
    live = admin.call(page.show_live, None, 0, [])
    for words in ("停在失败的步骤", "样本太少。", "重试此步骤", "跳过此步骤"):
        assert words in live.text, words
    assert live.value("jobs-tick", "disabled") is True, "nothing changes until somebody acts"
    assert "已重新运行" in admin.call(page.obey, 1, json.dumps({"act": "retry", "job": 2}), 0).text
    assert (_row(people, 3).retry_of, _row(people, 3).chain_id) == (2, 1)
    assert "没有停下的步骤" in admin.call(page.obey, 1, json.dumps({"act": "skip", "job": 1}), 0).toast
    assert "已取消" in admin.call(page.obey, 1, json.dumps({"act": "cancel_chain", "job": 1}), 0).text
    assert _row(people, 3).status == "cancelled"
    assert "已经结束" in admin.call(page.obey, 1, json.dumps({"act": "cancel_chain", "job": 1}), 0).toast
    assert "不再进行" in admin.call(one.show, None, 0, 0, 3).text
    assert [action for _, action, _ in _trail(people)] == ["jobs.retry", "jobs.cancel_chain"]


def test_a_chain_goes_on_without_a_step(people: People) -> None:
    _chain(people, "done", "failed")
    admin = people.client("admin")
    assert "跳过一步" in admin.call(page.obey, 1, json.dumps({"act": "skip", "job": 1}), 0).text
    assert _row(people, 3).kind == "contribute"
    assert "没有这项任务" in admin.call(page.obey, 1, json.dumps({"act": "skip", "job": 7}), 0).toast
    for act in ("skip", "cancel_chain"):
        assert people.client("staff").call(page.obey, 1, json.dumps({"act": act, "job": 1}), 0).status == 403


def test_a_contribution_of_a_chain_says_whose_ratings_it_used(people: People) -> None:
    _chain(people, "done", "done", "done")
    with writing(people.engine) as connection:
        connection.execute(
            update(runs).where(runs.c.run_id == 1).values(kind="contribution", parameters={"rating_run": 2})
        )
    shown = people.client("admin").call(one.show, None, 0, 0, 3).text
    with reading(people.engine) as connection:
        version = connection.scalar(select(runs.c.version).where(runs.c.run_id == 2))
    assert f"违约概率取自已发布的 {version}" in shown


def test_history_is_narrowed_and_paged(people: People) -> None:
    admin = people.client("admin")
    with writing(people.engine) as connection:
        for number in range(45):
            new = rows.NewJob(
                "build_picture" if number % 2 else "rate_customers", "heavy", {"n": number}, "admin", NOTHING
            )
            rows.enter(connection, new, NOW)
    first = admin.call(page.show_history, EVERYTHING, 0, []).text
    assert "第 1–20 条，共 45 条" in first and "page=2" in first
    narrowed = admin.call(page.show_history, {**EVERYTHING, "kind": "rate_customers", "page": 2}, 0, []).text
    assert "第 21–23 条，共 23 条" in narrowed and "重建客户视图 " not in narrowed
    assert "没有符合筛选条件" in admin.call(page.show_history, {**EVERYTHING, "status": "failed"}, 0, []).text
    assert "queued" in admin.open_page("/admin/jobs?status=queued") and "jobs-live" in admin.open_page(
        "/admin/jobs?page=x"
    )


@pytest.mark.parametrize("login", ["staff", "executive", "auditor", "risk"])
def test_others_are_refused(people: People, login: str) -> None:
    _start(people.client("admin"), "segment_customers")
    other = people.client(login)
    assert "权限" in other.open_page("/admin/jobs") and "权限" in other.open_page("/admin/jobs/1")
    assert _start(other, "rate_customers").status == 403
    for handler, values in ((page.show_live, (None, 0, [])), (one.cancel, (1, 1, 0)), (one.retry, (1, 1))):
        assert other.call(handler, *values).status == 403
    with reading(people.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(job_runs)) == 1
    assert _row(people).status == "queued"


def test_personal_work_of_others_tells_no_customer(people: People) -> None:
    with writing(people.engine) as connection:
        rows.enter(connection, rows.NewJob("customer_report", "quick", {"customer_id": "C01"}, "staff", NOTHING), NOW)
    admin = people.client("admin")
    for text in (admin.open_page("/admin/jobs/1"), admin.call(page.show_history, EVERYTHING, 0, []).text):
        assert "仅申请人可见" in text and "C01" not in text
    assert "没有开始这类任务的权限" in admin.call(one.retry, 1, 1).toast


def test_every_word_of_every_kind_is_there() -> None:
    steps = {name for file in (ROOT / "jobs").glob("*.py") for name in LITERAL_STEP.findall(file.read_text("utf-8"))}
    steps |= {
        name for file in (ROOT / "warehouse").glob("*.py") for name in LITERAL_STEP.findall(file.read_text("utf-8"))
    }
    keys = {f"jobs.step.{name}" for name in steps} | {f"jobs.queue.{name}" for name in QUEUES}
    keys |= {f"jobs.about.{kind.name}" for kind in JOB_KINDS.values() if kind.form is not None}
    assert {"jobs.step.unpack", "jobs.step.develop", "jobs.step.marts"} <= keys
    for language in translations.LANGUAGES:
        assert not [key for key in sorted(keys) if key not in translations.catalogue(language)]


def test_contribution_is_not_said_to_have_default_parameters(people: People) -> None:
    """It is worked out with the approved versions: they are named once its run is there, and nothing before."""
    admin = people.client("admin")
    _start(admin, "contribute")
    assert "默认参数" not in admin.call(page.show_live, None, 0, []).text
    used = {"versions": [{"version": 0, "months": 20}, {"version": 1, "months": 5}]}
    with writing(people.engine) as connection:
        connection.execute(
            insert(runs).values(
                run_id=71, kind="contribution", state="candidate", version="V-7", as_of=AS_OF, parameters=used, batches=[],
                code_version="t", seed=0, started_by="admin", started_at=NOW, finished_at=NOW, customers=1, metrics={}, model={},
            )
        )  # fmt: skip
    _becomes(people, status="done", result={"run_id": 71}, claimed_at=NOW, finished_at=NOW, attempt=1)
    assert "参数版本 0（20 个月）、版本 1（5 个月）" in admin.open_page("/admin/jobs/1")
    assert "参数版本 0" in admin.call(page.show_history, EVERYTHING, 0, []).text

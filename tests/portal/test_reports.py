"""The reports page and the button that makes a PDF: entered in scope, followed by whoever asked, listed in scope."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from sqlalchemy import select, update

from portal.callbacks.reports import make, make_branch, make_segment, show_list, show_maker, show_new
from portal.report_button import follow, for_customer, for_month
from store.database import reading, writing
from store.reports import BRANCH, CUSTOMER, MANAGEMENT, SEGMENT, NewPaper, keep
from store.tables import audit_log, job_runs, runs
from tests.people import Answer, Client, People
from tests.small_picture import NOW

CODE = "ABCD-EFGH-JKLM-NPQR"


def _shelve(people: People, kind: str, branch: str, customer: str | None = None, job_id: int | None = None) -> int:
    new = NewPaper(
        kind, branch, "zh", date(2026, 10, 31), f"{kind} {branch}", "a.pdf", "a.pdf", 84_321,
        hashlib.sha256(branch.encode()).hexdigest(), CODE, {}, "staff", customer, job_id, 3,
    )  # fmt: skip
    with writing(people.engine) as connection:
        return keep(connection, new, NOW)


def _press(client: Client, **asked: str) -> Answer:
    return client.call(for_customer, 1, {"customer_id": "C01", **asked})


def _job_of(answer: Answer) -> int:
    assert answer.status == 200, answer.text
    return int(answer.value("customer-pdf-job", "data")["job"])


def test_the_button_enters_one_job_in_the_scope_of_who_pressed(people: People) -> None:
    staff = people.client("staff")
    first, second = _job_of(_press(staff)), _job_of(_press(staff))
    assert first == second
    with reading(people.engine) as connection:
        row = connection.execute(select(job_runs)).one()
        trail = connection.scalars(select(audit_log.c.action).where(audit_log.c.action == "jobs.submit")).all()
    assert (row.kind, row.submitted_by, row.scope) == ("customer_report", "staff", ["/HQ/B1/"])
    assert row.parameters == {"customer_id": "C01", "language": "zh"} and trail == ["jobs.submit"]
    assert "生成客户报告 PDF" not in str(people.client("executive").open_page("/customers/C01"))


def test_a_stranger_enters_nothing(people: People) -> None:
    assert "没有这位客户" in _press(people.client("stranger")).toast
    assert _press(people.client("executive")).status == 403  # no grant for customer reports
    assert _press(people.client("admin")).status == 403
    assert people.client("staff").call(for_month, 1, {"month": "2026-10", "branch_id": "B1"}).status == 403
    with reading(people.engine) as connection:
        assert connection.execute(select(job_runs)).all() == []


@pytest.mark.parametrize(
    ("month", "branch", "said"),
    [("2026-10", "B9", "没有这家机构"), ("2019-01", "HQ", "没有 2019-01 的数据"), (None, None, "没有")],
)
def test_a_month_that_cannot_be_reported_is_refused(
    people: People, month: str | None, branch: str | None, said: str
) -> None:
    assert said in people.client("executive").call(make, 1, month, branch, "zh").toast


def test_progress_then_the_file_or_the_sentence(people: People) -> None:
    staff = people.client("staff")
    job = _job_of(_press(staff))
    waiting = staff.call(follow, 1, {"job": job})
    assert "等待中" in str(waiting.value("customer-pdf-said")) and waiting.value("customer-pdf-tick", "interval") == 300
    _becomes(people, job, status="running", step="draw", percent=50.0, claimed_at=NOW)
    assert "绘制报告 50%" in str(staff.call(follow, 2, {"job": job}).value("customer-pdf-said"))
    _becomes(people, job, status="failed", sentence='{"zh": "不行。", "en": "No."}')
    failed = staff.call(follow, 3, {"job": job})
    assert (
        "不行。" in str(failed.value("customer-pdf-said")) and failed.value("customer-pdf-press", "disabled") is False
    )
    report = _shelve(people, CUSTOMER, "B1", "C01", job)
    _becomes(people, job, status="done", result={"report_id": report})
    done = staff.call(follow, 4, {"job": job})
    assert done.value("customer-pdf-paper", "data") == report and done.value("customer-pdf-tick", "disabled") is True
    assert f"/files/{report}" in str(done.value("customer-pdf-said"))
    other = people.client("stranger").call(follow, 4, {"job": job})
    assert "为别人生成" in other.text and f"/files/{report}" not in other.text


def _becomes(people: People, job: int, **values: object) -> None:
    with writing(people.engine) as connection:
        connection.execute(update(job_runs).where(job_runs.c.job_id == job).values(**values))


def test_the_list_holds_what_is_in_scope(people: People) -> None:
    mine, theirs, month = (
        _shelve(people, CUSTOMER, "B1", "C01"), _shelve(people, CUSTOMER, "B2", "C07"), _shelve(people, MANAGEMENT, "HQ")
    )  # fmt: skip
    seen = {
        login: [report for report in (mine, theirs, month) if f"/files/{report}'" in str(_list(people.client(login)))]
        for login in ("staff", "stranger", "executive", "risk", "auditor")
    }
    assert seen == {
        "staff": [mine], "stranger": [theirs], "executive": [mine, theirs, month], "risk": [mine, theirs], "auditor": [],
    }  # fmt: skip
    assert people.client("admin").call(show_list, {}).status == 403
    shown = _list(people.client("executive"), kind=MANAGEMENT)
    assert f"/files/{month}'" in shown and f"/files/{mine}'" not in shown and "3 页，84 KB" in shown and CODE in shown
    assert "没有符合条件的报告" in _list(people.client("executive"), q="nothing of the kind")
    assert f"/files/{mine}'" in str(people.client("staff").call(show_new, mine, {}).value("reports-list"))


def _list(client: Client, **asked: str) -> str:
    answer = client.call(show_list, asked)
    assert answer.status == 200, answer.text
    return str(answer.value("reports-list"))


def test_an_empty_shelf_says_what_to_do(people_reading: People) -> None:
    assert "打开一位客户" in _list(people_reading.client("staff"))
    assert "选定月份和机构" in _list(people_reading.client("executive"))
    assert "reports-maker" in people_reading.client("executive").open_page("/reports")
    assert "reports-maker" not in people_reading.client("staff").open_page("/reports")
    maker = people_reading.client("executive").call(show_maker, {}).value("reports-maker")
    assert "滨江支行" in str(maker) and "2026年10月" in str(maker)


def test_branch_and_segment_reports_are_entered_in_the_scope_of_who_pressed(people: People) -> None:
    executive = people.client("executive")
    assert "尚无已发布的客户细分" in executive.call(make_segment, 1, "HQ", "", "zh").toast
    assert "尚无已发布的客户细分" in str(executive.call(show_maker, {}).value("reports-maker"))
    cluster = {"number": 3, "name": {"zh": "工薪", "en": "Salaried"}, "label": None, "centre": []}
    with writing(people.engine) as connection:
        model = {"clusters": {"personal": {"clusters": [cluster]}}}
        connection.execute(update(runs).where(runs.c.kind == "segmentation").values(model=model))
    assert executive.call(make_branch, 1, "2026-10", "B1", "en").status == 200
    assert executive.call(make_segment, 1, "HQ", "3", "zh").status == 200
    assert "没有这个客群" in executive.call(make_segment, 1, "HQ", "9", "zh").toast
    assert "没有这家机构" in executive.call(make_segment, 1, "B9", "", "zh").toast
    assert "没有 2019-01 的数据" in executive.call(make_branch, 1, "2019-01", "B1", "zh").toast
    for login in ("staff", "stranger", "admin"):
        assert people.client(login).call(make_branch, 1, "2026-10", "B1", "zh").status == 403
        assert people.client(login).call(make_segment, 1, "B1", "", "zh").status == 403
    with reading(people.engine) as connection:
        entered = connection.execute(select(job_runs.c.kind, job_runs.c.parameters).order_by(job_runs.c.job_id)).all()
    assert [tuple(row) for row in entered] == [
        ("branch_report", {"month": "2026-10", "branch_id": "B1", "language": "en"}),
        ("segment_report", {"branch_id": "HQ", "segment": "3", "language": "zh"}),
    ]


def test_the_new_papers_are_listed_for_who_may_have_management_reports(people: People) -> None:
    papers = [_shelve(people, SEGMENT, "B1"), _shelve(people, BRANCH, "B1")]
    shown = _list(people.client("executive"))
    assert all(f"/files/{paper}'" in shown for paper in papers) and "客群报告" in shown and "机构业绩报告" in shown
    assert all(f"/files/{paper}'" not in _list(people.client("staff")) for paper in papers)
    assert people.client("staff").get(f"/files/{papers[0]}").status_code != 200

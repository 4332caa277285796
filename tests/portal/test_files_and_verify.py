"""Reports leave within scope only, unchanged or not at all; /verify knows a genuine paper from another."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import date

import pytest
from sqlalchemy import select

from domain.verification import verification_code
from store.database import reading, writing
from store.reports import CUSTOMER, MANAGEMENT, NewPaper, keep, paper_of_job, shelf
from store.scope import NOTHING, Scope
from store.tables import audit_log
from tests.people import People
from tests.small_picture import NOW

PDF = b"%PDF-1.4 a report of the bank"
CODE = verification_code(CUSTOMER, "C01", {"what": "it says"}, b"s" * 32)


def _shelve(people: People, kind: str, branch: str, customer: str | None = None, job_id: int | None = None) -> int:
    folder = people.settings.reports
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.pdf").write_bytes(PDF)
    new = NewPaper(
        kind, branch, "zh", date(2026, 10, 31), "客户报告", "客户报告.pdf", "a.pdf", len(PDF),
        hashlib.sha256(PDF).hexdigest(), CODE, {"a": 1}, "staff", customer, job_id,
    )  # fmt: skip
    with writing(people.engine) as connection:
        return keep(connection, new, NOW)


def test_a_paper_opens_within_scope_and_leaves_its_trace(people: People) -> None:
    report = _shelve(people, CUSTOMER, "B1", "C01")
    with people.client("staff").get(f"/files/{report}") as answer:
        assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert people.client("stranger").get(f"/files/{report}").status_code == 403
    assert people.client("admin").get(f"/files/{report}").status_code == 403
    with reading(people.engine) as connection:
        actors = connection.scalars(select(audit_log.c.actor).where(audit_log.c.action == "report.download")).all()
    assert actors == ["staff"]


def test_a_management_report_is_for_those_who_may_have_it(people: People) -> None:
    report = _shelve(people, MANAGEMENT, "HQ")
    with people.client("executive").get(f"/files/{report}") as answer:
        assert answer.status_code == 200
    assert people.client("staff").get(f"/files/{report}").status_code == 403


def test_one_that_is_not_there_and_one_of_others_look_alike(people: People) -> None:
    report = _shelve(people, CUSTOMER, "B1", "C01")
    stranger = people.client("stranger")
    there, not_there = stranger.get(f"/files/{report}"), stranger.get("/files/99999")
    assert there.status_code == not_there.status_code == 403
    assert there.data == not_there.data


def test_a_changed_or_missing_file_is_not_handed_out(people: People) -> None:
    report = _shelve(people, CUSTOMER, "B1", "C01")
    (people.settings.reports / "a.pdf").write_bytes(PDF + b"!")
    changed = people.client("staff").get(f"/files/{report}")
    assert changed.status_code == 400 and PDF not in changed.data
    (people.settings.reports / "a.pdf").unlink()
    assert people.client("staff").get(f"/files/{report}").status_code == 400
    assert people.client("staff").get("/files/-1").status_code == 400


def test_the_shelf_shows_what_is_in_scope_newest_first(people: People) -> None:
    first = _shelve(people, CUSTOMER, "B1", "C01", job_id=7)
    assert _shelve(people, CUSTOMER, "B1", "C01", job_id=7) == first
    second = _shelve(people, MANAGEMENT, "HQ")
    both = (CUSTOMER, MANAGEMENT)
    with reading(people.engine) as connection:
        bank, branch = Scope(("/HQ/",)), Scope(("/HQ/B1/",))
        assert [p.report_id for p in shelf(connection, bank, both)[0]] == [second, first]
        assert [p.report_id for p in shelf(connection, branch, both)[0]] == [first]
        assert shelf(connection, NOTHING, both) == ([], 0)
        assert shelf(connection, bank, both, words="100%")[1] == 0
        assert shelf(connection, bank, both, words=CODE[:6], limit=1) == (shelf(connection, bank, both)[0][:1], 2)
        found = paper_of_job(connection, branch, both, 7)
        assert found is not None and found.report_id == first
        assert paper_of_job(connection, Scope(("/HQ/B2/",)), both, 7) is None


@pytest.mark.parametrize(
    ("code", "data", "good", "words"),
    [
        (CODE.lower().replace("-", " "), None, True, "The code is genuine"),
        (CODE, PDF, True, "genuine and unchanged"),
        (CODE, PDF + b" ", False, "is not what we issued"),
        ("2222-2222-2222-2222", None, False, "not ours"),
        ("no code", None, False, "16 letters"),
        ("", None, False, "16-character"),
    ],
)
def test_verify_tells_a_genuine_paper_to_anybody(
    people: People, code: str, data: bytes | None, good: bool, words: str
) -> None:
    _shelve(people, CUSTOMER, "B1", "C01")
    client = people.server.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/verify?language=en").text)
    assert token is not None
    form: dict[str, object] = {"csrf_token": token[1], "code": code}
    if data is not None:
        form["file"] = (io.BytesIO(data), "a.pdf")
    page = client.post("/verify?language=en", data=form, content_type="multipart/form-data").text
    verdict = re.search(r'gx-alert (good|bad)" role="alert" id="verify-verdict">([^<]+)<', page)
    assert verdict is not None
    assert (verdict[1] == "good") is good and words in verdict[2]
    assert "C01" not in page

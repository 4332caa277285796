"""What if on screen: the question in the link, one answer for everybody, each shown their own part, nothing published touched."""

from __future__ import annotations

import io
from collections import defaultdict
from decimal import Decimal
from typing import Any
from zipfile import ZipFile

import pyarrow as pa
import pytest
from sqlalchemy import select, update

from console.gunicorn_conf import limit_request_line
from domain.contribution.cells import cells, changed, told
from domain.contribution.formula import WorkedMonth, work_out
from domain.contribution.sums import NAMES, of_months
from domain.phrasing import money
from domain.plain import to_plain
from portal.callbacks.what_if import add, choose, compute, show
from portal.callbacks.what_if import people as people_shown
from portal.overview_question import query
from portal.what_if_question import MOST, said
from store.database import reading, writing
from store.parameters import CONTRIBUTION, propose
from store.tables import (
    audit_log,
    contribution_months,
    customers,
    job_runs,
    run_contributions,
    runs,
    user_scopes,
    users,
)
from tests.people import Client, People
from tests.portal.test_export_question import refused
from tests.small_contribution import BASIS, branch_of, months_of, publish_contribution
from tests.small_picture import AS_OF, NOW, PATHS, month_ends
from warehouse.contribution.what_if import WhatIf, keep

PAGE, KEY = "/contribution/what-if", ("transfer_prices", "demand", "")
CHANGE = f"{told(KEY)}~0.5"
ASKED = {"month": "2026-10", "months": "1", "version": "", "change": CHANGE, "branch": ""}
LAST = len(month_ends()) - 1


@pytest.fixture
def run_id(people: People) -> int:
    return publish_contribution(people)


def _worked(number: int) -> tuple[list[WorkedMonth], list[WorkedMonth]]:
    """A customer's last month, now and with the changed price."""
    own = BASIS.versions[0].parameters
    now = list(months_of(number, LAST, AS_OF))
    return now, [work_out(each.of, changed(own, {KEY: Decimal("0.005")})) for each in now]


def _answer() -> WhatIf:
    found: dict[tuple[str, str], list[list[WorkedMonth]]] = defaultdict(lambda: [[], []])
    crossings = []
    for number in range(1, 13):
        sides = _worked(number)
        for side, months in enumerate(sides):
            for each in months:
                found[branch_of(number), each.of.family][side].append(each)
        now, then = (int(of_months(months).contribution * 100) for months in sides)
        crossings.append(
            {"customer_id": f"C{number:02d}", "kind": "personal", "branch_path": PATHS[branch_of(number)], "band_now": "C",
             "band_then": "D" if number != 2 else "B", "now": now, "then": then}
        )  # fmt: skip
    lines = [
        {"branch_id": branch, "branch_path": PATHS[branch], "family": family, "kind": "personal",
         **{f"{side}_{name}": value for side, months in zip(("now", "then"), sides, strict=True) for name, value in _cents(months)}}
        for (branch, family), sides in sorted(found.items())
    ]  # fmt: skip
    standing = [
        {**{name: row[name] for name in ("branch_path", "band_now", "band_then", "now", "then")}, "customers": 1}
        for row in crossings
    ]
    return WhatIf(pa.Table.from_pylist(lines), pa.Table.from_pylist(standing), pa.Table.from_pylist(crossings))


def _cents(months: list[WorkedMonth]) -> list[tuple[str, int]]:
    sums = of_months(months)
    return [
        (name, int(getattr(sums, name)) if name == "accounts" else int(getattr(sums, name) * 100)) for name in NAMES
    ]


def _answered(people_: People, client: Client) -> int:
    """The question asked through the page, and its answer put where the job puts it."""
    job_id = int(client.call(compute, 1, ASKED).value("what_if-job", "data"))
    with writing(people_.engine) as connection:
        connection.execute(update(job_runs).where(job_runs.c.job_id == job_id).values(status="done", finished_at=NOW))
    keep(people_.settings.warehouse, job_id, _answer())
    return job_id


def test_the_longest_question_of_this_page_fits_into_a_request() -> None:
    own = cells(BASIS.versions[0].parameters)
    longest = sorted(own, key=lambda key: len(told(key)))[-MOST:]
    asked = query(
        month="2026-10", months="12", branch="B" * 64, change=said(dict.fromkeys(longest, Decimal("-12.3456789")))
    )
    assert len(f"GET {PAGE}?{asked} HTTP/1.1") < limit_request_line


def _published(people_: People) -> list[Any]:
    with reading(people_.engine) as connection:
        tables = (runs, run_contributions, contribution_months, customers)
        return [sorted(map(repr, connection.execute(select(table)))) for table in tables]


def _sheet(answer: Any) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    with ZipFile(io.BytesIO(answer.data)) as book:
        return "".join(
            book.read(name).decode() for name in book.namelist() if "sharedStrings" in name or "sheet1" in name
        )


def test_the_link_holds_the_question(people: People, run_id: int) -> None:
    executive = people.client("executive")
    empty = executive.open_page(PAGE)
    assert "还没有改动任何参数" in empty and "内部转移价格 · 活期存款" in empty
    link = executive.call(add, 1, told(KEY), "0.5", {**ASKED, "change": ""}).value("_pages_location", "search")
    assert f"change={told(KEY)}~0.5" in link.replace("%7E", "~").replace("%7C", "|")
    opened = executive.open_page(f"{PAGE}?month=2026-09&months=3&change={CHANGE}|weather~1")
    assert "1.80% → 0.50%" in opened and "已略去" in opened and "weather" in opened
    assert "2026年7月 – 2026年9月" in opened
    refused = executive.call(add, 1, told(KEY), "abc", ASKED)
    assert "“内部转移价格 · 活期存款 · 不限期限”写的是“abc”，不是数字" in refused.toast
    assert "请先选择一个参数" in executive.call(add, 1, None, "1", ASKED).toast
    chosen = executive.call(choose, "2026-09", "12", "", "HQ", ASKED).value("_pages_location", "search")
    assert "month=2026-09" in chosen and "months=12" in chosen and "change=" in chosen
    with writing(people.engine) as connection:
        propose(connection, CONTRIBUTION, AS_OF, to_plain(BASIS.versions[0].parameters), "try", "admin", NOW)
    assert "全部按参数版本 1" in executive.open_page(f"{PAGE}?version=1")


def test_one_answer_and_each_sees_their_own_part(people: People, run_id: int) -> None:
    executive, before = people.client("executive"), _published(people)
    assert "还没有人测算过" in executive.call(show, ASKED, None, None).text
    job_id = _answered(people, executive)
    with reading(people.engine) as connection:
        kind, parameters, scope = connection.execute(
            select(job_runs.c.kind, job_runs.c.parameters, job_runs.c.scope).where(job_runs.c.job_id == job_id)
        ).one()
    assert (kind, scope) == ("what_if", ["/HQ/"])
    assert parameters == {
        "run_id": run_id, "month": "2026-10-31", "months": 1, "version": None, "changes": {told(KEY): "0.005"},
    }  # fmt: skip
    answer = executive.call(show, ASKED, None, None)
    shown = str(answer.value("what_if-answer"))
    now, then = (sum(of_months(_worked(n)[side]).contribution for n in range(1, 13)) for side in (0, 1))
    for words in (
        "贡献度将减少",
        "滨江支行",
        "东湖支行",
        "活期存款",
        money(then),
        money(now),
        money(then - now),
    ):
        assert words in shown, words
    assert answer.value("what_if-done", "data") == job_id
    listed = str(executive.call(people_shown, job_id, ASKED).value("what_if-people"))
    assert "/customers/C07?tab=contribution" in listed and "共 11位客户" in listed and "共 1位客户" in listed
    for odd in ("months=7", "version=99", "change=shoes:1", "month=1999-01"):
        refused(executive, f"/what-if-export/figures?{odd}", odd)
    assert "东湖支行" in _sheet(executive.get(f"/what-if-export/figures?change={CHANGE}"))
    assert "C08" in _sheet(executive.get(f"/what-if-export/customers?change={CHANGE}"))
    with writing(people.engine) as connection:  # from now on the executive of B1 alone
        user_id = connection.scalar(select(users.c.user_id).where(users.c.login == "executive"))
        connection.execute(update(user_scopes).where(user_scopes.c.user_id == user_id).values(branch_id="B1"))
    client = people.client("executive")
    own = str(client.call(show, ASKED, None, None).value("what_if-answer"))
    here = sum(of_months(_worked(n)[1]).contribution for n in range(1, 7))
    assert money(here) in own and "东湖支行" not in own and money(then) not in own
    listed = str(client.call(people_shown, job_id, ASKED).value("what_if-people"))
    assert "C01" in listed and "C07" not in listed and "C08" not in listed
    assert "C08" not in _sheet(client.get(f"/what-if-export/customers?change={CHANGE}"))
    assert "东湖支行" not in _sheet(client.get(f"/what-if-export/figures?change={CHANGE}"))
    assert "不在您的权限范围" in client.call(show, {**ASKED, "branch": "B2"}, None, None).text
    assert _published(people) == before
    with reading(people.engine) as connection:
        acts = set(connection.scalars(select(audit_log.c.action)))
    assert {"what_if.customers", "what_if.export", "what_if.export_customers", "jobs.submit"} <= acts


def test_progress_failure_and_what_was_cleared_are_said(people: People, run_id: int) -> None:
    executive = people.client("executive")
    job_id = int(executive.call(compute, 1, ASKED).value("what_if-job", "data"))
    assert int(executive.call(compute, 2, ASKED).value("what_if-job", "data")) == job_id, "worked out once"
    waiting = executive.call(show, ASKED, None, None)
    assert "正在测算" in waiting.text and waiting.value("what_if-tick", "disabled") is False
    with writing(people.engine) as connection:
        row = update(job_runs).where(job_runs.c.job_id == job_id)
        connection.execute(
            row.values(status="failed", finished_at=NOW, sentence='{"zh": "逐月明细已清理", "en": "gone"}')
        )
    assert "逐月明细已清理" in executive.call(show, ASKED, None, None).text
    with writing(people.engine) as connection:
        connection.execute(row.values(status="done", sentence=None))
    assert "上次的测算结果已按期清理" in executive.call(show, ASKED, None, None).text
    assert executive.get(f"/what-if-export/figures?change={CHANGE}").status_code == 400


@pytest.mark.parametrize("login", ["staff", "stranger", "admin", "auditor", "risk"])
def test_who_may_not_ask_does_not(people_reading: People, login: str) -> None:
    client = people_reading.client(login)
    assert client.get(PAGE).status_code == client.get("/what-if-export/figures").status_code == 403
    assert client.call(show, ASKED, None, None).status == client.call(compute, 1, ASKED).status == 403
    assert client.call(people_shown, 1, ASKED).status == client.call(add, 1, told(KEY), "1", ASKED).status == 403

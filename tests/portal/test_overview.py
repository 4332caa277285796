"""The overview: each person their own branches, a total that is the sum of its lines, and what cannot be known said so."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, event, insert, select, update

from portal.callbacks.overview import show
from store.database import reading, writing
from store.tables import audit_log, branch_months, pictures, user_scopes, users
from tests.people import Answer, Client, People
from tests.small_picture import AS_OF, aum_of

BODY, ACTIONS, CONTEXT = "overview-body", "overview-actions", "overview-context"


def _body(answer: Answer) -> str:
    assert answer.status == 200, answer.text
    return str(answer.value(BODY))


def _shown(client: Client, **asked: str) -> str:
    return _body(client.call(show, {"month": "", "branch": "", "kpi": "", **asked}))


def test_an_executive_sees_the_bank_and_its_branches(people_reading: People) -> None:
    executive = people_reading.client("executive")
    assert "overview-asked" in executive.open_page("/overview?month=2026-09&branch=B1")
    shown = _shown(executive)
    total = sum(aum_of(number) for number in range(1, 13))
    assert f"{total / 10_000:.1f}" in shown
    for words in (
        "滨江支行",
        "东湖支行",
        "合计",
        "管理资产较上月增加",
        "东湖支行是主因",
        "公式：不良贷款 ÷ 贷款余额",
        "不良率",
    ):
        assert words in shown, words
    answer = executive.call(show, {})
    assert "江城分行 · 2026年10月" in str(answer.value(CONTEXT)) and "评级 v3.2" in str(answer.value(CONTEXT))
    assert "生成管理月报 PDF" in str(answer.value(ACTIONS)) and "/overview-export/xlsx" in str(answer.value(ACTIONS))


def test_the_address_says_month_branch_and_kpi(people_reading: People) -> None:
    shown = _shown(people_reading.client("executive"), month="2026-09", branch="B1", kpi="loans")
    before = sum(aum_of(number, 12) for number in range(1, 7))
    assert f"{before / 10_000:.1f}" in shown and "李敏" in shown and "东湖支行" not in shown
    assert "/customers?holding=open&branch=B1&manager=S1" in shown and "kpi=aum" in shown
    assert "/overview?month=2026-09&branch=HQ&kpi=loans" in shown  # the way up


def test_a_branch_or_month_that_is_not_theirs_is_refused(people: People) -> None:
    with writing(people.engine) as connection:  # the executive of B1 alone
        user_id = connection.scalar(select(users.c.user_id).where(users.c.login == "executive"))
        connection.execute(update(user_scopes).where(user_scopes.c.user_id == user_id).values(branch_id="B1"))
    executive = people.client("executive")
    assert "滨江支行" in str(executive.call(show, {}).value(CONTEXT))
    for branch in ("B2", "HQ", "B9"):
        assert "不在您的权限范围" in _shown(executive, branch=branch)
        assert executive.get(f"/overview-export/csv?branch={branch}").status_code == 403
    assert "东湖支行" not in _shown(executive) + executive.get("/overview-export/csv").get_data(as_text=True)


@pytest.mark.parametrize("month", ["abc", "2019-01", "2026-13"])
def test_a_month_without_figures_opens_on_the_newest_with_a_word_and_its_pickers(
    people_reading: People, month: str
) -> None:
    executive = people_reading.client("executive")
    answer = executive.call(show, {"month": month, "branch": "", "kpi": ""})
    assert f"没有 {month} 的数据，下面是2026年10月" in _body(answer) and "gx-failed" not in _body(answer)
    assert "overview-month" in str(answer.value(ACTIONS))
    assert executive.get(f"/overview-export/csv?month={month}").status_code == 400


def test_a_past_month_says_that_lists_of_customers_are_of_today(people_reading: People) -> None:
    executive = people_reading.client("executive")
    past, now = (_shown(executive, month=month, branch="B1") for month in ("2026-09", "2026-10"))
    assert "看 2026-10-31 的客户名单" in past and "客户名单只有数据日 2026-10-31 的" in past
    assert "看客户名单" in now and "客户名单只有数据日" not in now


@pytest.mark.parametrize("login", ["staff", "stranger", "admin", "auditor"])
def test_who_may_not_see_it_does_not(people_reading: People, login: str) -> None:
    client = people_reading.client(login)
    assert client.call(show, {}).status == 403
    assert client.get("/overview").status_code == 403
    assert client.get("/overview-export/csv").status_code == 403


def test_two_scopes_show_their_union(people: People) -> None:
    with writing(people.engine) as connection:
        user_id = connection.scalar(select(users.c.user_id).where(users.c.login == "risk"))
        connection.execute(delete(user_scopes).where(user_scopes.c.user_id == user_id))
        connection.execute(insert(user_scopes), [{"user_id": user_id, "branch_id": name} for name in ("B1", "B2")])
    answer = people.client("risk").call(show, {})
    whole = sum(aum_of(number) for number in range(1, 13))
    assert f"{whole / 10_000:.1f}" in _body(answer) and "我的全部机构" in str(answer.value(CONTEXT))
    assert "滨江支行" in _body(answer) and "东湖支行" in _body(answer)
    assert "生成管理月报" not in str(answer.value(ACTIONS))  # a risk officer makes none


def test_what_a_source_does_not_say_is_a_dash_with_its_reason(people: People) -> None:
    with writing(people.engine) as connection:
        unknown = ["loans_npl", "loans_overdue", "loans_special_mention", "complaints"]
        connection.execute(update(pictures).values(detail={"unknown": unknown}))
    shown = _shown(people.client("executive"), kpi="npl_ratio")
    assert "数据来源没有提供该指标所需的字段" in shown and "不足两个月的数据" in shown
    with writing(people.engine) as connection:
        connection.execute(delete(branch_months))
    assert "该月没有数据" in _shown(people.client("executive"))
    with writing(people.engine) as connection:
        connection.execute(delete(pictures))
    assert "尚未接收数据" in _shown(people.client("executive")) or "还没有" in _shown(people.client("executive"))


def test_the_export_adds_up_and_is_on_the_trail(people: People) -> None:
    answer = people.client("executive").get("/overview-export/csv?month=2026-10")
    assert answer.status_code == 200 and 'filename="overview-202610.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert [row["机构"] for row in rows] == ["滨江支行", "东湖支行", "合计"]
    for name in ("管理资产（元）", "贷款余额（元）", "客户数", "净流入（元）"):
        parts = [Decimal(row[name]) for row in rows]
        assert parts[0] + parts[1] == parts[2], name
    assert Decimal(rows[2]["管理资产（元）"]) == sum(aum_of(number) for number in range(1, 13))
    book = people.client("executive").get("/overview-export/xlsx")
    assert book.data[:2] == b"PK" and people.client("executive").get("/overview-export/pdf").status_code == 400
    with reading(people.engine) as connection:
        found = connection.execute(
            select(audit_log.c.actor, audit_log.c.detail).where(audit_log.c.action == "overview.export")
        ).all()
    assert {actor for actor, _ in found} == {"executive"} and found[0].detail["month"] == f"{AS_OF:%Y-%m}"


def _asked_of(people: People, client: Client, **told: str) -> tuple[str, list[str]]:
    """What the page shows, and the statements it took."""
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(people.engine, "before_cursor_execute", note)
    try:
        shown = _shown(client, **told)
    finally:
        event.remove(people.engine, "before_cursor_execute", note)
    return shown, asked


def _sums_read(asked: list[str]) -> int:
    return sum("branch_months" in statement for statement in asked)


def test_the_page_asks_the_same_few_questions_whatever_the_size_and_a_second_time_none(people: People) -> None:
    client = people.client("executive")
    first, asked = _asked_of(people, client)
    assert _sums_read(asked) == 4  # 25 months at once, and a league of three
    assert len(asked) <= 27  # one of them who is on record without an account, beside the count with one
    again, asked = _asked_of(people, client)
    assert again == first and _sums_read(asked) == 0
    assert _sums_read(_asked_of(people, client, kpi="loans")[1]) == 4, "another question"


def test_a_kept_page_is_nobody_elses_and_ends_with_its_picture(people: People) -> None:
    client = people.client("executive")
    whole = _shown(client)
    with writing(people.engine) as connection:
        who = connection.execute(select(users.c.user_id).where(users.c.login == "executive")).scalar_one()
        connection.execute(update(user_scopes).where(user_scopes.c.user_id == who).values(branch_id="B1"))
    part = _shown(client)
    assert "东湖支行" in whole and "东湖支行" not in part, "another scope is another page at once"
    with writing(people.engine) as connection:
        connection.execute(update(user_scopes).where(user_scopes.c.user_id == who).values(branch_id="HQ"))
    assert _asked_of(people, client)[0] == whole
    with writing(people.engine) as connection:
        connection.execute(update(pictures).values(credit_run_id=None))
    assert _sums_read(_asked_of(people, client)[1]) == 4, "a run published or taken back"
    with writing(people.engine) as connection:
        built = connection.execute(select(pictures.c.built_at)).scalar_one()
        connection.execute(update(pictures).values(built_at=built + timedelta(seconds=1)))
        connection.execute(delete(branch_months).where(branch_months.c.branch_path.contains("B2")))
    anew, asked = _asked_of(people, client)
    assert _sums_read(asked) == 4 and anew != whole, "a new picture"

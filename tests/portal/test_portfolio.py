"""The credit portfolio on screen: every figure opens exactly its customers, each person sees their branches and no more."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from sqlalchemy import select, update

from portal.callbacks import portfolio as page
from portal.portfolio_figure import figure_of
from portal.portfolio_question import VIEWS
from store.database import reading, writing
from store.portfolio import contacts, rating_shown_before, ratings_shown
from store.scope import Scope
from store.tables import audit_log, user_scopes, users
from tests.people import Client, People
from tests.portal.test_export_question import refused
from tests.portal.workbook import sheets_of
from tests.small_picture import AS_OF, PATHS
from tests.small_portfolio import publish_ratings, write_book

BODY, CONTEXT, PEOPLE = "portfolio-body", "portfolio-context", "portfolio-people"
BEFORE = date(2026, 9, 30)
ALL_ROWS = {"startRow": 0, "endRow": 100, "sortModel": []}


@pytest.fixture
def runs(people: People) -> list[int]:
    write_book(people)
    return publish_ratings(people, BEFORE, AS_OF)


def _asked(**told: str) -> dict[str, str]:
    return {"view": "", "month": "", "branch": "", "by": "", "of": "", **told}


def _body(client: Client, **told: str) -> Any:
    answer = client.call(page.show, _asked(**told))
    assert answer.status == 200, answer.text
    return answer


def _links(shown: Any) -> Iterable[str]:
    """Every address of the page that a part of an answer leads to, of links and of charts."""
    waiting = [shown]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if str(part.get("href", "")).startswith("/risk/portfolio?"):
                yield str(part["href"]).partition("?")[2]
            if part.get("view") == "people" and "of" in part:
                yield "&".join(f"{name}={value}" for name, value in part.items())
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def _people(client: Client, **told: str) -> list[dict[str, Any]]:
    answer = client.call(page.rows, ALL_ROWS, _asked(**told))
    found = answer.value("portfolio-grid", "getRowsResponse")
    assert len(found["rowData"]) == found["rowCount"]
    return list(found["rowData"])


def _file(client: Client, **told: str) -> list[dict[str, str]]:
    query = "&".join(f"{name}={value}" for name, value in told.items() if value)
    answer = client.get(f"/portfolio-export/csv?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def _sum(rows: list[dict[str, str]], head: str) -> Decimal:
    (column,) = (name for name in rows[0] if name.startswith(head))
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def test_every_figure_of_every_view_is_the_sum_of_its_customers(people: People, runs: list[int]) -> None:
    client, seen = people.client("risk"), set()
    for view in VIEWS[:-1]:
        answer = _body(client, view=view)
        for query in _links(answer.json):
            told = {name: values[0] for name, values in parse_qs(query).items()}
            if told.get("view") == "people" and (told["of"], told.get("month")) not in seen:
                seen.add((told["of"], told.get("month")))
    assert len(seen) > 40
    for of, month in sorted(seen, key=str)[:: len(seen) // 7]:  # the sums themselves are tested in the warehouse
        told = {"view": "people", "of": of, "month": month or ""}
        listed, filed = _people(client, **told), _file(client, **told)
        assert [row["customer_id"] for row in listed] == [row["客户号"] for row in filed], of
        said = _body(client, **told).text
        source = of.partition(";")[0]
        total = _sum(filed, "预期损失" if source == "change" else "贷款余额") if filed else Decimal(0)
        assert f"{abs(total):,.2f}" in said, (of, total)
        assert f"{len(filed)} 户" in said or f"{len(filed)}户" in said, of


def test_tiles_and_the_loss_table_agree(people: People, runs: list[int]) -> None:
    client = people.client("executive")
    for by in ("family", "branch", "kind", "grade", "segment"):
        rows = _file(client, view="loss", by=by)
        behind = _file(client, view="people", of="exposure")
        for head in ("贷款余额", "违约敞口", "预期损失"):
            assert _sum(rows, head) == _sum(behind, head), (by, head)
        assert _sum(rows, "变化") == _sum(rows, "预期损失") - _sum(rows, "上月")
        assert _sum(rows, "变化") == _sum(_file(client, view="people", of="change"), "预期损失")
    by_family = {row["产品"]: Decimal(row["变化（元）"]) for row in _file(client, view="loss", by="family")}
    for code, words in (("mortgage", "住房按揭"), ("consumer_loan", "消费贷款"), ("business_loan", "经营贷款")):
        assert _sum(_file(client, view="people", of=f"change;family:{code}"), "预期损失") == by_family[words]
    parts = {
        name: _file(client, view="people", of=f"change;part:{name}") for name in ("new", "volume", "pd", "default")
    }
    assert [row["客户号"] for row in parts["new"]] == ["C09"]
    assert [row["客户号"] for row in parts["default"]] == ["C07"]
    # C07's mortgage of 587,000 at LGD 25 %, PD 1 now and 0.8 % before, when 589,000 was owed.
    volume = Decimal("0.008") * (587_000 - 589_000) / 4
    assert _sum(parts["default"], "预期损失") == Decimal("0.992") * 587_000 / 4
    assert volume in [Decimal(row["预期损失（元）"]) for row in parts["volume"] if row["客户号"] == "C07"]


def test_totals_changes_and_months_past_open_their_customers(people: People, runs: list[int]) -> None:
    """What stands beside a table's cells leads on too: its totals, a row's change, a tile, a cell of an earlier month."""
    client = people.client("risk")
    asked = {view: set(_links(_body(client, view=view).json)) for view in ("quality", "grades", "loss")}
    for view, wanted in (
        ("quality", ("of=roll;was:0&", "of=exposure;bucket:0&", "of=exposure;late:true", "of=exposure;npl:true")),
        ("grades", ("of=migration;was:A&",)), ("loss", ("of=change&", "of=change;family:mortgage&")),
    ):  # fmt: skip
        said = " ".join(unquote(query) + "&" for query in asked[view])
        for name in wanted:
            assert name in said, (view, name)
    months = {parse_qs(query).get("month", [""])[0] for query in asked["quality"]}
    assert len(months) > 6
    before = _file(client, view="people", of="exposure;bucket:0", month="2026-09")
    sheet = sheets_of(client.get("/portfolio-export/xlsx?view=quality").data)["逾期"]
    (row,) = (row for row in sheet if row[1] == "2026-09")
    assert Decimal(str(row[2])) == _sum(before, "贷款余额")


def test_what_the_views_say(people: People, runs: list[int]) -> None:
    client = people.client("executive")
    quality = _body(client).text
    owed = 613 + 8 + 42 + 2400 + 587 + 30 + 1100 + 200
    assert f"不良率 {587 / owed * 100:.2f}%" in quality and f"逾期率 {(587 + 42 + 30) / owed * 100:.2f}%" in quality
    assert "2025Q4" in quality and "33.3% (1)" in quality, "one of three loans within nine months"
    assert f"评级 C-{AS_OF}-3" in quality
    grades = _body(client, view="grades").text
    assert f"从 C-{BEFORE}-2（行）到 C-{AS_OF}-3（列）" in grades
    assert "全行 8 户中 3 户变动" in grades and "全行" not in _body(client, view="grades", branch="B1").text
    assert "从 C-" in grades and "roll;" not in grades
    largest = client.call(page.people, _asked(view="concentration")).text
    assert "C06" in largest and "C12" not in largest, "a group is one borrower, called by one of its members"
    movers = client.call(page.people, _asked(view="loss")).text
    assert "C07" in movers and "违约与恢复" in movers
    early = _body(client, month=f"{AS_OF:%Y}-08").text
    assert "该月尚无评级，沿用最早的一次" in early


def test_the_list_to_collect_masks_names_and_phones(people: People, runs: list[int]) -> None:
    masked = _people(people.client("executive"), view="collections")
    named = _people(people.client("risk"), view="collections")
    assert [row["customer_id"] for row in masked] == ["C07", "C03", "C09"]
    assert [row["overdue"] for row in named] == ["1.05万", "3,500", "1,200"]
    assert "张伟" in named[0]["name"]["text"] and "张伟" not in masked[0]["name"]["text"]
    for row in (*masked, *named):
        assert "****" in row["phone"] and row["manager"] in ("李敏", "王芳")
    filed = _file(people.client("risk"), view="collections")
    assert all("****" in row["电话"] for row in filed)
    with reading(people.engine) as connection:
        seen = connection.execute(select(audit_log.c.action, audit_log.c.actor, audit_log.c.detail)).all()
    assert [(row.actor, row.detail["rows"]) for row in seen if row.action == "portfolio.export"] == [("risk", 3)]
    assert {row.actor for row in seen if row.action == "portfolio.people"} == {"executive", "risk"}


def test_a_scope_is_kept_to(people: People, runs: list[int]) -> None:
    whole = {row["客户号"] for row in _file(people.client("executive"), view="people", of="exposure")}
    with writing(people.engine) as connection:  # the executive of B1 alone
        user_id = connection.scalar(select(users.c.user_id).where(users.c.login == "executive"))
        connection.execute(update(user_scopes).where(user_scopes.c.user_id == user_id).values(branch_id="B1"))
    client = people.client("executive")
    mine = {row["客户号"] for row in _file(client, view="people", of="exposure")}
    assert mine == {"C01", "C02", "C03", "C06"} < whole
    for of in (
        "exposure;kind:corporate",
        "exposure;borrower:C06",
        "rated;grade:A",
        "migration",
        "change",
        "roll",
        "vintage",
    ):
        assert {row["customer_id"] for row in _people(client, view="people", of=of)} <= mine, of
    assert "C12" not in client.call(page.people, _asked(view="concentration")).text
    for branch in ("B2", "HQ", "B9"):
        assert "不在您的权限范围" in _body(client, branch=branch).text
        assert client.get(f"/portfolio-export/csv?branch={branch}").status_code == 403
    for odd in ("view=dreams", "by=size", "view=people"):
        refused(client, f"/portfolio-export/csv?{odd}", odd)
    assert client.get("/portfolio-export/csv?month=1999-01").status_code == 400
    assert "地址中的数字不存在" in _body(client, view="people", of="exposure;branch:B2").text


def test_who_has_no_grant_sees_nothing(people: People, runs: list[int]) -> None:
    for login in ("staff", "stranger", "admin"):
        client = people.client(login)
        assert client.call(page.show, _asked()).status == 403
        assert client.call(page.rows, ALL_ROWS, _asked(view="collections")).status == 403
        assert client.get("/portfolio-export/csv").status_code == 403
        assert "信用组合" not in client.open_page("/account")
    assert "portfolio-asked" in people.client("risk").open_page("/risk/portfolio?view=loss")


@pytest.mark.parametrize(
    "of",
    ["wealth", "exposure;colour:red", "exposure;family", "vintage;bad_by:x", "vintage;cohort:2025", "roll;was:0;was:0",
     "exposure;branch_path:/HQ/", "rated;run:one"],
)  # fmt: skip
def test_an_address_that_names_no_figure_is_refused(of: str) -> None:
    assert figure_of(of) is None


def test_a_figure_reads_as_it_is_written() -> None:
    for name in ("exposure", "roll;was:0;bucket:1_30", "exposure;industry:", "vintage;cohort:2025Q4;bad_by:9"):
        told = figure_of(name)
        assert told is not None and told.name == name


def test_without_book_or_rating(people: People) -> None:
    client = people.client("executive")
    assert "信用台账不在磁盘上" in _body(client).text
    write_book(people)
    assert "评级与迁移" in _body(client).text
    assert "没有更早的评级可对比" in _body(client, view="grades").text
    assert json.loads(_body(client, view="loss").text)


def test_which_ratings_were_on_show(people_on_both: People) -> None:
    first, second = publish_ratings(people_on_both, BEFORE, AS_OF)
    with reading(people_on_both.engine) as connection:
        shown = ratings_shown(connection)
        assert [run.run_id for run in shown] == [first, 2, second]
        assert rating_shown_before(connection) == first
        both, one = (contacts(connection, Scope((PATHS[key],)), ["C01", "C07"]) for key in ("HQ", "B1"))
    assert sorted(both) == ["C01", "C07"] and sorted(one) == ["C01"]
    assert (one["C01"].manager_name, one["C01"].branch_name) == ("李敏", "滨江支行")


def test_each_tile_opens_the_customers_of_its_own_figure(people: People, runs: list[int]) -> None:
    client = people.client("risk")
    shown = _body(client, view="quality").text
    behind = _file(client, view="people", of="exposure")
    for head, on in (("违约敞口", "ead"), ("预期损失", "loss")):
        assert f"of=exposure&on={on}" in shown
        said = _body(client, view="people", of="exposure", on=on).text
        assert f"{head} {_sum(behind, head):,.2f}" in said
        listed = _people(client, view="people", of="exposure", on=on)
        filed = _file(client, view="people", of="exposure", on=on)
        (column,) = (name for name in filed[0] if name.startswith(head))
        amounts = [Decimal(row[column]) for row in filed]
        assert amounts == sorted(amounts, reverse=True)
        assert [row["customer_id"] for row in listed] == [row["客户号"] for row in filed]
    rate = _sum(behind, "预期损失") / _sum(behind, "违约敞口")
    assert f"占敞口 {rate * 100:.2f}%" in said
    late = _body(client, view="people", of="exposure;late:true", on="overdue").text
    assert "逾期贷款" in late and "on=overdue" in shown
    assert {row["内容"] for row in _file(client, view="collections")} == {"逾期贷款"}

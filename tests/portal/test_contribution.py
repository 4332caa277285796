"""Contribution on screen: the same money at every level, each person their own branches, and every figure to its formula."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from sqlalchemy import select, update

from domain.contribution.sums import of_months
from portal.callbacks import customer as customer_page
from portal.callbacks.contribution import people as people_shown
from portal.callbacks.contribution import show
from portal.callbacks.contribution_customers import show as behind_shown
from portal.contribution_question import BY
from store.database import reading, writing
from store.tables import audit_log, customers, run_segments, runs, user_scopes, users
from tests.people import Client, People
from tests.portal.test_export_question import refused
from tests.portal.workbook import looks_of
from tests.small_contribution import months_of, publish_contribution
from tests.small_picture import TIERS, month_ends

BODY, CONTEXT, ACTIONS, LISTED = (f"contribution-{name}" for name in ("body", "context", "actions", "people"))


@pytest.fixture
def run_id(people: People) -> int:
    return publish_contribution(people)


def _shown(client: Client, **asked: str) -> str:
    answer = client.call(show, {"month": "", "branch": "", "by": "", **asked})
    assert answer.status == 200, answer.text
    return str(answer.value(BODY))


def _file(client: Client, query: str) -> list[dict[str, str]]:
    answer = client.get(f"/contribution-export/csv?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def _whole(numbers: range, months: int = 1) -> Decimal:
    ends = list(enumerate(month_ends()))[-months:]
    return of_months(each for place, month in ends for n in numbers for each in months_of(n, place, month)).contribution


def test_the_page_answers_why_and_who(people: People, run_id: int) -> None:
    executive = people.client("executive")
    assert "contribution-asked" in executive.open_page("/contribution?month=2026-10&by=family")
    answer = executive.call(show, {"month": "", "branch": "", "by": ""})
    shown = str(answer.value(BODY))
    for words in (
        "近 12 个月贡献度",
        "RAROC",
        "存款利差",
        "资本成本",
        "主因是",
        "最高点",
        "滨江支行",
        "东湖支行",
        "合计",
    ):
        assert words in shown, words
    assert "1 位客户入不敷出" in shown
    assert "江城分行 · 2026年10月" in str(answer.value(CONTEXT)) and "参数版本 0" in str(answer.value(CONTEXT))
    assert "/contribution-export/xlsx" in str(answer.value(ACTIONS))
    assert "/contribution/customers?month=2026-10&branch=HQ&of=month&family=mortgage" in _shown(executive, by="family")
    assert "李敏" in _shown(executive, branch="B1") and "东湖支行" not in _shown(executive, branch="B1")
    assert "没有上月可比" in _shown(executive, month=f"{month_ends()[0]:%Y-%m}")
    assert "没有 2019-01 的数据" in _shown(executive, month="2019-01")


def test_every_level_adds_up_to_the_cent(people: People, run_id: int) -> None:
    executive, whole = people.client("executive"), _whole(range(1, 13))
    heads = {
        "branch": "机构", "manager": "客户经理", "family": "产品", "kind": "客户类型", "tier": "价值等级", "segment": "客群",
    }  # fmt: skip
    for by, head in heads.items():
        *lines, total = _file(executive, f"by={by}")
        assert lines and total[head] == "合计"
        assert sum(Decimal(line["贡献度（元）"]) for line in lines) == Decimal(total["贡献度（元）"]) == whole
        assert (
            sum(Decimal(line["近 12 个月贡献度（元）"]) for line in lines)
            == Decimal(total["近 12 个月贡献度（元）"])
            == _whole(range(1, 13), 12)
        )
        parts = [Decimal(total[name]) for name in HEADS[1:4]]
        taken = [Decimal(total[name]) for name in TAKEN]
        assert sum(parts) - sum(taken) == whole
    one = _file(executive, "by=branch")[0]
    below = _file(executive, f"branch={one['编号']}")[-1]
    assert one["贡献度（元）"] == below["贡献度（元）"], "a branch's line is the total of its own page"
    looks = looks_of(executive.get("/contribution-export/xlsx").data)
    assert looks["RAROC"] == {"0.00%"} and looks["贡献度（元）"] == {"#,##0.00"}
    assert executive.get("/contribution-export/pdf").status_code == 400
    refused(executive, "/contribution-export/csv?by=shoe_size", "by=shoe_size")
    people_file = "/contribution-customers-export/csv"
    for odd in (
        "of=century",
        "among=lost",
        "sort=size",
        "family=yacht",
        "tier=emerald",
        "segment=first",
        "kind=robot",
        "page=0",
    ):
        refused(executive, f"{people_file}?{odd}", odd)
    for month in ("abc", "1999-01"):
        assert executive.get(f"{people_file}?month={month}").status_code == 400
    with reading(people.engine) as connection:
        acts = connection.scalars(select(audit_log.c.action).where(audit_log.c.action == "contribution.export")).all()
    assert len(acts) == len(heads) + 3


def test_a_scope_is_kept_to(people: People, run_id: int) -> None:
    with writing(people.engine) as connection:  # the executive of B1 alone
        user_id = connection.scalar(select(users.c.user_id).where(users.c.login == "executive"))
        connection.execute(update(user_scopes).where(user_scopes.c.user_id == user_id).values(branch_id="B1"))
    executive = people.client("executive")
    shown = _shown(executive)
    assert "东湖支行" not in shown and "没有客户入不敷出" in shown
    assert Decimal(_file(executive, "by=family")[-1]["贡献度（元）"]) == _whole(range(1, 7))
    for branch in ("B2", "HQ", "B9"):
        assert "不在您的权限范围" in _shown(executive, branch=branch)
        assert executive.get(f"/contribution-export/csv?branch={branch}").status_code == 403
        assert "C08" not in executive.call(people_shown, {"branch": branch}).text
    listed = str(executive.call(people_shown, {}).value(LISTED))
    assert "C06" in listed and "C07" not in listed and "C12" not in listed


def test_who_brings_most_and_who_costs(people: People, run_id: int) -> None:
    listed = str(people.client("executive").call(people_shown, {"month": "", "branch": "", "by": ""}).value(LISTED))
    best, worst = listed.split("贡献为负的客户")
    assert best.index("C12") < best.index("C11") and "/customers/C07?tab=contribution" in worst and "C01" not in worst
    assert "曾*强" in best and "曾国强" not in best, "masked without the grant"
    with reading(people.engine) as connection:
        seen = connection.scalars(
            select(audit_log.c.detail).where(audit_log.c.action == "contribution.customers")
        ).all()
    assert [detail["run"] for detail in seen] == [run_id]


@pytest.mark.parametrize("login", ["staff", "stranger", "admin", "auditor", "risk"])
def test_who_may_not_see_it_does_not(people_reading: People, login: str) -> None:
    client = people_reading.client(login)
    assert client.call(show, {}).status == client.call(people_shown, {}).status == 403
    assert client.get("/contribution").status_code == client.get("/contribution-export/csv").status_code == 403


def test_without_a_published_run_it_says_how_to_get_one(people_reading: People) -> None:
    executive = people_reading.client("executive")
    assert "还没有已发布的贡献度结果" in _shown(executive) and "由另一人发布" in _shown(executive)
    assert executive.get("/contribution-export/csv").status_code == 400
    answer = people_reading.client("staff").call(customer_page.show, {"customer": "C01", "tab": "contribution"})
    assert "还没有已发布的贡献度结果" in answer.text


def _of_customer(people: People, login: str, customer_id: str) -> str:
    return people.client(login).call(customer_page.show, {"customer": customer_id, "tab": "contribution"}).text


def test_a_customers_figures_lead_to_account_month_and_formula(people: People, run_id: int) -> None:
    shown = _of_customer(people, "staff", "C01")
    months = {place: list(months_of(1, place, month)) for place, month in enumerate(month_ends())}
    now = of_months(months[13])
    for words in (
        "客户终身价值",
        "由账户到公式",
        "PD × LGD × EAD ÷ 12",
        "613,000.00 × (3.60% − 2.70%) ÷ 12",
        "住房按揭",
    ):
        assert words in shown, words
    assert f"{now.contribution:,.2f}".replace("-", "−") in shown, "the waterfall's table has the month to the cent"
    for each in months[13]:
        assert f"{each.contribution:,.2f}".replace("-", "−") in shown
    accounts = json.dumps(shown, ensure_ascii=False).count("contribution-account")
    assert accounts == len(months[13])
    assert "622202000000000101" not in shown, "the account is masked"


def test_the_page_says_whose_survival_a_lifetime_value_took(people: People, run_id: int) -> None:
    assert "月留存率" not in _of_customer(people, "staff", "C01"), "a run of before does not remember it"
    with writing(people.engine) as connection:
        mine = runs.c.run_id == run_id
        model = connection.scalar(select(runs.c.model).where(mine))
        by = {"run_id": -1, "version": "V-leaving", "months": 3}
        told = {**(model or {}), "survival": {"parameter": "0.99", "attrition": by}}
        connection.execute(update(runs).where(mine).values(model=told))
    assert "流失预警 V-leaving 未覆盖该客户，终身价值按参数中的月留存率 99.00% 计算。" in _of_customer(
        people, "staff", "C01"
    )


def test_a_stranger_sees_nothing_of_it_and_cleared_months_are_said(people: People, run_id: int) -> None:
    refused = _of_customer(people, "stranger", "C01")
    assert "无法打开这位客户" in refused and "由账户到公式" not in refused
    for path in Path(people.settings.warehouse).glob("contribution/*/*.parquet"):
        path.unlink()
    assert "这次结果的逐月明细已清理" in _of_customer(people, "staff", "C01")


HEADS = tuple(
    f"{name}（元）" for name in ("贡献度", "存款利差", "贷款利差", "手续费收入", "预期损失", "运营成本", "资本成本")
)
TAKEN = HEADS[4:]


def _behind(client: Client, link: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The customers of a link of the page, and their total, as the file of the list has them."""
    query = link.partition("?")[2]
    answer = client.get(f"/contribution-customers-export/csv?{query}")
    assert answer.status_code == 200, f"{link} {answer.get_data(as_text=True)}"
    *rows, whole = csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
    for head in whole:
        if head not in ("月份", "客户编号", "客户"):
            assert sum(Decimal(row[head]) for row in rows) == Decimal(whole[head]), (link, head)
    return rows, whole


def _links(shown: str) -> list[str]:
    return sorted(set(re.findall(r"/contribution/customers\?[^'\"]+", shown)))


def _coded(people: People) -> None:
    """Tiers by their codes, as a segmentation has them: a file is refused for a tier that is none."""
    codes = dict(zip(TIERS, ("basic", "gold", "platinum", "diamond"), strict=True))
    with writing(people.engine) as connection:
        for table in (customers, run_segments):
            for word, code in codes.items():
                connection.execute(update(table).where(table.c.tier == word).values(tier=code))


def test_every_figure_is_its_customers(people: People, run_id: int) -> None:
    """Each row in each component and the total: of a past month by everything, of the last by branch."""
    _coded(people)
    with writing(people.engine) as connection:  # somebody in no tier: counted, in a line of their own
        for table in (customers, run_segments):
            connection.execute(update(table).where(table.c.customer_id == "C03").values(tier=None, segment=None))
    executive = people.client("executive")
    for by, month in (("branch", "2026-10"), *((by, "2026-09") for by in BY)):
        links = [
            link
            for link in _links(_shown(executive, by=by, month=month))
            if "sort" not in link and "change" not in link
        ]
        *lines, whole = _file(executive, f"by={by}&month={month}")
        found = [_behind(executive, link)[1] for link in links if "of=month" in link]
        wanted = [[Decimal(line[head]) for head in HEADS] for line in (*lines, whole)]
        shown = [[Decimal(told[head]) for head in HEADS] for told in found]
        assert sorted(shown) == sorted(wanted), by
        if by == "kind":
            years = [
                Decimal(_behind(executive, link)[1]["贡献度（元）"])
                for link in links
                if f"{month}&branch=HQ&of=year" in link
            ]
            assert sorted(years) == sorted(Decimal(line["近 12 个月贡献度（元）"]) for line in (*lines, whole))


def test_every_bar_is_its_customers(people: People, run_id: int) -> None:
    executive = people.client("executive")
    shown = _shown(executive)
    (whole,) = [line for line in _file(executive, "by=branch") if line["机构"] == "合计"]
    bars = [
        link
        for link in _links(shown)
        if "branch=HQ&of=month&sort=-" in link and "margin" not in link.split("sort=-")[1][:6]
    ]
    assert len(bars) == len(HEADS)
    for link in bars:
        _, total = _behind(executive, link)
        assert Decimal(total["贡献度（元）"]) == Decimal(whole["贡献度（元）"])
    moved = {
        parse_qs(link.partition("?")[2]).get("among", ["all"])[0]: _behind(executive, link)[1]
        for link in _links(shown)
        if "of=change" in link
    }
    assert set(moved) == {"all", "won", "lost", "stayed"}
    assert Decimal(moved["all"]["变化（元）"]) == _whole(range(1, 13)) - (
        _whole(range(1, 13), 2) - _whole(range(1, 13))
    )
    assert sum(Decimal(moved[name]["变化（元）"]) for name in ("won", "lost", "stayed")) == Decimal(
        moved["all"]["变化（元）"]
    )


def test_the_list_shows_its_sum_and_keeps_to_the_scope(people: People, run_id: int) -> None:
    executive = people.client("executive")
    answer = executive.call(behind_shown, {"month": "", "branch": "B2", "family": "mortgage"})
    listed = str(answer.value("contribution_customers-body"))
    assert "合计 · 1位客户" in listed and "/customers/C07?tab=contribution" in listed and "C01" not in listed
    assert "东湖支行" in str(answer.value("contribution_customers-context"))
    with writing(people.engine) as connection:  # the executive of B1 alone
        user_id = connection.scalar(select(users.c.user_id).where(users.c.login == "executive"))
        connection.execute(update(user_scopes).where(user_scopes.c.user_id == user_id).values(branch_id="B1"))
    rows, whole = _behind(people.client("executive"), "?of=year")
    assert Decimal(whole["贡献度（元）"]) == _whole(range(1, 7), 12)
    assert {row["客户编号"] for row in rows} == {f"C{number:02d}" for number in range(1, 7)}
    refused = people.client("executive").call(behind_shown, {"branch": "B2"})
    assert "不在您的权限范围" in refused.text and "C08" not in refused.text
    for login in ("staff", "stranger", "risk", "admin"):
        assert people.client(login).call(behind_shown, {}).status == 403
        assert people.client(login).get("/contribution-customers-export/csv").status_code == 403
    with reading(people.engine) as connection:
        acts = connection.scalars(select(audit_log.c.action).where(audit_log.c.action.like("contribution.%"))).all()
    assert {"contribution.behind", "contribution.export_customers"} <= set(acts)


HEAD_OF = {
    "margin": ("存款利差（元）", "贷款利差（元）"), "fees": ("手续费收入（元）",), "expected_loss": ("预期损失（元）",),
    "operating_cost": ("运营成本（元）",), "capital_cost": ("资本成本（元）",),
}  # fmt: skip


def test_every_cell_of_the_table_is_its_customers_in_the_order_of_its_component(people: People, run_id: int) -> None:
    """Each line and the total, in each component, by what is in the sums, by a branch's subtree and by a group of its own file."""
    _coded(people)
    executive = people.client("executive")
    for by in ("branch", "family", "tier"):
        asked = {"by": by, **({"branch": "HQ"} if by == "branch" else {})}
        lines = {
            line["编号"]: line
            for line in _file(executive, "&".join(f"{name}={value}" for name, value in asked.items()))
        }
        seen = set()
        for link in _links(_shown(executive, **asked)):
            told = {name: values[0] for name, values in parse_qs(link.partition("?")[2]).items()}
            order = told.get("sort", "").lstrip("-")
            if told.get("of", "month") != "month" or order not in HEAD_OF:
                continue
            key = told.get("branch", "") if by == "branch" else told.get(by, "")
            line = lines.get("" if key == "none" else key)
            if by == "branch" and key == "HQ":
                line = lines[""]  # the whole; the waterfall's bar leads there too
            assert line is not None, (by, link)
            if by != "branch" and by not in told:
                line = _file(executive, f"by={by}")[-1]
            rows, whole = _behind(executive, link)
            wanted = sum(Decimal(line[head]) for head in HEAD_OF[order])
            shown = sum(Decimal(whole[head]) for head in HEAD_OF[order])
            assert shown == wanted, (link, line)
            if order == "margin":
                assert Decimal(whole["利息净收入（元）"]) == wanted
            parts = [sum(Decimal(row[head]) for head in HEAD_OF[order]) for row in rows]
            assert parts == sorted(parts, reverse=True), link
            seen.add((key, order))
        assert len(seen) >= len(HEAD_OF) * (len(lines) - (by == "branch")), by

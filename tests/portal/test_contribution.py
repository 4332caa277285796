"""Contribution on screen: the same money at every level, each person their own branches, and every figure to its formula."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select, update

from domain.contribution.formula import AccountMonth, WorkedMonth, work_out
from domain.contribution.sums import MONEY, Sums, of_months
from domain.contribution.timeline import built_in
from portal.callbacks import customer as customer_page
from portal.callbacks.contribution import people as people_shown
from portal.callbacks.contribution import show
from store.contributions import save_months
from store.database import reading, writing
from store.runs import NewRun, publish, save_candidate
from store.tables import audit_log, user_scopes, users
from tests.people import Client, People
from tests.small_picture import AS_OF, NOW, PATHS, aum_of, month_ends
from warehouse.contribution import PARTS, WON_AND_LOST, Basis
from warehouse.contribution.reading import as_input

BODY, CONTEXT, ACTIONS, LISTED = (f"contribution-{name}" for name in ("body", "context", "actions", "people"))
BASIS = Basis("test", (built_in("CNY"),))
DEFAULTED = 7  # owes and has not paid for ninety days: costs money


def _branch(number: int) -> str:
    return "B1" if number <= 6 else "B2"


def _months_of(number: int, place: int, month: date) -> Iterable[WorkedMonth]:
    common = {
        "customer_id": f"C{number:02d}", "month": month, "currency": "CNY", "term_months": None, "collateral": None,
        "rate": None, "limit": None, "pd": Decimal("0.01"), "defaulted": number == DEFAULTED, "movements": {"mobile": 3},
        "fees": Decimal("2.50"), "interest": Decimal(0),
    }  # fmt: skip
    held = [(f"62220200000000{number:02d}01", "demand", aum_of(number, place) / 2)]
    if number in (1, 7):
        held.append((f"62220200000000{number:02d}03", "mortgage", Decimal(613_000)))
    for account, family, balance in held:
        told = AccountMonth(account_id=account, family=family, balance=balance, **common)  # type: ignore[arg-type]
        yield work_out(told, BASIS.versions[0].parameters)


def _cents(sums: Sums, name: str) -> int:
    return int(getattr(sums, name) * 100)


def _run(people: People) -> int:
    """A published run over the small picture, with its months on disk."""
    ends, worked = month_ends(), defaultdict(list)
    for place, month in enumerate(ends):
        for number in range(1, 13):
            worked[month] += _months_of(number, place, month)
        path = BASIS.path(people.settings.warehouse, month)
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist([as_input(each.of) for each in worked[month]]), path)
    new = NewRun(
        kind="contribution", as_of=AS_OF, parameters={"versions": [{"version": 0}]}, batches=(1,), code_version="test",
        seed=0, job_id=None, started_by="maker", started_at=NOW, finished_at=NOW, metrics={}, migration=None,
        model={**BASIS.told(), "months": [end.isoformat() for end in ends]},
    )  # fmt: skip
    with writing(people.engine) as connection:
        run_id = save_candidate(connection, new, pa.Table.from_pylist(_people_rows(worked, ends)))
        save_months(connection, run_id, _mart(worked))
        publish(connection, run_id, "admin2", NOW)
    return run_id


def _people_rows(worked: dict[date, list[WorkedMonth]], ends: list[date]) -> list[dict[str, object]]:
    rows = []
    for number in range(1, 13):
        own = [each for day in ends[-12:] for each in worked[day] if each.of.customer_id == f"C{number:02d}"]
        month, year = of_months(each for each in own if each.of.month == AS_OF), of_months(own)
        rows.append(
            {"customer_id": f"C{number:02d}", "accounts": month.accounts, "unknown": 0, "months": 12,
             **{f"month_{part}": _cents(month, part) for part in PARTS}, **{f"year_{part}": _cents(year, part) for part in PARTS},
             "lifetime_value": 3 * _cents(year, "contribution")}
        )  # fmt: skip
    return rows


def _mart(worked: dict[date, list[WorkedMonth]]) -> pa.Table:
    cells = defaultdict(list)
    for month, found in worked.items():
        for each in found:
            number = int(each.of.customer_id[1:])
            cells[month, _branch(number), each.of.family, "corporate" if number in (6, 12) else "personal"].append(each)
    first = min(worked)
    return pa.Table.from_pylist(
        [
            {"month": month, "branch_id": branch, "manager_id": "S1" if branch == "B1" else "S2", "family": family,
             "kind": kind, "branch_path": PATHS[branch], "accounts": len(found),
             **{name: _cents(of_months(found), name) for name in MONEY},
             **dict.fromkeys(WON_AND_LOST, None if month == first else 0)}
            for (month, branch, family, kind), found in cells.items()
        ]
    )  # fmt: skip


@pytest.fixture
def run_id(people: People) -> int:
    return _run(people)


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
    return of_months(
        each for place, month in ends for n in numbers for each in _months_of(n, place, month)
    ).contribution


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
    assert "1位客户贡献为负" in shown
    assert "江城分行 · 2026年10月" in str(answer.value(CONTEXT)) and "参数版本 0" in str(answer.value(CONTEXT))
    assert "/contribution-export/xlsx" in str(answer.value(ACTIONS))
    assert "/customers?branch=HQ&family=mortgage" in _shown(executive, by="family")
    assert "李敏" in _shown(executive, branch="B1") and "东湖支行" not in _shown(executive, branch="B1")
    assert "没有上月可比" in _shown(executive, month=f"{month_ends()[0]:%Y-%m}")
    assert "没有 2019-01 的数据" in _shown(executive, month="2019-01")


def test_every_level_adds_up_to_the_cent(people: People, run_id: int) -> None:
    executive, whole = people.client("executive"), _whole(range(1, 13))
    heads = {"branch": "机构", "manager": "客户经理", "family": "产品", "kind": "客户类型"}
    for by, head in heads.items():
        *lines, total = _file(executive, f"by={by}")
        assert lines and total[head] == "合计"
        assert sum(Decimal(line["贡献度"]) for line in lines) == Decimal(total["贡献度"]) == whole
        assert (
            sum(Decimal(line["近 12 个月贡献度"]) for line in lines)
            == Decimal(total["近 12 个月贡献度"])
            == _whole(range(1, 13), 12)
        )
        parts = [Decimal(total[name]) for name in ("存款利差", "贷款利差", "手续费收入")]
        taken = [Decimal(total[name]) for name in ("预期损失", "运营成本", "资本成本")]
        assert sum(parts) - sum(taken) == whole
    one = _file(executive, "by=branch")[0]
    below = _file(executive, f"branch={one['编号']}")[-1]
    assert one["贡献度"] == below["贡献度"], "a branch's line is the total of its own page"
    assert executive.get("/contribution-export/xlsx").data[:2] == b"PK"
    assert executive.get("/contribution-export/pdf").status_code == 400
    with reading(people.engine) as connection:
        acts = connection.scalars(select(audit_log.c.action).where(audit_log.c.action == "contribution.export")).all()
    assert len(acts) == len(heads) + 3


def test_a_scope_is_kept_to(people: People, run_id: int) -> None:
    with writing(people.engine) as connection:  # the executive of B1 alone
        user_id = connection.scalar(select(users.c.user_id).where(users.c.login == "executive"))
        connection.execute(update(user_scopes).where(user_scopes.c.user_id == user_id).values(branch_id="B1"))
    executive = people.client("executive")
    shown = _shown(executive)
    assert "东湖支行" not in shown and "没有贡献为负的客户" in shown
    assert Decimal(_file(executive, "by=family")[-1]["贡献度"]) == _whole(range(1, 7))
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
    months = {place: list(_months_of(1, place, month)) for place, month in enumerate(month_ends())}
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


def test_a_stranger_sees_nothing_of_it_and_cleared_months_are_said(people: People, run_id: int) -> None:
    refused = _of_customer(people, "stranger", "C01")
    assert "无法打开这位客户" in refused and "由账户到公式" not in refused
    for path in Path(people.settings.warehouse).glob("contribution/*/*.parquet"):
        path.unlink()
    assert "这次结果的逐月明细已清理" in _of_customer(people, "staff", "C01")

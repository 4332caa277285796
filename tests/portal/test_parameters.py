"""Parameters on screen: one proposes, another approves, everybody reads; a wrong figure is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from domain.contribution.cells import cells, told, written
from domain.contribution.defaults import CNY
from portal.callbacks.parameters import approve, check, compute, propose, reject
from portal.layouts.parameters_tables import box
from portal.parameter_form import spare_name
from store import parameters as store
from store.database import reading
from store.parameters import CONTRIBUTION, ParameterVersion
from store.tables import audit_log, job_runs
from tests.people import Client, People

PAGE, PLACE = "/admin/parameters", "frame-place"
TIME, BRANCH = ("transfer_prices", "time", "12"), ("unit_costs", "branch")


def boxes(**changed: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every box of the form as the browser sends it, with some written over: values and ids."""
    given = {told(key): written(key, value) for key, value in cells(CNY).items()} | changed
    values = [{"id": box(name), "property": "value", "value": text} for name, text in given.items()]
    return values, [{**each, "property": "id", "value": each["id"]} for each in values]


def propose_as(client: Client, day: str = "2026-10-01", reason: str = "成本调研", **changed: str) -> Any:
    return client.call(propose, 1, 0, day, reason, *boxes(**(changed or {told(TIME): "1.95"})))


def kept(people: People) -> list[ParameterVersion]:
    with reading(people.engine) as connection:
        return store.versions(connection, CONTRIBUTION)


def test_one_proposes_another_approves_and_the_trail_says_so(people: People) -> None:
    admin, other = people.client("admin"), people.client("admin2")
    form = admin.open_page(f"{PAGE}?change=0")
    assert '"value": "1.85"' in form and "提交待批" in form and told(TIME) in form
    gone = propose_as(admin, **{told(TIME): "1.95", told(BRANCH): "7.5"})
    assert gone.value(PLACE, "href") == f"{PAGE}?version=1", gone.text
    (row,) = kept(people)
    assert (row.state, row.proposed_by, row.valid_from, row.reason) == (
        "proposed",
        "admin",
        date(2026, 10, 1),
        "成本调研",
    )
    shown = admin.open_page(f"{PAGE}?version=1")
    assert "须由另一位有批准权限的人批准" in shown and "撤回" in shown
    assert "相对版本 0 有 2 处改动" in shown
    assert "内部转移价格 · 定期存款 · 12 个月以内" in shown and "1.95%" in shown and "原 1.85%" in shown
    refused = admin.call(approve, 1, row.version_id, "自己批")
    assert "须由另一位有批准权限的人批准" in refused.toast
    assert "写明理由" in other.call(approve, 1, row.version_id, " ").toast
    assert kept(people)[0].state == "proposed"
    assert other.call(approve, 1, row.version_id, "与财务核对一致").value(PLACE, "href") == f"{PAGE}?version=1"
    (row,) = kept(people)
    assert (row.state, row.decided_by, row.decision_reason) == ("approved", "admin2", "与财务核对一致")
    assert "已经有了决定" in other.call(reject, 1, row.version_id, "后悔").toast
    shown = other.open_page(PAGE)
    assert "现行" in shown and "与财务核对一致" in shown
    with reading(people.engine) as connection:
        acts = connection.execute(
            select(audit_log.c.action, audit_log.c.actor).where(audit_log.c.object_kind == "parameters")
        ).all()
        timeline = store.contribution_timeline(connection, "CNY")
    assert [tuple(act) for act in acts] == [("parameters.propose", "admin"), ("parameters.approve", "admin2")]
    assert timeline[1].parameters.costs["branch"] == Decimal("7.5")


def test_in_force_goes_by_the_day_of_the_data_and_not_by_the_clock(people: People) -> None:
    """The data is as of 2026-10-31 and the clock says 2026-11-02: a version from November on moves no month there is."""
    admin, other = people.client("admin"), people.client("admin2")
    assert "2026-10-01" in admin.open_page(f"{PAGE}?change=0"), "offered from the data's own month on"
    propose_as(admin, "2026-11-01")
    (row,) = kept(people)
    assert other.call(approve, 1, row.version_id, "同意，成本已核对").status == 200
    opened = admin.open_page(PAGE)
    assert "待生效" in opened and "数据日 2026-10-31" in opened and "处改动" not in opened, (
        "the built-in ones are in force"
    )
    propose_as(admin, "2026-10-31", **{told(TIME): "1.90"})
    waiting = next(each for each in kept(people) if each.state == "proposed")
    assert other.call(approve, 1, waiting.version_id, "同意，成本已核对").status == 200
    assert "相对版本 0 有 1 处改动" in admin.open_page(PAGE)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({told(TIME): "abc"}, "“内部转移价格 · 定期存款 · 12 个月以内”写的是“abc”，不是数字"),
        ({told(BRANCH): "-3"}, "“单笔成本 · 柜面”写的是 -3，不能为负"),
        ({told(("bank", "hurdle_rate")): "120"}, "“目标资本回报率”写的是 120，最大可为 100"),
        ({told(("families", "mortgage", "lgd")): "25.55"}, "“住房按揭 · 违约损失率”写的是 25.55，小数最多 1 位"),
        ({told(BRANCH): ""}, "“单笔成本 · 柜面”不能留空"),
        ({told(("collaterals", "mortgage", "住房抵押", "lgd")): ""}, "“住房按揭 · 住房抵押 · 违约损失率”不能留空"),
        ({spare_name("transfer_prices", 0, "rate"): "2"}, "内部转移价格：新增的一行没有选择产品"),
        ({spare_name("exchange", 0, "currency"): "cny", spare_name("exchange", 0, "rate"): "1"}, "不是外币代码"),
        ({spare_name("exchange", 1, "currency"): "USD", spare_name("exchange", 1, "rate"): "7"}, "已经有一行"),
        ({told(TIME): "1.85"}, "与版本 0 相比没有任何改动"),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_named(people_reading: People, changed: dict[str, str], words: str) -> None:
    assert words in propose_as(people_reading.client("admin"), **changed).toast
    assert kept(people_reading) == []


def test_the_day_and_the_reason_are_needed(people_reading: People) -> None:
    admin = people_reading.client("admin")
    assert "“31.12.2026”不是日期" in propose_as(admin, "31.12.2026").toast
    assert "请写明理由" in propose_as(admin, reason="  ").toast
    assert "没有这个版本" in admin.open_page(f"{PAGE}?version=99")
    told = admin.call(check, 1, 0, "31.12.2026", [], [])
    assert "“31.12.2026”不是日期" in str(told.value("parameters-checked")) and not told.toast, "where the check stands"


def test_rows_come_and_go_and_a_check_writes_nothing(people: People) -> None:
    admin = people.client("admin")
    changed = {
        told(TIME): "", told(("exchange", "JPY")): "", told(("collaterals", "mortgage", "住房抵押", "lgd")): "",
        told(("collaterals", "mortgage", "住房抵押", "risk_weight")): "",
        spare_name("transfer_prices", 0, "family"): "time", spare_name("transfer_prices", 0, "term"): "18",
        spare_name("transfer_prices", 0, "rate"): "1.9%", spare_name("exchange", 0, "currency"): "chf",
        spare_name("exchange", 0, "rate"): "8.1", spare_name("collaterals", 1, "family"): "consumer_loan",
        spare_name("collaterals", 1, "collateral"): "存单质押", spare_name("collaterals", 1, "risk_weight"): "20",
        spare_name("collaterals", 1, "lgd"): "10",
    }  # fmt: skip
    checked = admin.call(check, 1, 0, "2026-10-01", *boxes(**changed)).text
    assert "18 个月以内" in checked and "CHF" in checked and "存单质押" in checked and "8 处改动" in checked
    assert kept(people) == []
    propose_as(admin, **changed)
    own = store.from_plain(store.ContributionParameters, kept(people)[0].parameters)
    assert [each.up_to_months for each in own.buckets("time")] == [3, 6, 18, 24, 36, None]
    assert (own.exchange_rate("CHF"), own.exchange_rate("JPY")) == (Decimal("8.1"), None)
    assert own.risk("consumer_loan", "存单质押") == (Decimal("0.2"), Decimal("0.1"))
    assert own.risk("mortgage", "住房抵押") == own.risk("mortgage", None)
    row = kept(people)[0]
    assert "请写明理由" in people.client("admin2").call(reject, 1, row.version_id, "").toast
    admin.call(reject, 1, row.version_id, "写错了")
    assert (kept(people)[0].state, kept(people)[0].decided_by) == ("rejected", "admin")


def test_the_button_queues_the_job(people: People) -> None:
    admin = people.client("admin")
    assert "计算贡献度" in admin.open_page(PAGE)
    assert admin.call(compute, 1).value(PLACE, "href").startswith("/admin/jobs/")
    with reading(people.engine) as connection:
        assert connection.scalars(select(job_runs.c.kind)).all() == ["contribute"]


@pytest.mark.parametrize(("login", "may"), [("executive", True), ("risk", True), ("staff", False), ("auditor", True)])
def test_who_reads_and_who_changes(people_reading: People, login: str, may: bool) -> None:
    client = people_reading.client(login)
    assert client.get(PAGE).status_code == (200 if may else 403)
    if may:
        shown = client.open_page(f"{PAGE}?change=0")
        assert "1.85%" in shown and "提交待批" not in shown and "parameters-compute" not in shown
    assert propose_as(client).status == 403
    for handler in (approve, reject):
        assert client.call(handler, 1, 1, "x").status == 403
    assert client.call(compute, 1).status == 403

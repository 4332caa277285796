"""Customer 360, by one of the branch, one of head office, a stranger to the branch."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.reports.customer import Movement
from portal.callbacks import customer as page
from store.database import reading, writing
from store.tables import audit_log, pictures, runs
from tests.people import People
from tests.small_picture import NOW, tell
from warehouse.movements import Movements


def _part(name: str, zh: str, en: str, bins: tuple[str, str], points: int, best: int) -> dict[str, Any]:
    return {
        "characteristic": name, "zh": zh, "en": en, "bin_zh": bins[0], "bin_en": bins[1], "points": points, "best": best,
        "average": 40.0,
    }  # fmt: skip


USED, TENURE = "utilisation", "tenure_months"
POINTS = {
    "base": 480,
    "points": [
        _part(USED, "额度使用率", "utilisation of limits", ("低于20%", "under 20%"), 62, 70),
        _part(TENURE, "在行月数", "months with the bank", ("不低于60个月", "at least 60 months"), 59, 59),
    ],
    "values": [0.16, 148],
}
REASONS = {
    "reasons": [
        {"characteristic": USED, "lost": 8, "zh": "额度使用率低于20%，比最好一档少8分", "en": "utilisation of limits: 8 below"}
    ],
    "next_grade": {
        "grade": "AA", "points": 5, "enough": True,
        "steps": [{"characteristic": USED, "zh": "额度使用率低于10%", "en": "utilisation of limits: under 10%", "gain": 8}],
    },
}  # fmt: skip
WHY = {
    "days_since_last": 3, "movements_12m": 96, "monetary": 420_000.0, "tier_value": 138_600.0, "tenure_months": 148,
    "aum_trend_6m": 0.012,
}  # fmt: skip
FEATURES = {
    "share_channel_mobile": 0.7, "share_channel_branch": 0.3, "share_category_dining": 0.4, "movements_12m": 96,
    "active_months_12m": 12, "days_since_last": 3, "regular_income": 18_260.0, "inflow_12m": 240_000,
}  # fmt: skip
CLUSTER = {
    "number": 1, "name": None, "size": 4, "share": 0.3, "centre": [],
    "description": {
        "features": [{"name": "share_channel_mobile", "z": 2.0, "here": 0.66, "overall": 0.3}],
    },
}  # fmt: skip
MODEL = {
    "tiers": [
        {"code": "basic", "zh": "普通", "en": "Basic", "begins": 0.0},
        {"code": "gold", "zh": "金卡", "en": "Gold", "begins": 50_000.0},
    ],
    "clusters": {"personal": {"clusters": [CLUSTER]}},
}


def show(people: People, login: str, customer: str, tab: str = "overview") -> str:
    answer = people.client(login).call(page.show, {"customer": customer, "tab": tab})
    assert answer.status == 200, answer.text
    return json.dumps(answer.json["response"], ensure_ascii=False)


def trail(people: People) -> list[tuple[str, str, str]]:
    with reading(people.engine) as connection:
        rows = connection.execute(
            select(audit_log.c.actor, audit_log.c.action, audit_log.c.object_id)
            .where(audit_log.c.action.like("customer.%"))
            .order_by(audit_log.c.sequence)
        )
        return [(row.actor, row.action, row.object_id) for row in rows]


def rate(people: People, customer: str = "C01", **more: Any) -> None:
    told = {"score": 601, "grade": "A", "tier": "gold", "segment": 1, "rating_points": POINTS, "rating_reasons": REASONS,
            "segment_why": WHY, "features": FEATURES, **more}  # fmt: skip
    with writing(people.engine) as connection:
        tell(connection, customer, **told)
        connection.execute(update(runs).where(runs.c.kind == "segmentation").values(model=MODEL))


def test_own_branch_and_head_office_see_masked_identity(people: People) -> None:
    staff, executive = show(people, "staff", "C01"), show(people, "executive", "C01")
    assert "张建伟" in staff and "张*伟" in executive and "张建伟" not in executive
    for shown in (staff, executive):
        assert "4201**********001X" in shown and "4201011985" not in shown
        assert "138*****2901" in shown and "滨江支行" in shown and "李敏" in shown
        assert "6222020000000001" not in shown
    assert trail(people) == [("staff", "customer.view", "C01"), ("executive", "customer.view", "C01")]


def test_a_stranger_and_an_unknown_number_get_the_same_answer_and_are_on_the_trail(people: People) -> None:
    theirs, nobody = show(people, "stranger", "C01"), show(people, "stranger", "C99")
    assert theirs == nobody and "无法打开这位客户" in theirs and "张" not in theirs
    assert trail(people) == [("stranger", "customer.refused", "C01"), ("stranger", "customer.refused", "C99")]
    assert "无法打开" in people.client("stranger").call(page.movements, {"first": 0, "rows": 8}, {"customer": "C01"}).json["response"][
        "customer-movements"]["children"]["props"]["children"][0]["props"]["children"]  # fmt: skip


def test_who_may_not_view_customers_is_refused(people_reading: People) -> None:
    assert people_reading.client("admin").call(page.show, {"customer": "C01"}).status == 403
    assert people_reading.anonymous().call(page.show, {"customer": "C01"}).status == 401
    assert people_reading.client("admin").get("/customers/C01").status_code == 403


@pytest.mark.parametrize(
    "tab", ["overview", "products", "behaviour", "rating", "outlook", "peers", "history", "reports"]
)
@pytest.mark.parametrize("customer", ["C01", "C02", "C06"])
def test_every_tab_of_every_kind_of_customer_stands(people_reading: People, customer: str, tab: str) -> None:
    shown = show(people_reading, "staff", customer, tab)
    assert "gx-failed" not in shown and "customer." not in shown.replace("customer.toml", ""), (
        "every text has its words"
    )
    assert "数据日 2026-10-31" in shown


def test_rating_adds_up_with_reasons_and_the_way_up(people: People) -> None:
    rate(people)
    shown = show(people, "staff", "C01", "rating")
    for words in (
        "为什么是 A 级",
        "62 / 70",
        "59 / 59",
        "16.0%",
        "480",
        "601",
        "比最好一档少8分",
        "再高5分升至AA：额度使用率低于10%可得8分",
    ):
        assert words in shown, words


def test_segment_says_why(people: People) -> None:
    rate(people)
    shown = show(people, "staff", "C01")
    for words in (
        "金卡",
        "近3个月平均管理资产13.9万元，金卡从5.00万元起",
        "在行148个月",
        "近12个月96笔",
        "手机银行渠道占比明显较高（中位数66.0%，同类30.0%）",
        "客群 1",
    ):
        assert words in shown, words


def test_a_segment_is_called_by_what_sets_it_apart_and_never_by_its_number(people: People) -> None:
    rate(people)
    called = {**CLUSTER, "label": {"zh": "手机较多", "en": "More mobile", "features": [], "figures": []}}
    with writing(people.engine) as connection:
        told = {**MODEL, "clusters": {"personal": {"clusters": [called]}}}
        connection.execute(update(runs).where(runs.c.kind == "segmentation").values(model=told))
    for tab in ("overview", "rating"):
        shown = show(people, "staff", "C01", tab)
        assert "手机较多" in shown and "客群 1" not in shown


def test_points_that_do_not_add_up_are_never_shown(people: People, caplog: pytest.LogCaptureFixture) -> None:
    rate(people, score=700)
    assert "62 / 70" not in show(people, "staff", "C01", "rating")
    assert "add up to 601" in caplog.text


def test_a_customer_nobody_rated_or_named_says_so(people: People) -> None:
    rate(
        people,
        score=None,
        grade=None,
        tier=None,
        life_cycle=None,
        segment=None,
        rfm=None,
        name=None,
        activity_hours=None,
        features=None,
    )
    shown = show(people, "staff", "C01")
    for words in ("客户 C01", "该客户没有评级", "该客户没有客群结果", "已发布的客群版本", "来源只有日期、没有时刻"):
        assert words in shown, words
    assert "没有已发布的客群结果" not in shown, "there is a published run: it only does not hold this customer"
    with writing(people.engine) as connection:
        connection.execute(update(pictures).values(segmentation_run_id=None))
    assert "没有已发布的客群结果" in show(people, "staff", "C01")


def test_bars_of_points_start_at_zero_on_one_scale(people: People) -> None:
    none = _part("age_years", "年龄", "age", ("未知", "unknown"), 0, 0)
    worse = _part("aum", "管理资产", "AUM", ("低于100", "below 100"), -10, 60)
    points = [*POINTS["points"], none, worse]
    rate(people, score=591, rating_points={**POINTS, "points": points, "values": [0.16, 148, 30, 5]})
    shown = show(people, "staff", "C01", "rating")
    assert "超出开发样本" not in shown
    assert '"className": "part", "style": {"left": "12.5%", "width": "77.5%"}' in shown.replace("'", '"'), shown
    assert '"className": "lost", "style": {"left": "0.0%", "width": "12.5%"}' in shown
    assert '"className": "full", "style": {"left": "12.5%", "width": "0.0%"}' in shown


def test_what_does_not_apply_to_a_customer_is_said_above_the_points(people: People) -> None:
    late = _part(
        "missed_instalments",
        "当前逾期期数",
        "instalments missed now",
        ("不适用：没有分期贷款", "does not apply"),
        0,
        24,
    )
    points = [*POINTS["points"], late | {"lacks": "no_loan"}]
    rate(people, rating_points={**POINTS, "points": points, "values": [0.16, 148, None]})
    shown = show(people, "staff", "C01", "rating")
    assert "这位客户没有分期贷款：卡上 1 项特征不适用" in shown and "超出开发样本" in shown
    assert shown.index("额度使用率") < shown.index("不适用：没有分期贷款"), (
        "it costs nothing, so it does not come first"
    )


def test_words_of_the_source_read_in_the_language_of_the_page(people: People) -> None:
    with writing(people.engine) as connection:
        told = {"education": "大专", "marital_status": "已婚", "occupation": "宇航员"}
        tell(connection, "C01", **told)
    assert "大专" in show(people, "staff", "C01")
    people.client("staff").post("/preferences", data={"language": "en"})
    shown = show(people, "staff", "C01")
    assert "Junior college" in shown and "Married" in shown and "大专" not in shown
    assert "宇航员" in shown, "what is not known stands as delivered"


def test_products_say_the_currency_once_and_a_loan_once(people_reading: People) -> None:
    shown = show(people_reading, "staff", "C01", "products")
    assert (
        "金额单位元，负数为欠款" in shown and ' CNY"' not in shown.replace("金额单位 CNY", "") and "万元" not in shown
    )


def test_company_shows_its_own_particulars(people_reading: People) -> None:
    shown = show(people_reading, "staff", "C06")
    for words in (
        "江城精密机械有限公司",
        "9142**********4K06XY8P"[:4],
        "注册资本",
        "500.0万元",
        "法定代表人",
        "周*国",
        "员工数",
    ):
        assert words in shown, words
    assert "91420100MA4K06XY8P" not in shown


def test_movements_come_page_by_page_and_leave_a_row(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def recent(picture: Any, accounts: list[str], as_of: Any, limit: int, offset: int) -> Movements:
        asked.append((sorted(accounts), str(as_of), limit, offset))
        one = Movement(
            NOW.replace(tzinfo=None), Decimal("18260.00"), "salary", category="salary", channel="transfer",
            account="6222020000000101", counterparty="江城重工有限公司",
        )  # fmt: skip
        return Movements((one,), 30)

    monkeypatch.setattr(page, "recent", recent)
    answer = people.client("staff").call(page.movements, {"first": 25, "rows": 25}, {"customer": "C01"})
    shown = json.dumps(answer.json["response"], ensure_ascii=False)
    assert (
        "+18,260.00" in shown
        and "****0101" in shown
        and "第 26–26 条，共 30 条" in shown
        and "江城重工有限公司" in shown
    )
    assert asked[0][1:] == ("2026-10-31", 25, 25) and len(asked[0][0]) == 3
    assert trail(people) == [("staff", "customer.movements", "C01")]
    assert (
        answer.value("customer-movements-newer", "disabled"),
        answer.value("customer-movements-older", "disabled"),
    ) == (False, False)


@pytest.mark.parametrize(
    ("first", "shown", "ends"), [(0, 0, (True, False)), (25, 25, (False, True)), (125, 25, (False, True))]
)
def test_a_page_beyond_the_last_is_the_last(
    people: People, monkeypatch: pytest.MonkeyPatch, first: int, shown: int, ends: tuple[bool, bool]
) -> None:
    def recent(_picture: Any, _accounts: list[str], _as_of: Any, limit: int, offset: int) -> Movements:
        one = Movement(NOW.replace(tzinfo=None), Decimal(1), "salary", channel="transfer", account="6222020000000101")
        return Movements((one,) * max(0, min(limit, 30 - offset)), 30)

    monkeypatch.setattr(page, "recent", recent)
    answer = people.client("staff").call(page.movements, {"first": first, "rows": 25}, {"customer": "C01"})
    assert answer.value("customer-movements-shown", "data") == {"first": shown, "rows": 25}
    assert (
        answer.value("customer-movements-newer", "disabled"),
        answer.value("customer-movements-older", "disabled"),
    ) == ends
    with reading(people.engine) as connection:
        told = (
            connection.execute(select(audit_log.c.detail).where(audit_log.c.action == "customer.movements"))
            .scalars()
            .all()
        )
    assert [detail["first"] for detail in told] == [shown], "a page that is not there is not on the trail"


def test_the_page_of_movements_stands_in_the_address(people_reading: People) -> None:
    client = people_reading.client("staff")
    assert '"page":3' in client.open_page("/customers/C01?tab=behaviour&page=3").replace(" ", "")
    assert '"page":1' in client.open_page("/customers/C01?tab=behaviour&page=x").replace(" ", "")
    body = json.dumps(
        client.call(page.show, {"customer": "C01", "tab": "behaviour", "page": 3}).json, ensure_ascii=False
    )
    assert '{"first": 50, "rows": 25}' in body


def test_batches_that_cannot_be_read_fail_alone_with_a_way_to_try_again(people_reading: People) -> None:
    answer = people_reading.client("staff").call(page.movements, {"first": 0, "rows": 8}, {"customer": "C01"})
    shown = json.dumps(answer.json["response"], ensure_ascii=False)
    assert "gx-failed" in shown and "data-again" in shown and "Traceback" not in shown


def test_turning_pages() -> None:
    assert page.turned({"first": 10, "rows": 25}, older=False) == {"first": 0, "rows": 25}
    assert page.turned({"first": 25, "rows": 25}, older=True) == {"first": 50, "rows": 25}


def test_english_has_no_chinese_but_names(people: People) -> None:
    people.client("staff").post("/preferences", data={"language": "en"})
    rate(people)
    shown = show(people, "staff", "C01", "rating")
    assert (
        "Why grade A" in shown
        and "5 more points make AA" in shown
        and "much higher share by mobile banking (median 66.0%, of all 30.0%)" in shown
    )
    assert "为什么" not in shown


def test_the_report_button_is_there_for_who_may_make_one(people_reading: People) -> None:
    assert "customer-pdf-press" in show(people_reading, "staff", "C01")
    assert "customer-pdf-press" not in show(people_reading, "executive", "C01")

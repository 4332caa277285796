"""Overrides of ratings on screen: proposed on the 360, signed on their page, by three people; both grades told apart."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import delete, select, update

from portal.callbacks import customer_override as form
from portal.callbacks import overrides as page
from store.database import reading, writing
from store.tables import audit_log, rating_overrides, user_scopes
from tests.people import People
from tests.portal.test_customer import rate, show
from tests.small_picture import tell

WHY = "已看过上年度完税证明，收入高于本行所见"


def listed(people: People, login: str, **asked: str) -> str:
    answer = people.client(login).call(page.show, {"which": "", "page": "", "of": "", **asked})
    assert answer.status == 200, answer.text
    return json.dumps(answer.json["response"], ensure_ascii=False)


def propose(people: People, login: str = "staff", customer: str = "C01", **more: Any) -> Any:
    told = {"grade": "AA", "reason": "verified_means", "words": WHY, "until": "2027-05-01", **more}
    return people.client(login).call(form.propose, 1, customer, *told.values())


def acts(people: People) -> list[tuple[str, str]]:
    with reading(people.engine) as connection:
        found = select(audit_log.c.actor, audit_log.c.action).where(audit_log.c.action.like("overrides.%"))
        return [(row.actor, row.action) for row in connection.execute(found.order_by(audit_log.c.sequence))]


def test_from_the_proposal_to_the_grade_in_effect(people: People) -> None:
    rate(people)  # A by the model
    before = show(people, "staff", "C01", "rating")
    for words in (
        "提议推翻",
        "下调 1 级",
        "上调 1 级",
        "没有生效中的推翻",
        "62 / 70",
        "平均 40.0",
        "16.0% · 低于20%",
        "生效等级",
        "最优可得 609 分，平均 560.0 分",
    ):
        assert words in before, words
    assert "信用 A · 601 分" in before and "customer-credit-pdf-press" in before
    assert "提议推翻" not in show(people, "executive", "C01", "rating"), "who may not propose has no form"
    assert propose(people).value("frame-place", "href") == "/customers/C01?tab=rating"
    waiting = show(people, "staff", "C01", "rating")
    assert (
        "李敏 于 2026-11-02 提议由 A 改为 AA，待风险经理签署" in waiting and "customer-override-propose" not in waiting
    )
    shown = listed(people, "risk", of="1")
    for words in (
        "张建伟",
        "客户",
        WHY,
        "已核实的收入或资产未进入本行数据",
        "A · 601 分",
        "签署",
        "拒绝",
        "待签署 1",
        "生效中 0",
    ):
        assert words in shown, words
    assert "overrides-sign" in shown and "overrides-sign" not in listed(people, "staff", of="1")
    assert "overrides-withdraw" in listed(people, "staff", of="1") and "overrides-withdraw" not in shown
    theirs = listed(people, "stranger", of="1")
    assert "张" not in theirs and "完税" not in theirs and "没有待签署的推翻" in theirs
    assert (
        people.client("risk").call(page.sign, 1, 1, "ok").toast
        == "请用文字说明（不能是重复的几个字），6 至 1000 个字符。"
    )
    assert people.client("staff").call(page.sign, 1, 1, WHY).status == 403
    assert people.client("stranger").call(page.withdraw, 1, 1, WHY).toast == "您的数据范围内没有这项推翻，请刷新清单。"


def test_the_signed_grade_stands_beside_the_model_s(people: People) -> None:
    rate(people)
    propose(people)
    href = people.client("risk").call(page.sign, 1, 1, "材料已核对，同意上调一级").value("frame-place", "href")
    assert href == "/risk/overrides?which=holding&of=1"
    after = show(people, "staff", "C01", "rating")
    for words in (
        "信用 AA · 人工推翻，模型 A", "为什么是 A 级", "601",
        "以下为模型等级 A 的理由。生效等级为 AA：李敏 提议，孙风险 签署，至 2027-05-01 止。",
        "已核实的收入或资产未进入本行数据", WHY,
    ):  # fmt: skip
        assert words in after, words
    assert "人工推翻，模型 A" in show(people, "executive", "C01")
    assert acts(people) == [("staff", "overrides.propose"), ("risk", "overrides.sign")]


def test_the_model_moves_and_the_override_says_so(people: People) -> None:
    rate(people)
    propose(people)
    people.client("risk").call(page.sign, 1, 1, "材料已核对，同意上调一级")
    with writing(people.engine) as connection:
        tell(connection, "C01", grade="BBB")
    assert "提议时模型等级为A，现为BBB；推翻仍有效，请复核" in show(people, "staff", "C01", "rating")
    assert "模型现为 BBB" in listed(people, "risk", which="holding")
    with writing(people.engine) as connection:
        tell(connection, "C01", grade="BB")
    shown = show(people, "staff", "C01", "rating")
    assert (
        "信用 BB · 601 分" in shown
        and "以模型等级 BB 为准" in shown
        and "不生效，模型现为 BB" in listed(people, "risk", which="holding")
    )
    with writing(people.engine) as connection:
        connection.execute(update(rating_overrides).values(expires_on=people.clock().date()))
    assert "即将到期 1" in listed(people, "risk")
    people.client("staff").call(page.withdraw, 1, 1, "客户收入证明已过期，撤回")
    ended = listed(people, "risk", which="ended", of="1")
    assert "已撤回" in ended and "客户收入证明已过期，撤回" in ended
    assert "以往的推翻" in show(people, "staff", "C01", "rating")


def test_refusals_are_said_in_words(people: People) -> None:
    rate(people)
    for told, words in (
        ({"grade": None}, "请选择改为哪一级。"), ({"until": "明年"}, "“明年”不是日期"), ({"until": ""}, "请写明有效至哪一天。"),
        ({"until": "2028-01-01"}, "最晚 2027-11-02"), ({"grade": "AAA"}, "只能改为 AA BBB BB"), ({"reason": None}, "请从清单中选择理由。"),
        ({"customer": "C07"}, "没有这位客户"),
    ):  # fmt: skip
        assert words in propose(people, **told).toast, told
    assert propose(people, "executive").status == 403
    assert acts(people) == []
    assert "推翻率" in listed(people, "risk") and "0.00%" in listed(people, "risk")
    assert people.client("executive").get("/risk/overrides").status_code == 403


def test_who_has_no_scope_is_told_so(people: People) -> None:
    """And not that there is no rating."""
    with writing(people.engine) as connection:
        connection.execute(delete(user_scopes))
    shown = listed(people, "auditor")
    assert "您还没有数据范围" in shown and "尚无已发布的评级" not in shown


def test_only_reasons_that_speak_for_the_way_are_offered(people: People) -> None:
    """Whoever moves a grade down is offered no reason for moving it up, and one picked before is let go."""
    rate(people)  # A by the model
    shown = show(people, "staff", "C01", "rating")
    assert "（仅上调）" in shown and "（仅下调）" in shown  # before a grade is chosen each says its own
    staff, ways = people.client("staff"), {"AA": "up", "BBB": "down", "BB": "down"}
    assert all(f'"{grade}": "{way}"' in shown for grade, way in ways.items())
    for grade, there, gone in (("AA", "support", "legal"), ("BBB", "legal", "support")):
        answer = staff.call(form.offer, grade, gone, ways)
        codes = [one["value"] for one in answer.value(form.Ids.REASON, "options")]
        assert there in codes and gone not in codes and "data_error" in codes
        assert answer.value(form.Ids.REASON, "value") is None and "仅" not in answer.text
        assert staff.call(form.offer, grade, there, ways).value(form.Ids.REASON, "value") == there
    assert "不适用于" in propose(people, grade="BBB", reason="support").toast or not acts(
        people
    )  # the store asks again
    assert people.client("executive").call(form.offer, "AA", None, ways).status == 403


def test_what_is_refused_stands_at_the_form(people: People) -> None:
    """Thirteen months are too long, and the sentence is beside the box, not only in a toast that fades."""
    rate(people)
    answer = propose(people, until="2099-05-01")
    assert answer.toast and answer.toast in str(answer.value(form.Ids.TOLD, "children"))


def test_where_no_grade_is_left_it_says_why(people: People) -> None:
    """C with something past due: not up, and D is a fact. That is not the customer's default."""
    rate(people, grade="C", days_past_due=30)
    shown = show(people, "staff", "C01", "rating")
    assert "没有可改的等级：有逾期时不得上调" in shown and "该等级不可推翻" not in shown and "提议推翻" not in shown

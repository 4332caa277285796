"""The suggested limit on the 360: every line with its numbers, or why there is none; who may see the customer sees it."""

from __future__ import annotations

from decimal import Decimal as D

from domain.contribution.defaults import CNY
from domain.credit.limits import Advice, Asked, advise
from domain.phrasing import money, percent
from portal.callbacks import customer as page
from portal.callbacks import overrides
from store.database import writing
from tests.people import Client, People
from tests.portal.test_overrides import WHY, propose
from tests.small_picture import tell


def _products(client: Client, customer_id: str) -> str:
    answer = client.call(page.show, {"customer": customer_id, "tab": "products", "page": 1})
    assert answer.status == 200, answer.text
    return answer.text


def test_the_arithmetic_stands_on_the_page(people: People) -> None:
    found = advise(Asked("personal", "BBB", D("0.01"), D(110_000), D(0), D(0), D(0), False), CNY)
    assert isinstance(found, Advice)
    for login in ("staff", "risk"):
        shown = _products(people.client(login), "C02")
        assert "建议额度与定价" in shown
        for amount in (found.monthly_income, found.free_instalment, found.can_be_repaid, found.room, found.limit):
            assert money(amount) in shown
        for share in (found.price.rate, found.price.expected_loss, found.price.capital_charge):
            assert percent(share, 2) in shown
        assert f"{money(D(110_000))} ÷ 12" in shown
    assert "建议额度" not in _products(people.client("stranger"), "C02")


def test_why_there_is_none(people: People) -> None:
    with writing(people.engine) as connection:
        tell(connection, "C03", grade="D")
        tell(connection, "C04", annual_income=None)
        tell(connection, "C05", days_past_due=12)
    client = people.client("staff")
    told = {
        "C01": "没有新增空间",
        "C03": "客户已违约",
        "C04": "不知道客户的年收入",
        "C05": "客户有逾期",
        "C06": "公司客户",
    }
    for customer_id, words in told.items():
        assert words in _products(client, customer_id), customer_id


def test_a_signed_override_is_the_grade_that_is_lent_by(people: People) -> None:
    model = advise(Asked("personal", "BBB", D("0.01"), D(110_000), D(0), D(0), D(0), False), CNY)
    worse = advise(Asked("personal", "B", D("0.01"), D(110_000), D(0), D(0), D(0), False), CNY)
    assert isinstance(model, Advice) and isinstance(worse, Advice) and worse.limit < model.limit
    propose(people, customer="C02", grade="B", reason="legal")
    assert money(model.limit) in _products(people.client("staff"), "C02"), "a proposal is not in force"
    assert people.client("risk").call(overrides.sign, 1, 1, WHY).status < 300
    shown = _products(people.client("staff"), "C02")
    assert money(worse.limit) in shown and "生效等级 B" in shown and "模型等级 BBB" in shown
    assert percent(worse.price.expected_loss, 2) in shown

"""Home, by role."""

from __future__ import annotations

from portal.callbacks.home import show_fresh, show_headlines, show_jobs, show_recent, show_trail
from portal.callbacks.home_waiting import show_waiting
from portal.layouts.home import Ids
from portal.layouts.home_waiting import Ids as Waits
from store import audit
from store.database import writing
from store.model_decisions import validate
from tests.people import People
from tests.portal.test_customer import rate
from tests.portal.test_models import two_models
from tests.portal.test_overrides import propose
from tests.portal.test_parameters import propose_as as propose_parameters
from tests.small_dossier import keep_dossier
from tests.small_picture import NOW

PARTS = {Ids.HEADLINES, Ids.RECENT, Ids.FRESH, Ids.JOBS, Ids.TRAIL}


def test_each_role_meets_its_own_parts(people_reading: People) -> None:
    expected = {
        "executive": {Ids.HEADLINES, Ids.RECENT}, "staff": {Ids.RECENT}, "admin": {Ids.FRESH, Ids.JOBS}, "auditor": {Ids.TRAIL},
        "risk": {Ids.HEADLINES, Ids.RECENT},
    }  # fmt: skip
    for login, parts in expected.items():
        shown = people_reading.client(login).open_page("/")
        assert {part for part in PARTS if f'"{part}"' in shown} == parts, login


def test_headlines_hold_the_scope_only(people_reading: People) -> None:
    executive = people_reading.client("executive").call(show_headlines, "x").text
    assert '"12"' in executive
    assert "2026年10月" in executive
    assert people_reading.client("staff").call(show_headlines, "x").status == 403


def test_recent_is_ones_own_and_in_scope(people: People) -> None:
    with writing(people.engine) as connection:
        for number, (actor, customer) in enumerate(
            (("staff", "C01"), ("staff", "C07"), ("stranger", "C08"), ("staff", "C02"))
        ):
            audit.write(connection, NOW, actor, "customer.view", "customer", customer, {"n": number})
    shown = people.client("staff").call(show_recent, "x").text
    assert shown.index("C02") < shown.index("C01")
    assert "C07" not in shown  # seen once, of another branch today
    assert "C08" not in shown
    assert "还没有查看过客户" in people.client("executive").call(show_recent, "x").text


def test_admin_and_auditor(people: People) -> None:
    admin = people.client("admin")
    fresh = admin.call(show_fresh, "x").text
    assert "2026-10-31" in fresh
    assert "2 天前" in fresh
    assert "客户细分" in fresh and "贡献度" in fresh and "尚未发布" in fresh, "every kind of run, on show or not"
    assert "还没有任务" in admin.call(show_jobs, "x").text
    assert "新建用户" in people.client("auditor").call(show_trail, "x").text


def _waits(people: People, login: str) -> str:
    answer = people.client(login).call(show_waiting, "x")
    return answer.text if answer.status == 200 else str(answer.status)


def test_a_signature_is_asked_of_whoever_may_give_it_and_of_nobody_else(people: People) -> None:
    rate(people)
    assert propose(people, "risk2").value("frame-place", "href")
    two_models(people)
    assert Waits.CARD in people.client("risk").open_page("/") and Waits.CARD not in people.client("staff").open_page(
        "/"
    )
    for login in ("risk", "executive", "auditor", "admin", "staff"):
        assert "M-1" not in _waits(people, login), login  # developed by "risk", and the others sign nothing
    told = _waits(people, "risk2")
    assert (
        "评分卡 M-1（孙风险开发）待验证，须先生成验证档案" in told and "/risk/models?model=1" in told and "M-2" in told
    )
    with writing(people.engine) as connection:
        keep_dossier(connection, 1)
        validate(connection, 1, "risk2", NOW, "看过样本口径与分箱，可用")
    third = _waits(people, "risk3")
    assert "已验证，待批准" in third and "评级推翻 1项待第二人签署" in third and "/risk/overrides" in third
    assert "待批准" not in _waits(people, "risk2") and "推翻" not in _waits(people, "risk2"), "both are theirs"
    assert "推翻 1项" in _waits(people, "risk") and "M-1" not in _waits(people, "risk")
    for login in ("executive", "auditor", "admin", "staff"):
        assert "推翻" not in _waits(people, login), login


def test_a_version_of_parameters_waits_for_who_may_approve_it_but_not_for_who_proposed_it(people: People) -> None:
    version = propose_parameters(people.client("admin")).value("frame-place", "href")
    assert version
    told = _waits(people, "admin2")
    assert "贡献度参数第 1 版（" in told and "2026-10-01起）待批准" in told and "/admin/parameters?version=1" in told
    for login in ("admin", "risk", "executive", "staff", "auditor"):
        assert "待批准" not in _waits(people, login), login
    english = people.client("admin2")
    english.post("/preferences", data={"language": "en"})
    assert "Contribution parameters, version 1 from 2026-10-01, proposed by" in english.call(show_waiting, "x").text

"""Findings answered and conditions set on the page of models, refused beside the form, and due on home pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from domain.credit.finding_words import finding_words
from domain.credit.findings import Finding
from portal.callbacks.home_downgrades import note_card
from portal.callbacks.home_waiting import show_due, show_waiting
from portal.callbacks.models import validate
from portal.callbacks.models_answers import close, give
from portal.layouts.models_answers import SET, Ids
from portal.layouts.models_comparison import PATH
from store.database import reading, writing
from store.models import model
from store.tables import audit_log, card_notices_seen
from tests.people import People
from tests.portal.test_models import two_models
from tests.small_dossier import keep_dossier

FOUND = (Finding("adverse_age", "act", ("<25",)), Finding("slope", "watch"))
ASKED = (*FOUND, Finding("challenger", "watch"))
KEY = FOUND[0].key
WORDS = "看过样本口径与分箱，可用"


def said(
    people: People,
    who: str,
    about: str | None,
    words: str = "复核准入策略并书面说明",
    owner: str = "admin",
    due: str = "2099-01-31",
) -> Any:
    return people.client(who).call(give, 1, 1, about, words, owner, due)


def test_from_finding_to_closed(people: People) -> None:
    two_models(people)
    with writing(people.engine) as connection:
        keep_dossier(connection, 1, findings=FOUND)
    page = people.client("risk2").open_page(f"{PATH}?model=1")
    assert "最低通过率比值，按年龄段：<25岁" in page and "未答复，不能验证或批准" in page and "须处理" in page
    refused = people.client("risk2").call(validate, 1, 1, WORDS)
    assert "还没有书面答复" in refused.toast and "还没有书面答复" in str(refused.value("models-told", "children"))
    for about, words, owner, due, told in (
        (None, "x", "risk", "2099-01-31", "请选择答复哪一项"), (KEY, "x", "risk", "2099-01-31", "还差 10 个汉字"),
        (KEY, " ", "risk", "2099-01-31", "请写明如何处理"),
        (KEY, WORDS, "风险部", "2099-01-31", "姓名或登录名"), (KEY, WORDS, "risk", "", "完成期限"), (KEY, WORDS, "risk", "31/1", "31/1"),
        (KEY, WORDS, "risk", "2020-01-31", "已经过去"),
    ):  # fmt: skip
        answer = said(people, "risk", about, words, owner, due)
        assert told in answer.toast and told in str(answer.value(Ids.TOLD, "children")), told  # it stands at the form
    for who in ("executive", "auditor", "staff"):
        assert said(people, who, KEY).status == 403
    assert said(people, "risk", KEY).value("frame-place", "href") == f"{PATH}?model=1"
    assert said(people, "risk", SET).toast and "您开发" in said(people, "risk", SET).toast
    said(people, "risk2", SET, "三个月内补充近一年样本", "risk3", "2000-01-01")
    assert said(people, "risk2", SET, "三个月内补充近一年样本", "risk3", "2099-01-01").value("frame-place", "href")
    people.client("risk2").call(validate, 1, 1, WORDS)
    with reading(people.engine) as connection:
        found = model(connection, 1)
    assert found is not None and found.state == "validated"
    page = people.client("auditor").open_page(f"{PATH}?model=1")
    assert "三个月内补充近一年样本" in page and "验证的条件" in page and "复核准入策略" in page and "答复：" in page
    assert "三个月内补充近一年样本" in people.client("risk3").call(show_due, "risk3").text
    assert "复核准入策略" in people.client("admin").call(show_due, "admin").text  # whatever the role
    assert "复核准入策略" not in people.client("risk2").call(show_due, "risk2").text  # it is not soon
    own = people.client("risk3").call(close, 1, "2", "看过")
    assert "须由他人确认" in own.toast and "须由他人确认" in str(own.value(Ids.CLOSED, "children"))
    assert (
        people.client("risk2").call(close, 1, "2", "看过近一年的新样本，已满足").value("frame-place", "href")
        == f"{PATH}?model=1"
    )
    assert "看过近一年的新样本，已满足" in people.client("risk3").open_page(f"{PATH}?model=1")
    history = people.client("risk3").open_page(f"{PATH}?model=1").split("状态历史")[1]
    assert history.count(finding_words(KEY, "zh")) == 1 and history.count("验证的条件") == 2  # set, and closed
    assert f"对“{finding_words(KEY, 'zh')}”的答复" in people.client("admin").call(show_due, "admin").text
    assert "三个月" not in people.client("risk3").call(show_due, "risk3").text
    with reading(people.engine) as connection:
        acts = connection.scalars(select(audit_log.c.action).where(audit_log.c.object_kind == "credit_model")).all()
    assert {"models.answer", "models.condition", "models.close"} <= set(acts)


def test_home_says_answer_to_who_may_and_validate_only_to_who_could(people: People) -> None:
    """An answer is for anybody who may write; who gave one is told so first; a corrected answer replaces it."""
    two_models(people)
    with writing(people.engine) as connection:
        keep_dossier(connection, 1, findings=ASKED)
    assert "须答复" in people.client("risk2").open_page(f"{PATH}?model=1")
    for who in ("risk", "risk2", "risk3"):
        told = people.client(who).call(show_waiting, who).text
        assert "答复 2 项发现" in told and "去验证" not in told, who
    said(people, "risk3", KEY)
    assert "答复 1 项发现" in people.client("risk2").call(show_waiting, "risk2").text
    said(people, "risk3", "challenger", "换用挑战者须先观察半年再议")
    page = people.client("risk3").open_page(f"{PATH}?model=1")
    assert (
        "您已答复模型 M-1 的发现" in page and "请先在“发现与答复”中答复" not in page and "已答复，新答复将取代" in page
    )
    assert "您已答复" in people.client("risk3").call(validate, 1, 1, WORDS).toast
    assert "M-1" not in (people.client("risk3").call(show_waiting, "risk3").text or "")
    assert "M-1（孙风险开发）待验证" in people.client("risk2").call(show_waiting, "risk2").text
    said(people, "risk3", KEY, "更正：改为按年龄段逐户复核")
    page = people.client("risk2").open_page(f"{PATH}?model=1")
    assert "更正：改为按年龄段逐户复核" in page and "复核准入策略并书面说明" in page and "已由新的答复替代" in page


def test_the_page_in_english(people: People) -> None:
    two_models(people)
    with writing(people.engine) as connection:
        keep_dossier(connection, 1, findings=FOUND)
    risk = people.client("risk2")
    risk.post("/preferences", data={"language": "en"}, headers={"Origin": "http://localhost"})
    shown = risk.open_page(f"{PATH}?model=1")
    assert "Findings and answers" in shown and "Not answered: no signature" in shown and "25 years" in shown


def test_whoever_took_note_of_another_card_is_not_told_again(people: People) -> None:
    """Once a person, on the trail; of the rating on show only."""
    risk = people.client("risk")
    assert risk.call(note_card, 1, 2, 0).value("home-downgrades-turn", "data") == 1
    risk.call(note_card, 1, 2, 1)
    with reading(people.engine) as connection:
        assert connection.execute(select(card_notices_seen.c.run_id, card_notices_seen.c.seen_by)).all() == [
            (2, "risk")
        ]
        noted = select(audit_log.c.actor).where(audit_log.c.action == "ratings.card_noted")
        assert connection.scalars(noted).all() == ["risk"]
    assert risk.call(note_card, 1, 77, 1).toast

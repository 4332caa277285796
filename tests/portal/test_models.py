"""The register on screen: three risk officers take a card into use, the auditor and the board read, the others stay out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import delete, insert, select, update

from domain.credit.characteristics import named
from domain.credit.estimator import ScorecardClassifier
from domain.credit.reach import reach_of
from domain.credit.scorecard import from_dict, to_dict
from domain.credit.side_by_side import side_by_side
from jobs.sources_of_a_run import sayable
from portal.callbacks.customer import show as show_customer
from portal.callbacks.models import approve, assign, choose, compare, look, retire, validate
from portal.callbacks.run import publish as publish_run
from portal.layouts.models_comparison import KIND, PATH, Ids
from store import model_decisions as decide
from store.database import reading, writing
from store.model_decisions import register
from store.models import Model, model
from store.tables import audit_log, credit_models, job_runs, runs
from tests.people import People
from tests.small_dossier import keep_dossier
from tests.small_picture import AS_OF, BATCH, NOW

WORDS = "复核了样本口径与分箱"
RNG = np.random.default_rng(0)
TABLE = pd.DataFrame(
    {
        "regular_income": RNG.lognormal(9, 0.5, 600).round(2), "utilisation": RNG.random(600).round(2),
        "days_past_due": np.where(np.arange(600) < 3, 95.0, 0.0),
    }
)  # fmt: skip
BAD = (RNG.random(600) < 1 / (1 + np.exp(1 - 3 * TABLE["utilisation"] + 0.0001 * TABLE["regular_income"]))).astype(int)
CARDS = [
    to_dict(ScorecardClassifier().fit(TABLE[names], BAD).scorecard_)
    for names in (["regular_income", "utilisation"], ["utilisation"])
]


def two_models(people: People) -> People:
    """Two credit candidates of "admin" whose cards "risk" developed, as models 1 and 2; nothing of credit on show."""
    found = {
        "auc": {"value": 0.81, "low": 0.78, "high": 0.84},
        "ks": {"value": 0.47, "low": 0.4, "high": 0.5},
        "rows": 600,
        "bad": int(BAD.sum()),
    }
    with writing(people.engine) as connection:
        connection.execute(update(runs).where(runs.c.run_id == 2).values(state="rejected"))
        for number, card in enumerate(CARDS, start=21):
            row = {
                "run_id": number, "kind": "credit", "version": f"C-test-{number}", "as_of": AS_OF, "state": "candidate",
                "parameters": {"sample": "behaviour"}, "batches": [BATCH], "code_version": "abc", "seed": 1,
                "started_by": "admin", "started_at": NOW, "finished_at": NOW + timedelta(minutes=1), "metrics": found,
                "model": card, "migration": None, "customers": 0,
            }  # fmt: skip
            connection.execute(insert(runs).values(row))
            register(connection, number, "behaviour", card, found, {"as_of": "2026-10-31"}, "risk", NOW)
    return people


@pytest.fixture
def registered(people: People) -> People:
    """Two models of the register."""
    return two_models(people)


def _act(people: People, who: str, act: Callable[..., Any], number: int = 1, words: str | None = WORDS) -> Any:
    return people.client(who).call(act, 1, number, words)


def _the(people: People, number: int) -> Model:
    with reading(people.engine) as connection:
        found = model(connection, number)
    assert found is not None
    return found


def _publish(people: People, who: str, run_id: int) -> Any:
    return people.client(who).call(publish_run, 1, run_id, "上线", None)


def test_an_empty_register_says_what_to_do(people: People) -> None:
    assert "台账中还没有评分卡" in people.client("auditor").open_page(PATH)


def test_three_people_take_a_card_into_use(registered: People) -> None:
    risk = registered.client("risk")
    shown = risk.open_page(f"{PATH}?model=1")
    assert "已开发" in shown and "您开发" in shown and named("utilisation").zh in shown and "card.duckdb" in shown
    beyond = reach_of(from_dict(dict(_the(registered, 1).card))).words("zh")
    assert beyond and beyond in shown, "the grades this card gives nobody"
    assert "您开发" in _act(registered, "risk", validate).toast  # the person, and not only the button
    assert "请写明" in _act(registered, "risk2", validate, words=" ").toast
    assert "目前的状态" in _act(registered, "risk3", approve).toast
    assert "还没有验证档案" in _act(registered, "risk2", validate).toast
    waiting = registered.client("risk2").open_page(f"{PATH}?model=1")
    assert "读后刷新本页再验证或批准" in waiting and "没有验证档案不能验证或批准" in waiting
    with writing(registered.engine) as connection:
        keep_dossier(connection, 1)
    assert _act(registered, "risk2", validate).value("frame-place", "href") == f"{PATH}?model=1"
    assert "您验证" in _act(registered, "risk2", approve).toast and _the(registered, 1).state == "validated"
    _publish(registered, "risk3", 21)
    assert _the(registered, 1).state == "validated"
    page = registered.client("executive").open_page(PATH)
    assert "属试用" in page and "试用中" in page  # shown before it was approved, and the page says so
    _act(registered, "risk3", approve)
    assert (_the(registered, 1).state, _the(registered, 1).approved_by) == ("in_use", "risk3")
    assert "属试用" not in registered.client("executive").open_page(PATH)
    said = _publish(registered, "risk3", 22)  # from now on nothing goes on show that nobody approved
    assert "M-2 尚未验证和批准" in said.toast and _the(registered, 2).state == "developed"
    assert "M-2 尚未验证和批准" in registered.client("risk3").open_page("/admin/runs/22")
    history = registered.client("auditor").open_page(f"{PATH}?model=1")
    assert history.count(WORDS) == 3 and "钱风险" in history and "card.duckdb" in history
    assert "D001-001-zh" in history and "签署至" in history and "新版即将生成" in history  # not yet with these steps
    with reading(registered.engine) as connection:
        trail = select(audit_log.c.action).where(audit_log.c.object_kind == "credit_model")
        acts = connection.scalars(trail.order_by(audit_log.c.sequence)).all()
    assert acts[-3:] == ["models.validate", "models.approve", "models.use"]


def test_the_page_says_that_nobody_answers_for_it(registered: People) -> None:
    with writing(registered.engine) as connection:
        connection.execute(update(credit_models).where(credit_models.c.model_id == 1).values(owner="system"))
        keep_dossier(connection, 1)
    _act(registered, "risk2", validate)
    assert "还没有人负责" in registered.client("risk3").open_page(f"{PATH}?model=1")
    assert "还没有人负责" in _act(registered, "risk3", approve).toast and _the(registered, 1).state == "validated"
    named_one = registered.client("risk3")
    named_one.call(assign, 1, 1, WORDS, "risk", 1)
    assert "还没有人负责" not in named_one.open_page(f"{PATH}?model=1")
    _act(registered, "risk3", approve)
    assert _the(registered, 1).state == "approved"


def test_a_customers_rating_says_that_its_card_is_on_trial(people: People) -> None:
    staff = people.client("staff")
    place = {"customer": "C01", "tab": "rating"}
    assert "试用中的评分卡" in staff.call(show_customer, place).text  # a card from before the register, nobody's yet
    with writing(people.engine) as connection:
        number = decide.registered(connection, 2, "risk", NOW).model_id
        keep_dossier(connection, number)
        decide.validate(connection, number, "risk2", NOW, WORDS)
        decide.approve(connection, number, "risk3", NOW, WORDS)
    assert "试用中的评分卡" not in staff.call(show_customer, place).text
    assert "（在用）评级" in people.client("risk").open_page("/admin/runs/2")


def test_owner_tier_and_retirement(registered: People) -> None:
    told = registered.client("risk2").call(assign, 1, 2, WORDS, "信用风险部", 2)
    assert told.value("frame-place", "href") and (_the(registered, 2).owner, _the(registered, 2).tier) == (
        "信用风险部",
        2,
    )
    assert "请选择" in registered.client("risk2").call(assign, 1, 2, WORDS, "x", None).toast
    _act(registered, "risk2", retire, 2)
    assert _the(registered, 2).state == "retired" and "不再恢复" in registered.client("risk").open_page(
        f"{PATH}?model=2"
    )
    its_run = registered.client("risk").open_page("/admin/runs/22")
    assert "M-2 评级，该模型已退役" in its_run and "属试用" not in its_run, "retired is not on trial"
    _publish(registered, "risk3", 21)
    assert "请先发布另一模型" in _act(registered, "risk2", retire).toast


def test_others_may_not(registered: People) -> None:
    for who in ("executive", "auditor", "admin", "staff"):
        for act in (validate, approve, retire):
            assert _act(registered, who, act).status == 403
        assert registered.client(who).call(compare, 1, [1, 2]).status == 403
    for who in ("admin", "staff"):
        assert "已开发" not in registered.client(who).open_page(PATH)
    assert "没有这个模型" in registered.client("risk").open_page(f"{PATH}?model=77")


def test_two_cards_side_by_side(registered: People) -> None:
    risk = registered.client("risk")
    assert "还没有正在使用的评分卡" in risk.open_page(PATH)
    _publish(registered, "risk3", 21)
    assert "还没有计算过" in risk.open_page(PATH)
    risk.call(compare, 1, [1, 2])
    with writing(registered.engine) as connection:
        row = connection.execute(select(job_runs).where(job_runs.c.kind == KIND)).one()
        assert row.parameters == {"champion": 1, "challenger": 2} and row.submitted_by == "risk"
        told = side_by_side(*(from_dict(card) for card in CARDS), TABLE, TABLE[3:], BAD[3:], 1)
        done = {"status": "done", "finished_at": NOW, "result": {**sayable(told.as_dict()), "as_of": "2026-10-31"}}
        connection.execute(update(job_runs).where(job_runs.c.job_id == row.job_id).values(**done))
    shown = registered.client("executive").call(look, 1, [1, 2])
    assert shown.value(Ids.TICK, "disabled") is True
    for words in ("现用 M-1", "挑战者 M-2", "等级对照", "其中已违约 3 户", "改用 M-2 后等级变动"):
        assert words in shown.text
    assert "不能对比" in risk.call(look, 1, [2, 1]).text
    assert risk.call(choose, "2", 1, [1, 3]).value("frame-place", "href") == f"{PATH}?model=1&against=2"
    assert risk.call(choose, "2", 1, [1, 2]).status == 204  # the box as the page was drawn: the page stays
    with writing(registered.engine) as connection:  # replaced: it may come back, so it can still be looked at
        connection.execute(
            update(credit_models).where(credit_models.c.model_id == 2).values(state="retired", replaced_by=1)
        )
    replaced = risk.open_page(PATH)
    assert "M-2 · 已退役" in replaced and "等级对照" in replaced and "没有可对比的挑战者" not in replaced
    with writing(registered.engine) as connection:
        connection.execute(update(credit_models).where(credit_models.c.model_id == 2).values(replaced_by=None))
    assert "没有可对比的挑战者" in risk.open_page(PATH) and "不能对比" in risk.call(look, 1, [1, 2]).text
    with writing(registered.engine) as connection:
        connection.execute(update(credit_models).where(credit_models.c.model_id == 2).values(state="developed"))
    with writing(registered.engine) as connection:
        connection.execute(delete(job_runs))
    assert "还没有计算过" in risk.open_page(f"{PATH}?against=2")


def test_the_page_in_english(registered: People) -> None:
    risk = registered.client("risk")
    risk.post("/preferences", data={"language": "en"}, headers={"Origin": "http://localhost"})
    shown = risk.open_page(f"{PATH}?model=2")
    assert "Model M-2" in shown and "There is no champion" not in shown and "Develop a new card" not in shown

"""Findings are answered in writing before a signature, conditions are kept, and others say that they are met; both databases."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.credit.findings import Finding, open_findings, parted
from store import model_decisions as decide
from store.database import reading, writing
from store.model_steps import ModelRefused
from store.models import events, model
from store.reports import dossiers_behind
from store.tables import audit_log, credit_models, dossier_findings, undertakings, users
from store.undertakings import (
    ANSWER,
    CONDITION,
    Promise,
    Undertaking,
    answer,
    close,
    condition,
    due_to,
    findings,
    of_model,
)
from tests.small_dossier import keep_dossier
from tests.store.test_models import developed, refused, step

AT = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 2)
DUE = dt.date(2027, 1, 31)
FOUND = (
    Finding("fitting", "act"), Finding("adverse_age", "act", ("<25", "65+")), Finding("slope", "watch"), Finding("challenger", "watch"),
)  # fmt: skip
TOLD = Promise("按年龄段复核准入策略", "李归口", DUE)


@pytest.fixture(autouse=True)
def people(engine: Engine) -> None:
    with writing(engine) as connection:
        for login, name in (("dev", "陈开发"), ("own", "李归口"), ("val", "周验证"), ("app", "王批准")):
            row = {"login": login, "name": name, "password_hash": "x", "created_at": AT, "created_by": "root"}
            connection.execute(insert(users).values(row))


def papered(engine: Engine, number: int, found: tuple[Finding, ...] | None = FOUND) -> None:
    with writing(engine) as connection:
        keep_dossier(connection, number, findings=found)


def answered(engine: Engine, number: int, key: str, by: str = "dev", told: Promise = TOLD) -> int:
    with writing(engine) as connection:
        return answer(connection, number, key, told, by, AT, "10.0.0.1")


def all_answered(engine: Engine, number: int, by: str = "dev") -> None:
    for one in FOUND:
        if one.required:
            answered(engine, number, one.key, by)


def key_of(act: Any, *parameters: Any) -> str:
    with pytest.raises(ModelRefused) as refusal:
        act(*parameters)
    return refusal.value.key


def kept(engine: Engine, number: int) -> list[Undertaking]:
    with reading(engine) as connection:
        return of_model(connection, number)


def test_what_a_finding_is_called_and_whom_it_names() -> None:
    assert [one.key for one in FOUND] == ["fitting", "adverse_age:<25,65+", "slope", "challenger"]
    assert [one.required for one in FOUND] == [True, True, False, True]
    assert parted("adverse_age:<25,65+") == ("adverse_age", ("<25", "65+")) and parted("slope") == ("slope", ())
    assert open_findings((*FOUND, Finding("auc", "stable"))) == FOUND


def test_nobody_signs_before_every_grave_finding_is_answered(engine: Engine) -> None:
    _, number = developed(engine)
    papered(engine, number, None)
    assert refused(engine, decide.validate, number, "val") == "old_dossier"
    papered(engine, number)
    with pytest.raises(ModelRefused, match="3 findings") as refusal:
        step(engine, decide.validate, number, "val")
    assert refusal.value.key == "unanswered" and refusal.value.values == {"version": "M-1", "count": "3"}
    mine = credit_models.c.model_id == number

    def by_hand(**columns: Any) -> None:
        with writing(engine) as connection:
            connection.execute(update(credit_models).where(mine).values(columns))

    for columns in ({"state": "validated"}, {"validated_by": "val"}, {"state": "validated", "validated_by": "val"}):
        with pytest.raises(IntegrityError, match="dossier is answered"):
            by_hand(**columns)
    all_answered(engine, number, "val")
    assert refused(engine, decide.validate, number, "val") == "you_answered"
    with pytest.raises(IntegrityError, match="dossier is answered"):
        by_hand(state="validated", validated_by="val")
    with writing(engine) as connection:  # nor by taking findings away
        gone = delete(dossier_findings).where(dossier_findings.c.finding == "fitting")
        connection.execute(gone)
    with pytest.raises(IntegrityError, match="dossier is answered"):
        by_hand(state="validated", validated_by="app")


def test_the_newest_answer_counts_and_a_graver_finding_asks_again(engine: Engine) -> None:
    _, number = developed(engine)
    papered(engine, number, (Finding("later_rate", "watch"),))
    assert key_of(answered, engine, number, "fitting") == "no_such_finding"
    first = answered(engine, number, "later_rate")
    papered(engine, number, (Finding("later_rate", "act"),))
    assert refused(engine, decide.validate, number, "val") == "unanswered"
    answered(engine, number, "later_rate", told=Promise("按最近十二个月重新校准", "OWN", DUE))
    again = answered(engine, number, "later_rate", "app", Promise("明年一季度重新开发评分卡", "own", DUE))
    assert [(one.undertaking_id, one.open) for one in kept(engine, number)] == [
        (first, False),
        (first + 1, False),
        (again, True),
    ]
    with reading(engine) as connection:
        (told,) = findings(connection, number) or ()
        assert told.answer is not None and (told.answer.words, told.answer.owner, told.answer.made_by) == (
            "明年一季度重新开发评分卡",
            "own",
            "app",
        )
        assert told.answered("val") and not told.answered("app")
        behind = dossiers_behind(connection)
        assert behind and behind[-1][1] == events(connection, number)[-1].event_id, "the paper follows with the answers"
    step(engine, decide.validate, number, "val")
    papered(engine, number, (Finding("later_rate", "act"), Finding("signs", "act", ("overdraft_days",))))  # made since
    assert refused(engine, decide.approve, number, "app") == "unanswered"
    assert key_of(answered, engine, number, "signs:overdraft_days", "val") == "validator_answers"
    answered(engine, number, "signs:overdraft_days", "dev")
    step(engine, decide.approve, number, "app")
    with reading(engine) as connection:
        acts = [one.act for one in events(connection, number)]
        assert acts == ["developed", *["answered"] * 3, "validated", "answered", "approved"]
        trail = connection.scalars(select(audit_log.c.detail).where(audit_log.c.action == "models.answer")).all()
    assert trail[0]["finding"] == "later_rate" and (trail[0]["owner"], trail[0]["due"]) == ("own", "2027-01-31")


def test_an_answer_says_what_who_and_until_when(engine: Engine) -> None:
    _, number = developed(engine)
    papered(engine, number)
    for told, key in (
        (Promise("  \n", "own", DUE), "promise_needed"), (Promise("x", "own", DUE), "words_short"),
        (Promise("。" * 30, "own", DUE), "words_short"),
        (Promise("做" * 30, "own", DUE), "words_repeated"), (Promise("Look again at the age groups", "own", None), "due_needed"),
        (Promise(TOLD.words, "信用风险部", DUE), "no_such_person"),
        (Promise(TOLD.words, "system", DUE), "no_such_person"),
        (Promise(TOLD.words[:9] + "x", "own", DUE), "words_short"), (Promise(TOLD.words, "own", None), "due_needed"),
        (Promise(TOLD.words, "own", dt.date(2026, 11, 1)), "due_past"),
    ):  # fmt: skip
        assert key_of(answered, engine, number, "slope", "dev", told) == key
    assert kept(engine, number) == []
    step(engine, decide.retire, number, "val")
    assert key_of(answered, engine, number, "slope") == "wrong_state"


def conditioned(engine: Engine, number: int, by: str, told: Promise = TOLD) -> int:
    with writing(engine) as connection:
        return condition(connection, number, told, by, AT)


def closed(engine: Engine, number: int, by: str, words: str = "看过新一期监测与近一年样本") -> int:
    with writing(engine) as connection:
        return close(connection, number, words, by, AT)


def test_conditions_of_a_signature_come_due_and_are_met_in_anothers_eyes(engine: Engine) -> None:
    _, number = developed(engine)
    papered(engine, number, ())
    assert key_of(conditioned, engine, number, "dev") == "own_model"
    first = conditioned(engine, number, "val")
    step(engine, decide.validate, number, "val")
    second = conditioned(engine, number, "app", Promise("三个月内补充近一年的样本", "dev", dt.date(2026, 11, 20)))
    step(engine, decide.approve, number, "app")
    assert key_of(conditioned, engine, number, "other") == "not_signer"
    assert [(one.kind, one.step, one.owner) for one in kept(engine, number)] == [
        (CONDITION, "validated", "own"), (CONDITION, "approved", "dev"),
    ]  # fmt: skip

    def due(login: str, officer: bool, day: dt.date = TODAY) -> list[int]:
        with reading(engine) as connection:
            return [one.what.undertaking_id for one in due_to(connection, login, officer, day)]

    assert (due("own", False), due("dev", True), due("val", True), due("own", True)) == (
        [first],
        [second],
        [second],
        [second, first],
    )
    assert due("val", True, dt.date(2027, 2, 1)) == [second, first]
    assert key_of(closed, engine, second, "dev") == "own_undertaking"
    assert key_of(closed, engine, second, "val", " ") == "words_needed"
    assert key_of(closed, engine, second, "val", "看过") == "words_short", "as an answer and a signature"
    assert key_of(closed, engine, 99, "val") == "no_such_undertaking"
    with (
        pytest.raises(IntegrityError),
        writing(engine) as connection,
    ):  # nor does a program that writes the table itself
        told = {"closed_by": "dev", "closed_at": AT, "closed_words": "x"}
        connection.execute(update(undertakings).where(undertakings.c.undertaking_id == second).values(told))
    closed(engine, second, "val")
    assert key_of(closed, engine, second, "val") == "closed_already"
    assert due("dev", True) == [] and due("val", True) == []
    with reading(engine) as connection:
        assert events(connection, number)[-1].words == "看过新一期监测与近一年样本"
        found = model(connection, number)
        wanted = audit_log.c.action.in_(("models.condition", "models.close"))
        acts = connection.scalars(select(audit_log.c.action).where(wanted).order_by(audit_log.c.sequence))
        assert list(acts) == ["models.condition", "models.condition", "models.close"]
    assert found is not None and found.state == "approved" and ANSWER not in {one.kind for one in kept(engine, number)}

"""Three people take a scorecard into use, whatever way it is tried to be done with fewer; both databases."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from store import model_decisions as decide
from store.database import reading, writing
from store.model_steps import OBJECT, ModelRefused
from store.models import Model, events, in_use, list_models, model, of_run, on_trial, shown
from store.reports import dossiers_behind, newest_dossier
from store.runs import NewRun, RunRefused, back_to, publish, save_candidate
from store.tables import audit_log, credit_model_events, credit_models, reports, users
from tests.small_dossier import keep_dossier

AT = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 10, 31)
CARD = {"format": 1, "characteristics": [], "note": "十位数 0.30000000000000004"}
ROWS = pa.table(
    {
        "customer_id": ["C2"], "score": pa.array([612], pa.int32()), "pd": [0.0123], "grade": ["BB"],
        "points": ['{"base": 500, "points": []}'], "reasons": ['{"reasons": [], "next_grade": null}'],
    }
)  # fmt: skip


@pytest.fixture(autouse=True)
def somebody_answers(engine: Engine) -> None:
    """Who develops the cards here, and owns them, is a user."""
    person = {"login": "dev", "name": "陈开发", "password_hash": "x", "created_at": AT, "created_by": "root"}
    with writing(engine) as connection:
        connection.execute(insert(users).values(person))


def rated(engine: Engine, by: str = "maker", **parameters: Any) -> int:
    told = {"sample": "behaviour", **parameters}
    found = NewRun("credit", DAY, told, (1,), "abc", 7, None, by, AT, AT, {"left_out": {"already_bad": 3}}, CARD, None)
    with writing(engine) as connection:
        return save_candidate(connection, found, ROWS)


def developed(engine: Engine, by: str = "dev") -> tuple[int, int]:
    """A run and the model it developed."""
    run_id = rated(engine, by)
    with writing(engine) as connection:
        return run_id, decide.register(
            connection, run_id, "behaviour", CARD, {"auc": {"value": 0.8}}, {"rows": 9}, by, AT
        )


def step(
    engine: Engine, act: Callable[..., None], model_id: int, by: str, words: str = "看过样本与分箱，与档案一致"
) -> None:
    with writing(engine) as connection:
        act(connection, model_id, by, AT, words, "10.0.0.1")


def papered(engine: Engine, model_id: int) -> int:
    """Its dossier, without which nobody decides on it."""
    with writing(engine) as connection:
        return keep_dossier(connection, model_id)


def signed(engine: Engine, by: str = "dev") -> tuple[int, int]:
    run_id, model_id = developed(engine, by)
    papered(engine, model_id)
    step(engine, decide.validate, model_id, "val")
    step(engine, decide.approve, model_id, "app")
    return run_id, model_id


def show(engine: Engine, run_id: int, by: str = "app") -> None:
    with writing(engine) as connection:
        publish(connection, run_id, by, AT, "上线")


def the(engine: Engine, model_id: int) -> Model:
    with reading(engine) as connection:
        found = model(connection, model_id)
    assert found is not None
    return found


def refused(
    engine: Engine, act: Callable[..., None], model_id: int, by: str, words: str = "看过样本与分箱，与档案一致"
) -> str:
    with pytest.raises(ModelRefused) as refusal:
        step(engine, act, model_id, by, words)
    return refusal.value.key


def test_from_developed_to_replaced_and_back(engine: Engine) -> None:
    first_run, first = signed(engine)
    with reading(engine) as connection:
        assert in_use(connection) is None and the(engine, first).card == CARD
        assert of_run(connection, first_run) == the(engine, first)
    show(engine, first_run)
    again = rated(engine, "timer", model_id=first)  # the next delivery, rated with the same card
    show(engine, again)
    second_run, second = signed(engine)
    with reading(engine) as connection:
        used = in_use(connection)
        assert used is not None and used.model_id == first == shown(connection) and used.in_use_since == AT
        assert [each.card for each in list_models(connection)] == [{}, {}] and of_run(connection, again) == used
    with pytest.raises(RunRefused) as silent, writing(engine) as connection:
        publish(connection, second_run, "app", AT, "  ")
    assert silent.value.key == "reason_needed" and the(engine, second).state == "approved"
    show(engine, second_run)
    assert (the(engine, first).state, the(engine, first).replaced_by, the(engine, second).state) == (
        "retired", second, "in_use",
    )  # fmt: skip
    other = rated(engine, "timer", model_id=first)
    with pytest.raises(RunRefused, match="retired"):  # a candidate of the replaced card is not a going back
        show(engine, other)
    with writing(engine) as connection:
        assert back_to(connection, "credit", "app", AT, "坏率漂移") == again
    assert (the(engine, first).state, the(engine, second).state) == ("in_use", "retired")
    with reading(engine) as connection:
        assert [each.act for each in events(connection, first)] == [
            "developed", "validated", "approved", "in_use", "retired", "in_use",
        ]  # fmt: skip
        assert [each.words for each in events(connection, first)][1::4] == ["看过样本与分箱，与档案一致", "坏率漂移"]
        said = connection.execute(select(audit_log).where(audit_log.c.object_kind == OBJECT)).all()
        assert [row.action for row in said].count("models.use") == 3
        assert {row.actor for row in said if row.action == "models.approve"} == {"app"}


def test_one_person_never_does_the_work_of_two(engine: Engine) -> None:
    _, number = developed(engine)
    assert refused(engine, decide.validate, number, "dev") == "own_model"
    assert refused(engine, decide.approve, number, "app") == "wrong_state"
    assert refused(engine, decide.validate, number, "val", "  \n") == "words_needed"
    papered(engine, number)
    assert refused(engine, decide.validate, number, "val", "看过了，可以") == "words_short"
    assert refused(engine, decide.validate, number + 9, "val") == "no_such_model"
    step(engine, decide.validate, number, "val")
    assert refused(engine, decide.approve, number, "dev") == "own_model"
    assert refused(engine, decide.approve, number, "val") == "same_person"
    assert refused(engine, decide.validate, number, "other") == "wrong_state"
    columns = ({"approved_by": "val"}, {"approved_by": "dev"}, {"validated_by": "dev"}, {"state": "in_use"})
    for column in columns:  # nor does a program that writes the table itself
        with pytest.raises(IntegrityError), writing(engine) as connection:
            connection.execute(update(credit_models).values(column))
    with reading(engine) as connection:
        assert [each.act for each in events(connection, number)] == ["developed", "validated"]
    step(engine, decide.approve, number, "app")
    assert the(engine, number).state == "approved" and the(engine, number).approved_by == "app"


def test_nobody_decides_before_the_dossier_is_there(engine: Engine) -> None:
    """Nor does a program that writes the table itself, and another model's dossier is none."""
    _, number = developed(engine)
    _, other = developed(engine)
    papered(engine, other)
    with writing(engine) as connection:  # a paper of another kind that names the model
        paper = select(*(column for column in reports.c if column.name != "report_id")).limit(1)
        row = dict(connection.execute(paper).one()._mapping)
        forged = {**row, "kind": "credit_report", "model_id": number, "code": "x", "sha256": "x"}
        connection.execute(reports.insert().values(forged))
    with pytest.raises(ModelRefused, match="make it on the Models page") as refusal:
        step(engine, decide.validate, number, "val")
    assert refusal.value.key == "no_dossier" and refusal.value.values == {"version": "M-1"}
    mine = credit_models.c.model_id == number
    told = {"validated_by": "val", "approved_by": "app"}
    for column in (
        {"state": "validated"},
        {"validated_by": "val"},
        {"approved_by": "app"},
        {**told, "state": "in_use"},
    ):
        with pytest.raises(IntegrityError, match="dossier"), writing(engine) as connection:
            connection.execute(update(credit_models).where(mine).values(column))
    with pytest.raises(IntegrityError, match="dossier"), writing(engine) as connection:
        whole = dict(connection.execute(select(credit_models).where(mine)).one()._mapping)
        whole |= {"model_id": 99, "run_id": whole["run_id"] + 50, "state": "validated", "validated_by": "val"}
        connection.execute(credit_models.insert().values(whole))
    assert the(engine, number).state == "developed"
    first = papered(engine, number)
    step(engine, decide.validate, number, "val")
    with reading(engine) as connection:
        assert [each.report_id for each in events(connection, number)] == [None, first]
        assert newest_dossier(connection, number) == first
        (behind,) = dossiers_behind(connection)  # the paper does not carry the step taken on it
        assert behind == (first, events(connection, number)[-1].event_id)
        trail = connection.execute(select(audit_log).where(audit_log.c.action == "models.validate")).one()
        assert trail.detail["report_id"] == first
    again = papered(engine, number)
    with reading(engine) as connection:
        assert dossiers_behind(connection) == []
    step(engine, decide.approve, number, "app")
    with reading(engine) as connection:
        assert [each.report_id for each in events(connection, number)] == [None, first, again]


def test_what_nobody_approved_is_on_trial_until_something_was(engine: Engine) -> None:
    trial_run, trial = developed(engine)
    show(engine, trial_run)
    with reading(engine) as connection:
        assert on_trial(connection, trial_run) and in_use(connection) is None and shown(connection) == trial
    assert refused(engine, decide.retire, trial, "val") == "on_show"
    other_run, other = developed(engine)
    papered(engine, other)
    step(engine, decide.validate, other, "val")
    signed_run, number = signed(engine)
    for waiting, key in (
        (other_run, "model_not_approved"),
        (rated(engine, "timer", model_id=trial), "model_not_approved"),
    ):
        with pytest.raises(RunRefused) as refusal:
            show(engine, waiting)
        assert refusal.value.key == key and "validated and approved first" in str(refusal.value)
    with reading(engine) as connection:
        assert shown(connection) == trial  # what is on show stays
    step(engine, decide.retire, other, "val", "斜率过低")
    with pytest.raises(RunRefused) as refusal:
        show(engine, other_run)
    assert refusal.value.key == "model_retired" and refused(engine, decide.retire, other, "val") == "wrong_state"
    show(engine, signed_run)
    with reading(engine) as connection:
        assert not on_trial(connection, signed_run) and the(engine, number).state == "in_use"
    with pytest.raises(RunRefused, match="validated and approved"), writing(engine) as connection:
        back_to(connection, "credit", "app", AT, "back to the trial")


def test_approving_the_card_on_show_puts_it_in_use(engine: Engine) -> None:
    run_id, number = developed(engine)
    show(engine, run_id, "val")
    papered(engine, number)
    step(engine, decide.validate, number, "val")
    step(engine, decide.approve, number, "app")
    assert the(engine, number).state == "in_use"
    assert refused(engine, decide.retire, number, "dev") == "on_show"


def test_a_replaced_card_retired_for_good_does_not_come_back(engine: Engine) -> None:
    first_run, first = signed(engine)
    second_run, _ = signed(engine)
    show(engine, first_run)
    show(engine, second_run)
    step(engine, decide.retire, first, "val", "样本有误")
    with pytest.raises(RunRefused) as refusal, writing(engine) as connection:
        back_to(connection, "credit", "app", AT, "drift")
    assert refusal.value.key == "model_retired"


def test_a_run_from_before_the_register_gets_its_card_entered(engine: Engine) -> None:
    old = rated(engine, "old-maker")
    part = rated(engine, "timer", carried_from={"run_id": old, "version": "C-1"})
    with reading(engine) as connection:
        assert of_run(connection, part) is None and on_trial(connection, part)
    with writing(engine) as connection:
        found = decide.registered(connection, part, "risk", AT)
        assert (found.run_id, found.developed_by, found.state) == (old, "old-maker", "developed")
        assert found.definition == {"kind": "behaviour", "as_of": "2026-10-31", "already_bad": 3} and found.card == CARD
        assert decide.registered(connection, old, "risk", AT) == found == of_run(connection, part)
        entry = connection.execute(select(audit_log).where(audit_log.c.action == "models.register")).one()
        assert entry.actor == "risk"  # who asked; the event says who developed it
        assert [each.by for each in events(connection, found.model_id)] == ["old-maker"]
    show(engine, old, "risk")
    later = rated(engine, "old-maker")
    show(engine, later, "risk")  # entered while it is published
    with reading(engine) as connection:
        assert [each.run_id for each in list_models(connection)] == [later, old] and on_trial(connection, later)
    with pytest.raises(ModelRefused, match="already"), writing(engine) as connection:
        decide.register(connection, old, "behaviour", CARD, {}, {}, "x", AT)
    with pytest.raises(ModelRefused, match="no credit run"), writing(engine) as connection:
        decide.registered(connection, 999, "x", AT)


def test_who_answers_and_how_much_depends_on_it(engine: Engine) -> None:
    _, number = developed(engine)
    with writing(engine) as connection:
        decide.assign(connection, number, " 信用风险部 ", 2, "val", AT, "归口管理")
        decide.assign(connection, number, "李归口", 1, "val", AT, "换人")
        told = [(one.act, one.owner, one.tier) for one in events(connection, number)]
    assert told == [("developed", None, None), ("assigned", "信用风险部", 2), ("assigned", "李归口", 1)]
    assert (the(engine, number).owner, the(engine, number).tier) == ("李归口", 1)
    for key, owner, tier in (("no_owner", " ", 1), ("no_such_tier", "x", 4)):
        with pytest.raises(ModelRefused) as refusal, writing(engine) as connection:
            decide.assign(connection, number, owner, tier, "val", AT, "w")
        assert refusal.value.key == key


@pytest.mark.parametrize("owner", ["system", "信用风险部", "console:root"])
def test_nothing_is_approved_that_no_person_answers_for(engine: Engine, owner: str) -> None:
    _, number = developed(engine)
    papered(engine, number)
    with writing(engine) as connection:
        connection.execute(update(credit_models).values(owner=owner))
    step(engine, decide.validate, number, "val")
    with pytest.raises(ModelRefused, match="no active user") as refusal:
        step(engine, decide.approve, number, "app")
    assert refusal.value.key == "nobody_answers" and the(engine, number).state == "validated"

    def given(to: str) -> None:
        with writing(engine) as connection:
            decide.assign(connection, number, to, 1, "val", AT, "归口")

    given("dev")
    with writing(engine) as connection:
        connection.execute(update(users).values(disabled=True))
    assert refused(engine, decide.approve, number, "app") == "nobody_answers"  # they have left
    with writing(engine) as connection:
        connection.execute(update(users).values(disabled=False))
    given("陈开发")  # by name as well
    step(engine, decide.approve, number, "app")
    with pytest.raises(ModelRefused) as refusal:  # nor may it be left to nobody afterwards
        given(owner)
    assert refusal.value.key == "nobody_answers"


def test_one_of_two_who_decide_at_the_same_time_is_told(engine: Engine) -> None:
    _, number = developed(engine)
    papered(engine, number)
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def decides(by: str) -> None:
        ready.wait()
        try:
            step(engine, decide.validate, number, by)
            outcomes.append("done")
        except ModelRefused as refusal:
            outcomes.append(refusal.key)

    people = [threading.Thread(target=decides, args=(by,)) for by in ("val", "other")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(outcomes) == ["done", "wrong_state"]
    with reading(engine) as connection:
        kept = connection.scalars(select(credit_model_events.c.act)).all()
        assert sorted(kept) == ["developed", "validated"]


def test_one_model_is_in_use_whoever_writes(engine: Engine) -> None:
    run_id, _ = signed(engine)
    signed(engine)
    show(engine, run_id)
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(text("update credit_models set state = 'in_use'"))

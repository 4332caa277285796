"""Chains step by step: what follows, what halts, what goes on, and what is recognised as the same."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from sqlalchemy import insert, update

from jobs import queue
from jobs.runner import run_one, utc_now
from store import chains, schedules
from store.chains import Chain
from store.database import reading, writing
from store.job_claims import claim
from store.scope import NOTHING
from store.tables import runs
from tests.jobs.conftest import Background, receive
from tests.jobs.kinds import KINDS

AT = dt.datetime(2026, 10, 31, 12, tzinfo=dt.UTC)
WHOLE = ["settle_in", "count", "weigh", "guess"]


def order(background: Background, kind: str, words: str) -> None:
    (background.settings.home / f"{kind}.order").write_text(words)


def work(background: Background, most: int = 20) -> list[str]:
    """Do what waits in this process, one after the other; the kinds."""
    done: list[str] = []
    while len(done) < most:
        with reading(background.engine) as connection:
            waiting = [row for row in chains.jobs.active(connection) if row.status == "queued"]
        if not waiting:
            return done
        done.append(waiting[0].kind)
        with suppress(Exception):
            run_one(background.engine, background.settings, waiting[0].job_id, KINDS)
    raise AssertionError(done)


def the_chain(background: Background, number: int = 0) -> Chain:
    with reading(background.engine) as connection:
        found = chains._with_steps(connection, chains.select(chains.chains))
    return found[number]


def outcomes(background: Background, number: int = 0) -> list[str | None]:
    return [step.outcome for step in the_chain(background, number).steps]


def retry(background: Background, job_id: int | None) -> queue.Submitted:
    url = background.settings.redis_url
    return queue.retry(background.engine, url, job_id or 0, "wang", NOTHING, utc_now(), registry=KINDS)


@pytest.fixture(autouse=True)
def _quick(background: Background) -> None:
    for kind in ("count", "weigh", "guess"):
        order(background, kind, "0")


def test_a_delivery_brings_the_picture_and_the_runs_in_their_order(background: Background) -> None:
    background.submit("arrive")
    assert [step.kind for step in the_chain(background).steps] == ["arrive", *WHOLE]
    assert work(background) == ["arrive", *WHOLE]
    chain = the_chain(background)
    assert (chain.origin, chain.state, chain.begun_by) == ("arrive", "done", "li")
    assert chain.ended_at is not None
    assert outcomes(background) == ["done"] * 5
    assert [background.row(step.job_id or 0).chain_id for step in chain.steps] == [chain.chain_id] * 5


def test_a_delivery_that_changes_nothing_starts_nothing(background: Background) -> None:
    background.submit("arrive", changed=False)
    assert work(background) == ["arrive"]
    assert outcomes(background) == ["done", *["unneeded"] * 4]
    assert the_chain(background).state == "done"


def test_what_a_delivery_starts_is_a_setting(background: Background) -> None:
    at_first = queue.as_at_first(KINDS.schedules["delivery"])
    with writing(background.engine) as connection:
        schedules.change(connection, at_first, True, None, None, ["guess", "count"], "wang", AT)
    background.submit("arrive")
    assert work(background) == ["arrive", "settle_in", "count", "guess"]
    with writing(background.engine) as connection:
        schedules.change(connection, at_first, False, None, None, ["guess"], "wang", AT)
    background.submit("arrive")
    assert work(background) == ["arrive", "settle_in"]


def test_a_failed_step_halts_and_retried_alone_the_rest_goes_on(background: Background) -> None:
    order(background, "weigh", "break")
    background.submit("settle_in")
    assert work(background) == ["settle_in", "count", "weigh"]
    chain = the_chain(background)
    assert (chain.state, chain.current and chain.current.kind) == ("halted", "weigh")
    order(background, "weigh", "0")
    assert chain.current is not None
    again = retry(background, chain.current.job_id)
    assert the_chain(background).state == "running"
    assert background.row(again.job_id).retry_of == chain.current.job_id
    assert work(background) == ["weigh", "guess"]
    assert outcomes(background) == ["done"] * 4
    assert the_chain(background).state == "done"


def test_a_halted_chain_goes_on_without_a_step(background: Background) -> None:
    order(background, "count", "break")
    background.submit("settle_in")
    work(background)
    with writing(background.engine) as connection:
        to_send = chains.skip(connection, the_chain(background).chain_id, AT)
    assert [row.kind for row in to_send or ()] == ["weigh"]
    assert work(background) == ["weigh", "guess"]
    assert outcomes(background) == ["done", "skipped", "done", "done"]
    with writing(background.engine) as connection:
        assert chains.skip(connection, the_chain(background).chain_id, AT) is None


def test_what_the_data_do_not_allow_is_told_and_the_rest_goes_on(background: Background) -> None:
    order(background, "count", "refuse")
    background.submit("settle_in")
    assert work(background) == WHOLE
    assert outcomes(background) == ["done", "refused", "done", "done"]
    order(background, "count", "0")
    retry(background, the_chain(background).steps[1].job_id)
    assert work(background) == ["count"]
    assert outcomes(background) == ["done"] * 4
    again = retry(background, the_chain(background).steps[1].job_id)
    assert background.row(again.job_id).chain_id is None, "what was done is done again for itself"


def test_the_same_asking_is_the_same_chain(background: Background) -> None:
    one = background.submit("arrive")
    assert background.submit("arrive", by="zhao").already_running
    run_one(background.engine, background.settings, one.job_id, KINDS)
    picture = background.submit("settle_in", by="zhao")
    assert picture.already_running
    assert background.row(picture.job_id).chain_id == the_chain(background).chain_id
    run_one(background.engine, background.settings, picture.job_id, KINDS)
    with writing(background.engine) as connection:
        monthly = queue.run_schedule(
            connection, KINDS.schedules["monthly"], ("count", "weigh", "guess"), "zhao", AT, registry=KINDS
        )
    assert monthly.already and monthly.chain.chain_id == the_chain(background).chain_id
    assert work(background) == ["count", "weigh", "guess"]


def test_another_delivery_meanwhile_begins_a_chain_of_its_own(background: Background) -> None:
    background.submit("settle_in")
    job = the_chain(background).steps[0].job_id or 0
    with writing(background.engine) as connection:
        assert claim(connection, job, "somebody", AT) is not None
    receive(background, 1)
    second = background.submit("settle_in")
    assert not second.already_running
    assert second.job_id != job
    assert the_chain(background, 1).steps[0].job_id == second.job_id


def test_a_step_takes_up_what_was_asked_for_by_hand(background: Background) -> None:
    background.submit("settle_in")
    by_hand = background.submit("weigh", by="zhao").job_id
    with writing(background.engine) as connection:
        assert claim(connection, by_hand, "somebody", AT) is not None
    for kind in ("settle_in", "count"):
        step = next(step for step in the_chain(background).steps if step.kind == kind)
        run_one(background.engine, background.settings, step.job_id or 0, KINDS)
    step = the_chain(background).steps[2]
    assert (step.job_id, step.outcome) == (by_hand, None)
    with writing(background.engine) as connection:
        assert chains.cancel(connection, the_chain(background).chain_id, "wang", AT) == []
    assert background.row(by_hand).cancel_requested_at is None, "it is somebody else's"
    assert outcomes(background)[2:] == ["dropped", "dropped"]


def test_a_cancelled_chain_drops_what_waits_and_a_cancelled_job_halts_it(background: Background) -> None:
    background.submit("settle_in")
    chain = the_chain(background)
    background.cancel(chain.steps[0].job_id or 0)
    assert the_chain(background).state == "halted"
    again = retry(background, chain.steps[0].job_id)
    assert the_chain(background).state == "running"
    queue.cancel_chain(background.engine, background.settings.redis_url, chain.chain_id, "wang", utc_now())
    assert background.row(again.job_id).status == "cancelled"
    assert outcomes(background) == ["cancelled", "dropped", "dropped", "dropped"]
    assert (the_chain(background).state, the_chain(background).cancelled_by) == ("cancelled", "wang")
    assert work(background) == []
    retry(background, again.job_id)
    assert work(background) == WHOLE, "what others follow begins anew"


def test_a_step_waits_for_the_first_decision_of_another_kind(background: Background) -> None:
    waits = chains.Planned("weigh", "heavy", "weigh", {}, waits_for="credit")
    then = queue.planned(KINDS.kind("guess"), {})
    row = {
        "kind": "credit", "state": "candidate", "version": "C-1", "as_of": AT.date(), "parameters": {}, "batches": [],
        "code_version": "x", "seed": 1, "started_by": "li", "started_at": AT, "finished_at": AT, "customers": 1,
        "metrics": {}, "model": {},
    }  # fmt: skip
    with writing(background.engine) as connection:
        connection.execute(chains.runs.delete())
        connection.execute(insert(runs).values(row))
        started = chains.start(connection, "schedule", [waits, then], "li", AT)
    assert [each.kind for each in started.to_send] == ["guess"], "what comes after does not wait with it"
    assert work(background) == ["guess"]
    assert the_chain(background).state == "running"
    background.sweep()
    assert work(background) == []
    with writing(background.engine) as connection:
        connection.execute(update(runs).values(state="published", decided_by="wang"))
    background.sweep()
    assert work(background) == ["weigh"]
    assert the_chain(background).state == "done"
    with writing(background.engine) as connection:
        connection.execute(chains.runs.delete())


def test_a_job_that_went_without_telling_is_found(background: Background) -> None:
    background.submit("settle_in")
    with writing(background.engine) as connection:
        connection.execute(chains.job_runs.delete())
    background.sweep()
    assert the_chain(background).state == "halted"
    assert outcomes(background)[0] == "cancelled"

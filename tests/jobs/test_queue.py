"""Asking for work: once, in the right scope, and what happens when Redis or the asker fails."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from redis import Redis
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from jobs import queue
from jobs.queue import NotAllowed
from jobs.runner import run_one, utc_now
from store import jobs as rows
from store.database import reading, writing
from store.job_claims import Ending, claim, finish
from store.scope import NOTHING, Scope
from store.tables import branches, job_runs
from tests.jobs.conftest import Background, receive
from tests.jobs.kinds import KINDS

AT = dt.datetime(2026, 10, 31, 12, tzinfo=dt.UTC)


def test_a_double_click_is_one_job(background: Background) -> None:
    one = background.submit("first", pause=0)
    two = background.submit("first", by="zhao", pause=0)
    assert (two.job_id, one.already_running, two.already_running) == (one.job_id, False, True)
    assert background.submit("first", pause=1).job_id != one.job_id


def test_papers_are_personal(background: Background) -> None:
    one = background.submit("paper", by="li", scope=Scope(("/HQ/A/",)))
    two = background.submit("paper", by="zhao", scope=Scope(("/HQ/A/",)))
    assert one.job_id != two.job_id
    assert run_one(background.engine, background.settings, one.job_id, KINDS) == {"scope": ["/HQ/A/"], "by": "li"}


def test_a_grant_is_needed(background: Background) -> None:
    with pytest.raises(NotAllowed, match=r"jobs\.submit"), writing(background.engine) as connection:
        queue.enter(connection, "first", {}, "li", NOTHING, AT, grants={"jobs.view"}, registry=KINDS)
    with reading(background.engine) as connection:
        assert rows.recent(connection) == []


def test_what_follows_is_entered_with_the_end_in_the_scope_of_the_bank(background: Background) -> None:
    with writing(background.engine) as connection:
        connection.execute(insert(branches).values(branch_id="HQ", name="HQ", level=0, path="/HQ/"))
    job = background.submit("first").job_id
    run_one(background.engine, background.settings, job, KINDS)
    with reading(background.engine) as connection:
        (following,) = rows.active(connection)
    assert (following.kind, following.submitted_by) == ("second", "li")
    assert run_one(background.engine, background.settings, following.job_id, KINDS) == {"scope": ["/HQ/"]}


def test_nothing_follows_when_nothing_changed(background: Background) -> None:
    run_one(background.engine, background.settings, background.submit("first", changed=False).job_id, KINDS)
    with reading(background.engine) as connection:
        assert rows.active(connection) == []


def test_asked_for_while_it_runs_on_batches_of_before_it_waits_its_turn(background: Background) -> None:
    job = background.submit("count").job_id
    with writing(background.engine) as connection:
        claimed = claim(connection, job, "somebody", AT)
    assert claimed is not None
    same = background.submit("count", by="zhao")
    assert (same.job_id, same.already_running) == (job, True)
    receive(background, 1)
    later = background.submit("count")
    assert later.job_id != job and not later.already_running
    assert background.submit("count").job_id == later.job_id
    with writing(background.engine) as connection:
        assert claim(connection, later.job_id, "somebody else", AT) is None
        after = finish(connection, claimed, Ending("done"), AT)
        assert after is not None
        assert [row.job_id for row in after] == [later.job_id]
        assert claim(connection, later.job_id, "somebody else", AT) is not None


def test_another_month_of_the_kind_waits_too(background: Background) -> None:
    """`as_of` not given is the newest day, whichever that is: only one of the kind runs, and no rule has to guess."""
    one, two = background.submit("weigh").job_id, background.submit("weigh", as_of="2026-10-31").job_id
    with writing(background.engine) as connection:
        assert claim(connection, two, "a", AT) is not None
        assert claim(connection, one, "b", AT) is None
    with pytest.raises(IntegrityError), writing(background.engine) as connection:
        connection.execute(update(job_runs).where(job_runs.c.job_id == one).values(status="running"))
    assert background.sweep(later=10).sent_again == ()


def test_a_waiting_job_is_cancelled_at_once_and_leaves_the_queue(background: Background) -> None:
    job = background.submit("first").job_id
    row = background.cancel(job)
    assert (row.status, row.cancelled_by) == ("cancelled", "wang")
    with Redis.from_url(background.settings.redis_url) as redis:
        assert queue.sent(redis, ["heavy"]) == set()
    assert run_one(background.engine, background.settings, job, KINDS) is None


def test_a_retry_is_a_new_row(background: Background) -> None:
    job = background.submit("refuse").job_id
    with pytest.raises(Exception, match="no accounts"):
        run_one(background.engine, background.settings, job, KINDS)
    url = background.settings.redis_url
    again = queue.retry(background.engine, url, job, "wang", NOTHING, utc_now(), registry=KINDS)
    row = background.row(again.job_id)
    assert (row.retry_of, row.status, row.submitted_by, background.row(job).status) == (job, "queued", "wang", "failed")


def test_without_redis_the_row_waits_for_the_sweep(background: Background) -> None:
    away = replace(background.settings, redis_url="unix:///nowhere/redis.sock")
    new = queue.submit(background.engine, away.redis_url, "second", {}, "li", NOTHING, utc_now(), registry=KINDS)
    assert background.row(new.job_id).status == "queued"
    assert background.sweep(later=2).sent_again == ()
    assert background.sweep(later=10).sent_again == (new.job_id,)
    assert background.sweep(later=10).sent_again == ()


def test_the_place_in_the_queue(background: Background) -> None:
    jobs = [background.submit("first", pause=i).job_id for i in range(3)]
    with reading(background.engine) as connection:
        assert [rows.place(connection, background.row(job)) for job in jobs] == [0, 1, 2]
        assert rows.waiting_and_running(connection) == {"heavy": (3, 0)}

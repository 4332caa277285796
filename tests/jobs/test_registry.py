"""Every line of the table of jobs leads somewhere."""

from __future__ import annotations

import inspect

import pytest

from domain.permissions import ALL_GRANTS
from jobs.registry import JOB_KINDS, QUEUES, RUNS, SCHEDULES, JobKind


@pytest.mark.parametrize("kind", JOB_KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_is_whole(kind: JobKind) -> None:
    asked = list(inspect.signature(kind.resolve()).parameters)
    assert asked[0] == "job"
    assert {field.name for field in kind.form or ()} <= set(asked)
    assert kind.queue in QUEUES
    assert kind.permission in ALL_GRANTS
    assert set(kind.then) <= set(JOB_KINDS)
    assert kind.timeout > 0
    assert kind.zh
    assert kind.en


@pytest.mark.parametrize("kind", JOB_KINDS.values(), ids=lambda kind: kind.name)
def test_what_starts_by_itself_needs_nothing_told(kind: JobKind) -> None:
    """A scheduled kind, and one that follows another, is run without parameters."""
    follows = {name for other in JOB_KINDS.values() for name in other.then}
    if kind.name not in follows | {name for schedule in SCHEDULES.values() for name in schedule.offered}:
        return
    asked = list(inspect.signature(kind.resolve()).parameters.values())[1:]
    assert all(parameter.default is not parameter.empty for parameter in asked)


def test_nothing_follows_itself() -> None:
    def after(name: str, seen: tuple[str, ...] = ()) -> None:
        assert name not in seen
        for following in JOB_KINDS[name].then:
            after(following, (*seen, name))

    for name in JOB_KINDS:
        after(name)


def test_schedules_offer_runs_in_their_right_order() -> None:
    for schedule in SCHEDULES.values():
        assert list(schedule.offered) == [name for name in RUNS if name in schedule.offered]
        assert (schedule.day is None) == (schedule.at is None) == (schedule.name == "delivery")
    assert all(JOB_KINDS[name].alone for name in (*RUNS, "build_picture"))
    assert RUNS.index("rate_customers") < RUNS.index("contribute")
    assert JOB_KINDS["contribute"].waits_for == "credit"

"""Every line of the table of jobs leads somewhere."""

from __future__ import annotations

import inspect

import pytest
from croniter import croniter

from domain.permissions import ALL_GRANTS
from jobs.registry import JOB_KINDS, QUEUES, JobKind


@pytest.mark.parametrize("kind", JOB_KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_is_whole(kind: JobKind) -> None:
    asked = list(inspect.signature(kind.resolve()).parameters)
    assert asked[0] == "job"
    assert {field.name for field in kind.form or ()} <= set(asked)
    assert kind.queue in QUEUES
    assert kind.permission in ALL_GRANTS
    assert set(kind.then) <= set(JOB_KINDS)
    assert kind.schedule is None or croniter.is_valid(kind.schedule)
    assert kind.timeout > 0
    assert kind.zh
    assert kind.en


@pytest.mark.parametrize("kind", JOB_KINDS.values(), ids=lambda kind: kind.name)
def test_what_starts_by_itself_needs_nothing_told(kind: JobKind) -> None:
    """A scheduled kind, and one that follows another, is run without parameters."""
    follows = {name for other in JOB_KINDS.values() for name in other.then}
    if kind.schedule is None and kind.name not in follows:
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

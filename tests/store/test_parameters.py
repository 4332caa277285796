"""Parameters are dated, proposed with a reason and approved by somebody else; no way round it leads past the database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.contribution.defaults import CNY, CZK
from domain.contribution.timeline import valid_in
from domain.plain import to_plain
from store.database import reading, writing
from store.parameters import (
    CONTRIBUTION,
    ParameterRefused,
    approve,
    contribution_timeline,
    numbered,
    propose,
    reject,
    replaced,
    version,
    versions,
)
from store.tables import audit_log, parameter_versions

AT = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
JULY, SEPTEMBER = dt.date(2026, 7, 1), dt.date(2026, 9, 15)
DEARER = replace(CNY, hurdle_rate=Decimal("0.12"))


def proposed(engine: Engine, day: dt.date = JULY, by: str = "maker") -> int:
    with writing(engine) as connection:
        return propose(connection, CONTRIBUTION, day, to_plain(DEARER), "capital is dearer", by, AT, "10.0.0.1")


def test_a_version_holds_from_its_day_once_somebody_else_approved_it(engine: Engine) -> None:
    number = proposed(engine)
    with reading(engine) as connection:
        assert [each.version for each in contribution_timeline(connection, "CNY")] == [0]
    with writing(engine) as connection:
        approve(connection, number, "checker", AT, "agreed in the committee")
    with reading(engine) as connection:
        timeline = contribution_timeline(connection, "CNY")
        assert valid_in(timeline, dt.date(2026, 6, 30)).parameters == CNY
        assert valid_in(timeline, dt.date(2026, 7, 31)).parameters == DEARER
        assert [each.version for each in contribution_timeline(connection, "CZK")] == [0]
        kept = version(connection, number)
        assert kept is not None
        assert (kept.state, kept.decided_by, kept.version) == ("approved", "checker", 1)
        acts = connection.execute(select(audit_log.c.actor, audit_log.c.action).order_by(audit_log.c.sequence)).all()
        assert acts == [("maker", "parameters.propose"), ("checker", "parameters.approve")]
    second = proposed(engine, SEPTEMBER, "checker")
    third = proposed(engine, SEPTEMBER, "checker")
    with writing(engine) as connection:
        for number in (second, third):
            approve(connection, number, "maker", AT)
    with reading(engine) as connection:
        timeline = contribution_timeline(connection, "CNY")
        assert [valid_in(timeline, day).version for day in (dt.date(2026, 8, 31), dt.date(2026, 9, 30))] == [1, 3]
        assert [each.version for each in versions(connection, CONTRIBUTION)] == [3, 2, 1]


def test_nobody_approves_their_own_not_even_past_the_code(engine: Engine) -> None:
    number = proposed(engine)
    with pytest.raises(ParameterRefused, match="somebody else") as refused, writing(engine) as connection:
        approve(connection, number, "maker", AT)
    assert refused.value.key == "own_proposal"
    own = {"state": "approved", "decided_by": "maker", "decided_at": AT}
    for bypass in (own, {"state": "approved"}, {"state": "approved", "decided_by": "checker"}):
        with pytest.raises(IntegrityError), writing(engine) as connection:
            connection.execute(update(parameter_versions).values(**bypass))
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(
            insert(parameter_versions).values(
                kind=CONTRIBUTION, version=2, valid_from=JULY, parameters={}, reason="x", proposed_by="maker",
                proposed_at=AT, **own,
            )
        )  # fmt: skip
    with reading(engine) as connection:
        assert len(contribution_timeline(connection, "CNY")) == 1


def test_what_is_decided_stays_decided(engine: Engine) -> None:
    number = proposed(engine)
    with pytest.raises(ParameterRefused, match="say why"), writing(engine) as connection:
        reject(connection, number, "checker", AT, " ")
    with writing(engine) as connection:
        reject(connection, number, "checker", AT, "not yet")
    for decide in (lambda c: approve(c, number, "checker", AT), lambda c: reject(c, number, "checker", AT, "again")):
        with pytest.raises(ParameterRefused, match="rejected"), writing(engine) as connection:
            decide(connection)
    with pytest.raises(ParameterRefused, match="no parameter version 99"), writing(engine) as connection:
        approve(connection, 99, "checker", AT)


def test_a_proposal_is_sound_or_refused(engine: Engine) -> None:
    told = to_plain(CNY)
    for values, word in (
        ({**told, "survival": "2"}, "survival"),
        ({"currency": "CNY"}, "lacks"),
        ({**told, "x": 1}, "no field x"),
    ):
        with pytest.raises(ParameterRefused, match=word), writing(engine) as connection:
            propose(connection, CONTRIBUTION, JULY, values, "why", "maker", AT)
    with pytest.raises(ParameterRefused, match="say why"), writing(engine) as connection:
        propose(connection, CONTRIBUTION, JULY, told, "", "maker", AT)
    with pytest.raises(ParameterRefused, match="no parameters of weather"), writing(engine) as connection:
        propose(connection, "weather", JULY, told, "why", "maker", AT)
    with reading(engine) as connection:
        assert versions(connection, CONTRIBUTION) == []
        with pytest.raises(KeyError):
            contribution_timeline(connection, "XTS")


def test_a_bank_s_own_currency(engine: Engine) -> None:
    with writing(engine) as connection:
        own = propose(connection, CONTRIBUTION, JULY, to_plain(replace(CZK, currency="XTS")), "ours", "maker", AT)
        approve(connection, own, "checker", AT)
        assert [each.version for each in contribution_timeline(connection, "XTS")] == [1]


def test_what_a_version_takes_the_place_of(engine: Engine) -> None:
    first, second = proposed(engine), proposed(engine, SEPTEMBER, "checker")
    with writing(engine) as connection:
        assert numbered(connection, CONTRIBUTION, 9) is None
        later = numbered(connection, CONTRIBUTION, 2)
        assert later is not None
        before = replaced(connection, later, "CNY")
        assert before is not None
        assert (later.version_id, before.version) == (second, 0), "an open proposal holds nowhere"
        approve(connection, first, "checker", AT)
        approve(connection, second, "maker", AT)
        for number, expected in ((1, 0), (2, 1)):
            row = numbered(connection, CONTRIBUTION, number)
            assert row is not None
            held = replaced(connection, row, "CNY")
            assert held is not None
            assert held.version == expected
        assert replaced(connection, later, "XAU") is None

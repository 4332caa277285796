"""The masterscale is a dated version like any parameter: one proposes, another approves, and a day has one scale."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Engine

from domain.credit.grades import Masterscale
from domain.plain import to_plain
from store.database import reading, writing
from store.parameters import MASTERSCALE, ParameterRefused, approve, contribution_timeline, masterscale_at, propose

AT = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
JULY, AUGUST = dt.date(2026, 7, 1), dt.date(2026, 8, 1)
STRICTER = Masterscale(bounds=(0.0008, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128))


def kept(engine: Engine, scale: Masterscale, day: dt.date) -> int:
    with writing(engine) as connection:
        return propose(connection, MASTERSCALE, day, to_plain(scale), "a review of the grades", "maker", AT)


def test_a_day_is_graded_by_the_scale_approved_for_it(engine: Engine) -> None:
    number = kept(engine, STRICTER, JULY)
    with reading(engine) as connection:
        assert masterscale_at(connection, AUGUST) == (0, Masterscale())
    with pytest.raises(ParameterRefused, match="somebody else"), writing(engine) as connection:
        approve(connection, number, "maker", AT)
    with writing(engine) as connection:
        approve(connection, number, "checker", AT, "agreed")
    again = kept(engine, Masterscale(), JULY)
    with writing(engine) as connection:
        approve(connection, again, "checker", AT, "back again")
    with reading(engine) as connection:
        assert masterscale_at(connection, JULY - dt.timedelta(days=1)) == (0, Masterscale())
        assert masterscale_at(connection, AUGUST) == (2, Masterscale())
        assert [each.version for each in contribution_timeline(connection, "CNY")] == [0]


def test_bounds_that_do_not_rise_and_other_grades_are_refused(engine: Engine) -> None:
    falling = {"grades": list(STRICTER.grades), "bounds": [*STRICTER.bounds[:-1], 0.01]}
    renamed = Masterscale(tuple("123456789"), STRICTER.bounds)
    for plain, said in ((falling, "rise"), (to_plain(renamed), "only the bounds")):
        with pytest.raises(ParameterRefused, match=said) as refused, writing(engine) as connection:
            propose(connection, MASTERSCALE, JULY, plain, "x", "maker", AT)
        assert refused.value.key == "not_sound"

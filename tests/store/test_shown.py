"""Which run came before which, and every time a run was on show, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Engine, insert, select, update

from store.customer_history import past_figures
from store.database import reading, writing
from store.segments import earlier_run
from store.shown import before, by_run, showings, shown_at
from store.tables import publications, run_segments, runs
from tests.small_picture import AS_OF, NOW, write_small_picture

KIND = "segmentation"


def _shown(engine: Engine, days: dict[int, date], order: tuple[int, ...]) -> None:
    """Runs of these business dates put on show in this order, a day apart; the last is on show."""
    with writing(engine) as connection:
        write_small_picture(connection)
        kept = dict(connection.execute(select(runs).where(runs.c.run_id == 1)).mappings().one())
        connection.execute(update(runs).where(runs.c.run_id == 1).values(state="superseded"))
        for run_id, day in days.items():
            told = {"run_id": run_id, "as_of": day, "version": f"S-{run_id}", "state": "superseded"}
            connection.execute(insert(runs).values({**kept, **told}))
            connection.execute(insert(run_segments).values(run_id=run_id, customer_id="C01", tier="gold"))
        connection.execute(update(runs).where(runs.c.run_id == order[-1]).values(state="published"))
        for at, run_id in enumerate(order):
            told = {"kind": KIND, "run_id": run_id, "published_by": f"p{at}", "reason": f"why {at}"}
            told |= {"previous_run_id": order[at - 1] if at else None}
            connection.execute(insert(publications).values(**told, published_at=NOW + timedelta(days=at)))


def test_going_back_never_makes_the_later_one_the_one_before(engine: Engine) -> None:
    day = AS_OF.replace(day=1)
    _shown(engine, {21: day, 22: AS_OF, 23: AS_OF}, (21, 22, 23, 22))
    with reading(engine) as connection:
        found = earlier_run(connection)
        assert found is not None and found.run_id == 21
        assert [before(connection, run_id) for run_id in (21, 22, 23)] == [None, 21, 22]


def test_a_run_of_earlier_data_is_not_compared_with_one_of_later_data(engine: Engine) -> None:
    """Recomputed for a past month-end and put on show after the newest: compared with what was of that time."""
    day = AS_OF.replace(day=1)
    _shown(engine, {21: day - timedelta(days=1), 22: AS_OF, 23: day}, (21, 22, 23))
    with reading(engine) as connection:
        found = earlier_run(connection)
        assert found is not None and found.run_id == 21


def test_every_time_on_show_is_told_with_its_person_and_reason(engine: Engine) -> None:
    _shown(engine, {21: AS_OF, 22: AS_OF}, (21, 22, 21))
    with reading(engine) as connection:
        told = by_run(showings(connection, KIND))[21]
        assert [(one.since - NOW, one.until and one.until - NOW) for one in told] == [
            (timedelta(0), timedelta(days=1)), (timedelta(days=2), None),
        ]  # fmt: skip
        assert [(one.by, one.reason, one.replaced, one.again) for one in told] == [
            ("p0", "why 0", None, False), ("p2", "why 2", "S-22", True),
        ]  # fmt: skip
        of_customer = {one.run_id: one.shown for one in past_figures(connection, KIND, "C01")}
        assert of_customer[21] == told and len(of_customer[22]) == 1
        moments = (NOW - timedelta(hours=1), NOW + timedelta(hours=1), NOW + timedelta(days=1, hours=1))
        assert [shown_at(connection, KIND, at) for at in moments] == [None, 21, 22]

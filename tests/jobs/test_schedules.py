"""What starts by itself: on its day, once, also when nothing ran at the time; changed by an administrator, on the trail."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from jobs import queue
from store import chains, schedules
from store.database import reading, writing
from store.schedules import ScheduleRefused, next_time
from store.tables import audit_log
from tests.jobs.conftest import Background
from tests.jobs.kinds import KINDS

ZONE = ZoneInfo("Asia/Shanghai")
NOON = dt.datetime(2026, 10, 31, 12, tzinfo=ZONE)
DUE = dt.datetime(2026, 11, 2, 3, tzinfo=ZONE)
MONTHLY = queue.as_at_first(KINDS.schedules["monthly"])
MINUTE = dt.timedelta(minutes=1)


def next_of(background: Background) -> dt.datetime | None:
    with reading(background.engine) as connection:
        return schedules.lines(connection)["monthly"].next_at


def test_what_is_due_starts_once_and_survives_a_restart(background: Background) -> None:
    assert background.sweep_at(NOON).started == ()
    assert next_of(background) == DUE
    assert background.sweep_at(DUE - MINUTE).started == ()
    (started,) = background.sweep_at(DUE + MINUTE).started
    row = background.row(started)
    assert (row.kind, row.submitted_by) == ("nightly", "schedule")
    assert background.sweep_at(DUE + 2 * MINUTE).started == ()
    assert next_of(background) == dt.datetime(2026, 12, 2, 3, tzinfo=ZONE)
    with reading(background.engine) as connection:
        (chain,) = chains.open_chains(connection)
    assert (chain.schedule, chain.due_at, chain.begun_at) == ("monthly", DUE, DUE + MINUTE)


def test_what_was_missed_while_nothing_ran_is_run_once_on_return(background: Background) -> None:
    background.sweep_at(NOON)
    back = dt.datetime(2027, 3, 9, 8, tzinfo=ZONE)
    assert len(background.sweep_at(back).started) == 1
    assert background.sweep_at(back + MINUTE).started == ()
    assert next_of(background) == dt.datetime(2027, 4, 2, 3, tzinfo=ZONE)
    with reading(background.engine) as connection:
        (chain,) = chains.open_chains(connection)
    assert (chain.due_at, chain.begun_at) == (DUE, back), "and it says when it should have been"


def test_a_change_holds_and_is_on_the_trail(background: Background) -> None:
    background.sweep_at(NOON)
    with writing(background.engine) as connection:
        schedules.change(connection, MONTHLY, True, 28, "22:15", ["nightly"], "wang", NOON, "10.0.0.1")
    assert next_of(background) == dt.datetime(2026, 11, 28, 22, 15, tzinfo=ZONE)
    assert background.sweep_at(DUE + MINUTE).started == ()
    with writing(background.engine) as connection:
        schedules.change(connection, MONTHLY, False, 28, "22:15", ["nightly"], "wang", NOON)
    assert next_of(background) is None
    assert background.sweep_at(NOON + dt.timedelta(days=90)).started == ()
    with reading(background.engine) as connection:
        told = connection.execute(
            select(audit_log.c.action, audit_log.c.object_id, audit_log.c.detail)
            .where(audit_log.c.action == "schedules.change")
            .order_by(audit_log.c.sequence.desc())
        ).all()
    assert [told[0].detail[name] for name in ("schedule", "switched", "switched_before")] == ["monthly", "off", "on"]
    assert (told[1].detail["day"], told[1].detail["day_before"]) == (28, 2)


@pytest.mark.parametrize(
    ("key", "day", "at", "steps"),
    [("day", 31, "03:00", ["nightly"]), ("day", None, "03:00", ["nightly"]), ("time", 2, "25:00", ["nightly"]),
     ("time", 2, "3 am", ["nightly"]), ("no_steps", 2, "03:00", []), ("steps", 2, "03:00", ["paper"])],
)  # fmt: skip
def test_nonsense_is_refused(background: Background, key: str, day: int | None, at: str, steps: list[str]) -> None:
    with pytest.raises(ScheduleRefused) as refused, writing(background.engine) as connection:
        schedules.change(connection, MONTHLY, True, day, at, steps, "wang", NOON)
    assert refused.value.key == key


def test_the_next_time_is_always_later() -> None:
    assert next_time(2, "03:00", DUE) == dt.datetime(2026, 12, 2, 3, tzinfo=ZONE)
    assert next_time(2, "03:00", DUE - MINUTE) == DUE
    assert next_time(28, "23:59", dt.datetime(2026, 12, 28, 23, 59, tzinfo=ZONE)).date() == dt.date(2027, 1, 28)

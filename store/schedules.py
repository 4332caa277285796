"""What starts by itself, as an administrator set it: on or off, day and time of the month, and which steps.

A line that nobody has changed yet stands as the registry has it. When a line is due next is kept in its row, so that
what was missed while nothing ran is seen on return, and once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from store import audit
from store.tables import schedules

LAST_DAY = 28  # every month has it
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class ScheduleRefused(Exception):
    """A schedule cannot be set so; the sentence says why. `key` names it for translation."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


@dataclass(frozen=True)
class Line:
    """One schedule. day, at: None where a delivery starts it; next_at: aware, None where it is off or a delivery
    starts it. changed_by: None while it stands as it was at first."""

    name: str
    active: bool
    day: int | None
    at: str | None
    steps: tuple[str, ...]
    next_at: dt.datetime | None = None
    changed_by: str | None = None
    changed_at: dt.datetime | None = None


def next_time(day: int, at: str, after: dt.datetime) -> dt.datetime:
    """The first moment after `after` that is this day of a month at this time, in the time zone of `after`.

    A time that summer time leaves out is the moment an hour later; one it has twice is the first of both.
    """
    hour, minute = (int(part) for part in at.split(":"))
    year, month = after.year, after.month
    while True:
        found = dt.datetime(year, month, day, hour, minute, tzinfo=after.tzinfo)
        if found > after:
            return found
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def lines(connection: Connection) -> dict[str, Line]:
    """Every line that has a row, by name."""
    found = (dict(row._mapping) for row in connection.execute(select(schedules)))
    return {row["name"]: Line(**{**row, "steps": tuple(row["steps"])}) for row in found}


def line(connection: Connection, at_first: Line) -> Line:
    """One line; as it is at first where it has no row yet."""
    return lines(connection).get(at_first.name, at_first)


def add(connection: Connection, at_first: Line, now: dt.datetime) -> Line:
    """Give a line its row, due for the first time after `now` (in the bank's time zone). Nothing is caught up on."""
    made = {**vars(at_first), "steps": list(at_first.steps), "next_at": _next(at_first, now)}
    connection.execute(insert(schedules).values(made))
    return line(connection, at_first)


def change(
    connection: Connection,
    at_first: Line,
    active: bool,
    day: int | None,
    at: str | None,
    steps: Sequence[str],
    by: str,
    now: dt.datetime,
    address: str | None = None,
) -> Line:
    """Set a line, on the audit trail; due next after `now` (in the bank's time zone). ScheduleRefused when it makes no
    sense. at_first: as the registry has it, with all the steps there are to choose from."""
    timed = at_first.day is not None
    if timed and (day is None or not 1 <= day <= LAST_DAY):
        raise ScheduleRefused("day", f"the day of the month is a number from 1 to {LAST_DAY}, which every month has")
    if timed and not TIME.fullmatch(at or ""):
        raise ScheduleRefused("time", "the time of day is written like 03:00")
    chosen = tuple(step for step in at_first.steps if step in steps)
    if set(steps) - set(at_first.steps):
        raise ScheduleRefused("steps", f"the steps are {', '.join(at_first.steps)}")
    if active and not chosen:
        raise ScheduleRefused("no_steps", "choose at least one step, or switch it off")
    held = connection.execute(
        select(schedules.c.name).where(schedules.c.name == at_first.name).with_for_update()
    ).first()
    before = line(connection, at_first) if held else add(connection, at_first, now)
    told = Line(at_first.name, active, day if timed else None, at if timed else None, chosen)
    values = {"active": active, "day": told.day, "at": told.at, "steps": list(chosen), "next_at": _next(told, now)}
    mine = schedules.c.name == at_first.name
    connection.execute(update(schedules).where(mine).values(**values, changed_by=by, changed_at=now))
    now_so, was = _as_told(told), _as_told(before)
    changed = {f"{name}_before": value for name, value in was.items() if now_so[name] != value}
    detail = {"schedule": at_first.name, **now_so, **changed}
    audit.write(connection, now, by, "schedules.change", "schedule", None, detail, address)
    return line(connection, at_first)


def _as_told(set_so: Line) -> dict[str, Any]:
    return {
        "switched": "on" if set_so.active else "off",
        "day": set_so.day,
        "at": set_so.at,
        "steps": list(set_so.steps),
    }


def _next(told: Line, now: dt.datetime) -> dt.datetime | None:
    return next_time(told.day, told.at, now) if told.active and told.day is not None and told.at is not None else None


def due(connection: Connection, now: dt.datetime) -> list[Line]:
    """The lines whose time came, each taken by this transaction and set to its next time: once, however often it was
    missed and whoever else looks. `now` is in the bank's time zone."""
    taken = []
    for each in lines(connection).values():
        if each.next_at is None or each.next_at > now:
            continue
        mine = schedules.c.name == each.name, schedules.c.next_at == each.next_at
        if connection.execute(update(schedules).where(*mine).values(next_at=_next(each, now))).rowcount == 1:
            taken.append(each)
    return taken

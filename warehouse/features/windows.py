"""The windows of time: n months are (as_of − n months, as_of], and a day's bucket is how many months back it lies.

A month-end stays a month-end (28 February less a month is 31 January), so that windows at a month-end are calendar
months. On other days the day of the month is kept, or the month's last day where it has no such day.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import ibis.expr.types as ir

from warehouse.engine import Told, told_date, told_moment, told_number

BALANCE_MONTHS = 13  # month-ends a build looks back on: those of twelve months and the one before


def month_end(day: date) -> date:
    """Last day of the day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def back(as_of: date, months: int) -> date:
    """The day `months` months before; a month-end stays one."""
    total = as_of.year * 12 + as_of.month - 1 - months
    last = calendar.monthrange(total // 12, total % 12 + 1)[1]
    day = last if as_of == month_end(as_of) else min(as_of.day, last)
    return date(total // 12, total % 12 + 1, day)


def midnight_after(day: date) -> datetime:
    """The first moment that no longer belongs to the day, in the bank's time."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time())


def told(as_of: date, currency: str | None) -> dict[str, Told]:
    """What the questions of features mean by their names, for one build."""
    whole = as_of == month_end(as_of)
    return {
        "as_of": as_of,
        "currency": currency or "",
        "month_number": as_of.year * 12 + as_of.month,
        "last_of_month": 31 if whole else as_of.day,  # in a build at a month-end every day of a month is in its bucket
        "until": midnight_after(as_of),
        "day_after": as_of + timedelta(days=1),
        **{f"since_{months}": midnight_after(back(as_of, months)) for months in (1, 3, 4, 12)},
        **{f"after_{months}": back(as_of, months) for months in (12, BALANCE_MONTHS)},
        "first_of_year": back(as_of, 12) + timedelta(days=1),
    }


def told_days(as_of: date, days: Mapping[int, date]) -> dict[str, Told]:
    """The rest of it. days: bucket -> the day whose balances stand for it; a bucket without figures is absent."""
    return {**{f"balances_{n}": days.get(n) for n in range(BALANCE_MONTHS)}, "balances_known": days.get(0, as_of)}


def as_of_day() -> ir.DateValue:
    """The day of the build."""
    found: ir.DateValue = told_date("as_of")
    return found


def within(moment: ir.TimestampValue, months: int) -> ir.BooleanValue:
    """Moments of (as_of − months, as_of]."""
    found: ir.BooleanValue = (moment < told_moment("until")) & (moment >= told_moment(f"since_{months}"))
    return found


def bucket(day: ir.DateValue | ir.TimestampValue) -> ir.IntegerValue:
    """0 for (as_of − 1 month, as_of], 1 for the month before it, and so on; for days up to as_of."""
    whole = told_number("month_number") - (day.year() * 12 + day.month())
    found: ir.IntegerValue = whole - (day.day() > told_number("last_of_month")).cast("int32")
    return found

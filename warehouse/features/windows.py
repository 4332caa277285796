"""The windows of time: n months are (as_of − n months, as_of], and a day's bucket is how many months back it lies.

A month-end stays a month-end (28 February less a month is 31 January), so that windows at a month-end are calendar
months. On other days the day of the month is kept, or the month's last day where it has no such day.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta

import ibis
import ibis.expr.types as ir


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


def within(moment: ir.TimestampValue, as_of: date, months: int | None = None) -> ir.BooleanValue:
    """Moments of (as_of − months, as_of]; of all up to as_of when `months` is None."""
    until: ir.BooleanValue = moment < ibis.literal(midnight_after(as_of))
    return until if months is None else until & (moment >= ibis.literal(midnight_after(back(as_of, months))))


def bucket(day: ir.DateValue | ir.TimestampValue, as_of: date) -> ir.IntegerValue:
    """0 for (as_of − 1 month, as_of], 1 for the month before it, and so on; for days up to as_of."""
    whole: ir.IntegerValue = as_of.year * 12 + as_of.month - (day.year() * 12 + day.month())
    if as_of == month_end(as_of):
        return whole
    return whole - (day.day() > as_of.day).cast("int32")

"""How long a job still takes: an estimate that does not grow while the job stands at one percent."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

from store.jobs import JobRow, seconds_left

BEGAN = dt.datetime(2026, 11, 1, 2, 0, tzinfo=dt.UTC)


def left(percent: float | None, typical: float | None, elapsed: float) -> float | None:
    row: Any = SimpleNamespace(status="running", claimed_at=BEGAN, percent=percent)
    return seconds_left(cast(JobRow, row), typical, BEGAN + dt.timedelta(seconds=elapsed))


def test_by_percent_or_by_what_is_typical() -> None:
    assert left(None, None, 10) is None
    assert left(25, None, 10) == 30
    assert left(2, 100, 10) == 90
    assert left(50, 100, 10) == 10


def test_it_falls_while_the_percent_stands_still() -> None:
    seen = [left(25, 60, elapsed) for elapsed in (10, 20, 30, 59)]
    assert seen == [30, 40, 30, 1]
    assert left(25, 60, 70) is None
    assert left(80, 60, 80) == 20

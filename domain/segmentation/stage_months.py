"""Where one customer stood at past month-ends: the rules of the life cycle, month by month, and the four phases of it.

The stage at a past month is worked out from the month-ends the picture keeps, by the same rules as a segmentation run.
The last month is the published run's own word where there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

import numpy as np
import pandas as pd

from domain.segmentation.life_cycle import MONTH_DAYS, LifeCycleRules, life_cycle

TREND_MONTHS, LEAST_TREND_MONTHS = 6, 3


@dataclass(frozen=True)
class Phase:
    """One of the four of customer management, and the stages that stand in it."""

    code: str
    zh: str
    en: str
    stages: tuple[str, ...]


# 选择 whom the bank wants, 争取 who has just come, 发展 who grows, 保持 whom it must keep; who is lost stands outside.
PHASES: tuple[Phase, ...] = (
    Phase("select", "选择", "Select", ("prospect",)),
    Phase("win", "争取", "Win", ("new",)),
    Phase("grow", "发展", "Grow", ("growing",)),
    Phase("keep", "保持", "Keep", ("mature", "declining", "dormant")),
)
_PHASE_OF = {stage: phase.code for phase in PHASES for stage in phase.stages}


@dataclass(frozen=True)
class MonthFacts:
    """A month-end: AUM (None: not known), the customer's own movements in the month, whether an account was open."""

    month: date
    aum: Decimal | None
    own_movements: int
    holds: bool


@dataclass(frozen=True)
class Stretch:
    """A stage kept from one month-end to another."""

    stage: str
    first: date
    last: date
    months: int


def phase_of(stage: str | None) -> str | None:
    """select, win, grow or keep; None for who is lost or not placed."""
    return _PHASE_OF.get(stage or "")


def stages(months: Sequence[MonthFacts], opened_on: date | None, rules: LifeCycleRules) -> list[str]:
    """The stage at each of the last month-ends, oldest first: at all of them where the first is the customer's first,
    else without the first six, which only serve to look back.

    months: consecutive month-ends, oldest first.
    """
    first = 0 if months and opened_on is not None and _tenure(opened_on, months[0].month) < 1 else TREND_MONTHS
    places = range(first, len(months))
    if not places:
        return []
    table = pd.DataFrame(
        {
            "days_since_last": [_idle(months[: place + 1]) for place in places],
            "tenure_months": [_tenure(opened_on, months[place].month) for place in places],
            "aum_trend_6m": [_trend(months[max(place - TREND_MONTHS + 1, 0) : place + 1]) for place in places],
            "products_held": [float(months[place].holds) for place in places],
            "accounts_ever": [float(_ever(months[: place + 1])) for place in places],
        }
    )
    return [str(stage) for stage in life_cycle(table, rules)]


def stretches(days: Sequence[date], told: Sequence[str]) -> tuple[Stretch, ...]:
    """Runs of the same stage, oldest first; days and stages align."""
    found = []
    for stage, group in groupby(zip(days, told, strict=True), key=lambda pair: pair[1]):
        own = [day for day, _ in group]
        found.append(Stretch(stage, own[0], own[-1], len(own)))
    return tuple(found)


def _idle(past: Sequence[MonthFacts]) -> float:
    """Days from the last month-end with an own movement in its month to the newest; six months back is dormant."""
    last = next((one.month for one in reversed(past) if one.own_movements), None)
    # The movement was in that month, not at its end: half of a month is the fairest guess, as nothing finer is kept.
    return np.nan if last is None else (past[-1].month - last).days + MONTH_DAYS / 2


def _tenure(opened_on: date | None, at: date) -> float:
    return np.nan if opened_on is None else (at - opened_on).days / MONTH_DAYS


def _ever(past: Sequence[MonthFacts]) -> bool:
    return any(one.holds for one in past)


def _trend(window: Sequence[MonthFacts]) -> float:
    """Slope of ln AUM a month by least squares over the months with money; missing with fewer than three."""
    points = [(place, float(one.aum)) for place, one in enumerate(window) if one.aum is not None and one.aum > 0]
    if len(points) < LEAST_TREND_MONTHS:
        return np.nan
    x, y = np.array([p for p, _ in points], dtype=float), np.log([v for _, v in points])
    away = x - x.mean()
    return float((away * (y - y.mean())).sum() / (away * away).sum())

"""Stages month by month, and a customer among the others of a segment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from domain.segmentation.life_cycle import STAGES, LifeCycleRules
from domain.segmentation.peers import LEAST, NEAREST, peers
from domain.segmentation.stage_months import PHASES, MonthFacts, phase_of, stages, stretches

ENDS = tuple((pd.Timestamp("2025-01-31") + pd.offsets.MonthEnd(n)).date() for n in range(14))
RULES, LONG_AGO = LifeCycleRules(), date(2015, 3, 1)


def facts(aum: list[float | None], own: list[int] | None = None, holds: list[bool] | None = None) -> list[MonthFacts]:
    moved, held = own or [3] * len(aum), holds or [True] * len(aum)
    return [
        MonthFacts(day, None if a is None else Decimal(str(round(a, 2))), o, h)
        for day, a, o, h in zip(ENDS, aum, moved, held, strict=False)
    ]


def test_a_steady_customer_who_begins_to_lose_turns_from_mature_to_declining() -> None:
    told = stages(facts([100.0] * 10 + [80.0, 60.0, 40.0, 20.0]), LONG_AGO, RULES)
    assert told[:4] == ["mature"] * 4 and told[-1] == "declining"
    line = stretches(ENDS[6:], told)
    assert [one.stage for one in line] == ["mature", "declining"] and sum(one.months for one in line) == 8
    assert line[0].first == ENDS[6] and line[1].last == ENDS[13]


def test_silence_is_dormant_after_six_months_and_no_account_is_lost() -> None:
    own = [2] * 7 + [0] * 7
    told = stages(facts([100.0] * 14, own), LONG_AGO, RULES)
    assert told[:-2] == ["mature"] * 6 and told[-2:] == ["dormant"] * 2
    gone = stages(facts([100.0] * 12 + [None] * 2, holds=[True] * 12 + [False] * 2), LONG_AGO, RULES)
    assert gone[-2:] == ["lost", "lost"] and gone[-3] == "mature"


def test_who_has_just_come_is_shown_from_the_first_month_and_who_was_there_only_after_six() -> None:
    told = stages(facts([100.0] * 9), date(2025, 1, 10), RULES)
    assert len(told) == 9 and told[:6] == ["new"] * 6 and told[-1] == "mature"
    assert stages(facts([100.0] * 6), LONG_AGO, RULES) == [] == stages([], LONG_AGO, RULES)


def test_every_stage_but_lost_stands_in_one_of_the_four_phases() -> None:
    assert {phase_of(stage.code) for stage in STAGES} == {phase.code for phase in PHASES} | {None}
    assert phase_of("lost") is None and phase_of(None) is None


def people(count: int = 40) -> pd.DataFrame:
    aum = np.arange(1, count + 1) * 1000.0
    return pd.DataFrame({"customer_id": [f"C{n:03d}" for n in range(count)], "aum": aum, "loans": [np.nan] * count})


def test_quartiles_place_and_the_nearest_do_not_depend_on_the_order_of_rows() -> None:
    told = peers(people(), "C020", ("aum", "loans"), ("aum", "loans"))
    aum, loans = told.places
    assert (aum.value, aum.middle, told.count) == (21_000.0, 20_500.0, 40)
    assert aum.below == pytest.approx(20 / 39) and aum.low == pytest.approx(10_750.0)
    assert loans.value is None and loans.middle is None and loans.known == 0
    assert told.nearest == ("C021", "C019", "C022", "C018", "C023") and len(told.nearest) == NEAREST
    shuffled = people().sample(frac=1, random_state=3)
    assert peers(shuffled, "C020", ("aum", "loans"), ("aum", "loans")) == told


def test_too_few_have_no_quartiles_ties_lie_in_the_middle_and_a_stranger_is_refused() -> None:
    few = peers(people(LEAST - 1), "C002", ("aum",), ("aum",))
    assert few.places[0].middle is None and few.places[0].value == 3000.0
    same = people().assign(aum=5.0)
    assert peers(same, "C007", ("aum",), ("aum",)).places[0].below == pytest.approx(0.5)
    with pytest.raises(ValueError, match="not among"):
        peers(people(), "X", ("aum",), ("aum",))

"""What the dossier says under limits of use."""

from __future__ import annotations

import datetime as dt

import pytest

from domain.credit.caveats import later_slope_level, of_no_bad, of_reach
from domain.credit.elsewhere import CardLine
from domain.credit.inference import default_rate, rises
from domain.credit.metrics import Estimate
from domain.credit.reach import Reach
from domain.credit.reasons import Words
from domain.credit.validated import Limit, OutOfTime
from jobs.pdf.dossier_words import limit_words
from jobs.pdf.voice import Voice


def test_the_grades_the_card_cannot_give() -> None:
    (limit,) = of_reach(Reach(638, "BBB", ("AAA", "AA", "A")))
    assert limit_words(Voice("zh"), limit) == "最高可得 638 分，对应 BBB；AAA、AA、A 三级本卡给不出。"
    assert limit_words(Voice("en"), limit) == "At best 638 points, which is BBB; this card gives no AAA, AA or A."
    assert not list(of_reach(Reach(700, "AAA", ()))) and not list(of_reach(None))


@pytest.mark.parametrize(
    ("slope", "low", "high", "level"),
    [(0.76, 0.7, 0.79, "act"), (0.76, 0.6, 0.92, "watch"), (0.9, 0.5, 1.3, "stable"), (1.4, 1.25, 1.6, "act"),
     (1.4, 1.1, 1.7, "watch"), (0.76, None, None, "watch")],
)  # fmt: skip
def test_a_slope_out_of_time_is_judged(slope: float, low: float | None, high: float | None, level: str) -> None:
    rate, area = default_rate(1000, 20, 0.02), Estimate(0.7, 0.6, 0.8)
    assert later_slope_level(OutOfTime(dt.date(2025, 1, 31), 1000, 20, area, slope, rate, low, high)) == level


def test_a_slope_out_of_time_in_words() -> None:
    words = limit_words(Voice("en"), Limit("later_bold", (0.76, 0.6, 0.92)))
    assert words.startswith("The slope out of time is 0.76 (95 %: 0.60 to 0.92), under 0.8:")
    assert "跨时间斜率为 0.76（95% 区间 0.60 至 0.92），低于 0.8" in limit_words(
        Voice("zh"), Limit("later_bold", (0.76, 0.6, 0.92))
    )


def test_quotation_marks_are_the_languages() -> None:
    limit = Limit("leak", (0.72,), ("investments",))
    assert "见“预期方向与理由”" in limit_words(Voice("zh"), limit)
    assert 'under "Expected directions and reasons", for who validates to check' in limit_words(Voice("en"), limit)


def test_points_that_rest_on_no_bad() -> None:
    def line(rows: int, bad: int, woe: float, points: int) -> CardLine:
        words = Words("不低于 5", "at least 5")
        return CardLine("credit_limit", words, words, rows, bad, bad / rows if rows else None, woe, points)

    (limit,) = of_no_bad([line(803, 0, 3.02, 49), line(900, 4, 1, 20), line(0, 0, 0, 0)])
    assert "at least 5 (803 rows, +49 points)" in limit_words(Voice("en"), limit)
    assert "不低于 5（803 行，+49 分）" in limit_words(Voice("zh"), limit)
    assert not list(of_no_bad([line(900, 4, 1, 20)]))


def test_where_the_bad_rate_grows_with_the_score() -> None:
    (chance,) = rises([100, 870, 870, 870, 870], [50, 6, 9, 12, 3])
    assert (chance.first, chance.last) == (1, 3) and chance.p > 0.05
    (real,) = rises([870, 870, 870], [60, 6, 40])
    assert (real.first, real.last) == (1, 2) and real.p < 0.001
    assert rises([100, 100, 0, 100], [9, 5, 0, 5]) == ()

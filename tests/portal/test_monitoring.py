"""The watched scorecard on screen: for who answers for it, with its thresholds, its warnings and its file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from sqlalchemy import select, update

from domain.credit.inference import default_rate
from domain.credit.metrics import Estimate
from domain.credit.monitoring import (
    ACT,
    CALIBRATION,
    CHARACTERISTIC,
    GINI,
    POPULATION,
    SCORE,
    STABLE,
    TAUGHT,
    WATCH,
    Known,
    Outcome,
    Overridden,
    WatchedMonth,
    judge,
    verdict,
)
from domain.credit.stability import CharacteristicShift, MonthShift, shift
from portal.callbacks.home import show_monitoring
from portal.layouts.monitoring import Ids
from store.database import writing
from store.monitoring import card_on_show, months, newest, save
from store.tables import audit_log, runs
from tests.people import People
from tests.small_picture import NOW

BODY = Ids.BODY
KNOWN = Known(Estimate(0.5, 0.4, 0.6), 120, date(2026, 7, 31))
COUNTS = np.full(10, 200)
GRADES = (10, 150, 300, 500, 400, 300, 200, 100, 40)


def _month(end: date, used: float, seen: int | None = None, p_from: float = 0.03) -> WatchedMonth:
    """A month in which `used` of the rows of one bin of utilisation have gone to another."""
    moved = shift([1000, 1000], [round(1000 * (1 - used)), round(1000 * (1 + used))])
    score = shift(COUNTS, COUNTS + np.linspace(-180, 180, 10).round().astype(int) * round(used))
    parts = (
        CharacteristicShift("utilisation", moved, 3.5),
        CharacteristicShift("deposits", shift([1000, 1000], [990, 1010]), -1.0),
    )
    others = (CharacteristicShift("aum", moved, 0.0),)
    moved_month = MonthShift(end, 2_000, score, parts, 595.0, p_from, GRADES, others)
    outcome = None if seen is None else Outcome(default_rate(2_000, seen, p_from), Estimate(0.5, 0.4, 0.6))
    return WatchedMonth(moved_month, outcome, Overridden(2_000, 10, 20), end <= KNOWN.since)


MONTHS = [
    _month(date(2026, 6, 30), 0.6, 95), _month(date(2026, 7, 31), 0.0, 60), _month(date(2026, 8, 31), 0.1),
    _month(date(2026, 9, 30), 0.0), _month(date(2026, 10, 31), 0.7),
]  # fmt: skip


def _watch(people: People) -> int:
    with writing(people.engine) as connection:
        run_id = card_on_show(connection)
        assert run_id is not None
        told = {"auc": {"value": 0.75}, "gini": {"value": 0.5, "low": 0.4, "high": 0.6}}
        connection.execute(update(runs).where(runs.c.run_id == run_id).values(metrics=told))
        save(connection, run_id, MONTHS, judge(MONTHS, KNOWN), NOW)
    return run_id


@pytest.fixture
def watched(people_on_both: People) -> People:
    _watch(people_on_both)
    return people_on_both


def test_months_of_the_development_are_shown_and_judged_no_more_than_that() -> None:
    judged = judge(MONTHS, KNOWN)
    assert {j.level for month in judged[:2] for j in month} == {TAUGHT}
    assert not any(j.alert for month in judged[:4] for j in month)
    assert [verdict(month).level for month in judged] == [TAUGHT, TAUGHT, STABLE, STABLE, ACT]
    raised = [(j.measure, j.name, j.level) for j in judged[4] if j.alert]
    assert (POPULATION, "aum", ACT) in raised, "what the card does not look at is watched too"
    assert (CHARACTERISTIC, "utilisation", ACT) in raised and all(j.level in (WATCH, ACT) for j in judged[4] if j.alert)


def test_what_stands_has_begun_in_a_month_that_says_so() -> None:
    months = [*MONTHS, _month(date(2026, 11, 30), 0.7)]
    judged = judge(months, KNOWN)
    last = verdict(judged[-1])
    assert not any(j.alert for j in judged[-1]) and last.level == ACT and last.cause == SCORE
    began = {
        (line.shift.month, j.measure, j.name)
        for line, told in zip(months, judged, strict=True)
        for j in told
        if j.alert
    }
    assert last.standing and all((j.since, j.measure, j.name) in began for j in last.standing)


def test_an_outcome_is_judged_in_the_month_it_becomes_known() -> None:
    later = [*MONTHS[:2], _month(date(2026, 8, 31), 0.0, 110), *(_month(date(2027, m, 28), 0.0) for m in (7, 8))]
    judged = judge(later, KNOWN)
    told = {j.measure: j for j in judged[-1]}
    assert told[CALIBRATION].of == date(2026, 8, 31) and told[CALIBRATION].level == ACT, "110 of 2,000 at a PD of 3 %"
    assert told[GINI].of == date(2026, 8, 31) and told[GINI].level == STABLE
    assert not {CALIBRATION, GINI} & {j.measure for month in judged[2:-1] for j in month}


def test_months_come_back_as_they_were_saved(watched: People) -> None:
    with writing(watched.engine) as connection:
        run_id = card_on_show(connection) or 0
        found = months(connection, run_id)
        assert [one.watched for one in found] == MONTHS
        assert newest(connection, run_id) == found[-1] and found[-1].verdict.level == ACT
        save(connection, run_id, MONTHS[:2], judge(MONTHS[:2], KNOWN), NOW)
        assert len(months(connection, run_id)) == 2


def test_who_opens_it(watched: People) -> None:
    for login in ("risk", "auditor", "executive"):
        assert BODY in watched.client(login).open_page("/risk/monitoring"), login
    for login in ("staff", "admin"):
        assert BODY not in watched.client(login).open_page("/risk/monitoring"), login


def test_before_anything_is_watched_it_says_so(people_on_both: People) -> None:
    assert "尚无监测结果" in people_on_both.client("risk").open_page("/risk/monitoring")


def test_the_page_and_the_home_page_say_what_has_moved(watched: People) -> None:
    risk = watched.client("risk")
    page = risk.open_page("/risk/monitoring")
    for words in (
        "模型监测",
        "须处理",
        "额度使用率",
        "阈值",
        "评分稳定性",
        "本月结论（2026-10）",
        "开发期，不判断",
        "不在卡上",
    ):
        assert words in page, words
    assert "没有指标超过阈值" not in page
    assert "与开发时相比的稳定性指数" in risk.open_page("/risk/monitoring?of=utilisation")
    home = risk.call(show_monitoring, "risk")
    assert home.status == 200 and "额度使用率" in home.text
    for words in ("先核对送达数据的口径", "自 2026-10 起"):  # the same words wherever the status is told
        assert words in home.text and words in page, words


def test_a_stable_month_says_what_it_rests_on_and_overrides_are_those_of_their_own_page(people_on_both: People) -> None:
    """Neither Gini nor defaults are judged yet, and no month-end has an override rate; today does."""
    with writing(people_on_both.engine) as connection:
        run_id = card_on_show(connection)
        assert run_id is not None
        connection.execute(update(runs).where(runs.c.run_id == run_id).values(metrics={"gini": {"value": 0.5}}))
        quiet = [replace(_month(date(2026, 8, 31), 0.0), overridden=None)]
        save(connection, run_id, quiet, judge(quiet, KNOWN), NOW)
    risk = people_on_both.client("risk")
    page = risk.open_page("/risk/monitoring")
    assert "仅就稳定性而言：区分能力（Gini）、实际违约÷预测、推翻率尚未判断。" in page
    assert "今日，月末起判断" in page
    with writing(people_on_both.engine) as connection:
        one = [replace(quiet[0], overridden=Overridden(1_961, 1, 0))]
        save(connection, run_id, one, judge(one, KNOWN), NOW)
    page = risk.open_page("/risk/monitoring")
    assert "0.05%" in page and "0.1%" not in page, "as many digits as the overrides' page"


def test_the_file_holds_each_figure_and_is_on_the_trail(watched: People) -> None:
    client = watched.client("auditor")
    answer = client.get("/monitoring-export/csv")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert text.count("\n") == 1 + sum(len(month) for month in judge(MONTHS, KNOWN)) and "2026-10-31" in text
    with writing(watched.engine) as connection:
        assert connection.scalar(select(audit_log.c.action).where(audit_log.c.action == "monitoring.export"))
    assert watched.client("staff").get("/monitoring-export/csv").status_code == 403

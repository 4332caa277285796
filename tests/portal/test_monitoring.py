"""The watched scorecard on screen: for who answers for it, with its thresholds, its warnings and its file."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from sqlalchemy import select, update

from domain.credit.inference import default_rate
from domain.credit.metrics import Estimate
from domain.credit.monitoring import ACT, CHARACTERISTIC, SCORE, STABLE, WATCH, Outcome, Overridden, WatchedMonth, judge
from domain.credit.stability import CharacteristicShift, MonthShift, shift
from portal.callbacks.home import show_monitoring
from portal.layouts.monitoring import Ids
from store.database import writing
from store.monitoring import card_on_show, months, newest, save
from store.tables import audit_log, runs
from tests.people import People
from tests.small_picture import NOW

BODY = Ids.BODY
DEVELOPED = date(2026, 7, 31)
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
    moved_month = MonthShift(end, 2_000, score, parts, 595.0, p_from, GRADES)
    outcome = None if seen is None else Outcome(default_rate(2_000, seen, p_from), Estimate(0.5, 0.4, 0.6))
    return WatchedMonth(moved_month, outcome, Overridden(2_000, 10, 20), end < DEVELOPED)


MONTHS = [
    _month(date(2026, 6, 30), 0.6, 95), _month(date(2026, 7, 31), 0.0, 60), _month(date(2026, 8, 31), 0.1),
    _month(date(2026, 9, 30), 0.0), _month(date(2026, 10, 31), 0.7),
]  # fmt: skip


def _watch(people: People) -> int:
    with writing(people.engine) as connection:
        run_id = card_on_show(connection)
        assert run_id is not None
        told = {"auc": {"value": 0.75}, "gini": {"value": 0.5}}
        connection.execute(update(runs).where(runs.c.run_id == run_id).values(metrics=told))
        save(connection, run_id, MONTHS, judge(MONTHS, 0.5, DEVELOPED), NOW)
    return run_id


@pytest.fixture
def watched(people_on_both: People) -> People:
    _watch(people_on_both)
    return people_on_both


def test_only_what_gets_worse_after_the_development_is_raised() -> None:
    judged = judge(MONTHS, 0.5, DEVELOPED)
    levels = [{j.name or j.measure: j.level for j in month} for month in judged]
    assert levels[0]["utilisation"] == ACT and levels[0]["calibration"] == ACT  # 95 of 2,000 at a PD of 3 %
    assert not any(j.new for month in judged[:2] for j in month), "what lay before the development is no news"
    assert not any(j.alert for month in judged[2:4] for j in month)
    raised = [(j.measure, j.name, j.level) for j in judged[4] if j.alert]
    assert (CHARACTERISTIC, "utilisation", ACT) in raised and all(j.level in (WATCH, ACT) for j in judged[4] if j.alert)
    again = judge([*MONTHS, _month(date(2026, 11, 30), 0.7)], 0.5, DEVELOPED)[-1]
    assert not any(j.alert for j in again) and any(j.level == ACT for j in again), "it is told once"
    few = judge([_month(date(2026, 8, 31), 0.0)], 0.9, DEVELOPED)[0]
    assert {j.level for j in few if j.measure in (SCORE, CHARACTERISTIC)} == {STABLE}


def test_months_come_back_as_they_were_saved(watched: People) -> None:
    with writing(watched.engine) as connection:
        run_id = card_on_show(connection) or 0
        found = months(connection, run_id)
        assert [one.watched for one in found] == MONTHS
        assert newest(connection, run_id) == found[-1] and found[-1].level == ACT
        save(connection, run_id, MONTHS[:2], judge(MONTHS[:2], 0.5, DEVELOPED), NOW)
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
    for words in ("模型监测", "须处理", "额度使用率", "阈值", "评分稳定性"):
        assert words in page, words
    assert "与开发时相比的稳定性指数" in risk.open_page("/risk/monitoring?of=utilisation")
    home = risk.call(show_monitoring, "risk")
    assert home.status == 200 and "额度使用率" in home.text


def test_the_file_holds_each_figure_and_is_on_the_trail(watched: People) -> None:
    client = watched.client("auditor")
    answer = client.get("/monitoring-export/csv")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert text.count("\n") == 1 + sum(len(month) for month in judge(MONTHS, 0.5, DEVELOPED)) and "2026-10-31" in text
    with writing(watched.engine) as connection:
        assert connection.scalar(select(audit_log.c.action).where(audit_log.c.action == "monitoring.export"))
    assert watched.client("staff").get("/monitoring-export/csv").status_code == 403

"""A drift planted in the demo bank is found in the month it begins, and nothing is raised before."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from config.settings import Settings
from demobank.delivery import write_delivery
from demobank.drift import Drift
from jobs import monitor_scorecard, rate_customers
from jobs.scorecard_months import watched_days
from store.database import open_engine, reading, writing
from store.ledger import DatabaseLedger
from store.monitoring import card_on_show, months, newest
from store.runs import publish
from tests.databases import Databases
from tests.jobs.asked import AT, Asked, go
from warehouse.batches import receive
from warehouse.sources import load_source

CUSTOMERS, MONTHS = 3_500, 19
ENDS_ON, DEVELOPED, BEGINS = dt.date(2026, 5, 31), "2026-03-31", dt.date(2026, 5, 31)


def test_a_drift_is_found_in_the_month_it_begins(databases: Databases, tmp_path: Path) -> None:
    sent = write_delivery(
        tmp_path / "2026-05-31", CUSTOMERS, MONTHS, 7, ENDS_ON, drift=Drift(BEGINS.replace(day=1), "deposits")
    )
    with databases.fresh("sqlite", tmp_path) as url:
        engine = open_engine(url)
        settings = Settings(home=tmp_path, secret_key="k" * 40, database_url=url, redis_url="")
        asked = Asked(settings, engine)
        ledger = DatabaseLedger(engine, "maker", lambda: AT)
        assert receive(sent.folder, load_source("guanxi"), ledger, settings.warehouse, 0.05).state == "loaded"
        assert go(monitor_scorecard, asked)["changed"] is False  # no card yet: nothing to watch, and no failure
        made = go(rate_customers, asked, as_of=DEVELOPED)
        with writing(engine) as connection:
            publish(connection, made["run_id"], "checker", AT)
        result = go(monitor_scorecard, asked)
        assert result["told"][0] == "sample" and result["alerts"] > 0
        with reading(engine) as connection:
            run_id = card_on_show(connection)
            assert run_id == made["run_id"]
            watched = months(connection, run_id)
            last = newest(connection, run_id)
        engine.dispose()
    raised = [one.month for one in watched if one.alerts]
    assert raised == [BEGINS], [(one.month, one.alerts) for one in watched]
    assert last == watched[-1] and last.verdict.level == "act"
    named = {one.name for one in last.alerts}
    assert named & {"deposits", "aum", "aum_avg_3m", "deposits_avg_3m", "aum_trend_6m", None}
    known = [one.watched for one in watched if one.watched.outcome]
    assert known and all(one.shift.month <= dt.date(2025, 5, 31) for one in known)
    assert all(one.watched.overridden is None or one.watched.overridden.share == 0 for one in watched)


def test_only_months_with_half_a_year_of_history_are_watched() -> None:
    ends = [
        dt.date(2025, m, d) for m, d in zip(range(1, 13), (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True)
    ]
    assert watched_days(ends, dt.date(2025, 9, 15)) == ends[5:8]
    assert watched_days([], dt.date(2025, 9, 15)) == []

"""Shares of bad and probabilities of default on a run's page say what they are of."""

from __future__ import annotations

from sqlalchemy import update

from store.database import writing
from store.tables import runs
from tests.people import People
from tests.portal.test_runs import CREDIT, candidates

__all__ = ["candidates"]


def test_the_rate_a_card_is_set_to_and_its_mean_pd_say_what_they_are_of(candidates: People) -> None:
    """2.32 % of everybody is 2.38 % of the good and bad; a mean PD with those in default is no bad rate."""
    metrics = {
        "rows": 1000,
        "bad": 24,
        "sample": "behaviour",
        "mean_pd": 0.04,
        "rated": 100,
        "grades": {"AA": 98, "D": 2},
    }
    told = {
        "parameters": {"sample": "behaviour", "long_run_rate": None},
        "metrics": metrics,
        "model": {"long_run_rate": 0.0232},
    }
    with writing(candidates.engine) as connection:
        connection.execute(update(runs).where(runs.c.run_id == CREDIT).values(told))
    shown = candidates.client("admin2").open_page(f"/admin/runs/{CREDIT}")
    assert "2.32%，样本自身的坏率，未另行校准；以全部已知结果者为分母" in shown and "只计好坏两类则为 2.40%" in shown
    assert "4.00%（含已违约 2 户，按 100% 计；不含则为 2.04%）" in shown

"""Features on a real Spark cluster, a master and two workers of this machine: the rows are DuckDB's rows."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pyarrow.parquet as pq
import pytest

from config.settings import Settings, load_settings
from jobs.runner import Job
from jobs.sources_of_a_run import ensure_features, ground
from store.database import open_engine
from tests.databases import Databases
from tests.jobs.asked import Asked, deliver
from tests.warehouse.deliveries import Bank
from tests.warehouse.small_bank import SmallBank, draw
from tests_spark.cluster import WORKERS, spark_cluster, tasks_by_worker
from warehouse.engine import Warehouse
from warehouse.features import build_to_parquet
from warehouse.sources import load_source
from warehouse.spark import SparkWarehouse

JUNE = dt.date(2026, 6, 30)
KEY = "k" * 40


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with spark_cluster(tmp_path_factory.mktemp("spark")) as address:
        yield address


@pytest.fixture(scope="module")
def job(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A job of an installation that has received a small bank."""
    home = tmp_path_factory.mktemp("home")
    with databases.fresh("sqlite", home) as url:
        engine = open_engine(url)
        settings = Settings(home=home, secret_key=KEY, database_url=url, redis_url="")
        deliver(_bank(home), home / f"a-{JUNE}", settings, engine)
        yield Asked(settings, engine)
        engine.dispose()


def _bank(home: Path) -> SmallBank:
    path = home / "bank.duckdb"
    return SmallBank(path) if path.exists() else draw(path, 60, 15)


def _on_spark(job: Asked, master: str) -> Job:
    """The job with the settings of an installation that asks for Spark."""
    told = {"GUANXI_HOME": str(job.settings.home), "GUANXI_ENGINE": "spark", "GUANXI_SPARK_MASTER": master}
    settings = load_settings({**told, "GUANXI_SECRET_KEY": KEY})
    return cast(Job, replace(job, settings=replace(settings, database_url=job.settings.database_url)))


def _same(job: Asked, master: str, as_of: dt.date) -> int:
    """See that a job with the setting leaves the very table that DuckDB makes: types, order and every figure."""
    found = ground(cast(Job, job))
    theirs = pq.read_table(ensure_features(_on_spark(job, master), found, as_of))
    path = job.settings.home / "duckdb.parquet"
    build_to_parquet(found.picture, as_of, path)
    ours = pq.read_table(path)
    assert theirs.schema == ours.schema
    different = [name for name in ours.column_names if not theirs[name].equals(ours[name])]
    assert different == [] and theirs.equals(ours)
    empty = {name for name in ours.column_names if ours[name].null_count == len(ours)}
    assert not {"aum_trend_6m", "channel_entropy", "regular_income", "utilisation"} & empty
    return len(ours)


def test_a_job_with_the_setting_leaves_duckdbs_rows(job: Asked, master: str) -> None:
    assert _same(job, master, JUNE) == 60
    assert len(done := tasks_by_worker()) == WORKERS and min(done) > 0  # each worker did its part
    moved = _bank(job.settings.home).changed(
        *(f"delete from {table}" for table in ("transactions", "balances", "loan_status", "service_events")),
        "update customers set annual_income = annual_income + 12",
    )
    deliver(moved, job.settings.home / "b-2026-07-01", job.settings, job.engine)
    _same(job, master, JUNE)  # the figures of the first, with the customers' records anew


def test_balances_worked_out_from_movements_are_the_same(
    shared_data: Path, empty_ledger: Path, master: str, tmp_path: Path
) -> None:
    shutil.copy(empty_ledger, tmp_path / "ledger.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    bank = Bank(engine, tmp_path, load_source("berka"))
    bank.receive(shared_data / "berka", allowed=0.0)
    engine.dispose()
    asked = "select account_id, as_of, balance, average_balance from balances order by account_id, as_of"
    with Warehouse(bank.picture()) as ours, SparkWarehouse(bank.picture(), master) as theirs:
        found = ours.rows(asked)
        assert sorted(theirs.rows(asked)) == sorted(found) and len(found) > 10_000

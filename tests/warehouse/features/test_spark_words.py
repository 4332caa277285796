"""What a bank that sets GUANXI_ENGINE=spark is told when it cannot be had, and how questions are said to Spark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from config.settings import Settings, SettingsError, load_settings
from jobs.registry import JobKind
from jobs.runner import Halted, Job, _failure
from jobs.sources_of_a_run import ensure_features, ground
from store.database import open_engine
from store.jobs import JobRow
from tests.databases import Databases
from tests.jobs.asked import Asked, deliver
from tests.warehouse.small_bank import draw
from warehouse import spark
from warehouse.spark import in_spark

JUNE = dt.date(2026, 6, 30)
KEY = "k" * 40


@pytest.fixture
def job(databases: Databases, tmp_path: Path) -> Iterator[Asked]:
    """A job of an installation that has received a small bank."""
    with databases.fresh("sqlite", tmp_path) as url:
        engine = open_engine(url)
        settings = Settings(home=tmp_path, secret_key=KEY, database_url=url, redis_url="")
        deliver(draw(tmp_path / "bank.duckdb", 20, 3), tmp_path / f"a-{JUNE}", settings, engine)
        yield Asked(settings, engine)
        engine.dispose()


def _told(job: Asked, **environ: str) -> Job:
    """The job with its settings as the environment says."""
    told = load_settings({"GUANXI_HOME": str(job.settings.home), "GUANXI_SECRET_KEY": KEY, **environ})
    return cast(Job, replace(job, settings=replace(told, database_url=job.settings.database_url)))


def test_who_asks_for_spark_and_cannot_have_it_is_told(
    job: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = _told(job, GUANXI_ENGINE="spark", GUANXI_SPARK_MASTER="spark://127.0.0.1:1,127.0.0.1:2")
    found = ground(nobody)
    monkeypatch.setattr(spark, "find_spec", lambda name: None)
    with pytest.raises(Halted, match=r"pyspark is not installed here: run .*requirements-spark\.lock"):
        ensure_features(nobody, found, JUNE)
    monkeypatch.setattr(spark, "find_spec", lambda name: name)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Halted, match="install Java 17, or set GUANXI_ENGINE to duckdb"):
        ensure_features(nobody, found, JUNE)
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.touch(0o755)
    with pytest.raises(Halted, match=r"No Spark master answers at spark://127\.0\.0\.1:1.*GUANXI_SPARK_MASTER") as told:
        ensure_features(nobody, found, JUNE)
    ending = _failure(told.value, cast(JobRow, SimpleNamespace(job_id=7, kind="rate_credit")), cast(JobKind, None))
    assert "主节点" in (said := ending.sentence or "") and "No Spark master" in said and ending.incident is None
    assert not ending.refused  # so a chain halts, as the data are not to blame
    with pytest.raises(SettingsError, match="GUANXI_ENGINE is 'sparkle'"):
        _told(job, GUANXI_ENGINE="sparkle")


def test_what_is_said_otherwise() -> None:
    told = {"day": dt.date(2026, 3, 31), "none": None, "n": 3}
    asked = "select a / (b / c), getvariable('day'), getvariable('none'), getvariable('n') from read_parquet('/x/y.parquet') as o"
    said = in_spark(asked, told)
    assert "CAST(a AS DOUBLE) / CAST((CAST(b AS DOUBLE) / CAST(c AS DOUBLE)) AS DOUBLE)" in said
    assert "CAST('2026-03-31' AS DATE)" in said
    assert "NULL" in said and "`parquet`.`/x/y.parquet` AS o" in said
    assert "MAX_BY(x, y)" in in_spark("select first(x order by y desc) from t", {})

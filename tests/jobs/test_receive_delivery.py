"""The job around the receiver: what the row shows, what follows, and a refusal in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.settings import load_settings
from jobs import queue
from jobs.registry import REGISTRY
from jobs.runner import Refused, run_one, utc_now
from store import jobs as rows
from store.database import open_engine, reading, writing
from store.scope import NOTHING
from tests.databases import Databases
from tests.jobs.conftest import Background
from tests.warehouse.deliveries import BANK, write


@pytest.fixture
def home(databases: Databases, tmp_path: Path) -> Iterator[Background]:
    with databases.fresh("sqlite", tmp_path) as url:
        told = {"GUANXI_HOME": str(tmp_path), "GUANXI_SECRET_KEY": "k" * 40, "GUANXI_DATABASE_URL": url}
        here = Background(load_settings(told), open_engine(url), {})
        yield here
        here.close()


def receive(home: Background, path: Path, source: str = "guanxi") -> tuple[int, dict[str, Any] | None]:
    with writing(home.engine) as connection:
        parameters = {"path": str(path), "source": source}
        job = queue.enter(connection, "receive_delivery", parameters, "li", NOTHING, utc_now()).job_id
    return job, run_one(home.engine, home.settings, job, REGISTRY)


def test_a_delivery_is_received_and_the_picture_follows(home: Background, tmp_path: Path) -> None:
    sent = write(tmp_path / "2026-10-31", dict(BANK))
    job, result = receive(home, sent)
    assert result is not None
    assert (result["batch_id"], result["changed"], result["rows_loaded"]) == (1, True, 20)
    assert result["business_date"] == "2026-10-31"
    with reading(home.engine) as connection:
        assert [row.kind for row in rows.active(connection)] == ["build_picture"]
        lines = [line.line for line in rows.log_lines(connection, job)]
    told = "batch 1 of 2026-10-31: 20 rows = 20 loaded + 0 rejected + 0 duplicate"
    assert told in [rows.said(line, "en") for line in lines]
    twice, again = receive(home, sent)
    assert again is not None
    assert (again["batch_id"], again["changed"], again["already"]) == (1, False, True)
    with reading(home.engine) as connection:
        told = rows.job(connection, twice).sentence
    assert "as batch #1 of 2026-10-31" in str(rows.said(told, "en")), "the row itself says it, not only its log"
    assert "即批次 #1（业务日期 2026-10-31" in str(rows.said(told, "zh"))


def test_a_held_delivery_starts_no_rebuild(home: Background, tmp_path: Path) -> None:
    receive(home, write(tmp_path / "2026-10-31", dict(BANK)))
    with reading(home.engine) as connection:
        before = [row.job_id for row in rows.active(connection)]
    few = "".join(BANK["customers.csv"].splitlines(keepends=True)[:2])
    side = 'holds = "everything"\nbusiness_date = 2026-11-30\n'
    job, result = receive(home, write(tmp_path / "2026-11-30", {"customers.csv": few, "_delivery.toml": side}))
    assert result is not None
    assert (result["held"], result["changed"]) == (True, False)
    with reading(home.engine) as connection:
        assert [row.job_id for row in rows.active(connection)] == before
        assert any("does not count yet" in line.line for line in rows.log_lines(connection, job))


def test_a_refusal_is_said_in_both_languages(home: Background, tmp_path: Path) -> None:
    sent = write(tmp_path / "2026-10-31", {**BANK, "customers.csv": ""})
    with pytest.raises(Refused) as refusal:
        receive(home, sent)
    assert str(refusal.value) == "The file customers.csv is empty; export it again."
    assert "文件 customers.csv 是空的" in str(refusal.value.sentence)
    with pytest.raises(Refused, match="There is no source 'nobody'"):
        receive(home, sent, "nobody")

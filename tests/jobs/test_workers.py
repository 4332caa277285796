"""Real workers on a real Redis: whatever is killed, a job ends well, exactly once."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis

from jobs.processes import is_alive, started, this_process
from store import jobs as rows
from store.database import reading
from tests.jobs.conftest import Background
from tests.patience import until


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines()) if path.exists() else 0


def _gone(pid: int) -> None:
    """Wait until that process has ended."""
    until(lambda: started(pid) is None, lambda: f"process {pid} lives on")


@dataclass(frozen=True)
class Held:
    """A job that waits in the middle of its lines until it is let go."""

    job: int
    out: Path
    hold: Path

    def let_go(self) -> None:
        self.hold.unlink()


def held(background: Background, tmp_path: Path, lines: int = 10, stubborn: bool = False) -> Held:
    """A job of which half the lines are there, running still."""
    out, hold = tmp_path / "out", tmp_path / "out.hold"
    hold.touch()
    job = background.submit("add_lines", path=str(out), lines=lines, stubborn=stubborn).job_id
    background.until(job, lambda _row: _lines(out) > lines // 2)
    return Held(job, out, hold)


def test_a_job_runs_says_where_it_is_and_keeps_its_log(background: Background, tmp_path: Path) -> None:
    background.worker("quick")
    it = held(background, tmp_path, 6)
    seen = background.until(it.job, lambda row: row.step == "adding")
    assert seen.percent is not None
    it.let_go()
    row = background.ended(it.job)
    assert (row.status, row.percent, row.result, row.attempt) == ("done", 100.0, {"lines": 6}, 1)
    with reading(background.engine) as connection:
        assert [line.line for line in rows.log_lines(connection, it.job)] == ["all lines are there"]


def test_a_killed_child_is_run_again(background: Background, tmp_path: Path) -> None:
    background.worker("quick")
    it = held(background, tmp_path)
    os.kill(background.child(it.job), signal.SIGKILL)
    it.let_go()
    row = background.ended(it.job)
    assert (row.status, row.attempt) == ("done", 2)
    assert _lines(it.out) == 6 + 10


def test_a_killed_worker_takes_its_child_along_and_another_finishes(background: Background, tmp_path: Path) -> None:
    worker = background.worker("quick")
    it = held(background, tmp_path)
    child = background.child(it.job)
    worker.kill()
    _gone(child)
    worker.wait()
    background.worker("quick")
    swept = background.sweep(later=10)
    assert (swept.settled, swept.sent_again) == ((it.job,), (it.job,))
    it.let_go()
    row = background.ended(it.job)
    assert (row.status, row.attempt) == ("done", 2)
    assert background.sweep(later=60).settled == ()


def test_a_job_whose_process_dies_each_time_fails_with_a_sentence(background: Background, tmp_path: Path) -> None:
    background.worker("quick")
    job = held(background, tmp_path).job
    for attempt in (1, 2, 3):
        background.until(job, lambda row, attempt=attempt: row.attempt == attempt and row.status == "running")
        os.kill(background.child(job), signal.SIGKILL)
    row = background.ended(job)
    assert (row.status, row.attempt) == ("failed", 3)
    assert "3 times" in (rows.said(row.sentence, "en") or "")
    assert "3 次" in (rows.said(row.sentence, "zh") or "")


@pytest.mark.parametrize("stubborn", [False, True])
def test_cancel_truly_stops(background: Background, tmp_path: Path, stubborn: bool) -> None:
    background.worker("quick")
    it = held(background, tmp_path, stubborn=stubborn)
    child = background.child(it.job)
    background.cancel(it.job)
    row = background.ended(it.job)
    assert (row.status, row.cancelled_by, row.attempt) == ("cancelled", "wang", 1)
    _gone(child)
    it.let_go()
    count = _lines(it.out)
    after = background.submit("add_lines", path=str(it.out), lines=1).job_id
    assert background.ended(after).status == "done"
    assert _lines(it.out) == count + 1


def test_cancel_works_though_redis_lost_the_message(background: Background, tmp_path: Path) -> None:
    background.worker("quick")
    it = held(background, tmp_path, stubborn=True)
    child = background.child(it.job)
    with Redis.from_url(background.settings.redis_url) as redis:
        redis.flushall()
    background.cancel(it.job)
    assert background.ended(it.job).status == "cancelled"
    _gone(child)


def test_a_refusal_is_its_sentence_and_a_surprise_is_an_incident(background: Background) -> None:
    background.worker("quick")
    refused = background.ended(background.submit("refuse").job_id)
    broken = background.ended(background.submit("break_down").job_id)
    assert (refused.status, refused.incident) == ("failed", None)
    assert json.loads(refused.sentence or "")["zh"] == "缺少账户文件，请重新完整发送。"
    assert broken.status == "failed"
    assert broken.incident is not None
    assert broken.incident in (broken.sentence or "")
    assert "secret detail" not in (broken.sentence or "")
    log = (background.settings.home / "worker.log").read_text()
    assert broken.incident in log
    assert "ZeroDivisionError: secret detail" in log


def test_a_job_over_its_time_fails_with_a_sentence(background: Background) -> None:
    background.worker("quick")
    row = background.ended(background.submit("overrun").job_id)
    assert row.status == "failed"
    assert "limit" in (rows.said(row.sentence, "en") or "")


def test_redis_loses_everything_and_nothing_is_lost(background: Background) -> None:
    background.retire()
    jobs = [background.submit("paper", by=by).job_id for by in ("li", "wang", "zhao")]
    with Redis.from_url(background.settings.redis_url) as redis:
        redis.flushall()
    assert background.sweep(later=10).sent_again == tuple(jobs)
    background.worker("quick")
    assert [background.ended(job).status for job in jobs] == ["done"] * 3
    assert [background.row(job).attempt for job in jobs] == [1, 1, 1]


def test_a_process_is_known_by_more_than_its_number() -> None:
    host, pid, ticks = this_process().split()
    assert is_alive(f"{host} {pid} {ticks}") is True
    assert is_alive(f"{host} {pid} {int(ticks) + 1}") is False
    assert is_alive(f"elsewhere {pid} {ticks}") is None

"""A delivery from the browser: straight to the disk whatever its size, whole or not at all, and cleared away after."""

from __future__ import annotations

import datetime as dt
import http.client
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import select, update

from config.settings import ROOT
from jobs.uploads import clear
from portal.uploads import plain_name
from store import jobs as rows
from store.database import reading, writing
from store.tables import audit_log, job_runs
from tests.patience import PATIENCE_S
from tests.people import PASSWORD, People, open_portal

PIECE, PIECES = os.urandom(1 << 20), 200
MOST_GROWTH_KB = 48 << 10
WANT_JSON = {"Accept": "application/json"}


def _address(name: str = "demo-2026-10-31.zip", source: str = "guanxi") -> str:
    return f"/admin/deliveries/upload?source={source}&name={quote(name)}"


def _length(size: int) -> dict[str, str]:
    return {"CONTENT_LENGTH": str(size)}


def _left(people: People) -> list[str]:
    return [path.name for path in people.settings.uploads.rglob("*") if path.is_file()]


def test_an_upload_is_a_file_a_job_and_an_audit_row(people: People) -> None:
    body = os.urandom(3_000_000)
    answer = people.client("admin").post(_address("../江城 2026-10-31.zip"), data=body, headers=WANT_JSON)
    assert answer.get_json() == {"job": 1, "href": "/admin/jobs/1"}
    with reading(people.engine) as connection:
        row = rows.job(connection, 1)
        actions = connection.execute(
            select(audit_log.c.action, audit_log.c.detail).order_by(audit_log.c.sequence)
        ).all()
    kept = Path(row.parameters["path"])
    assert (row.kind, row.parameters["source"]) == ("receive_delivery", "guanxi")
    assert kept.name == "江城_2026-10-31.zip", "the day in the name may be the business date"
    assert kept.parent.parent == people.settings.uploads and kept.read_bytes() == body
    assert {action for action, _ in actions} >= {"jobs.submit", "deliveries.upload"}
    assert next(detail["bytes"] for action, detail in actions if action == "deliveries.upload") == 3_000_000
    assert "标准格式（Guanxi）" in people.client("admin").open_page("/admin/jobs/1"), "how it is sent, in words"


@pytest.mark.parametrize(
    ("address", "body", "words"),
    [
        (_address(source="nowhere"), b"PK", "请先选择数据来源"),
        (_address("delivery.rar"), b"PK", "只能上传 .zip"),
        (_address(".zip"), b"PK", "只能上传 .zip"),
        (_address(), b"", "文件是空的"),
    ],
)
def test_what_cannot_be_taken_is_said(people: People, address: str, body: bytes, words: str) -> None:
    answer = people.client("admin").post(address, data=body, headers=WANT_JSON, environ_overrides=_length(len(body)))
    assert answer.status_code == 400 and words in answer.get_json()["error"]
    assert _left(people) == []


def test_too_large_is_refused_before_it_is_read(small_bank_file: Path, tmp_path: Path) -> None:
    shutil.copy(small_bank_file, tmp_path / "guanxi.db")
    people = open_portal(tmp_path, f"sqlite:///{tmp_path / 'guanxi.db'}", upload_limit=2 << 20)
    answer = people.client("admin").post(_address(), data=b"x" * (3 << 20), headers=WANT_JSON)
    assert answer.status_code == 400 and "超过允许的 2 MB" in answer.get_json()["error"]
    people.engine.dispose()


def test_cut_off_leaves_nothing(people: People) -> None:
    answer = people.client("admin").post(
        _address(), input_stream=io.BytesIO(b"x" * 1000), headers=WANT_JSON, environ_overrides=_length(5000)
    )
    assert answer.status_code == 400 and "上传中断" in answer.get_json()["error"]
    assert _left(people) == []
    with reading(people.engine) as connection:
        assert rows.recent(connection) == []


def test_no_room_is_said(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.uploads.shutil.disk_usage", lambda _path: shutil._ntuple_diskusage(10, 5, 5))  # type: ignore[attr-defined]
    answer = people.client("admin").post(_address(), data=b"PK", headers=WANT_JSON)
    assert "磁盘空间不足" in answer.get_json()["error"]


def test_another_site_may_not_send(people: People) -> None:
    answer = people.client("admin").post(_address(), data=b"PK", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403 and _left(people) == []


def test_names_are_made_plain() -> None:
    assert plain_name(r"C:\files\2026-10-31 (1).zip") == "2026-10-31_1_.zip"
    assert plain_name("../../etc/a.zip") == "a.zip"
    assert len(plain_name("x" * 500 + ".zip")) < 130


def test_uploads_go_when_no_job_wants_them(people: People) -> None:
    for _ in range(3):
        people.client("admin").post(_address(), data=b"PK")
    now = dt.datetime.now(dt.UTC)
    with writing(people.engine) as connection:
        done = {"status": "done", "finished_at": now}
        connection.execute(update(job_runs).where(job_runs.c.job_id == 1).values(done))
        connection.execute(update(job_runs).where(job_runs.c.job_id == 2).values({**done, "status": "failed"}))
    assert len(clear(people.engine, people.settings.uploads, now)) == 1
    assert len(clear(people.engine, people.settings.uploads, now + dt.timedelta(days=2))) == 1
    assert len(_left(people)) == 1, "a waiting job still wants its file"


@pytest.fixture
def served(small_bank_file: Path, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """The portal as it is served, one worker: its port and the worker's process."""
    shutil.copy(small_bank_file, tmp_path / "guanxi.db")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = {
        "GUANXI_HOME": str(tmp_path), "GUANXI_SECRET_KEY": "k" * 40, "GUANXI_WEB_WORKERS": "1",
        "GUANXI_REDIS_URL": "unix:///nowhere", "GUANXI_DATABASE_URL": f"sqlite:///{tmp_path / 'guanxi.db'}",
    }  # fmt: skip
    order = [
        sys.executable, "-m", "gunicorn", "-c", str(ROOT / "console" / "gunicorn_conf.py"), "--no-control-socket",
        "-b", f"127.0.0.1:{port}", "portal.server:create_server()",
    ]  # fmt: skip
    with (tmp_path / "web.log").open("wb") as log:
        master = subprocess.Popen(order, cwd=ROOT, env={**os.environ, **told}, stdout=log, stderr=log)
    try:
        yield port, _worker_of(master.pid, port)
    finally:
        master.terminate()
        master.wait()


def _worker_of(master: int, port: int) -> int:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return int(Path(f"/proc/{master}/task/{master}/children").read_text().split()[0])
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError("the portal did not answer")


def _peak_kb(process: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found.group(1))


def _signed_in(connection: http.client.HTTPConnection) -> dict[str, str]:
    connection.request("GET", "/sign-in")
    page = connection.getresponse()
    cookie = str(page.getheader("Set-Cookie")).split(";")[0]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
    assert token is not None
    form = urlencode({"login": "admin", "password": PASSWORD, "csrf_token": token.group(1)})
    connection.request(
        "POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    )
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 302
    return {"Cookie": str(answer.getheader("Set-Cookie")).split(";")[0]}


def test_two_hundred_megabytes_pass_through_a_small_memory(served: tuple[int, int], tmp_path: Path) -> None:
    port, worker = served
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    signed_in = _signed_in(connection)
    before = _peak_kb(worker)
    told = {**signed_in, **WANT_JSON, "Content-Length": str(len(PIECE) * PIECES)}
    connection.request("POST", _address(), (PIECE for _ in range(PIECES)), told)
    answer = connection.getresponse()
    said = json.loads(answer.read())
    connection.close()
    assert (answer.status, said["href"]) == (200, "/admin/jobs/1")
    kept = next((tmp_path / "uploads").rglob("*.zip"))
    assert kept.stat().st_size == len(PIECE) * PIECES
    assert _peak_kb(worker) - before < MOST_GROWTH_KB

"""The administrator's day in a real browser, with a real Redis, a real worker and the demo bank's files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, update

from config.settings import ROOT, Settings, load_settings
from demobank.delivery import write_delivery
from demobank.dirt import Dirt
from portal.server import create_server
from store.database import migrate, open_engine, writing
from store.tables import users
from store.users import create_user, hash_password
from tests.browser.harness import serving, settled, visit
from tests.people import PASSWORD, Clock, People
from tests.servers import redis_server
from tests.small_picture import NOW

SLOW_MS = 90_000
SHOTS = os.environ.get("GUANXI_SHOTS")  # a folder: keep a picture of each place on the way


@dataclass(frozen=True)
class Bank:
    """An installation without data, served at `address`, one worker behind it, and a delivery to send."""

    address: str
    settings: Settings
    engine: Engine
    delivery: Path


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    home = tmp_path_factory.mktemp("bank")
    delivery = _packed(home)
    with redis_server(home) as redis_url:
        told = {
            "GUANXI_HOME": str(home), "GUANXI_SECRET_KEY": "k" * 40, "GUANXI_REDIS_URL": redis_url,
            "GUANXI_DATABASE_URL": f"sqlite:///{home / 'guanxi.db'}",
        }  # fmt: skip
        settings = load_settings(told)
        migrate(settings.database_url)
        engine = open_engine(settings.database_url)
        _write_administrators(engine)
        server = create_server(settings)
        order = [sys.executable, "-m", "jobs.worker", "heavy"]
        with (home / "worker.log").open("wb") as log:
            worker = subprocess.Popen(order, cwd=ROOT, env={**os.environ, **told}, stdout=log, stderr=log)
        try:
            with serving(People(server, engine, settings, Clock())) as address:
                yield Bank(address, settings, engine, delivery)
        finally:
            worker.kill()  # its child dies with it
            worker.wait(timeout=10)
            engine.dispose()


def _packed(home: Path) -> Path:
    """The demo bank with some dirt, as a zip."""
    facts = write_delivery(
        home / "made" / "demo-2026-10-31", 400, 15, dirt=Dirt(wrong=0.001, duplicate=0.001), form="csv"
    )
    return Path(shutil.make_archive(str(home / "demo-2026-10-31"), "zip", facts.folder))


def _write_administrators(engine: Engine) -> None:
    with writing(engine) as connection:
        for login, name in (("admin", "周管理"), ("admin2", "吴管理")):
            create_user(connection, login, name, ("administrator",), (), "test", NOW)
        connection.execute(update(users).values(password_hash=hash_password(PASSWORD), must_change_password=False))


def _shot(page: Page, name: str) -> None:
    if SHOTS:
        settled(page)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_from_an_empty_bank_to_a_published_run(bank: Bank, browser: Browser) -> None:
    with visit(browser, bank.address, "admin") as page:
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{bank.address}/admin/deliveries")
        expect(page.get_by_text("还没有接收过数据")).to_be_visible()
        _shot(page, "01-empty")
        _send(page, bank)
        _shot(page, "02-receiving")
        expect(page.get_by_role("link", name="查看批次 #1")).to_be_visible(timeout=SLOW_MS)
        _shot(page, "03-received")
        page.get_by_role("link", name="查看批次 #1").click()
        expect(page.get_by_text("✓ 平")).to_be_visible()
        page.get_by_role("button", name="查看").click()
        expect(page.locator("#delivery-rejects tbody tr").first).to_be_visible()
        _shot(page, "04-batch")
        page.goto(f"{bank.address}/admin/jobs")
        _shot(page, "05-jobs-running")
        expect(page.get_by_text("没有正在进行的任务")).to_be_visible(timeout=SLOW_MS)
        _shot(page, "06-jobs")
        page.goto(f"{bank.address}/admin/runs")
        page.locator("a", has_text="S-2026-10-31-1").first.click()
        expect(page.locator("#run-publish")).to_be_disabled()
        expect(page.locator("#run-own")).to_contain_text("由您发起")
        _shot(page, "07-own-run")


def _send(page: Page, bank: Bank) -> None:
    page.get_by_label("guanxi").check()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="选择 ZIP 文件…").click()
    chooser.value.set_files(str(bank.delivery))
    page.wait_for_url("**/admin/jobs/*")
    expect(page.locator(".gx-progress, .gx-alert").first).to_be_visible()

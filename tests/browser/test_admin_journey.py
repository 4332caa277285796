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
from sqlalchemy import Engine, select, update

from config.settings import ROOT, Settings, load_settings
from demobank.delivery import write_delivery
from demobank.dirt import Dirt
from portal.server import create_server
from store.database import migrate, open_engine, reading, writing
from store.tables import audit_log, users
from store.users import create_user, hash_password
from tests.browser.harness import NARROW, overflow, serving, settled, visit
from tests.people import PASSWORD, Clock, People
from tests.servers import redis_server
from tests.small_picture import NOW

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
            worker.wait()
            engine.dispose()


def _packed(home: Path) -> Path:
    """The demo bank with some dirt, as a zip."""
    facts = write_delivery(
        home / "made" / "demo-2026-10-31", 220, 13, dirt=Dirt(wrong=0.001, duplicate=0.001), form="csv"
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
        page.add_locator_handler(page.locator("#dialog-ask-yes"), lambda yes: yes.click())
        page.goto(f"{bank.address}/admin/deliveries")
        expect(page.get_by_text("还没有接收过数据")).to_be_visible()
        _send(page, bank)
        page.get_by_role("link", name="查看批次 #1").click()
        expect(page.get_by_text("✓ 平")).to_be_visible()
        page.locator("#delivery-show").click()
        expect(page.locator("#delivery-rejects tbody tr").first).to_be_visible()
        _shot(page, "batch")
        page.goto(f"{bank.address}/admin/jobs")
        expect(page.get_by_text("没有正在进行的任务")).to_be_visible()
        _shot(page, "jobs")
        page.goto(f"{bank.address}/admin/runs")
        page.locator("a", has_text="S-2026-10-31-1").first.click()
        expect(page.locator("#run-publish")).to_be_disabled()
        expect(page.locator("#run-own")).to_contain_text("由您发起")
    with visit(browser, bank.address, "admin2", language="en", theme="dark") as page:
        page.add_locator_handler(page.locator("#dialog-ask-yes"), lambda yes: yes.click())
        _publish(page, bank)
        _cancel_a_recompute(page, bank)
        _roll_back(page, bank)
    with visit(browser, bank.address, "admin2", size=NARROW) as page:
        for path in (
            "/admin/deliveries",
            "/admin/deliveries/1",
            "/admin/jobs",
            "/admin/jobs/1",
            "/admin/runs",
            "/admin/runs/1",
        ):
            page.goto(bank.address + path)
            settled(page)
            assert overflow(page) == 0, path
    with reading(bank.engine) as connection:
        actions = {tuple(row) for row in connection.execute(select(audit_log.c.actor, audit_log.c.action))}
    assert {("admin", "deliveries.upload"), ("admin", "deliveries.rejects.view")} <= actions
    assert {("admin2", "runs.publish"), ("admin2", "jobs.cancel"), ("admin2", "deliveries.roll_back")} <= actions


def _send(page: Page, bank: Bank) -> None:
    page.get_by_label("guanxi").check()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="选择 ZIP 文件…").click()
    chooser.value.set_files(str(bank.delivery))
    page.wait_for_url("**/admin/jobs/*")
    expect(page.locator(".gx-progress, .gx-alert").first).to_be_visible()


def _publish(page: Page, bank: Bank) -> None:
    page.goto(f"{bank.address}/admin/runs")
    page.locator("a", has_text="S-2026-10-31-1").first.click()
    page.locator("#run-publish").click()
    expect(page.locator("h1")).to_contain_text("On show")
    _shot(page, "published")


def _cancel_a_recompute(page: Page, bank: Bank) -> None:
    page.goto(f"{bank.address}/admin/jobs")
    page.get_by_role("button", name="Segmentation").click()
    page.locator("[data-order*=cancel]").click()
    expect(page.get_by_text("Nothing is under way")).to_be_visible()
    expect(page.locator("#jobs-history tbody tr").first).to_contain_text("Cancelled")
    _shot(page, "cancelled")


def _roll_back(page: Page, bank: Bank) -> None:
    page.goto(f"{bank.address}/admin/deliveries/1")
    page.fill("#delivery-reason", "the wrong month")
    page.locator("#delivery-turn").click()  # the answer to the question is given while the next line looks
    expect(page.locator("#job-standing")).to_contain_text("Done at")
    page.goto(f"{bank.address}/admin/deliveries")
    expect(page.get_by_text("Rolled back", exact=True)).to_be_visible()
    _shot(page, "rolled-back")

"""An executive's work and a member of branch staff's, whole: a real worker makes the PDF, /verify knows it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from console.fonts import prepare
from tests.browser.harness import serving, settled, visit
from tests.jobs.pdf.reading import flat
from tests.people import People, open_portal
from tests.small_picture import BATCH
from tests.warehouse.test_movements import write_batch

ROOT = Path(__file__).resolve().parent.parent.parent
FONTS = Path(os.environ.get("GUANXI_FONTS", "~/.cache/guanxi/fonts")).expanduser()
MOVED = [("T1", "622202000000000101", "2026-10-30 19:12:00", "-35.50", "card_payment", "pos")]


@pytest.fixture(scope="module")
def bank(small_bank_file: Path, tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Iterator[People]:
    """A portal of its own with a worker on the quick queue, as an installation runs it."""
    home = tmp_path_factory.mktemp("bank")
    shutil.copy(small_bank_file, home / "guanxi.db")
    prepare(FONTS)
    (home / "warehouse" / "batches").mkdir(parents=True)
    write_batch(home / "warehouse" / "batches" / str(BATCH), BATCH, MOVED)
    found = open_portal(home, f"sqlite:///{home / 'guanxi.db'}", redis_url=redis_url)
    environ = {
        **os.environ, "GUANXI_HOME": str(home), "GUANXI_SECRET_KEY": found.settings.secret_key, "GUANXI_REDIS_URL": redis_url,
        "GUANXI_DATABASE_URL": found.settings.database_url, "GUANXI_FONTS": str(FONTS),
    }  # fmt: skip
    with (home / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "jobs.worker", "quick"], cwd=ROOT, env=environ, stdout=log, stderr=log
        )
    yield found
    worker.kill()
    worker.wait()
    found.engine.dispose()


def _made(page: Page) -> bytes:
    """Press the button, see the progress, keep the file that comes by itself."""
    with page.expect_download() as coming:
        page.click(".report-button .gx-btn.main")
        page.wait_for_selector(".report-said:not(:empty)")
    page.wait_for_selector(".report-link")
    content = Path(coming.value.path()).read_bytes()
    assert content.startswith(b"%PDF")
    return content


def _verify(page: Page, address: str, content: bytes, tmp_path: Path) -> None:
    code = re.search(r"核验码((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})", flat(content))
    assert code is not None
    (tmp_path / "paper.pdf").write_bytes(content)
    page.goto(f"{address}/verify?code={code[1]}")
    page.set_input_files("input[type=file]", str(tmp_path / "paper.pdf"))
    page.click("button[type=submit]")
    assert "文件真实且未被改动" in page.inner_text("#verify-verdict")


def test_an_executive_looks_drills_down_and_takes_the_month_along(
    bank: People, browser: Browser, tmp_path: Path
) -> None:
    with serving(bank) as address, visit(browser, address, "executive") as page:
        page.goto(f"{address}/overview")
        page.wait_for_selector(".overview-league")
        settled(page)
        page.click(".gx-tile-name a:has-text('贷款余额')")
        page.wait_for_selector(".overview-tile.on:has-text('贷款余额')")
        assert "kpi=loans" in page.url
        page.click(".overview-league a:has-text('滨江支行')")
        page.wait_for_selector("text=客户经理排名")
        assert "branch=B1" in page.url
        tiles = page.inner_text(".gx-tiles")
        page.wait_for_selector(".report-button .gx-btn.main")
        content = _made(page)
        text = flat(content)
        for figure in re.findall(r"\d[\d,.]*", tiles)[:2]:
            assert figure in text, figure
        assert "滨江支行" in text and "东湖支行" not in text
        page.goto(f"{address}/reports")
        page.wait_for_selector("text=管理月报 滨江支行 2026年10月")
        _verify(page, address, content, tmp_path)


def test_a_picker_changes_the_address_and_back_goes_back(bank: People, browser: Browser) -> None:
    with serving(bank) as address, visit(browser, address, "executive") as page:
        page.goto(f"{address}/overview")
        page.wait_for_selector("#overview-branch")
        settled(page)
        page.click("#overview-branch")
        page.click(".dash-dropdown-option:has-text('东湖支行'), [role=option]:has-text('东湖支行')")
        page.wait_for_function("() => location.search.includes('branch=B2')")
        page.wait_for_selector("text=客户经理排名")
        page.go_back()
        page.wait_for_selector("text=机构排名")
        page.goto(f"{address}/overview?branch=B2&month=2026-08")
        page.wait_for_selector("text=东湖支行 · 2026年8月")


def test_staff_look_a_customer_up_and_take_the_report_along(bank: People, browser: Browser, tmp_path: Path) -> None:
    with serving(bank) as address, visit(browser, address, "staff") as page:
        page.fill("#frame-search", "zjw")
        page.press("#frame-search", "Enter")
        page.click(".ag-cell a")
        page.wait_for_selector(".report-button .gx-btn.main")
        settled(page)
        content = _made(page)
        text = flat(content)
        assert "张*伟" in text and "张建伟" not in text and "−35.50" in text
        kept = next(bank.settings.reports.rglob("*.pdf"))
        assert any(
            hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(content).digest()
            for path in bank.settings.reports.rglob("*.pdf")
        ), kept
        page.goto(f"{address}/reports")
        page.wait_for_selector("text=客户报告 张*伟 C01")
        _verify(page, address, content, tmp_path)

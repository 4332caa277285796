"""A real portal and a real browser, and a visit that fails on anything a person should never meet.

    def test_journey(portal_url: str, browser: Browser, people: People) -> None:
        with visit(browser, portal_url, "staff") as page:
            page.goto(f"{portal_url}/customers")

A visit fails at its end on an error in the console, a script that broke, an answer of 5xx, or a request to any host
that is not the portal.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import (
    APIRequestContext,
    Browser,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)
from werkzeug.serving import make_server

from tests.patience import PATIENCE_S
from tests.people import PASSWORD, People

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE, NARROW = (1440, 960), (390, 844)
PATIENCE_MS = PATIENCE_S * 1000
expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def serving(people: People) -> Iterator[str]:
    """The portal of `people` on a free port; yields its address."""
    server = make_server("127.0.0.1", 0, people.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium: the machine's own (or GUANXI_CHROMIUM), else the one Playwright installed."""
    found = os.environ.get("GUANXI_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(headless=True, executable_path=found, args=FLAGS, timeout=PATIENCE_MS)
        yield browser
        browser.close()


@contextmanager
def visit(
    browser: Browser,
    address: str,
    login: str | None = "staff",
    size: tuple[int, int] = WIDE,
    language: str = "zh",
    theme: str = "light",
    allowed: tuple[str, ...] = (),
) -> Iterator[Page]:
    """A fresh browser of one person, signed in and reading in `language` and `theme` (None: not signed in).

    allowed: parts of console messages that this visit means to provoke (such as a refusal's status).
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="zh-CN" if language == "zh" else "en-GB",
        reduced_motion="reduce",  # what pulses while it loads is drawn sixty times a second, and the machine is busy
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    problems = watched(page, address, allowed)
    if login is not None:
        _signed_in(context.request, address, login, {"language": language, "theme": theme})
        page.goto(address)
        page.wait_for_selector("#frame-main h1")
    yield page
    context.close()
    assert not problems, "\n".join(problems)


def sign_in(page: Page, address: str, login: str, password: str = PASSWORD) -> None:
    """Through the form, as a person does."""
    page.goto(f"{address}/sign-in")
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("button[type=submit]")
    page.wait_for_selector("#frame-main h1")


def _signed_in(http: APIRequestContext, address: str, login: str, preferences: dict[str, str]) -> None:
    """As `sign_in`, without drawing the form and the page after it: most visits are about something else."""
    token = re.search(
        r'name="csrf_token"[^>]*value="([^"]+)"', http.get(f"{address}/sign-in", timeout=PATIENCE_MS).text()
    )
    assert token is not None
    form: dict[str, str | float | bool] = {"login": login, "password": PASSWORD, "csrf_token": token[1]}
    answer = http.post(f"{address}/sign-in", form=form, max_redirects=0, timeout=PATIENCE_MS)
    assert answer.status == 302, f"{login} could not sign in"
    for name, value in preferences.items():
        answer = http.post(f"{address}/preferences", form={name: value}, max_redirects=0, timeout=PATIENCE_MS)
        assert answer.status == 302


def watched(page: Page, address: str, allowed: tuple[str, ...] = ()) -> list[str]:
    """A list that fills with what should not happen on this page."""
    problems: list[str] = []
    home = urlsplit(address).netloc

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in allowed):
            problems.append(f"console {message.type}: {message.text} at {message.location.get('url')}")

    def on_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != home:
            problems.append(f"request to another host: {request.url}")

    def on_response(response: Response) -> None:
        if response.status >= 500:
            problems.append(f"{response.status} from {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    page.on("request", on_request)
    page.on("response", on_response)
    return problems


def settled(page: Page) -> None:
    """Wait until nothing is being fetched and nothing is still loading."""
    page.wait_for_selector("#frame-main h1")
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => !document.querySelector('[data-dash-is-loading=true]')")


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window: 0 on a page that fits."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))

"""First page: what a browser with nothing kept fetches until the page stands, in bytes on the wire and in requests."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from bench import served
from bench.context import Context
from bench.line import Aim, Line
from bench.timing import Spread, interleaved
from tests.browser.harness import launched

QUIET_S = 1.5
PEER = "stock Dash: Graph + AG Grid + Bootstrap"
HALF = Aim(0.5, "≤ 0.5")


@dataclass
class Fetched:
    """What one visit fetched: bytes as they came over the wire (heads and compressed bodies), requests, seconds."""

    sizes: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    totals: list[float] = field(default_factory=list)  # kB of every visit

    @property
    def total(self) -> int:
        return sum(self.sizes.values())


def run(context: Context) -> list[Line]:
    portal = context.portal
    cookie = portal.sign_in()
    port = served.free_port()
    order = [sys.executable, "-m", "gunicorn", "-c", "bench/peers/gunicorn_conf.py", "--no-control-socket",
             "-b", f"127.0.0.1:{port}", "bench.peers.stock_dash:server"]  # fmt: skip
    with launched() as browser, served.running(order, context.scratch("stock") / "log", {}, port):
        visits: dict[str, Callable[[], Fetched]] = {
            "first page after sign-in": lambda: visit(browser, portal.address, "/", cookie, "#frame-main h1"),
            "executive overview": lambda: visit(
                browser, portal.address, "/overview", cookie, ".js-plotly-plot, .gx-tiles"
            ),
            "customer look-up": lambda: visit(browser, portal.address, "/customers", cookie, ".ag-root"),
            PEER: lambda: visit(browser, f"http://127.0.0.1:{port}", "/", "", ".ag-row"),
        }
        # The bytes of a page do not vary with the round: a small bench looks once.
        rounds = 1 if context.size.name == "small" else context.rounds
        told = dict(zip(visits, interleaved_visits(rounds, visits), strict=True))
    peer = told.pop(PEER)
    lines = []
    for name, found in told.items():
        aim = HALF if name.startswith("first") else None
        largest = max(found.sizes, key=lambda url: found.sizes[url])
        note = f"largest: {urlsplit(largest).path.rpartition('/')[2]} {found.sizes[largest] / 1e3:.0f} kB; stands after {found.seconds:.2f} s, the peer {peer.seconds:.2f} s"  # noqa: E501
        lines += [
            Line(f"{name}, bytes", "kB", Spread.of(found.totals), PEER, Spread.of(peer.totals), aim, note),
            Line(f"{name}, requests", "", Spread.of([len(found.sizes)]), PEER, Spread.of([len(peer.sizes)]), aim),
        ]
    return lines


def interleaved_visits(rounds: int, visits: dict[str, Callable[[], Fetched]]) -> list[Fetched]:
    """The visit of median bytes of each, their seconds the median of the rounds."""
    kept: list[list[Fetched]] = [[] for _ in visits]

    def once(n: int, visit_one: Callable[[], Fetched]) -> Callable[[], float]:
        def take() -> float:
            kept[n].append(visit_one())
            return kept[n][-1].seconds

        return take

    times = interleaved(rounds, *(once(n, one) for n, one in enumerate(visits.values())))
    middle = [sorted(some, key=lambda one: one.total)[len(some) // 2] for some in kept]
    for one, seconds in zip(middle, times, strict=True):
        one.seconds = seconds.median
    for one, some in zip(middle, kept, strict=True):
        one.totals = [each.total / 1e3 for each in some]
    return middle


def visit(browser: Any, address: str, path: str, cookie: str, sign: str) -> Fetched:
    """One cold visit: a new context, an empty cache. `sign`: what is there when the page stands."""
    context = browser.new_context(viewport={"width": 1440, "height": 960}, locale="zh-CN")
    if cookie:
        cookies = [dict(zip(("name", "value"), part.split("=", 1), strict=True)) for part in cookie.split("; ")]
        context.add_cookies([{**one, "url": address} for one in cookies])
    page = context.new_page()
    wire = context.new_cdp_session(page)
    found, urls = Fetched(), {}

    def asked(event: dict[str, Any]) -> None:
        urls[event["requestId"]] = f"{event['requestId']} {event['request']['url']}"

    def ended(event: dict[str, Any]) -> None:
        if event["requestId"] in urls:
            found.sizes[urls[event["requestId"]]] = int(event["encodedDataLength"])

    wire.on("Network.requestWillBeSent", asked)
    wire.on("Network.loadingFinished", ended)
    wire.send("Network.enable")
    page.goto(f"{address}{path}")
    page.wait_for_selector(sign, timeout=30_000)
    page.wait_for_function("() => !document.querySelector('[data-dash-is-loading=true]')")
    found.seconds = page.evaluate("() => performance.now()") / 1000
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000 * QUIET_S)
    context.close()
    return found

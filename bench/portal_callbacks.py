"""The 360 and the overview at twenty clients: p95 of their callbacks, beside a bare Dash callback at the same twenty.

Clients do not pause between posts, so that this is the portal when twenty people press at the same moment, all the
time. The bare callback gives back one word, under the same gunicorn with the same workers and threads.
"""

from __future__ import annotations

import statistics
import sys
from contextlib import ExitStack
from typing import Any

from sqlalchemy import text

from bench import callbacks, ground, served
from bench.context import Context
from bench.in_process import measured
from bench.line import Line
from bench.timing import interleaved, p95
from store.database import open_engine, reading

CLIENTS, CUSTOMERS, ALONE = 20, 200, 20
EACH = {"full": 10, "small": 1}
PEER = "bare Dash callback, same gunicorn"


def run(context: Context) -> list[Line]:
    portal = context.portal
    cookie = portal.sign_in()
    known = callbacks.dependencies(portal.host, portal.port, cookie)
    asked = _bodies(context, known, portal, cookie)
    with ExitStack() as open_:
        port = served.free_port()
        order = [sys.executable, "-m", "gunicorn", "-c", "bench/peers/gunicorn_conf.py", "--no-control-socket",
                 "-b", f"127.0.0.1:{port}", "bench.peers.bare_dash:server"]  # fmt: skip
        open_.enter_context(served.running(order, context.scratch("bare") / "log", {}, port))
        bare = callbacks.body(callbacks.dependencies("127.0.0.1", port, ""), "said.children", {("asked", "data"): 1})
        return [_line(context, portal, cookie, name, posts, port, bare) for name, posts in asked.items()]


def _line(
    context: Context, portal: served.Portal, cookie: str, name: str, posts: list[str], port: int, bare: str
) -> Line:
    each = EACH[context.size.name]
    portions = [posts[n::CLIENTS] or posts for n in range(CLIENTS)]
    took: dict[str, list[float]] = {"ours": [], "peer": []}

    def side(who: str, where: int, cookies: list[str], bodies: list[list[str]]) -> float:
        told = {"host": "127.0.0.1", "port": where, "cookies": cookies, "posts": bodies, "each": each}
        done = measured("bench.callbacks:clients", told)
        took[who].append(len(done.result) / done.seconds)
        return p95(done.result)

    ours, peer = interleaved(
        context.rounds if context.size.name == "full" else 1,
        lambda: side("ours", portal.port, [cookie] * CLIENTS, portions),
        lambda: side("peer", port, [""] * CLIENTS, [[bare]] * CLIENTS),
    )
    alone = _alone(portal, cookie, posts[:ALONE])
    rate, bare_rate = (statistics.median(took[who]) for who in ("ours", "peer"))
    note = f"{rate:.0f} answers/s, the bare callback {bare_rate:.0f}; with one client ours takes {alone:.0f} ms (p50)"
    return Line(f"{name}, p95 at {CLIENTS} clients", "ms", ours, PEER, peer, None, note)


def _alone(portal: served.Portal, cookie: str, posts: list[str]) -> float:
    told = {"host": portal.host, "port": portal.port, "cookies": [cookie], "posts": [posts], "each": len(posts)}
    return statistics.median(measured("bench.callbacks:clients", told).result)


def _bodies(context: Context, known: list[dict[str, Any]], portal: served.Portal, cookie: str) -> dict[str, list[str]]:
    """The posts of each line; every one is answered once first, and what it shows is looked for."""
    customers, months, branches = _spread(context)
    view = [
        callbacks.body(
            known, "customer-head.children", {("customer-who", "data"): {"customer": one, "tab": "overview"}}
        )
        for one in customers
    ]
    moved = [
        callbacks.body(known, "customer-movements.children", {
            ("customer-movements-page", "data"): {"first": 0, "rows": 20}, ("customer-who", "data"): {"customer": one},
        })
        for one in customers
    ]  # fmt: skip
    overview = [
        callbacks.body(
            known, "overview-body.children", {("overview-asked", "data"): {"month": m, "branch": b, "kpi": ""}}
        )
        for m in months
        for b in branches
    ]
    found = {"360, overview tab": view, "360, movements": moved, "executive overview": overview}
    signs = {"360, overview tab": customers[0], "360, movements": "gx-", "executive overview": "gx-tiles"}
    for name, posts in found.items():
        if signs[name] not in callbacks.answer(portal.host, portal.port, cookie, posts[0]):
            raise RuntimeError(f"the answer of {name} does not show what it should")
    return found


def _spread(context: Context) -> tuple[list[str], list[str], list[str]]:
    """Customers over the whole bank, its last six months, the top of its tree and the branches below it."""
    engine = open_engine(ground.settings_of(context.home).database_url)
    with reading(engine) as connection:
        total = int(connection.scalar(text("select count(*) from customers")) or 0)
        step = max(1, total // CUSTOMERS)
        found = connection.execute(text("select customer_id from customers where place % :n = 1"), {"n": step})
        customers = [str(row[0]) for row in found][:CUSTOMERS]
        ends = connection.execute(text("select distinct month from branch_months order by month desc limit 6"))
        months = [str(row[0])[:7] for row in ends]
        tree = connection.execute(text("select branch_id from branches order by level, branch_id limit 6"))
        branches = [str(row[0]) for row in tree]
    engine.dispose()
    return customers, months, branches

"""The whole monthly chain: a delivery's files → batch → picture → five runs, each published; seconds and highest memory.

Every step is done in a process of its own, as a worker does it, one after the other, in an installation that has worked
out nothing yet: a later month finds most of its features and contributions there. Nobody else offers the same, so it is
told beside the one step every such system has: the features of one month, written by hand in SQL. There is no aim.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.context import Context
from bench.in_process import measured
from bench.line import Line
from bench.timing import Spread
from jobs.registry import RUNS

PEER = "no peer; one month's features by hand-written SQL on DuckDB"


def run(context: Context) -> list[Line]:
    folder = context.scratch("chain")
    home, delivery = folder / "home", context.delivery
    seconds: dict[str, float] = {}
    peaks: dict[str, float] = {}
    refused: list[str] = []
    for kind in ("receive_delivery", "build_picture", *RUNS):
        told = {"path": str(delivery.resolve()), "source": "guanxi"} if kind == "receive_delivery" else {}
        done = measured("bench.monthly_chain:step", {"home": str(home), "kind": kind, "told": told})
        seconds[kind], peaks[kind] = done.seconds, done.peak / 1e6
        if done.result:
            refused.append(f"{kind} was refused: {done.result}")
        context.tell(f"{kind}: {done.seconds:.0f} s, {done.peak / 1e6:,.0f} MB")
    as_of = json.loads((context.batch / "batch.json").read_text(encoding="utf-8"))["business_date"]
    plain = measured(
        "bench.peers.features_duckdb:build",
        {"batch": str(context.batch), "as_of": as_of, "path": str(folder / "features.parquet")},
    )
    most = max(peaks, key=lambda kind: peaks[kind])
    steps = "; ".join(f"{kind} {seconds[kind]:.0f} s, {peaks[kind]:,.0f} MB" for kind in seconds)
    return [
        Line("monthly chain, files → published runs", "s", _said(sum(seconds.values())), PEER, _said(plain.seconds), None,
             "; ".join((steps, *refused))),
        Line("monthly chain, memory", "MB", _said(peaks[most]), PEER, _said(plain.peak / 1e6), None,
             f"the most any step took, {most}: peak resident memory of a process of its own, libraries included"),
    ]  # fmt: skip


def step(home: str, kind: str, told: dict[str, Any]) -> str:
    """Do one kind of job in an installation made where there is none, and publish its run; why it was refused, or ''."""
    from bench import ground
    from console import installation
    from console.background import run_here_or_there
    from console.place import Place
    from jobs.runner import Refused
    from store import runs
    from store.database import open_engine, writing

    settings = installation.ensure(Path(home), {})
    engine = open_engine(settings.database_url)
    place = Place(settings, engine, ground.BY)
    try:
        result = run_here_or_there(place, kind, told, False, 0) or {}
        if "run_id" in result:
            with writing(engine) as connection:
                runs.publish(connection, result["run_id"], "bench.publisher", place.now(), "measured")
    except Refused as refusal:
        return str(refusal)
    finally:
        engine.dispose()
    return ""


def _said(value: float) -> Spread:
    return Spread.of([value])

"""Scoring a million rows of twenty columns, five of them words, to whole points: optbinning, NumPy by hand, the SQL in DuckDB."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from bench import scorecard_tables as tables
from bench.context import Context
from bench.in_process import measured
from bench.line import Aim, Line
from bench.timing import interleaved

ROWS = {"full": (20_000, 1_000_000), "small": (4_000, 50_000)}  # to fit on, to score
WORDS, MORE = 5, 5
HERE = "bench.scorecard_scoring"


def run(context: Context) -> list[Line]:
    """The lines."""
    folder, (fitted, scored) = context.scratch("scorecard_scoring"), ROWS[context.size.name]
    learn, rows = folder / "learn.npz", folder / "rows.npz"
    tables.keep_drawn(learn, fitted, WORDS, MORE)
    tables.keep_drawn(rows, scored, WORDS, MORE, seed=tables.SEED + 1)
    asked = {"path": str(learn), "rows": str(rows)}
    sums: dict[str, int] = {}

    def of(function: str, python: str | None = None) -> Any:
        def timed() -> float:
            found = measured(function, asked, python).result
            sums[function] = found.get("sum", 0)
            return float(found["seconds"])

        return timed

    name, ours = f"scoring {scored:,} × {10 + WORDS + MORE}", of(f"{HERE}:ours")
    mine, by_hand, sql = interleaved(context.rounds, ours, of(f"{HERE}:by_hand"), of(f"{HERE}:in_duckdb"))
    if len(set(sums.values())) != 1:
        raise RuntimeError(f"the sides do not give the same points: {sums}")
    lines = [
        Line(name, "s", mine, "NumPy by hand, searchsorted and take", by_hand, None, "the same points on every side"),
        Line(name, "s", mine, "the card's SQL in DuckDB, on a table in memory", sql, None, ""),
    ]
    aim, peer = Aim(0.1, "≤ 0.1"), "optbinning, Scorecard.score"
    try:
        (other,) = interleaved(min(context.rounds, 2), of("bench.peers.scorecard_optbinning:score", context.peers))
    except RuntimeError as error:
        return [Line(name, "s", mine, peer, None, aim, f"peer not available: {error}"), *lines]
    return [Line(name, "s", mine, peer, other, aim, "the peer's own card of the same columns"), *lines]


def _ready(path: str, rows: str) -> tuple[Any, Any]:
    from domain.credit.estimator import ScorecardClassifier

    model = ScorecardClassifier().fit(*tables.table_of(path))
    return model, tables.table_of(rows)[0]


def ours(path: str, rows: str) -> dict[str, Any]:
    """The estimator's `score_points` of a table."""
    model, table = _ready(path, rows)
    begun = time.perf_counter()
    points = model.score_points(table)
    return {"seconds": time.perf_counter() - begun, "sum": int(points.sum())}


def by_hand(path: str, rows: str) -> dict[str, Any]:
    """What somebody at home in NumPy would write for exactly this card: no checks, words by a sorted list."""
    model, table = _ready(path, rows)
    card = model.scorecard_
    plain = {name: table[name].to_numpy(dtype=object if table[name].dtype == "str" else float) for name in card.names}
    begun = time.perf_counter()
    total = np.full(len(table), card.base_points)
    for c in card.characteristics:
        points, values = np.array(c.points), plain[c.name]
        if c.binning.kind == "word":
            told = {word: at for at, b in enumerate(c.binning.bins) for word in b.words}
            words = np.array(sorted(told))
            text = values.astype(str)
            at = np.searchsorted(words, text).clip(max=len(words) - 1)
            codes = np.where(words[at] == text, np.array([told[w] for w in words])[at], len(points) - 2)
        else:
            codes = np.searchsorted(c.binning.cuts, values, side="right")
            for place, special in enumerate(c.binning.specials):
                codes[values == special] = len(c.binning.cuts) + 1 + place
            codes[np.isnan(values)] = len(points) - 1
        total += points.take(codes)
    return {"seconds": time.perf_counter() - begun, "sum": int(total.sum())}


def in_duckdb(path: str, rows: str) -> dict[str, Any]:
    """The exported SQL over a table DuckDB holds; the grade and the PD are worked out too."""
    import duckdb

    from domain.credit.elsewhere import as_sql

    model, table = _ready(path, rows)
    connection = duckdb.connect()
    connection.register("given", table.assign(customer_id=np.arange(len(table)), days_past_due=0.0))
    connection.execute("create table customers as select * from given")
    order = as_sql(model.scorecard_, "duckdb")
    begun = time.perf_counter()
    connection.execute(f"create table scored as {order}")
    taken = time.perf_counter() - begun
    total = connection.execute("select sum(score) from scored").fetchone()
    return {"seconds": taken, "sum": int(total[0]) if total else 0}

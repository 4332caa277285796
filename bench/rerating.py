"""Re-rating every customer with credit: score, PD, grade, points, four reasons and the way to the next grade of each."""

from __future__ import annotations

import time
from typing import Any

from bench import scorecard_tables as tables
from bench.context import Context
from bench.in_process import measured
from bench.line import Line
from bench.timing import interleaved


def run(context: Context) -> list[Line]:
    """The line; nobody else's code does all of it."""
    rows = context.size.customers
    path = context.scratch("rerating") / "rows.npz"
    tables.keep_drawn(path, rows, 2, 8)

    def ours() -> float:
        return float(measured("bench.rerating:rated", {"path": str(path)}).result["seconds"])

    (mine,) = interleaved(context.rounds, ours)
    note = "points, reasons and next steps as they are kept; without the database"
    return [Line(f"re-rating {rows:,} customers with reasons", "s", mine, "none", None, None, note)]


def rated(path: str) -> dict[str, Any]:
    """Seconds of rating the table with a card developed on its first twentieth, at least 2,000 rows."""
    from domain.credit.estimator import ScorecardClassifier
    from domain.credit.run import rate
    from jobs.rate_customers import _rows

    table, bad = tables.table_of(path)
    learn = max(len(table) // 20, 2000)
    card = ScorecardClassifier().fit(table.head(learn), bad[:learn]).scorecard_
    everybody = table.assign(customer_id=[f"C{n:07d}" for n in range(len(table))])
    begun = time.perf_counter()
    kept = _rows(rate(card, everybody))
    return {"seconds": time.perf_counter() - begun, "rows": kept.num_rows}

"""Re-rating every customer with credit: score, PD, grade, points, four reasons and the way to the next grade of each."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

from bench import scorecard_tables as tables
from bench.context import Context
from bench.in_process import measured
from bench.line import Line
from bench.timing import interleaved

if TYPE_CHECKING:
    import pandas as pd

    from domain.credit.scorecard import Scorecard

AT = dt.datetime(2026, 10, 31, 8, 0, tzinfo=dt.UTC)


def run(context: Context) -> list[Line]:
    """The lines; nobody else's code does all of it."""
    rows, folder = context.size.customers, context.scratch("rerating")
    path = folder / "rows.npz"
    tables.keep_drawn(path, rows, 2, 8)
    told: dict[str, Any] = {}

    def ours() -> float:
        return float(measured("bench.rerating:rated", {"path": str(path)}).result["seconds"])

    def changed() -> float:
        told.update(measured("bench.rerating:changed", {"path": str(path), "folder": str(folder)}).result)
        return float(told["seconds"])

    (mine,) = interleaved(context.rounds, ours)
    (listed,) = interleaved(context.rounds, changed)
    note = "points, reasons and next steps as they are kept; without the database"
    said = f"{told['changed']:,} have another score; read from the run before, taken apart by characteristic and kept, on SQLite"
    return [
        Line(f"re-rating {rows:,} customers with reasons", "s", mine, "none", None, None, note),
        Line(f"change list of {rows:,} re-rated customers", "s", listed, "none", None, None, said),
    ]


def rated(path: str) -> dict[str, Any]:
    """Seconds of rating the table with a card developed on its first twentieth, at least 2,000 rows."""
    from domain.credit.run import rate
    from jobs.rating_rows import rating_rows

    card, everybody = _card(path)
    begun = time.perf_counter()
    kept = rating_rows(rate(card, everybody))
    return {"seconds": time.perf_counter() - begun, "rows": kept.num_rows}


def changed(path: str, folder: str) -> dict[str, Any]:
    """Seconds of the change list of a second rating, every figure of a third of the customers being another one."""
    from pathlib import Path

    from domain.credit.run import rate
    from domain.credit.scorecard import to_dict
    from jobs.rating_rows import rating_rows
    from store.database import migrate, open_engine, writing
    from store.rating_changes import compared, save, scale_of
    from store.runs import NewRun, save_candidate

    card, everybody = _card(path)
    moved = everybody.copy()
    there = moved.index[::3]
    figures = [name for name in moved.columns if name != "customer_id"]
    moved.loc[there, figures] = everybody.loc[there[::-1], figures].to_numpy()
    before, after = (rating_rows(rate(card, table)) for table in (everybody, moved))
    file = Path(folder) / "changes.db"
    file.unlink(missing_ok=True)
    migrate(f"sqlite:///{file}")
    engine = open_engine(f"sqlite:///{file}")
    told = to_dict(card)
    run = NewRun("credit", AT.date(), {}, (), "bench", 0, None, "bench", AT, AT, {}, told, None)
    with writing(engine) as connection:
        first, second = save_candidate(connection, run, before), save_candidate(connection, run, after)
    begun = time.perf_counter()
    with writing(engine) as connection:
        found = compared(connection, first, after, scale_of(told))
        count = save(connection, second, first, found, AT)
    seconds = time.perf_counter() - begun
    engine.dispose()
    return {"seconds": seconds, "changed": count}


def _card(path: str) -> tuple[Scorecard, pd.DataFrame]:
    from domain.credit.estimator import ScorecardClassifier

    table, bad = tables.table_of(path)
    learn = max(len(table) // 20, 2000)
    card = ScorecardClassifier().fit(table.head(learn), bad[:learn]).scorecard_
    return card, table.assign(customer_id=[f"C{n:07d}" for n in range(len(table))])

"""Two ratings of the small picture's customers and what changed between them, written as a job writes them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, text

from domain.credit.changes import FIGURES
from domain.credit.early_warning import CODES, Measured
from domain.credit.grades import Masterscale
from store.early_warning import save as save_warnings
from store.rating_changes import compared, save
from store.runs import NewRun, publish, save_candidate
from tests.small_picture import AS_OF, NOW

# Grade, and points of utilisation and deposits, before and after; None: not rated. C01 … C06 are of B1, C07 … C12 of B2.
RATED: dict[str, tuple[tuple[str, int, int] | None, tuple[str, int, int] | None]] = {
    "C01": (("AA", 40, 10), ("BBB", 5, 10)), "C02": (("A", 30, 10), ("A", 30, 10)), "C03": (("A", 30, 10), ("BBB", 20, 12)),
    "C04": (("BB", 10, 5), ("A", 30, 10)), "C05": (("A", 30, 10), ("A", 30, 8)), "C06": (None, ("BBB", 20, 10)),
    "C07": (("AA", 40, 10), ("CCC", -20, 0)), "C08": (("C", -30, 0), ("D", 0, 0)), "C09": (("BBB", 20, 10), None),
    "C10": (("BBB", 20, 10), ("AA", 40, 10)), "C11": (("A", 30, 10), ("A", 30, 10)), "C12": (("B", 0, 0), ("CC", -25, 0)),
}  # fmt: skip
BASE = 540
USED = {40: 0.05, 30: 0.2, 20: 0.35, 10: 0.45, 5: 0.6, 0: 0.7, -20: 0.85, -25: 0.9, -30: 0.95}


def _row(who: str, told: tuple[str, int, int]) -> dict[str, Any]:
    grade, used, held = told
    points = [
        {"characteristic": name, "points": each, "best": 40, "average": 15.0, "zh": zh, "en": en,
         "bin_zh": f"得{each}分的一档", "bin_en": f"the band of {each}"}
        for name, zh, en, each in (("utilisation", "额度使用率", "utilisation of limits", used), ("deposits", "存款余额", "deposits", held))
    ]  # fmt: skip
    kept = {"base": BASE, "points": points, "values": [USED.get(used), 1000.0 * held]}
    if grade == "D":
        kept |= {"points": [], "values": []}
    return {
        "customer_id": who, "score": None if grade == "D" else BASE + used + held, "pd": 0.02, "grade": grade,
        "points": json.dumps(kept, ensure_ascii=False), "reasons": "{}",
    }  # fmt: skip


def _table(side: int) -> pa.Table:
    rows = [_row(who, told) for who, both in RATED.items() if (told := both[side]) is not None]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return pa.table({**columns, "score": pa.array(columns["score"], pa.int32())})


def rated_on(connection: Connection, side: int, day: date, by: str = "maker") -> int:
    """A candidate of one side, as of a day."""
    new = NewRun("credit", day, {}, (), "test", 1, None, by, NOW, NOW, {}, {}, None)
    return save_candidate(connection, new, _table(side))


# Grades of the figures of after by the card of before, where the second run is of another card: C07 fell by its own
# figures, C08 is in default by any card, C03 fell one notch by its own; all other moves are the card's.
BY_THE_CARD_BEFORE = {
    who: {"C03": "BBB", "C07": "CC", "C08": "D"}.get(who, told[0][0]) for who, told in RATED.items() if told[0] and told[1]
}  # fmt: skip


def write_changes(connection: Connection, published: bool = True, cause: str = FIGURES) -> tuple[int, int]:
    """Both runs, the first published before the second, what changed kept; their numbers. cause: what was changed
    between them."""
    if connection.dialect.name == "postgresql":  # the small picture numbers its runs itself
        connection.execute(text("select setval(pg_get_serial_sequence('runs', 'run_id'), 100)"))
    first = rated_on(connection, 0, AS_OF - timedelta(days=31))
    publish(connection, first, "admin2", NOW - timedelta(days=20))
    second = rated_on(connection, 1, AS_OF)
    between = pd.DataFrame(BY_THE_CARD_BEFORE.items(), columns=["customer_id", "grade"]) if cause != FIGURES else None
    found = compared(connection, first, _table(1), Masterscale().grades, between)
    save(connection, second, first, found, NOW, cause)
    if published:
        publish(connection, second, "admin2", NOW)
    return first, second


def write_warnings(connection: Connection) -> None:
    """A measuring: two of B1 and one of B2 with an overdraft, one with a jump."""
    rows = [
        ("overdraft", "C01", -120.0),
        ("overdraft", "C02", -10.0),
        ("overdraft", "C07", -900.0),
        ("utilisation_jump", "C07", 0.85),
    ]
    flags = pa.table(
        {
            "rule": [row[0] for row in rows], "customer_id": [row[1] for row in rows], "since": pa.array([AS_OF] * 4, pa.date32()),
            "value": [row[2] for row in rows], "before": pa.array([5.0, None, 3.0, 0.1], pa.float64()),
        }
    )  # fmt: skip
    measured = [Measured(code, 40, 30, 10, 1000, 20, 3.5, 6, 9) for code in CODES[:-1]]
    measured.append(Measured(CODES[-1], 0, 0, 0, 1000, 20, None, 0, 9))
    save_warnings(connection, AS_OF, (date(2025, 4, 30), date(2025, 10, 31)), measured, flags, 7, NOW)

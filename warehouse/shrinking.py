"""A delivery that holds all of a table and drops most of it: taken, but held until somebody has looked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from domain.canonical import BY_NAME
from warehouse.columns import figure
from warehouse.control import TABLE_WORDS
from warehouse.picture import Picture, read_part

ALLOWED_SHRINK = 0.5


@dataclass(frozen=True)
class Shrunk:
    """A table and its rows in the picture: before a delivery, and after it would count."""

    table: str
    before: int
    after: int


def shrinking(counting: Picture, staged: Path, allowed: float) -> tuple[Shrunk, ...]:
    """The tables that the batch in `staged` holds whole and that would lose more than `allowed` (0 to 1) of their rows.

    Counted in the picture with and without the batch, so that a late one that newer rows stand over loses nothing.
    """
    if not counting.folders:
        return ()
    fresh = read_part(staged)
    whole = [BY_NAME[table] for table, about in fresh.tables.items() if about["mode"] == "full"]
    after = Picture((*counting.folders, staged))
    found = []
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for table in whole:
            rows = [figure(connection, f"SELECT count(*) FROM ({each.sql(table)})") for each in (counting, after)]
            if rows[1] < rows[0] * (1 - allowed):
                found.append(Shrunk(table.name, rows[0], rows[1]))
    return tuple(found)


def shrunk_words(found: tuple[Shrunk, ...]) -> list[tuple[str, str]]:
    """What the ledger says of it, Chinese and English; nothing when nothing shrank."""
    if not found:
        return []
    chinese = "、".join(
        f"{TABLE_WORDS.get(one.table, one.table)}由 {one.before:,} 行减至 {one.after:,} 行" for one in found
    )
    english = ", ".join(f"{one.table} from {one.before:,} rows to {one.after:,}" for one in found)
    return [(
        f"待确认：这批数据声明为全量，{chinese}，尚未计入。请与送数方核对；确认无误后写明原因启用，否则不必处理。",
        f"Held: this delivery says it holds everything and would take {english}; it does not count yet. Ask its sender; "
        "when it is right, roll it forward with a reason, else leave it.",
    )]  # fmt: skip

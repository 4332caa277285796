"""Who moved between two runs: the matrix, the money that moved with them, and the biggest movers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

ABSENT = "absent"
MOST_MOVERS = 50


@dataclass(frozen=True)
class Migration:
    """cells: one a pair that occurs: before, after, customers, aum (today's). Customers that only one run has are under
    "absent" on the other side. movers: the customers who changed with most AUM, at most 50. stayed: share 0..1 of the
    customers in both runs, None when there is none.
    """

    cells: tuple[dict[str, Any], ...]
    movers: tuple[dict[str, Any], ...]
    customers: int
    moved: int
    aum_moved: float
    stayed: float | None

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return asdict(self)


def migration(before: pd.DataFrame, after: pd.DataFrame, column: str) -> Migration:
    """Compare one column of two runs by customer_id.

    before: customer_id and the column. after: also aum (today's AUM; missing counts 0). A customer without a value
    (None) is under "none"; moving to or from it is a move. Nothing is moved by who came or left.
    """
    old = before[["customer_id", column]].rename(columns={column: "before"})
    new = after[["customer_id", column, "aum"]].rename(columns={column: "after"})
    both = old.merge(new, on="customer_id", how="outer", indicator="side")
    for side, missing in (("before", "right_only"), ("after", "left_only")):
        named = both[side].astype(object).where(both[side].notna(), "none").astype(str)
        both[side] = named.mask(both["side"] == missing, ABSENT)
    both["aum"] = both["aum"].astype(float).fillna(0.0)
    cells = (
        both.groupby(["before", "after"], sort=True).agg(customers=("aum", "size"), aum=("aum", "sum")).reset_index()
    )
    shared = both[both["side"] == "both"]
    moved = shared[shared["before"] != shared["after"]]
    biggest = moved.sort_values(["aum", "customer_id"], ascending=[False, True]).head(MOST_MOVERS)
    return Migration(
        _records(cells.round({"aum": 2})),
        _records(biggest[["customer_id", "before", "after", "aum"]]),
        len(both),
        len(moved),
        round(float(moved["aum"].sum()), 2),
        1 - len(moved) / len(shared) if len(shared) else None,
    )


def _records(table: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    names = [str(c) for c in table.columns]
    return tuple(dict(zip(names, row, strict=True)) for row in table.astype(object).to_numpy().tolist())

"""Each cell of a run's migration opens as many customers as it says, in the scope that counted it, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, insert

from domain.behaviour.risk_bands import worded
from domain.contribution.bands import bands
from domain.segmentation.migration import migration
from store.database import reading, writing
from store.lookup import search
from store.run_moves import ABSENT, COLUMNS, pair, read, said, steps
from store.scope import Scope
from store.served_runs import rows_of
from store.tables import publications, runs
from tests.small_picture import AS_OF, BATCH, NOW, aum_of, write_small_picture

BANK, B1 = Scope(("/HQ/",)), Scope(("/HQ/B1/",))
OLD, NEW = 81, 82
# Of customer number n in a run that began at `at`: what it says, by the kind's columns.
SAYS: Mapping[str, Any] = {
    "segmentation": lambda n, at: {
        "tier": ("gold", "basic", None)[(n + at) % 3], "life_cycle": ("mature", "growing")[n * at % 2], "segment": (n + at) % 4,
    },
    "credit": lambda n, at: {"grade": ("AA", "BB", None)[(n + 2 * at) % 3]},
    "attrition": lambda n, at: {"probability": (0.01, 0.05, 0.19, 0.2, 0.7)[(n * (1 + at)) % 5]},
    "next_product": lambda n, at: {"family": ("fund", "wealth", None)[(n + at) % 3]},
    "contribution": lambda n, at: {"unknown": 0, "months": 12, "year_contribution": Decimal((n - 4) * (7 - at * n % 5))},
}  # fmt: skip


def _runs(engine: Engine, kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """C01..C10 in the run on show, C03..C12 and somebody the picture does not know in the candidate; returns what they said."""
    found = []
    with writing(engine) as connection:
        write_small_picture(connection)
        table = rows_of(kind)
        amounts = {c.name: 0 for c in table.c if not c.nullable and c.name.startswith("year_")}
        for run_id, at, numbers in ((OLD, 0, range(1, 11)), (NEW, 1, range(3, 14))):
            told = {"run_id": run_id, "kind": kind, "version": f"v{run_id}", "finished_at": NOW + timedelta(hours=at)}
            connection.execute(insert(runs).values(
                **told, state="candidate", as_of=AS_OF, parameters={}, batches=[BATCH], code_version="t", seed=1,
                started_by="a", started_at=NOW, customers=11, metrics={}, model={},
            ))  # fmt: skip
            rows = [{"customer_id": f"C{n:02d}", **amounts, **SAYS[kind](n, at)} for n in numbers]
            connection.execute(insert(table), [{"run_id": run_id, **row} for row in rows])
            found.append(pd.DataFrame(rows))
        connection.execute(insert(publications).values(
            kind=kind, run_id=OLD, published_by="b", published_at=NOW + timedelta(minutes=30)))  # fmt: skip
    return found[0], found[1]


def _classed(kind: str, rows: pd.DataFrame) -> pd.DataFrame:
    """As the jobs class them."""
    if kind == "attrition":
        return rows.assign(risk=[worded(p) for p in rows["probability"]])
    if kind == "contribution":
        return rows.assign(band=bands((rows["year_contribution"].astype(float) * 100).astype("int64").to_numpy()))
    told = rows.rename(columns={"segment": "cluster", "family": "offer"})
    return told.astype({"cluster": "Int64"}) if kind == "segmentation" else told


@pytest.mark.parametrize("kind", list(COLUMNS))
def test_every_cell_counts_and_opens_the_same_customers(engine: Engine, kind: str) -> None:
    old, new = (_classed(kind, rows) for rows in _runs(engine, kind))
    old, new = (rows[rows["customer_id"] <= "C12"] for rows in (old, new))
    with reading(engine) as connection:
        of = pair(connection, NEW)
        assert of is not None and (of.before_id, of.version_before) == (OLD, f"v{OLD}")
        found = steps(connection, BANK, of)
        assert tuple(found) == COLUMNS[kind]
        for column, cells in found.items():
            told = migration(old, new.assign(aum=0.0), column).cells
            assert {(c["before"], c["after"]): c["customers"] for c in told} == {
                (c.before, c.after): c.customers for c in cells
            }
            assert sum(c.customers for c in cells) == 12 and any(c.after == ABSENT for c in cells)
        for scope, everybody in ((BANK, 12), (B1, 6)):
            for column, cells in steps(connection, scope, of).items():
                assert sum(c.customers for c in cells) == everybody
                for cell in cells:
                    step = {"step": [said(of, column, cell.before, cell.after)]}
                    hits = search(connection, scope, "", step)
                    assert hits.total == cell.customers == len(hits.rows), cell
                    assert cell.aum == sum((aum_of(int(hit.customer_id[1:])) for hit in hits.rows), Decimal(0))


def test_what_means_nothing_finds_nobody(engine: Engine) -> None:
    _runs(engine, "credit")
    with reading(engine) as connection:
        for odd in ("", "82", "82:grade:AA", "x:grade:AA:BB", "999:grade:AA:BB", "82:tier:gold:basic", "82:grade:absent:absent",
                    "82:grade:'; drop:BB", "9999999999999:grade:AA:BB"):  # fmt: skip
            assert search(connection, BANK, "", {"step": [odd]}).total == 0
        assert read(connection, "82:grade:AA:BB") is not None
        assert pair(connection, OLD) is None, "nothing was on show when it was made"

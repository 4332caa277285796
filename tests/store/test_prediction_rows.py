"""Rows of attrition and next-product runs in both databases, and what they leave on the customers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
from sqlalchemy import Engine, insert, select

from store.database import reading, writing
from store.picture import current
from store.runs import NewRun, publish, save_candidate
from store.tables import customers, pictures, run_next_products

AT = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 10, 31)


def _new(kind: str) -> NewRun:
    return NewRun(kind, DAY, {}, (), "abc", 7, None, "maker", AT, AT, {}, {}, None)


def test_figures_reach_the_customers_and_the_picture_names_the_run(engine: Engine) -> None:
    left = pa.table(
        {"customer_id": ["C1"], "probability": [0.25], "aum": pa.array([400_00], pa.int64()),
         "aum_at_risk": pa.array([100_00], pa.int64()), "drivers": ['[{"driver": "balance", "push": 1.0, "values": {}}]']}
    )  # fmt: skip
    offers = pa.table(
        {"customer_id": ["C1", "C2"], "family": ["wealth", None], "probability": [0.04, None],
         "offers": ['[{"family": "wealth"}]', '[{"family": "fund", "suppressed": ["overdue"]}]']}
    )  # fmt: skip
    with writing(engine) as connection:
        for i in (1, 2):
            connection.execute(
                insert(customers).values(
                    customer_id=f"C{i}", place=i, kind="personal", branch_id="B", branch_path="/B/", products_held=1,
                    families=" demand ", active=True,
                )
            )  # fmt: skip
        connection.execute(insert(pictures).values(one=1, as_of=DAY, batch_id=1, batches=[], months=[], built_at=AT))
        for kind, rows in (("attrition", left), ("next_product", offers)):
            publish(connection, save_candidate(connection, _new(kind), rows), "checker", AT)
    with reading(engine) as connection:
        c = customers.c
        shown = select(c.attrition, c.aum_at_risk, c.next_family, c.next_probability).order_by(c.place)
        assert connection.execute(shown).all() == [(0.25, Decimal("100.00"), "wealth", 0.04), (None, None, None, None)]
        kept = select(run_next_products.c.offers).where(run_next_products.c.customer_id == "C2")
        assert connection.scalar(kept)[0]["suppressed"] == ["overdue"]
        picture = current(connection)
        assert picture is not None
        assert picture.versions == {"attrition": f"A-{DAY}-1", "next_product": f"N-{DAY}-1"}

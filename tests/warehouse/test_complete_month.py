"""The month to open on is one that tells of most customers."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from warehouse.marts import newest_complete


class _Rows:
    def __init__(self, known: dict[str, tuple[int, int]]) -> None:
        self.db = duckdb.connect()
        self.db.execute("create table p_months (month date); create table p_held (customer_id varchar, month date)")
        self.db.execute("create table p_balances (customer_id varchar, month date, aum decimal(18,2))")
        for month, (holders, told) in known.items():
            self.db.execute("insert into p_months values (?)", [month])
            self.db.execute("insert into p_held select 'C' || i, ? from range(?) t(i)", [month, holders])
            self.db.execute("insert into p_balances select 'C' || i, ?, 0 from range(?) t(i)", [month, told])

    def rows(self, text: str) -> list[tuple[date, ...]]:
        return self.db.execute(text).fetchall()


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"2026-01-31": (10, 10), "2026-02-28": (10, 9), "2026-03-31": (10, 1)}, date(2026, 2, 28)),
        ({"2026-01-31": (10, 10), "2026-02-28": (12, 12)}, date(2026, 2, 28)),  # an AUM of nothing is known, too
        ({"2026-01-31": (10, 5), "2026-02-28": (10, 0)}, None),  # half is not most
        ({}, None),
    ],
)
def test_the_newest_month_with_balances_for_most_customers(known, expected):
    assert newest_complete(_Rows(known)) == expected

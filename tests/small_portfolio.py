"""A credit book of the small picture on disk, and two published ratings: what the portfolio page is tested on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import text

from domain.credit.portfolio import bucket_of
from store.database import writing
from store.runs import NewRun, publish, save_candidate
from tests.people import People
from tests.small_contribution import branch_of
from tests.small_picture import AS_OF, BATCH, NOW, PATHS, month_ends
from warehouse.credit_book import BOOK, LOANS, PLACES, add_up, folder_of
from warehouse.engine import Warehouse
from warehouse.picture import Picture

# customer, family, collateral, limit, owed at the newest month-end, by how much it falls a month, days past due then
LENT: tuple[tuple[int, str, str, int | None, int, int, int], ...] = (
    (1, "mortgage", "住房抵押", None, 613_000, 2_000, 0), (2, "credit_card", "", 50_000, 8_000, 100, 0),
    (3, "consumer_loan", "", None, 42_000, 1_500, 35), (6, "business_loan", "保证", None, 2_400_000, 10_000, 0),
    (7, "mortgage", "住房抵押", None, 587_000, 2_000, 105), (9, "consumer_loan", "", None, 30_000, 900, 12),
    (12, "business_loan", "存货质押", None, 1_100_000, 0, 0), (12, "business_loan", "信用", None, 200_000, 0, 0),
)  # fmt: skip
GRADES = ("AA", "A", "BBB", "BB", "B")
CHANCE = (0.002, 0.004, 0.008, 0.015, 0.03)
DEFAULTED = 7


def _row(month: date, ago: int, at: int) -> dict[str, Any]:
    number, family, collateral, limit, owed, falls, days = LENT[at]
    late = max(days - 30 * ago, 0)
    classes = "normal" if late <= 0 else "special_mention" if late < 90 else "substandard"
    return {
        "month": month, "account_id": f"L{at}", "customer_id": f"C{number:02d}", "family": family, "collateral": collateral,
        "limit": None if limit is None else limit * 100, "outstanding": (owed + falls * ago) * 100,
        "overdue": late * 10_000, "days": late, "five_class": classes, "npl": late >= 90, "defaulted": late >= 90,
        "bucket": bucket_of(late), **{name: _place(number)[name] for name in ("branch_path", "kind", "industry", "borrower")},
    }  # fmt: skip


def _place(number: int) -> dict[str, str]:
    branch, company = branch_of(number), number in (6, 12)
    return {
        "customer_id": f"C{number:02d}", "kind": "corporate" if company else "personal", "branch_id": branch,
        "manager_id": "S1" if branch == "B1" else "S2", "branch_path": PATHS[branch], "industry": "C" if company else "",
        "borrower": "C06" if company else f"C{number:02d}",
    }  # fmt: skip


_LOANS = (
    ("L0", "C01", "mortgage", "2025Q4", None), ("L2", "C03", "consumer_loan", "2025Q4", 7), ("L4", "C07", "mortgage", "2025Q4", 10),
    ("L5", "C09", "consumer_loan", "2026Q1", None),
)  # fmt: skip


def write_book(people: People) -> None:
    """The book of the small picture's batch; C09's loan is new in the last month, C06 and C12 are one group."""
    folder = folder_of(people.settings.warehouse, [BATCH])
    folder.mkdir(parents=True)
    ends = month_ends()
    rows = [
        _row(month, len(ends) - 1 - place, at)
        for place, month in enumerate(ends)
        for at, lent in enumerate(LENT)
        if lent[0] != 9 or month == AS_OF
    ]
    pq.write_table(pa.Table.from_pylist([_place(number) for number in range(1, 13)]), folder / PLACES)
    loans = [
        {"account_id": account, "customer_id": who, "branch_path": _place(int(who[1:]))["branch_path"],
         "family": family, "granted_on": date(2025, 11, 3), "principal": 10_000_000,
         "bad_on": None if bad is None else AS_OF, "cohort": cohort, "bad_months": bad}
        for account, who, family, cohort, bad in _LOANS
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(loans), folder / LOANS)
    pq.write_table(pa.Table.from_pylist(rows), folder / BOOK)
    with Warehouse(Picture(())) as warehouse:
        add_up(warehouse, folder)


def _ratings(shift: int) -> pa.Table:
    found = []
    for number in sorted({lent[0] for lent in LENT}):
        at = (number + (shift if number % 3 == 0 else 0)) % len(GRADES)
        bad = number == DEFAULTED and shift
        found.append(
            {"customer_id": f"C{number:02d}", "score": None if bad else 600 - at, "pd": 1.0 if bad else CHANCE[at],
             "grade": "D" if bad else GRADES[at], "points": "{}", "reasons": "{}"}
        )  # fmt: skip
    return pa.Table.from_pylist(found)


def publish_ratings(people: People, *days: date) -> list[int]:
    """A published rating of each of these days, the last one on show; customers of every third number change grade."""
    made = []
    with writing(people.engine) as connection:
        if connection.dialect.name == "postgresql":  # the small picture numbers its runs itself
            connection.execute(text("SELECT setval(pg_get_serial_sequence('runs', 'run_id'), 100)"))
        for shift, day in enumerate(days):
            new = NewRun(
                kind="credit", as_of=day, parameters={}, batches=(BATCH,), code_version="test", seed=0, job_id=None,
                started_by="maker", started_at=NOW, finished_at=NOW, metrics={}, model={},
                migration={"grade": {"customers": 8, "moved": 3}} if shift else None,
            )  # fmt: skip
            made.append(save_candidate(connection, new, _ratings(shift)))
            publish(connection, made[-1], "admin2", NOW)
    return made

"""A generated bank in the serving tables, for questions whose answer LIKE and plain Python can check."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert

from demobank import names
from store import postings, tables

BRANCHES = (
    ("HQ", "江城银行", None, "/HQ/"), ("C1", "江城分行", "HQ", "/HQ/C1/"), ("C2", "临江分行", "HQ", "/HQ/C2/"),
    ("B11", "滨江支行", "C1", "/HQ/C1/B11/"), ("B12", "解放支行", "C1", "/HQ/C1/B12/"), ("B21", "新湖支行", "C2", "/HQ/C2/B21/"),
)  # fmt: skip
LEAVES = [row for row in BRANCHES if row[0].startswith("B")]


def people(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Rows of customers, of whom every tenth is a company and some have Latin names or none."""
    rng = np.random.default_rng(seed)
    given = names.given_names(rng, rng.random(count) < 0.5, rng.integers(1945, 2005, count))
    persons = np.strings.add(names.surnames(rng, count), given)
    companies, _ = names.company_names(rng, np.full(count, "江城"))
    aum = np.round(rng.lognormal(10, 2, count), 2)
    order = np.empty(count, dtype=int)
    order[np.argsort(-aum, kind="stable")] = np.arange(1, count + 1)
    rows = []
    for i in range(count):
        corporate = i % 10 == 0
        branch = LEAVES[i % len(LEAVES)]
        name = str(companies[i]) if corporate else str(persons[i])
        if i % 97 == 5:
            name = ["Jana Novak", "Petr Svoboda", "Jan Novotny"][i % 3]
        rows.append({
            "customer_id": f"{1000000 + i}", "place": int(order[i]), "kind": "corporate" if corporate else "personal",
            "name": None if i % 101 == 7 else name, "id_number": None if corporate else f"42010619{i:08d}X",
            "uscc": f"9142{i:06d}MA4K" if corporate else None, "phone": f"138{(i * 7919) % 10**8:08d}",
            "branch_id": branch[0], "branch_path": branch[3], "manager_id": f"S{i % 7}",
            "deposits": float(aum[i]), "investments": 0, "aum": float(aum[i]), "loans": i % 3 * 1000, "products_held": 1 + i % 3,
            "families": [" demand ", " demand time ", " demand mortgage wealth "][i % 3], "active": True,
            "tier": ["basic", "gold", None][i // 3 % 3], "segment": i % 4, "grade": ["A", "BB", None][i // 3 % 3],
            "life_cycle": "mature", "days_past_due": 12 if i % 50 == 0 else 0, "score": 500 + i % 200,
        })  # fmt: skip
    return rows


def fill(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Branches, staff, customers and one account each, with their postings."""
    connection.execute(
        insert(tables.branches),
        [
            {"branch_id": b, "name": n, "parent_id": p, "path": path, "level": path.count("/") - 2}
            for b, n, p, path in BRANCHES
        ],
    )
    connection.execute(
        insert(tables.staff), [{"staff_id": f"S{i}", "name": f"李{i}", "branch_id": "B11"} for i in range(7)]
    )
    connection.execute(insert(tables.customers), rows)
    connection.execute(
        insert(tables.accounts),
        [
            {
                "account_id": f"622200{row['customer_id']}1", "customer_id": row["customer_id"], "product_id": "P1", "family": "demand",
                "branch_id": row["branch_id"], "opened_on": date(2020, 1, 1), "status": "open",
                "currency": "CNY", "holders": [],
            }
            for row in rows
        ],
    )  # fmt: skip
    postings.rewrite(connection)

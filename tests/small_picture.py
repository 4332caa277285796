"""A small bank in the serving tables, written directly: what every page test looks at.

HQ over two branches, B1 滨江支行 and B2 东湖支行; twelve customers, six a branch, two of them companies; fourteen
month-ends to 2026-10-31; a published segmentation and credit run. C01 … C06 belong to B1, C07 … C12 to B2.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, update

from store import postings
from store.tables import (
    accounts,
    batches,
    branch_months,
    branches,
    cards,
    customer_features,
    customer_months,
    customers,
    loans,
    pictures,
    products,
    run_ratings,
    run_segments,
    runs,
    staff,
)  # fmt: skip

AS_OF = date(2026, 10, 31)
NOW = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)  # 09:30 in the bank's time zone
BATCH = 214
NAMES = (
    "张建伟", "李小敏", "王芳", "刘洋", "陈晓东", "江城精密机械有限公司",
    "张伟", "赵敏", "曾国强", "单田芳", "欧阳娜", "东湖食品有限公司",
)  # fmt: skip
PATHS = {"HQ": "/HQ/", "B1": "/HQ/B1/", "B2": "/HQ/B2/"}
TIERS, GRADES = ("普通", "金卡", "白金", "钻石"), ("AA", "A", "BBB", "BB")


def month_ends() -> list[date]:
    """Fourteen month-ends, the oldest first."""
    ends, day = [], AS_OF
    for _ in range(14):
        ends.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return ends[::-1]


def aum_of(number: int, month: int = 13) -> Decimal:
    """AUM of customer `number` (1 … 12) at the month of that place (0 … 13): 120,000 a number, growing 1 % a month."""
    return (Decimal(120_000) * number * (Decimal("0.87") + Decimal("0.01") * month)).quantize(Decimal("0.01"))


def _customer(number: int) -> dict[str, Any]:
    company, aum = number in (6, 12), aum_of(number)
    branch = "B1" if number <= 6 else "B2"
    lent = Decimal(613_000) if number in (1, 7) else Decimal(0)
    person = {
        "gender": "female" if number % 2 == 0 else "male", "birth_date": date(1960 + 3 * number, 3, 12), "id_type": "id_card",
        "id_number": f"4201{number:02d}19850312{number:03d}X", "annual_income": Decimal(90_000 + 10_000 * number),
        "risk_preference": "C3", "education": "bachelor", "occupation": "工程师", "marital_status": "married",
    }  # fmt: skip
    firm = {
        "uscc": f"91420100MA4K{number:02d}XY8P", "industry": "C34", "registered_capital": Decimal(5_000_000),
        "employees": 120, "annual_revenue": Decimal(32_000_000), "legal_representative": "周建国",
    }  # fmt: skip
    return {
        **dict.fromkeys([*person, *firm]), **(firm if company else person),
        "customer_id": f"C{number:02d}", "place": 13 - number, "kind": "corporate" if company else "personal",
        "name": NAMES[number - 1], "phone": f"138000{number:02d}{2900 + number}", "email": f"c{number}@example.com",
        "address": "湖北省江城市滨江区和平路18号", "city": "江城市", "opened_on": date(2014, 6, number),
        "branch_id": branch, "branch_path": PATHS[branch], "manager_id": "S1" if branch == "B1" else "S2",
        "do_not_contact": False, "deposits": aum / 2, "investments": aum / 2, "aum": aum, "aum_avg_3m": aum, "loans": lent,
        "credit_limit": Decimal(50_000), "credit_used": Decimal(8_000), "overdue_amount": Decimal(0), "days_past_due": 0,
        "products_held": 3 if lent else 2, "families": " demand wealth mortgage " if lent else " demand wealth ",
        "last_own_movement_on": AS_OF - timedelta(days=number), "active": number != 5, "tier": TIERS[number % 4],
        "life_cycle": "mature", "segment": number % 3, "rfm": "543",
        "score": 600 + number, "pd": 0.01, "grade": GRADES[number % 4],
    }  # fmt: skip


def _of_one(number: int) -> dict[Any, dict[str, Any]]:
    """What only the customer's own page reads, by table."""
    who, points = f"C{number:02d}", {"deposit_trend": 62, "other": 538 + number}
    hours = [[(day + hour) % 5 for hour in range(24)] for day in range(7)]
    features = {"tenure_months": 148, "own_movements_3m": 12}
    return {
        customer_features: {"customer_id": who, "features": features, "activity_hours": hours},
        run_segments: {
            "run_id": 1,
            "customer_id": who,
            "why": {"features": ["digital_share"]},
            "tier": TIERS[number % 4],
            "segment": number % 3,
        },
        run_ratings: {"run_id": 2, "customer_id": who, "points": points, "reasons": []},
    }


_ELSEWHERE: dict[str, tuple[Any, str]] = {
    "features": (customer_features, "features"), "activity_hours": (customer_features, "activity_hours"),
    "segment_why": (run_segments, "why"), "rating_points": (run_ratings, "points"),
    "rating_reasons": (run_ratings, "reasons"),
}  # fmt: skip


def tell(connection: Connection, customer_id: str, **told: Any) -> None:
    """Say something else of one customer, wherever it is kept; by the names of store.customers.Customer."""
    for name, value in told.items():
        table, column = _ELSEWHERE.get(name, (customers, name))
        connection.execute(update(table).where(table.c.customer_id == customer_id).values({column: value}))


def _held(number: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Accounts and loans of a customer."""
    owner, branch = f"C{number:02d}", "B1" if number <= 6 else "B2"
    common = {
        "customer_id": owner, "branch_id": branch, "opened_on": date(2014, 6, number), "closed_on": None, "status": "open",
        "currency": "CNY", "term_months": None, "matures_on": None, "limit": None, "balance_on": AS_OF,
        "holders": [[owner, "owner"]], "rate": 0.002,
    }  # fmt: skip
    half = aum_of(number) / 2
    found = [
        {
            **common,
            "account_id": f"62220200000000{number:02d}01",
            "product_id": "P1",
            "family": "demand",
            "balance": half,
        },
        {
            **common,
            "account_id": f"62220200000000{number:02d}02",
            "product_id": "P2",
            "family": "wealth",
            "balance": half,
        },
    ]
    if number not in (1, 7):
        return found, []
    account = f"62220200000000{number:02d}03"
    owed = Decimal(613_000)
    found.append({**common, "account_id": account, "product_id": "P3", "family": "mortgage", "balance": -owed})
    loan = {
        "account_id": account, "customer_id": owner, "granted_on": date(2016, 12, 1), "principal": Decimal(800_000),
        "term_months": 300, "instalment": Decimal("4381.52"), "rate": 0.041, "purpose": "housing", "collateral": "house",
        "loan_to_value": 0.7, "outcome": None, "outstanding": owed, "overdue_amount": Decimal(0), "days_past_due": 0,
        "five_class": "normal", "status_on": AS_OF,
    }  # fmt: skip
    return found, [loan]


def _branch_month(branch: str, place: int, month: date) -> dict[str, Any]:
    numbers = range(1, 7) if branch == "B1" else range(7, 13)
    aum = sum((aum_of(number, place) for number in numbers), Decimal(0))
    lent = Decimal(613_000)
    return {
        "month": month, "branch_id": branch, "manager_id": "S1" if branch == "B1" else "S2", "branch_path": PATHS[branch],
        "customers": 6, "customers_active": 5 if branch == "B1" else 6, "customers_new": 0, "customers_lost": 0, "aum": aum,
        "deposits": aum / 2, "deposits_average": aum / 2, "loans": lent, "loans_overdue": Decimal(0),
        "loans_npl": Decimal(0) if branch == "B1" else Decimal(9_200), "loans_special_mention": Decimal(0),
        "inflow": Decimal(120_000), "outflow": Decimal(100_000) + place, "fees": Decimal(820), "products_held": 13,
        "movements": 90, "movements_own": 80, "movements_digital": 60, "complaints": 1 if place % 4 == 0 else 0,
    }  # fmt: skip


def _run(run_id: int, kind: str, version: str) -> dict[str, Any]:
    return {
        "run_id": run_id, "kind": kind, "state": "published", "version": version, "as_of": AS_OF, "parameters": {},
        "batches": [BATCH], "code_version": "test", "seed": 1, "started_by": "admin", "started_at": NOW, "finished_at": NOW,
        "customers": 12, "metrics": {}, "model": {}, "decided_by": "admin2", "decided_at": NOW,
    }  # fmt: skip


def write_small_picture(connection: Connection) -> None:
    """Fill the serving tables of an empty migrated database."""
    ends = month_ends()
    held = [_held(number) for number in range(1, 13)]
    words = (("HQ", "江城分行", None, 0), ("B1", "滨江支行", "HQ", 1), ("B2", "东湖支行", "HQ", 1))
    months = [
        {
            "customer_id": f"C{number:02d}", "month": month, "aum": aum_of(number, place), "deposits": aum_of(number, place) / 2,
            "loans": Decimal(613_000 if number in (1, 7) else 0), "inflow": Decimal(20_000), "outflow": Decimal(18_000),
            "own_movements": 4 + number % 3,
        }
        for number in range(1, 13)
        for place, month in enumerate(ends)
    ]  # fmt: skip
    rows: list[tuple[Any, list[dict[str, Any]]]] = [
        (branches, [
            {"branch_id": key, "name": name, "parent_id": parent, "level": level, "city": "江城市", "province": "湖北省",
             "path": PATHS[key]} for key, name, parent, level in words]),
        (staff, [
            {"staff_id": "S1", "name": "李敏", "branch_id": "B1", "title": "客户经理", "active": True},
            {"staff_id": "S2", "name": "王芳", "branch_id": "B2", "title": "客户经理", "active": True}]),
        (products, [
            {"product_id": key, "name": name, "family": family, "currency": "CNY", "risk_level": 1}
            for key, name, family in (("P1", "活期存款", "demand"), ("P2", "稳健理财", "wealth"), ("P3", "住房贷款", "mortgage"))]),
        (batches, [
            {"batch_id": BATCH, "source": "guanxi", "bank": "江城银行", "business_date": AS_OF, "content_hash": "0" * 64,
             "state": "loaded", "counts": True, "received_at": NOW, "received_by": "admin", "rows_in": 100, "rows_loaded": 100}]),
        (customers, [_customer(number) for number in range(1, 13)]),
        (accounts, [account for found, _ in held for account in found]),
        (loans, [loan for _, found in held for loan in found]),
        (cards, [
            {"card_id": "6225880000000101", "account_id": "622202000000000101", "customer_id": "C01", "kind": "debit",
             "level": "gold", "issued_on": date(2020, 1, 1), "expires_on": date(2030, 1, 1), "limit": None}]),
        (customer_months, months),
        (branch_months, [_branch_month(key, place, end) for key in ("B1", "B2") for place, end in enumerate(ends)]),
        (runs, [_run(1, "segmentation", "2026-10 #2"), _run(2, "credit", "v3.2")]),
        (pictures, [
            {"one": 1, "as_of": AS_OF, "batch_id": BATCH, "batches": [BATCH], "months": [end.isoformat() for end in ends],
             "segmentation_run_id": 1, "credit_run_id": 2, "built_at": NOW, "detail": {}}]),
        *((table, [_of_one(number)[table] for number in range(1, 13)]) for table in _of_one(1)),
    ]  # fmt: skip
    for table, values in rows:
        connection.execute(insert(table), values)
    postings.rewrite(connection)

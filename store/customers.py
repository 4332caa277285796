"""One customer of the picture: who they are, what they hold, how it went, where the published runs put them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, and_, select, true

from store import tables
from store.scope import Scope
from store.segment_names import named as named_segments
from store.served_runs import rows_of
from store.tables import branches, customer_features, customers, pictures, products, staff


@dataclass(frozen=True)
class Customer:
    """A row of the picture with its branch and manager named; unmasked: masking is the portal's and the paper's.

    rating_* and segment_why are what the published runs wrote (see domain/credit/run.py and domain/segmentation/run.py),
    attrition_drivers (domain/behaviour/drivers.py) and next_product (domain/marketing/next_product.py) likewise.
    """

    customer_id: str
    kind: str
    name: str | None
    gender: str | None
    birth_date: date | None
    id_type: str | None
    id_number: str | None
    phone: str | None
    email: str | None
    address: str | None
    city: str | None
    education: str | None
    occupation: str | None
    marital_status: str | None
    annual_income: Decimal | None
    risk_preference: str | None
    opened_on: date | None
    branch_id: str
    branch_path: str
    branch_name: str | None
    manager_id: str | None
    manager_name: str | None
    do_not_contact: bool | None
    uscc: str | None
    industry: str | None
    registered_capital: Decimal | None
    employees: int | None
    annual_revenue: Decimal | None
    legal_representative: str | None
    deposits: Decimal | None
    investments: Decimal | None
    aum: Decimal | None
    aum_avg_3m: Decimal | None
    loans: Decimal | None
    credit_limit: Decimal | None
    credit_used: Decimal | None
    overdue_amount: Decimal | None
    days_past_due: int | None
    products_held: int
    families: str
    last_own_movement_on: date | None
    active: bool
    tier: str | None
    life_cycle: str | None
    segment: int | None
    rfm: str | None
    segment_why: Mapping[str, Any] | None
    score: int | None
    pd: float | None
    grade: str | None
    rating_points: Any
    rating_reasons: Any
    features: Mapping[str, Any] | None
    activity_hours: list[list[int]] | None
    attrition: float | None = None
    aum_at_risk: Decimal | None = None
    attrition_drivers: Any = None
    next_family: str | None = None
    next_probability: float | None = None
    next_product: Any = None


@dataclass(frozen=True)
class Account:
    """One account with its product's name; holders: (customer, role) of everybody who may use it."""

    account_id: str
    product_name: str | None
    family: str
    opened_on: date
    closed_on: date | None
    status: str
    currency: str
    rate: float | None
    term_months: int | None
    matures_on: date | None
    limit: Decimal | None
    balance: Decimal | None
    balance_on: date | None
    holders: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Loan:
    """One loan and how it stands."""

    account_id: str
    granted_on: date
    principal: Decimal
    term_months: int | None
    instalment: Decimal | None
    rate: float | None
    purpose: str | None
    collateral: str | None
    loan_to_value: float | None
    outcome: str | None
    outstanding: Decimal | None
    overdue_amount: Decimal | None
    days_past_due: int | None
    five_class: str | None
    status_on: date | None


@dataclass(frozen=True)
class Card:
    """One card."""

    card_id: str
    account_id: str
    kind: str
    level: str | None
    issued_on: date | None
    expires_on: date | None
    limit: Decimal | None


@dataclass(frozen=True)
class Month:
    """A customer's month: balances at its end, money in and out during it."""

    month: date
    aum: Decimal | None
    deposits: Decimal | None
    loans: Decimal | None
    inflow: Decimal
    outflow: Decimal
    own_movements: int


# What stays in the rows of the run on show: kind of run and column.
_OF_RUNS = {
    "segment_why": ("segmentation", "why"), "rating_points": ("credit", "points"), "rating_reasons": ("credit", "reasons"),
    "attrition_drivers": ("attrition", "drivers"), "next_product": ("next_product", "offers"),
}  # fmt: skip


def _names(cls: type) -> list[str]:
    return [field.name for field in fields(cls)]


def customer(connection: Connection, scope: Scope, customer_id: str) -> Customer | None:
    """The customer, or None: unknown and out of scope look the same, so nobody learns who banks elsewhere."""
    joined = {
        "branch_name": branches.c.name, "manager_name": staff.c.name, "features": customer_features.c.features,
        "activity_hours": customer_features.c.activity_hours,
        **{name: rows_of(kind).c[column] for name, (kind, column) in _OF_RUNS.items()},
    }  # fmt: skip
    shown = [joined[n].label(n) if n in joined else customers.c[n] for n in _names(Customer)]
    source = (
        customers.outerjoin(branches, branches.c.branch_id == customers.c.branch_id)
        .outerjoin(staff, staff.c.staff_id == customers.c.manager_id)
        .outerjoin(customer_features, customer_features.c.customer_id == customers.c.customer_id)
        .outerjoin(pictures, true())
    )
    for kind in sorted({kind for kind, _ in _OF_RUNS.values()}):
        rows, on_show = rows_of(kind), pictures.c[f"{kind}_run_id"]
        source = source.outerjoin(rows, and_(rows.c.run_id == on_show, rows.c.customer_id == customers.c.customer_id))
    found = (
        select(*shown)
        .select_from(source)
        .where(customers.c.customer_id == customer_id, scope.where(customers.c.branch_path))
    )
    row = connection.execute(found).one_or_none()
    return None if row is None else Customer(*row)


def named(connection: Connection, scope: Scope, customer_ids: Sequence[str]) -> dict[str, tuple[str | None, str]]:
    """(name, kind) by number of these customers, those out of scope left out."""
    c = customers.c
    query = select(c.customer_id, c.name, c.kind).where(c.customer_id.in_(customer_ids), scope.where(c.branch_path))
    return {row.customer_id: (row.name, row.kind) for row in connection.execute(query)}


def accounts(connection: Connection, customer_id: str) -> tuple[Account, ...]:
    """Accounts the customer owns, open ones first, then by family and age. The caller has looked at the scope."""
    table = tables.accounts
    shown = [products.c.name.label("product_name") if n == "product_name" else table.c[n] for n in _names(Account)]
    found = (
        select(*shown)
        .select_from(table.outerjoin(products, products.c.product_id == table.c.product_id))
        .where(table.c.customer_id == customer_id)
        .order_by(table.c.closed_on.is_not(None), table.c.family, table.c.opened_on, table.c.account_id)
    )
    return tuple(Account(**{**row._mapping, "holders": _holders(row.holders)}) for row in connection.execute(found))


def _holders(told: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((who, role) for who, role in told)


def loans(connection: Connection, customer_id: str) -> tuple[Loan, ...]:
    """Loans of the customer, the newest first."""
    table = tables.loans
    found = select(*(table.c[n] for n in _names(Loan))).where(table.c.customer_id == customer_id)
    return tuple(
        Loan(*row) for row in connection.execute(found.order_by(table.c.granted_on.desc(), table.c.account_id))
    )


def cards(connection: Connection, customer_id: str) -> tuple[Card, ...]:
    """Cards issued to the customer, the newest first."""
    table = tables.cards
    found = select(*(table.c[n] for n in _names(Card))).where(table.c.customer_id == customer_id)
    return tuple(Card(*row) for row in connection.execute(found.order_by(table.c.issued_on.desc(), table.c.card_id)))


def months(connection: Connection, customer_id: str, count: int = 13) -> tuple[Month, ...]:
    """The last `count` months there are figures for, the oldest first."""
    table = tables.customer_months
    found = select(*(table.c[n] for n in _names(Month))).where(table.c.customer_id == customer_id)
    rows = connection.execute(found.order_by(table.c.month.desc()).limit(count)).all()
    return tuple(Month(*row) for row in reversed(rows))


def segmentation_model(connection: Connection) -> Mapping[str, Any]:
    """The model of the segmentation on show: tiers, rules, clusters with descriptions and the names they were given; {}
    without one."""
    found = select(tables.runs.c.model).join(
        tables.pictures, tables.pictures.c.segmentation_run_id == tables.runs.c.run_id
    )
    return named_segments(connection, connection.scalar(found) or {})

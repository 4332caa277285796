"""Customers of a scope whose AUM moved most from one month-end to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, func, select

from store.scope import Scope
from store.tables import customer_months, customers, staff


@dataclass(frozen=True)
class AssetMove:
    """A customer's AUM at both month-ends, None where not known; the name is whole: masking is the paper's."""

    customer_id: str
    name: str | None
    kind: str
    before: Decimal | None
    now: Decimal | None
    manager: str | None


def asset_moves(
    connection: Connection,
    scope: Scope,
    month: date,
    before: date,
    branch_path: str,
    limit: int = 12,
    lost: bool = False,
) -> list[AssetMove]:
    """Who gained most (or lost most), largest first, ties by number; only who really moved that way.

    A customer without a row at one of the two month-ends moved from or to nothing. OutOfScope for a branch that is not.
    """
    scope.require(branch_path)
    c = customers.c
    now, then = customer_months.alias("now"), customer_months.alias("then")
    moved = func.coalesce(now.c.aum, 0) - func.coalesce(then.c.aum, 0)
    source = (
        customers.outerjoin(now, (now.c.customer_id == c.customer_id) & (now.c.month == month))
        .outerjoin(then, (then.c.customer_id == c.customer_id) & (then.c.month == before))
        .outerjoin(staff, staff.c.staff_id == c.manager_id)
    )
    query = (
        select(c.customer_id, c.name, c.kind, then.c.aum, now.c.aum, staff.c.name.label("manager"))
        .select_from(source)
        .where(Scope((branch_path,)).where(c.branch_path), moved < 0 if lost else moved > 0)
        .order_by(moved.asc() if lost else moved.desc(), c.customer_id)
        .limit(limit)
    )
    return [AssetMove(*row) for row in connection.execute(query)]

"""The customers of one segment within a scope, by the few figures they are compared in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
from sqlalchemy import BigInteger, Connection, func, select, type_coerce

from store.scope import Scope
from store.tables import branches, customers
from store.types import Money

MONEY = ("aum", "deposits", "investments", "loans", "contribution_12m")
COUNTS = ("products_held",)
FIGURES = (*MONEY, *COUNTS)


@dataclass(frozen=True)
class Peer:
    """One of the segment, as a line of a list; the name is whole: masking is the portal's and the paper's."""

    customer_id: str
    name: str | None
    kind: str
    branch: str | None
    tier: str | None
    grade: str | None
    aum: Decimal | None
    loans: Decimal | None
    products_held: int
    contribution_12m: Decimal | None


def segment_figures(connection: Connection, scope: Scope, segment: int) -> pd.DataFrame:
    """customer_id and FIGURES (money in the bank's currency as numbers, missing where not known) of a segment in scope."""
    c = customers.c
    told = [type_coerce(c[name], BigInteger) if isinstance(c[name].type, Money) else c[name] for name in FIGURES]
    query = select(c.customer_id, *told).where(c.segment == segment, scope.where(c.branch_path))
    found = pd.DataFrame(connection.execute(query).all(), columns=["customer_id", *FIGURES])
    return found.astype(dict.fromkeys(FIGURES, float)).assign(**{n: found[n].astype(float) / 100 for n in MONEY})


def composition(
    connection: Connection, scope: Scope, segment: int, column: str
) -> list[tuple[str, int, Decimal | None]]:
    """(code, customers, AUM where known) of a segment's customers in scope by `tier` or `life_cycle`, those without left
    out."""
    code = customers.c[column]
    query = select(code, func.count(), func.sum(customers.c.aum, type_=Money())).group_by(code)
    query = query.where(customers.c.segment == segment, code.is_not(None), scope.where(customers.c.branch_path))
    return [(row[0], int(row[1]), row[2]) for row in connection.execute(query)]


def peer_lines(connection: Connection, scope: Scope, customer_ids: Sequence[str]) -> list[Peer]:
    """These customers in the order they are named; who is out of scope is left out."""
    c = customers.c
    columns = [branches.c.name.label("branch") if n == "branch" else c[n] for n in Peer.__dataclass_fields__]
    query = select(*columns).outerjoin(branches, branches.c.branch_id == c.branch_id)
    query = query.where(c.customer_id.in_(list(customer_ids)), scope.where(c.branch_path))
    found = {row.customer_id: Peer(*row) for row in connection.execute(query)}
    return [found[one] for one in customer_ids if one in found]

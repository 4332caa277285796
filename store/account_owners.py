"""Whose an account is, for who may know: the owner within a scope."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from store.scope import Scope
from store.tables import accounts, customers


def owners(connection: Connection, scope: Scope, account_ids: Sequence[str]) -> dict[str, tuple[str, str | None, str]]:
    """(customer number, name, kind) by account; an account of nobody in scope, or of another bank, is left out."""
    if not account_ids:
        return {}
    query = (
        select(accounts.c.account_id, customers.c.customer_id, customers.c.name, customers.c.kind)
        .join(customers, customers.c.customer_id == accounts.c.customer_id)
        .where(accounts.c.account_id.in_(list(account_ids)), scope.where(customers.c.branch_path))
    )
    return {row.account_id: (row.customer_id, row.name, row.kind) for row in connection.execute(query)}

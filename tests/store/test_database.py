"""The store means the same in SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, insert, select

from store.database import reading, writing
from store.scope import NOTHING, OutOfScope, Scope, scope_of
from store.tables import audit_head, branches, cards, metadata, users

AT = dt.datetime(2026, 10, 31, 8, 30, tzinfo=dt.UTC)


def _branches(engine: Engine) -> None:
    rows = [
        ("HQ", None, 0, "/HQ/"),
        ("C1", "HQ", 1, "/HQ/C1/"),
        ("C10", "HQ", 1, "/HQ/C10/"),
        ("B1", "C1", 2, "/HQ/C1/B1/"),
    ]
    with writing(engine) as connection:
        connection.execute(
            insert(branches),
            [{"branch_id": b, "name": b, "parent_id": p, "level": level, "path": path} for b, p, level, path in rows],
        )


def test_every_table_is_there(engine: Engine) -> None:
    with reading(engine) as connection:
        for table in metadata.sorted_tables:
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_money_is_exact_to_the_cent_in_sums(engine: Engine) -> None:
    amounts = [Decimal("0.10")] * 3 + [Decimal("90071992547409.93")]
    with writing(engine) as connection:
        connection.execute(
            insert(cards),
            [
                {"card_id": str(i), "account_id": "a", "customer_id": "c", "kind": "debit", "limit": amount}
                for i, amount in enumerate(amounts)
            ],
        )
    with reading(engine) as connection:
        assert connection.scalar(select(func.sum(cards.c.limit))) == Decimal("90071992547410.23")


def test_moments_come_back_aware(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(
            insert(users), [{"login": "a", "name": "a", "password_hash": "x", "created_at": AT, "created_by": "test"}]
        )
        assert connection.scalar(select(users.c.created_at)) == AT
    with pytest.raises(Exception, match="no time zone"), writing(engine) as connection:
        connection.execute(
            insert(users).values(
                login="b", name="b", password_hash="x", created_by="t", created_at=AT.replace(tzinfo=None)
            )
        )


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(RuntimeError), writing(engine) as connection:
        connection.execute(insert(audit_head).values(one=1, sequence=1, hash="x"))
        raise RuntimeError
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(audit_head)) == 0


def test_scope_opens_a_subtree_and_no_neighbour(engine: Engine) -> None:
    _branches(engine)
    with reading(engine) as connection:
        scope = scope_of(connection, ["C1", "B1", "nowhere"])
        seen = set(connection.scalars(select(branches.c.branch_id).where(scope.where(branches.c.path))))
        assert scope == Scope(("/HQ/C1/",))
        assert seen == {"C1", "B1"}
        assert not connection.scalars(select(branches.c.branch_id).where(NOTHING.where(branches.c.path))).all()
    assert not scope.holds("/HQ/C10/")
    with pytest.raises(OutOfScope):
        scope.require("/HQ/")


def test_the_migrations_make_exactly_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []

"""Habits as bytes instead of base64: a whole bank's are read without being decoded first. What is kept is turned over."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TURNED = ("flow", "uses", "hours")


def _code(length: int) -> sa.String:
    """Text compared byte by byte, as store/types.py has it."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in TURNED:
            op.alter_column(
                "customer_habits", name, type_=sa.LargeBinary(), postgresql_using=f"decode({name}, 'base64')"
            )
        return
    _anew(sa.LargeBinary(), base64.b64decode)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in TURNED:
            text = f"replace(encode({name}, 'base64'), chr(10), '')"
            op.alter_column("customer_habits", name, type_=sa.Text(), postgresql_using=text)
        return
    _anew(sa.Text(), lambda raw: base64.b64encode(raw).decode("ascii"))


def _anew(kind: Any, turned: Callable[[Any], Any]) -> None:
    """SQLite changes no column: another table takes the name, block by block."""
    made = op.create_table(
        "customer_habits_turned",
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("branch_path", _code(512), nullable=False),
        sa.Column("customer_ids", sa.Text(), nullable=False),
        *(sa.Column(name, kind, nullable=False) for name in TURNED),
        sa.PrimaryKeyConstraint("first", name="pk_customer_habits"),
    )
    bind = op.get_bind()
    old = sa.table("customer_habits", *(sa.column(name) for name in ("first", "branch_path", "customer_ids", *TURNED)))
    for first in bind.scalars(sa.select(old.c.first).order_by(old.c.first)).all():
        row = dict(bind.execute(sa.select(old).where(old.c.first == first)).mappings().one())
        bind.execute(made.insert().values({**row, **{name: turned(row[name]) for name in TURNED}}))
    op.drop_table("customer_habits")
    op.rename_table("customer_habits_turned", "customer_habits")
    op.create_index("ix_customer_habits_branch_path", "customer_habits", ["branch_path"])

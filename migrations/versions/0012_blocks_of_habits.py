"""Habits in blocks of customers instead of a row each, so that a whole bank's are read in a moment; the next picture fills
them, and until then the behaviour page says what to start.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _code(length: int) -> sa.String:
    """Text compared byte by byte, as store/types.py has it."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.drop_table("customer_habits")
    op.create_table(
        "customer_habits",
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("branch_path", _code(512), nullable=False),
        sa.Column("customer_ids", sa.Text(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("uses", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("first", name="pk_customer_habits"),
    )
    op.create_index("ix_customer_habits_branch_path", "customer_habits", ["branch_path"])


def downgrade() -> None:
    op.drop_table("customer_habits")
    op.create_table(
        "customer_habits",
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("uses", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text()),
        sa.PrimaryKeyConstraint("customer_id", name="pk_customer_habits"),
    )

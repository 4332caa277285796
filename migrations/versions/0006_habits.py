"""Habits of every customer for the analysis of behaviour, and the chances of every family in a next-product run.

Both are filled by the next picture and the next run; until then the page says what to start.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_habits",
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("uses", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text()),
        sa.PrimaryKeyConstraint("customer_id", name="pk_customer_habits"),
    )
    op.add_column("run_next_products", sa.Column("chances", sa.Text()))


def downgrade() -> None:
    op.drop_column("run_next_products", "chances")
    op.drop_table("customer_habits")

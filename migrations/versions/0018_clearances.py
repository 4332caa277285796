"""Characteristics under suspicion of a leak that an analyst cleared, or suspects again, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clearances",
        sa.Column("clearance_id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("cleared", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("clearance_id", name="pk_clearances"),
        sa.ForeignKeyConstraint(
            ["development_id"], ["developments.development_id"], name="fk_clearances_development_id_developments"
        ),
    )
    op.create_index("ix_clearances_development_id", "clearances", ["development_id"])


def downgrade() -> None:
    op.drop_index("ix_clearances_development_id", "clearances")
    op.drop_table("clearances")

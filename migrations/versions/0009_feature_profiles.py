"""Profiles of features by month-end and branch, for the feature catalogue; the next picture fills them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feature_profiles",
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("branch_id", sa.String(64), nullable=False),
        sa.Column("feature", sa.String(64), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("drift", sa.Float()),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("as_of", "branch_id", "feature", name="pk_feature_profiles"),
    )


def downgrade() -> None:
    op.drop_table("feature_profiles")

"""Names that analysts give to segments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "segment_names",
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(32), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("zh", sa.String(64)),
        sa.Column("en", sa.String(64)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("named_by", sa.String(64), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name_id", name="pk_segment_names"),
    )
    op.create_index("ix_segment_names_identity", "segment_names", ["identity"])


def downgrade() -> None:
    op.drop_table("segment_names")

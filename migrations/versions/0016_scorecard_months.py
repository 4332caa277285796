"""What is watched of a scorecard, month by month; the next monitoring job fills it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scorecard_months",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("score_index", sa.Float(), nullable=False),
        sa.Column("gini", sa.Float()),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "month", name="pk_scorecard_months"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], ondelete="CASCADE", name="fk_scorecard_months_run_id_runs"
        ),
    )


def downgrade() -> None:
    op.drop_table("scorecard_months")

"""What changed between two ratings, who has seen the downgrades, and early warnings; the next rating and the next
measuring fill them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_RUN = ["runs.run_id"]


def upgrade() -> None:
    op.create_table(
        "rating_comparisons",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("before_run_id", sa.Integer()),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_rating_comparisons"),
        sa.ForeignKeyConstraint(["run_id"], _RUN, ondelete="CASCADE", name="fk_rating_comparisons_run_id_runs"),
    )
    op.create_table(
        "rating_changes",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("grade_before", sa.String(4)),
        sa.Column("grade_after", sa.String(4)),
        sa.Column("notches", sa.Integer()),
        sa.Column("score_before", sa.Integer()),
        sa.Column("score_after", sa.Integer()),
        sa.Column("parts", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name="pk_rating_changes"),
        sa.ForeignKeyConstraint(["run_id"], _RUN, ondelete="CASCADE", name="fk_rating_changes_run_id_runs"),
    )
    op.create_index("ix_rating_changes_run_notches", "rating_changes", ["run_id", "notches"])
    op.create_table(
        "rating_alerts_seen",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("seen_by", sa.String(64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "customer_id", "seen_by", name="pk_rating_alerts_seen"),
        sa.ForeignKeyConstraint(["run_id"], _RUN, ondelete="CASCADE", name="fk_rating_alerts_seen_run_id_runs"),
    )
    _warnings()


def _warnings() -> None:
    counts = ("flags", "customers", "hits", "base_rows", "base_hits")
    op.create_table(
        "warning_measures",
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("first_month", sa.Date()),
        sa.Column("last_month", sa.Date()),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("lead_months", sa.Float()),
        sa.Column("caught", sa.Integer(), nullable=False),
        sa.Column("defaulters", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("as_of", "rule", name="pk_warning_measures"),
    )
    op.create_table(
        "warning_flags",
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("value", sa.Float()),
        sa.Column("before", sa.Float()),
        sa.PrimaryKeyConstraint("rule", "customer_id", name="pk_warning_flags"),
    )
    op.create_index("ix_warning_flags_customer_id", "warning_flags", ["customer_id"])


def downgrade() -> None:
    for table in ("warning_flags", "warning_measures", "rating_alerts_seen", "rating_changes", "rating_comparisons"):
        op.drop_table(table)

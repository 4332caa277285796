"""Overrides of ratings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rating_overrides",
        sa.Column("override_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("branch_id", sa.String(64), nullable=False),
        sa.Column("model_run_id", sa.Integer(), nullable=False),
        sa.Column("model_grade", sa.String(4), nullable=False),
        sa.Column("model_score", sa.Integer()),
        sa.Column("model_pd", sa.Float()),
        sa.Column("grade", sa.String(4), nullable=False),
        sa.Column("notches", sa.Integer(), nullable=False),
        sa.Column("reason_code", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(64)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decision_reason", sa.Text()),
        sa.Column("valid_from", sa.Date()),
        sa.Column("ended_on", sa.Date()),
        sa.Column("ended_by", sa.String(64)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("end_reason", sa.Text()),
        sa.CheckConstraint(
            "state in ('proposed','in_force','refused','withdrawn','expired')", name=op.f("ck_rating_overrides_state")
        ),
        sa.CheckConstraint(
            "notches <> 0 and grade <> model_grade and grade <> 'D' and model_grade <> 'D'",
            name=op.f("ck_rating_overrides_grade"),
        ),
        sa.CheckConstraint(
            "decided_by is null or decided_by <> proposed_by", name=op.f("ck_rating_overrides_second_person")
        ),
        sa.CheckConstraint(
            "state not in ('in_force','expired') or (decided_by is not null and valid_from is not null)",
            name=op.f("ck_rating_overrides_signed"),
        ),
        sa.CheckConstraint(
            "state not in ('withdrawn','expired') or ended_at is not null", name=op.f("ck_rating_overrides_ended")
        ),
        sa.PrimaryKeyConstraint("override_id", name="pk_rating_overrides"),
    )
    op.create_index("ix_rating_overrides_customer_id", "rating_overrides", ["customer_id"])
    _one_of_each_a_customer()


def _one_of_each_a_customer() -> None:
    for state in ("proposed", "in_force"):
        there = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_rating_overrides_{state}",
            "rating_overrides",
            ["customer_id"],
            unique=True,
            sqlite_where=there,
            postgresql_where=there,
        )


def downgrade() -> None:
    op.drop_table("rating_overrides")

"""The register of scorecards. It begins empty: the card on show is entered when it is first asked for (store/models.py)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _models()
    _events()


def _models() -> None:
    op.create_table(
        "credit_models",
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("card", _JSON, nullable=False),
        sa.Column("metrics", _JSON, nullable=False),
        sa.Column("definition", _JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("developed_by", sa.String(64), nullable=False),
        sa.Column("developed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("validated_by", sa.String(64)),
        sa.Column("validated_at", sa.DateTime(timezone=True)),
        sa.Column("approved_by", sa.String(64)),
        sa.Column("approved_at", sa.DateTime(timezone=True)),
        sa.Column("in_use_since", sa.DateTime(timezone=True)),
        sa.Column("retired_by", sa.String(64)),
        sa.Column("retired_at", sa.DateTime(timezone=True)),
        sa.Column("replaced_by", sa.Integer()),
        sa.CheckConstraint(
            "state in ('developed','validated','approved','in_use','retired')", name=op.f("ck_credit_models_state")
        ),
        sa.CheckConstraint("tier in (1, 2, 3)", name=op.f("ck_credit_models_tier")),
        sa.CheckConstraint("validated_by <> developed_by", name=op.f("ck_credit_models_second_person")),
        sa.CheckConstraint(
            "approved_by <> developed_by and approved_by <> validated_by", name=op.f("ck_credit_models_third_person")
        ),
        sa.CheckConstraint(
            "state not in ('approved','in_use') or (validated_by is not null and approved_by is not null)",
            name=op.f("ck_credit_models_signed"),
        ),
        sa.PrimaryKeyConstraint("model_id", name="pk_credit_models"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_credit_models_run_id_runs"),
    )
    op.create_index("uq_credit_models_run_id", "credit_models", ["run_id"], unique=True)
    in_use = sa.text("state = 'in_use'")
    op.create_index(
        "uq_credit_models_in_use",
        "credit_models",
        ["purpose"],
        unique=True,
        sqlite_where=in_use,
        postgresql_where=in_use,
    )


def _events() -> None:
    op.create_table(
        "credit_model_events",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_credit_model_events"),
        sa.ForeignKeyConstraint(
            ["model_id"], ["credit_models.model_id"], name="fk_credit_model_events_model_id_credit_models"
        ),
    )
    op.create_index("ix_credit_model_events_model_id", "credit_model_events", ["model_id"])


def downgrade() -> None:
    op.drop_table("credit_model_events")
    op.drop_table("credit_models")

"""Developments of scorecards, with their sample's definition, and drafts of bins set by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "developments",
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("batches", _JSON, nullable=False),
        sa.Column("sample", _JSON, nullable=False),
        sa.Column("found", _JSON, nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("development_id", name="pk_developments"),
    )
    op.create_table(
        "development_drafts",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("bins", _JSON, nullable=False),
        sa.Column("effect", _JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name="pk_development_drafts"),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["developments.development_id"],
            name="fk_development_drafts_development_id_developments",
        ),
    )
    op.create_index("ix_development_drafts_development_id", "development_drafts", ["development_id"])


def downgrade() -> None:
    op.drop_table("development_drafts")
    op.drop_table("developments")

"""Dated parameters, and runs of contribution by customer and by month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_PATH = sa.String(512).with_variant(sa.String(512, collation="C"), "postgresql")
_PARTS = ("deposit_margin", "loan_margin", "fees", "expected_loss", "operating_cost", "capital_cost", "capital")
_ADDED = {
    "customers": (
        ("contribution_month", sa.BigInteger()), ("contribution_12m", sa.BigInteger()), ("lifetime_value", sa.BigInteger()),
    ),
    "pictures": (("contribution_run_id", sa.Integer()),),
}  # fmt: skip


def _money(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def _of_run(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=f"fk_{table}_run_id_runs", ondelete="CASCADE")


def upgrade() -> None:
    _parameter_versions()
    _run_tables()
    for table, columns in _ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind))


def _parameter_versions() -> None:
    op.create_table(
        "parameter_versions",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("parameters", _JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(64)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decision_reason", sa.Text()),
        sa.PrimaryKeyConstraint("version_id", name="pk_parameter_versions"),
        sa.UniqueConstraint("kind", "version", name="uq_parameter_versions_kind_version"),
        sa.CheckConstraint("state in ('proposed','approved','rejected')", name=op.f("ck_parameter_versions_state")),
        sa.CheckConstraint(
            "state = 'proposed' or (decided_by is not null and decided_at is not null)",
            name=op.f("ck_parameter_versions_decided"),
        ),
        sa.CheckConstraint(
            "state <> 'approved' or decided_by <> proposed_by", name=op.f("ck_parameter_versions_second_person")
        ),
    )


def _run_tables() -> None:
    op.create_table(
        "run_contributions",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("accounts", sa.Integer()),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        *_money(*(f"month_{part}" for part in (*_PARTS, "contribution")), nullable=True),
        *_money(*(f"year_{part}" for part in (*_PARTS, "contribution"))),
        *_money("lifetime_value", nullable=True),
        sa.PrimaryKeyConstraint("run_id", "customer_id", name="pk_run_contributions"),
        _of_run("run_contributions"),
    )
    op.create_index("ix_run_contributions_customer", "run_contributions", ["customer_id"])
    op.create_table(
        "contribution_months",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("branch_id", sa.String(64), nullable=False),
        sa.Column("manager_id", sa.String(64), nullable=False),
        sa.Column("family", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("branch_path", _PATH, nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        *_money(*_PARTS, "volume"),
        *_money("won", "won_volume", "lost", "lost_volume", nullable=True),
        sa.PrimaryKeyConstraint(
            "run_id", "month", "branch_id", "manager_id", "family", "kind", name="pk_contribution_months"
        ),
        _of_run("contribution_months"),
    )
    op.create_index("ix_contribution_months_path", "contribution_months", ["run_id", "branch_path", "month"])


def downgrade() -> None:
    for table, columns in _ADDED.items():
        with op.batch_alter_table(table) as batch:
            for name, _ in columns:
                batch.drop_column(name)
    for table in ("contribution_months", "run_contributions", "parameter_versions"):
        op.drop_table(table)

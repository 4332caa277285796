"""Chains of jobs, schedules, and one job of a kind at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_ACTIVE = sa.text("status in ('queued','running')")
_RUNNING = sa.text("status = 'running'")
_ADDED = {"chain_id": sa.Integer(), "lane": sa.String(64), "ground": sa.String(64)}


def upgrade() -> None:
    op.drop_index("uq_job_runs_active", "job_runs")
    op.drop_column("job_runs", "again")
    for name, kind in _ADDED.items():
        op.add_column("job_runs", sa.Column(name, kind))
    op.add_column("job_runs", sa.Column("behind", sa.Integer(), nullable=False, server_default="0"))
    _unique("uq_job_runs_active", ["kind", "parameters_key", "behind"], _ACTIVE)
    _unique("uq_job_runs_lane", ["lane"], _RUNNING)
    op.create_index("ix_job_runs_chain_id", "job_runs", ["chain_id"])
    _chains()
    op.create_table(
        "schedules",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Integer()),
        sa.Column("at", sa.String(5)),
        sa.Column("steps", _JSON, nullable=False),
        sa.Column("next_at", _MOMENT),
        sa.Column("changed_by", sa.String(64)),
        sa.Column("changed_at", _MOMENT),
        sa.PrimaryKeyConstraint("name", name="pk_schedules"),
        sa.CheckConstraint("day is null or day between 1 and 28", name=op.f("ck_schedules_day")),
    )


def _unique(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "job_runs", columns, unique=True, sqlite_where=where, postgresql_where=where)


def _chains() -> None:
    op.create_table(
        "chains",
        sa.Column("chain_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(32), nullable=False),
        sa.Column("schedule", sa.String(32)),
        sa.Column("due_at", _MOMENT),
        sa.Column("begun_by", sa.String(64), nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("ground", sa.String(64)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("cancelled_by", sa.String(64)),
        sa.PrimaryKeyConstraint("chain_id", name="pk_chains"),
        sa.CheckConstraint("state in ('running','halted','done','cancelled')", name=op.f("ck_chains_state")),
    )
    op.create_index("ix_chains_state", "chains", ["state"])
    op.create_table(
        "chain_steps",
        sa.Column("chain_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("queue", sa.String(32), nullable=False),
        sa.Column("lane", sa.String(64)),
        sa.Column("parameters", _JSON, nullable=False),
        sa.Column("needed", sa.Boolean(), nullable=False),
        sa.Column("waits_for", sa.String(32)),
        sa.Column("job_id", sa.Integer()),
        sa.Column("outcome", sa.String(16)),
        sa.PrimaryKeyConstraint("chain_id", "place", name="pk_chain_steps"),
        sa.ForeignKeyConstraint(
            ["chain_id"], ["chains.chain_id"], name="fk_chain_steps_chain_id_chains", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "outcome in ('done','refused','failed','cancelled','skipped','dropped','unneeded')",
            name=op.f("ck_chain_steps_outcome"),
        ),
    )
    op.create_index("ix_chain_steps_job_id", "chain_steps", ["job_id"])


def downgrade() -> None:
    for table in ("chain_steps", "chains", "schedules"):
        op.drop_table(table)
    for index in ("ix_job_runs_chain_id", "uq_job_runs_lane", "uq_job_runs_active"):
        op.drop_index(index, "job_runs")
    for name in (*_ADDED, "behind"):
        op.drop_column("job_runs", name)
    op.add_column("job_runs", sa.Column("again", sa.Boolean(), nullable=False, server_default=sa.false()))
    _unique("uq_job_runs_active", ["kind", "parameters_key"], _ACTIVE)

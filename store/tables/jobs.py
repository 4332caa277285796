"""Background work: a row a job, its log a row a line. The screen polls these, never Redis."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
)

from store.tables.metadata import metadata
from store.types import Json, Moment

ACTIVE = "status in ('queued','running')"

job_runs = Table(
    "job_runs", metadata,
    Column("job_id", Integer, primary_key=True),
    Column("kind", String(64), nullable=False, index=True),
    Column("parameters", Json, nullable=False),
    Column("parameters_key", String(64), nullable=False),
    Column("queue", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("submitted_by", String(64), nullable=False),
    Column("scope", Json, nullable=False),
    Column("submitted_at", Moment, nullable=False),
    Column("claimed_at", Moment),
    Column("heartbeat_at", Moment),
    Column("finished_at", Moment),
    Column("worker", String(128)),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("retry_of", Integer),
    Column("step", String(128)),
    Column("step_detail", String(256)),
    Column("percent", Float),
    Column("again", Boolean, nullable=False, server_default=false()),  # asked for once more while it was running
    Column("cancel_requested_at", Moment),
    Column("cancelled_by", String(64)),
    Column("sentence", Text),
    Column("incident", String(32)),
    Column("result", Json),
    CheckConstraint("status in ('queued','running','done','failed','cancelled')", name="status"),
)  # fmt: skip

# A double click finds the job that is already under way.
Index(
    "uq_job_runs_active", job_runs.c.kind, job_runs.c.parameters_key, unique=True,
    sqlite_where=text(ACTIVE), postgresql_where=text(ACTIVE),
)  # fmt: skip

job_log = Table(
    "job_log", metadata,
    Column("line_id", Integer, primary_key=True),
    Column("job_id", ForeignKey("job_runs.job_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("line", Text, nullable=False),
)  # fmt: skip

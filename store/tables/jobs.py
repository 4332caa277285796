"""Background work: a row a job, its log a row a line; chains of jobs, and what starts them by itself.

The screen polls these, never Redis.
"""

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
    Column("chain_id", Integer, index=True),  # the chain that entered it
    Column("lane", String(64)),  # of each lane one job runs at a time
    Column("ground", String(64)),  # which batches counted when it began
    Column("behind", Integer, nullable=False, server_default="0"),  # the same asking, running on batches of before
    Column("cancel_requested_at", Moment),
    Column("cancelled_by", String(64)),
    Column("sentence", Text),
    Column("incident", String(32)),
    Column("result", Json),
    CheckConstraint("status in ('queued','running','done','failed','cancelled')", name="status"),
)  # fmt: skip

# A double click finds the job that is already under way; what runs on batches of before may have one behind it.
Index(
    "uq_job_runs_active", job_runs.c.kind, job_runs.c.parameters_key, job_runs.c.behind, unique=True,
    sqlite_where=text(ACTIVE), postgresql_where=text(ACTIVE),
)  # fmt: skip

# The same month is never computed twice at once, whoever asked and however many workers there are.
Index(
    "uq_job_runs_lane", job_runs.c.lane, unique=True, sqlite_where=text("status = 'running'"),
    postgresql_where=text("status = 'running'"),
)  # fmt: skip

job_log = Table(
    "job_log", metadata,
    Column("line_id", Integer, primary_key=True),
    Column("job_id", ForeignKey("job_runs.job_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("line", Text, nullable=False),
)  # fmt: skip

# Jobs one after the other. origin: the kind of its first job, or what had it made; schedule: by which line, due when.
chains = Table(
    "chains", metadata,
    Column("chain_id", Integer, primary_key=True),
    Column("origin", String(32), nullable=False),
    Column("schedule", String(32)),
    Column("due_at", Moment),
    Column("begun_by", String(64), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("ground", String(64)),
    Column("state", String(16), nullable=False, index=True),
    Column("ended_at", Moment),
    Column("cancelled_by", String(64)),
    CheckConstraint("state in ('running','halted','done','cancelled')", name="state"),
)  # fmt: skip

# What each step is, as the registry had it when the chain began; job_id: its latest job, None before it has one.
chain_steps = Table(
    "chain_steps", metadata,
    Column("chain_id", ForeignKey("chains.chain_id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("queue", String(32), nullable=False),
    Column("lane", String(64)),
    Column("parameters", Json, nullable=False),
    Column("needed", Boolean, nullable=False),  # the steps after it make no sense without it
    Column("waits_for", String(32)),  # the kind of run whose first candidate has to be decided on before
    Column("job_id", Integer, index=True),
    Column("outcome", String(16)),
    CheckConstraint(
        "outcome in ('done','refused','failed','cancelled','skipped','dropped','unneeded')", name="outcome"
    ),
)  # fmt: skip

# What starts by itself: day and time of the month, or neither where a delivery starts it.
schedules = Table(
    "schedules", metadata,
    Column("name", String(32), primary_key=True),
    Column("active", Boolean, nullable=False),
    Column("day", Integer),
    Column("at", String(5)),
    Column("steps", Json, nullable=False),
    Column("next_at", Moment),
    Column("changed_by", String(64)),
    Column("changed_at", Moment),
    CheckConstraint("day is null or day between 1 and 28", name="day"),
)  # fmt: skip

"""The register of scorecards, and what was decided about each."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from store.tables.metadata import metadata
from store.types import Json, Moment

# purpose: what is rated, the kind of the sample ('behaviour', 'application'). tier: how much depends on it, 1 the most.
# run_id: the credit run that developed it. state: developed -> validated -> approved -> in_use -> retired.
# replaced_by: the model that took its place; a retired one without it was retired for good.
credit_models = Table(
    "credit_models", metadata,
    Column("model_id", Integer, primary_key=True),
    Column("version", String(64), nullable=False),
    Column("run_id", Integer, ForeignKey("runs.run_id"), nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("card", Json, nullable=False),
    Column("metrics", Json, nullable=False),
    Column("definition", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("developed_by", String(64), nullable=False),
    Column("developed_at", Moment, nullable=False),
    Column("validated_by", String(64)),
    Column("validated_at", Moment),
    Column("approved_by", String(64)),
    Column("approved_at", Moment),
    Column("in_use_since", Moment),
    Column("retired_by", String(64)),
    Column("retired_at", Moment),
    Column("replaced_by", Integer),
    CheckConstraint("state in ('developed','validated','approved','in_use','retired')", name="state"),
    CheckConstraint("tier in (1, 2, 3)", name="tier"),
    # Three people, whatever code does the writing.
    CheckConstraint("validated_by <> developed_by", name="second_person"),
    CheckConstraint("approved_by <> developed_by and approved_by <> validated_by", name="third_person"),
    CheckConstraint(
        "state not in ('approved','in_use') or (validated_by is not null and approved_by is not null)", name="signed"
    ),
    Index("uq_credit_models_run_id", "run_id", unique=True),
)  # fmt: skip

# One model of a purpose is in use, whoever publishes at the same moment.
Index(
    "uq_credit_models_in_use", credit_models.c.purpose, unique=True, sqlite_where=text("state = 'in_use'"),
    postgresql_where=text("state = 'in_use'"),
)  # fmt: skip

# Rows are only added. act: a state reached, or 'assigned' for a change of owner or tier; words: why, as they were given.
# A trigger (migration 0017) lets nobody validate or approve a model before its dossier is there.
credit_model_events = Table(
    "credit_model_events", metadata,
    Column("event_id", Integer, primary_key=True),
    Column("model_id", Integer, ForeignKey("credit_models.model_id"), nullable=False),
    Column("act", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("words", Text, nullable=False),
    Column("report_id", Integer),  # the dossier it was decided on
    Index("ix_credit_model_events_model_id", "model_id"),
)  # fmt: skip

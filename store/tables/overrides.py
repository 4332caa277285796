"""Overrides of ratings: who proposed another grade than the model's, who signed it, and until when."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Float, Index, Integer, String, Table, Text, text

from store.tables.metadata import metadata
from store.types import Moment

# state: proposed -> in_force -> expired | withdrawn; proposed -> refused | withdrawn. model_*: as the run on show had it.
# decided_*: the second signature, or the refusal. expires_on: the last day; ended_on: the first day it no longer held.
rating_overrides = Table(
    "rating_overrides", metadata,
    Column("override_id", Integer, primary_key=True),
    Column("customer_id", String(64), nullable=False),
    Column("branch_id", String(64), nullable=False),
    Column("model_run_id", Integer, nullable=False),
    Column("model_grade", String(4), nullable=False),
    Column("model_score", Integer),
    Column("model_pd", Float),
    Column("grade", String(4), nullable=False),
    Column("notches", Integer, nullable=False),
    Column("reason_code", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("proposed_by", String(64), nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("decided_by", String(64)),
    Column("decided_at", Moment),
    Column("decision_reason", Text),
    Column("valid_from", Date),
    Column("ended_on", Date),
    Column("ended_by", String(64)),
    Column("ended_at", Moment),
    Column("end_reason", Text),
    CheckConstraint("state in ('proposed','in_force','refused','withdrawn','expired')", name="state"),
    CheckConstraint("notches <> 0 and grade <> model_grade and grade <> 'D' and model_grade <> 'D'", name="grade"),
    # Whoever proposed it never signs it, whatever code does the writing.
    CheckConstraint("decided_by is null or decided_by <> proposed_by", name="second_person"),
    CheckConstraint(
        "state not in ('in_force','expired') or (decided_by is not null and valid_from is not null)", name="signed"
    ),
    CheckConstraint("state not in ('withdrawn','expired') or ended_at is not null", name="ended"),
    Index("ix_rating_overrides_customer_id", "customer_id"),
)  # fmt: skip

# One of each a customer, whoever proposes or signs at the same moment.
for _state in ("proposed", "in_force"):
    Index(
        f"uq_rating_overrides_{_state}", rating_overrides.c.customer_id, unique=True,
        sqlite_where=text(f"state = '{_state}'"), postgresql_where=text(f"state = '{_state}'"),
    )  # fmt: skip

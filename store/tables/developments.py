"""Developments of scorecards, what analysts changed in them by hand, and which suspicions of a leak they cleared."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from store.tables.metadata import metadata
from store.types import Json, Moment

# sample: its definition and counts; found: the card, its figures and what became of each characteristic. The rows of the
# sample are a Parquet file under the number of the job (warehouse/developments.py).
developments = Table(
    "developments", metadata,
    Column("development_id", Integer, primary_key=True),
    Column("job_id", Integer, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("batches", Json, nullable=False),
    Column("sample", Json, nullable=False),
    Column("found", Json, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
)  # fmt: skip

# Rows are only added: a draft is never changed, another one is saved.
development_drafts = Table(
    "development_drafts", metadata,
    Column("draft_id", Integer, primary_key=True),
    Column("development_id", Integer, ForeignKey("developments.development_id"), nullable=False),
    Column("bins", Json, nullable=False),
    Column("effect", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Index("ix_development_drafts_development_id", "development_id"),
)  # fmt: skip

# Rows are only added: the newest of a name says whether it may enter a card although it tells suspiciously much.
clearances = Table(
    "clearances", metadata,
    Column("clearance_id", Integer, primary_key=True),
    Column("development_id", Integer, ForeignKey("developments.development_id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("cleared", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Index("ix_clearances_development_id", "development_id"),
)  # fmt: skip

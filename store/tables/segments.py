"""Names that analysts gave to segments."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from store.tables.metadata import metadata
from store.types import Moment

# Rows are only added: the newest of an identity is valid, and one without words takes the name back. run_id and number
# say which segment of which run its giver looked at; the name goes with the identity (domain/segmentation/given_names.py).
segment_names = Table(
    "segment_names", metadata,
    Column("name_id", Integer, primary_key=True),
    Column("identity", String(32), nullable=False),
    Column("run_id", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("zh", String(64)),
    Column("en", String(64)),
    Column("reason", Text, nullable=False),
    Column("named_by", String(64), nullable=False),
    Column("named_at", Moment, nullable=False),
    Index("ix_segment_names_identity", "identity"),
)  # fmt: skip

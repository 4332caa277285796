"""How each feature is distributed: what the feature catalogue shows."""

from __future__ import annotations

from sqlalchemy import Column, Date, Float, Integer, String, Table, Text

from store.tables.metadata import metadata
from store.types import Moment

# One row a month-end, branch (all below it counted in) and feature; a month is written whole. detail: the rest of
# domain.feature_profile.Profile as JSON.
feature_profiles = Table(
    "feature_profiles", metadata,
    Column("as_of", Date, primary_key=True),
    Column("branch_id", String(64), primary_key=True),
    Column("feature", String(64), primary_key=True),
    Column("customers", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("drift", Float),
    Column("detail", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
)  # fmt: skip

"""What changed between two ratings, who has seen the downgrades, and the early warnings beside the score."""

from __future__ import annotations

from sqlalchemy import Column, Date, Float, ForeignKey, Index, Integer, String, Table, text

from store.tables.metadata import metadata
from store.types import Json, Moment

# One row a credit run: what it was compared with (the run on show when it was made; none before the first). cause: why
# grades may have moved: 'figures' (the same card and scale: the customers' own figures), 'card', 'scale'.
rating_comparisons = Table(
    "rating_comparisons", metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("before_run_id", Integer),
    Column("changed", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("cause", String(16), nullable=False, server_default=text("'figures'")),
)  # fmt: skip

# Who has another grade or score than in that run: the columns of domain/credit/changes.py.
rating_changes = Table(
    "rating_changes", metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", String(64), primary_key=True),
    Column("grade_before", String(4)),
    Column("grade_after", String(4)),
    Column("notches", Integer),
    Column("score_before", Integer),
    Column("score_after", Integer),
    Column("parts", Json, nullable=False),
    Column("own_notches", Integer),
    Index("ix_rating_changes_run_notches", "run_id", "notches"),
)  # fmt: skip

rating_alerts_seen = Table(
    "rating_alerts_seen", metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", String(64), primary_key=True),
    Column("seen_by", String(64), primary_key=True),
    Column("seen_at", Moment, nullable=False),
)  # fmt: skip

# Who took note that the rating on show is made with another card or scale than the one before.
card_notices_seen = Table(
    "card_notices_seen", metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("seen_by", String(64), primary_key=True),
    Column("seen_at", Moment, nullable=False),
)  # fmt: skip

# How good each rule of domain/credit/early_warning.py has been, as known at a day; months: of history it rests on.
warning_measures = Table(
    "warning_measures", metadata,
    Column("as_of", Date, primary_key=True),
    Column("rule", String(32), primary_key=True),
    Column("first_month", Date),
    Column("last_month", Date),
    Column("flags", Integer, nullable=False),
    Column("customers", Integer, nullable=False),
    Column("hits", Integer, nullable=False),
    Column("base_rows", Integer, nullable=False),
    Column("base_hits", Integer, nullable=False),
    Column("lead_months", Float),
    Column("caught", Integer, nullable=False),
    Column("defaulters", Integer, nullable=False),
    Column("job_id", Integer),
    Column("made_at", Moment, nullable=False),
)  # fmt: skip

# Who is flagged at the newest day that was measured: value and before as they set the rule off.
warning_flags = Table(
    "warning_flags", metadata,
    Column("rule", String(32), primary_key=True),
    Column("customer_id", String(64), primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("since", Date, nullable=False),
    Column("value", Float),
    Column("before", Float),
    Index("ix_warning_flags_customer_id", "customer_id"),
)  # fmt: skip

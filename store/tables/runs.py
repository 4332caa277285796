"""Runs: what a recompute found, a candidate until somebody else publishes it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Float, ForeignKey, Index, Integer, String, Table, Text, text

from store.tables.metadata import metadata
from store.types import Json, Moment, Money

# kind: see store/served_runs.py. state: candidate -> published -> superseded; candidate -> rejected.
runs = Table(
    "runs", metadata,
    Column("run_id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", String(64), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("parameters", Json, nullable=False),
    Column("batches", Json, nullable=False),
    Column("code_version", String(64), nullable=False),
    Column("seed", Integer, nullable=False),
    Column("job_id", Integer),
    Column("started_by", String(64), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=False),
    Column("customers", Integer, nullable=False),
    Column("metrics", Json, nullable=False),
    Column("model", Json, nullable=False),
    Column("migration", Json),
    Column("decided_by", String(64)),
    Column("decided_at", Moment),
    Column("decision_reason", Text),
    CheckConstraint("state in ('candidate','published','superseded','rejected')", name="state"),
    Index("ix_runs_kind_state", "kind", "state"),
)  # fmt: skip

# One run of a kind is on show, whoever publishes at the same moment.
Index(
    "uq_runs_published", runs.c.kind, unique=True, sqlite_where=text("state = 'published'"),
    postgresql_where=text("state = 'published'"),
)  # fmt: skip

publications = Table(
    "publications", metadata,
    Column("publication_id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False, index=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False),
    Column("previous_run_id", Integer),
    Column("published_by", String(64), nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("reason", Text),
)  # fmt: skip

run_segments = Table(
    "run_segments", metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", String(64), primary_key=True),
    Column("recency_score", Integer),
    Column("frequency_score", Integer),
    Column("monetary_score", Integer),
    Column("tier", String(32)),
    Column("tier_reached", String(32)),  # by AUM alone, now and a month-end ago: a tier is lost after two below it
    Column("tier_before", String(32)),
    Column("aum", Money),
    Column("life_cycle", String(32)),
    Column("segment", Integer),
    Column("why", Json),
    Index("ix_run_segments_customer", "customer_id"),
)  # fmt: skip

run_ratings = Table(
    "run_ratings", metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", String(64), primary_key=True),
    Column("score", Integer),
    Column("pd", Float),
    Column("grade", String(4)),
    Column("points", Json),
    Column("reasons", Json),
    Index("ix_run_ratings_customer", "customer_id"),
)  # fmt: skip

# One row a customer who was looked at; drivers as domain/behaviour/drivers.py keeps them.
run_attrition = Table(
    "run_attrition", metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", String(64), primary_key=True),
    Column("probability", Float),
    Column("aum", Money),
    Column("aum_at_risk", Money),
    Column("drivers", Json),
    Index("ix_run_attrition_customer", "customer_id"),
)  # fmt: skip

# family, probability: the likeliest that may be offered, None where nothing may. offers: domain/marketing/next_product.py.
run_next_products = Table(
    "run_next_products", metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", String(64), primary_key=True),
    Column("family", String(32)),
    Column("probability", Float),
    Column("offers", Json),
    Column("chances", Text),  # of every family and the reasons against it: domain/marketing/chances.py
    Index("ix_run_next_products_customer", "customer_id"),
)  # fmt: skip

"""What is watched of a scorecard, month by month."""

from __future__ import annotations

from sqlalchemy import Column, Date, Float, ForeignKey, Integer, String, Table, Text

from store.tables.metadata import metadata
from store.types import Moment

# One row a card (run_id: of the run that developed it) and month-end; all months of a card are written at once.
# level: the worst judgement of the month. detail: month and judgements as domain/credit/monitoring.py has them, as JSON.
scorecard_months = Table(
    "scorecard_months", metadata,
    Column("run_id", Integer, ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("month", Date, primary_key=True),
    Column("customers", Integer, nullable=False),
    Column("score_index", Float, nullable=False),
    Column("gini", Float),
    Column("level", String(8), nullable=False),
    Column("alerts", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
)  # fmt: skip

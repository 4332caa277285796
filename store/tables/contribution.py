"""Contribution: the dated parameters it is worked out with, and what a run found, by customer and by month."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from store.tables.metadata import metadata
from store.types import Json, Moment, Money, code

# state: proposed -> approved | rejected. Approved versions are never changed: a month uses the one valid in it.
parameter_versions = Table(
    "parameter_versions", metadata,
    Column("version_id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("version", Integer, nullable=False),  # 1, 2, 3 … within the kind
    Column("valid_from", Date, nullable=False),
    Column("parameters", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("proposed_by", String(64), nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("decided_by", String(64)),
    Column("decided_at", Moment),
    Column("decision_reason", Text),
    UniqueConstraint("kind", "version"),
    CheckConstraint("state in ('proposed','approved','rejected')", name="state"),
    CheckConstraint(
        "state = 'proposed' or (decided_by is not null and decided_at is not null)", name="decided"
    ),
    # Whoever wrote a version never approves it, whatever code does the writing.
    CheckConstraint("state <> 'approved' or decided_by <> proposed_by", name="second_person"),
)  # fmt: skip

_PARTS = (
    "deposit_margin", "loan_margin", "fees", "expected_loss", "operating_cost", "capital_cost", "capital",
    "contribution",
)  # fmt: skip

# A customer's last month (None without a row in it) and twelve; capital is the sum over months.
run_contributions = Table(
    "run_contributions", metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", String(64), primary_key=True),
    Column("accounts", Integer),  # with a row in the last month
    Column("unknown", Integer, nullable=False),  # of these, without a known balance
    Column("months", Integer, nullable=False),  # of the twelve, with a row
    *(Column(f"month_{part}", Money) for part in _PARTS),
    *(Column(f"year_{part}", Money, nullable=False) for part in _PARTS),
    Column("lifetime_value", Money),
    Index("ix_run_contributions_customer", "customer_id"),
)  # fmt: skip

_MONEY = (*_PARTS[:-1], "volume")

# A run's month of a branch, a manager ('' nobody's), a family and a kind of customer; sums only. won: of customers
# without a row the month before; lost: what those without a row now brought then; None in a run's first month.
contribution_months = Table(
    "contribution_months", metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("month", Date, primary_key=True),
    Column("branch_id", String(64), primary_key=True),
    Column("manager_id", String(64), primary_key=True),
    Column("family", String(32), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("branch_path", code(512), nullable=False),
    Column("accounts", Integer, nullable=False),
    *(Column(name, Money, nullable=False) for name in _MONEY),
    *(Column(name, Money) for name in ("won", "won_volume", "lost", "lost_volume")),
    Index("ix_contribution_months_path", "run_id", "branch_path", "month"),
)  # fmt: skip

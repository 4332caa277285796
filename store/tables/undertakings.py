"""What a dossier found that somebody must answer, and what was promised about a scorecard: by whom, until when, and done."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from store.tables.metadata import metadata
from store.types import Moment

# The judgements of a validation dossier that are not 'stable', in the order they are printed. finding: what it is and whom it
# names (domain.credit.findings). required: no model is validated or approved before somebody else answered it in writing.
dossier_findings = Table(
    "dossier_findings", metadata,
    Column("report_id", ForeignKey("reports.report_id"), primary_key=True),
    Column("finding", String(512), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("level", String(8), nullable=False),
    Column("required", Boolean, nullable=False),
    CheckConstraint("level in ('watch','act')", name="level"),
)  # fmt: skip

# kind: 'answer' to a finding (level: how grave it was then; the newest answer counts), or 'condition' of a signature (step:
# which). words: what is done. owner: the login of who does it. Rows are only added, and closed once, never by the owner.
undertakings = Table(
    "undertakings", metadata,
    Column("undertaking_id", Integer, primary_key=True),
    Column("model_id", Integer, ForeignKey("credit_models.model_id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("finding", String(512)),
    Column("level", String(8)),
    Column("step", String(16)),
    Column("words", Text, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("due", Date, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("report_id", Integer),  # the dossier it was given on
    Column("closed_by", String(64)),
    Column("closed_at", Moment),
    Column("closed_words", Text),
    CheckConstraint(
        "(kind = 'answer' and finding is not null and level is not null and step is null)"
        " or (kind = 'condition' and finding is null and step is not null)", name="kind",
    ),
    CheckConstraint("words <> ''", name="words"),
    # Whoever must do it does not say that it is done.
    CheckConstraint("closed_by <> owner", name="other_person"),
    CheckConstraint(
        "(closed_by is null) = (closed_at is null) and (closed_by is null) = (closed_words is null)", name="closed"
    ),
    Index("ix_undertakings_model_id", "model_id"),
)  # fmt: skip

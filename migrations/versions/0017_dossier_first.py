"""No model is validated or approved before its dossier is there, whatever does the writing; changes of a rating tell what
the customer's own figures did from what another card did, and a comparison says why grades moved."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

REFUSED = "a model is validated and approved only when its validation dossier is there"
_WITHOUT = (
    "NOT EXISTS (SELECT 1 FROM reports WHERE reports.kind = 'validation_dossier' AND reports.model_id = NEW.model_id)"
)
# By the transition, so that what was decided before this stands as it was decided.
BROKEN = {
    "update": "((NEW.validated_by IS NOT NULL AND OLD.validated_by IS NULL)"
    " OR (NEW.approved_by IS NOT NULL AND OLD.approved_by IS NULL)"
    f" OR (NEW.state <> OLD.state AND NEW.state IN ('validated','approved'))) AND {_WITHOUT}",
    "insert": "(NEW.validated_by IS NOT NULL OR NEW.approved_by IS NOT NULL"
    f" OR NEW.state IN ('validated','approved','in_use')) AND {_WITHOUT}",
}


def upgrade() -> None:
    op.add_column("reports", sa.Column("model_id", sa.Integer()))
    op.add_column("reports", sa.Column("model_event", sa.Integer()))
    op.create_index("ix_reports_model_id", "reports", ["model_id"])
    op.add_column("credit_model_events", sa.Column("report_id", sa.Integer()))
    op.add_column("rating_changes", sa.Column("own_notches", sa.Integer()))
    op.add_column(
        "rating_comparisons", sa.Column("cause", sa.String(16), nullable=False, server_default=sa.text("'figures'"))
    )
    _link_dossiers()
    _tell_causes()
    _guard()


def _link_dossiers() -> None:
    """Dossiers on the shelf name their model in what they say, and hold as many of its steps as were taken by then."""
    bind = op.get_bind()
    models = {row.version: row.model_id for row in bind.execute(sa.text("select version, model_id from credit_models"))}
    papers = bind.execute(sa.text("select report_id, inputs from reports where kind = 'validation_dossier'")).all()
    steps = sa.text("select event_id from credit_model_events where model_id = :model order by event_id")
    keep = sa.text("update reports set model_id = :model, model_event = :event where report_id = :report")
    for paper in papers:
        told = json.loads(paper.inputs) if isinstance(paper.inputs, str) else paper.inputs
        standing = told.get("standing") or {}
        model, held = models.get(standing.get("version")), len(standing.get("signatures") or ())
        if model is None or not held:
            continue
        there = bind.execute(steps, {"model": model}).scalars().all()
        bind.execute(keep, {"model": model, "event": there[min(held, len(there)) - 1], "report": paper.report_id})


def _tell_causes() -> None:
    """A run that developed a card was compared with a run of another; every other was rated with the card on show."""
    op.execute(
        "UPDATE rating_comparisons SET cause = 'card' WHERE before_run_id IS NOT NULL"
        " AND run_id IN (SELECT run_id FROM credit_models)"
    )
    op.execute(
        "UPDATE rating_changes SET own_notches = notches"
        " WHERE run_id IN (SELECT run_id FROM rating_comparisons WHERE cause = 'figures')"
    )


def _name(when: str) -> str:
    return f"models_dossier_first_{when}"


def _guard() -> None:
    for when, broken in BROKEN.items():
        name = _name(when)
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON credit_models WHEN {broken} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {broken} THEN "
            f"RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {when} ON credit_models FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for when in BROKEN:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {_name(when)}")
        else:
            op.execute(f"DROP TRIGGER {_name(when)} ON credit_models")
            op.execute(f"DROP FUNCTION {_name(when)}()")
    op.drop_column("rating_comparisons", "cause")
    op.drop_column("rating_changes", "own_notches")
    op.drop_column("credit_model_events", "report_id")
    op.drop_index("ix_reports_model_id", "reports")
    op.drop_column("reports", "model_event")
    op.drop_column("reports", "model_id")

"""Grave findings of a dossier are answered in writing before anybody validates or approves; conditions of a signature are
kept; a person may take note that another card moved the grades."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

REFUSED = "a model is validated and approved only when its newest dossier is answered, and not by who validates it"
# The newest dossier counts its findings, has them all, and each that asks for an answer has one as grave, by somebody else.
_UNANSWERED = (
    "NOT EXISTS (SELECT 1 FROM reports WHERE reports.report_id ="
    " (SELECT max(p.report_id) FROM reports p WHERE p.kind = 'validation_dossier' AND p.model_id = NEW.model_id)"
    " AND reports.findings = (SELECT count(*) FROM dossier_findings f WHERE f.report_id = reports.report_id)"
    " AND NOT EXISTS (SELECT 1 FROM dossier_findings f WHERE f.report_id = reports.report_id AND f.required"
    " AND NOT EXISTS (SELECT 1 FROM undertakings u WHERE u.model_id = NEW.model_id AND u.finding = f.finding"
    " AND (u.level = f.level OR u.level = 'act') AND (NEW.validated_by IS NULL OR u.made_by <> NEW.validated_by))))"
)
# By the transition, so that what was decided before this stands as it was decided.
BROKEN = {
    "update": "((NEW.validated_by IS NOT NULL AND OLD.validated_by IS NULL)"
    " OR (NEW.approved_by IS NOT NULL AND OLD.approved_by IS NULL)"
    f" OR (NEW.state <> OLD.state AND NEW.state IN ('validated','approved'))) AND {_UNANSWERED}",
    "insert": "(NEW.validated_by IS NOT NULL OR NEW.approved_by IS NOT NULL"
    f" OR NEW.state IN ('validated','approved','in_use')) AND {_UNANSWERED}",
}


def upgrade() -> None:
    op.add_column("reports", sa.Column("findings", sa.Integer()))
    op.create_table(
        "dossier_findings",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(512), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", "finding", name="pk_dossier_findings"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.report_id"], name="fk_dossier_findings_report_id_reports"),
        sa.CheckConstraint("level in ('watch','act')", name="ck_dossier_findings_level"),
    )
    _undertakings()
    op.create_table(
        "card_notices_seen",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("seen_by", sa.String(64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "seen_by", name="pk_card_notices_seen"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.run_id"], name="fk_card_notices_seen_run_id_runs", ondelete="CASCADE"
        ),
    )
    _guard()


def _undertakings() -> None:
    op.create_table(
        "undertakings",
        sa.Column("undertaking_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("finding", sa.String(512)),
        sa.Column("level", sa.String(8)),
        sa.Column("step", sa.String(16)),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report_id", sa.Integer()),
        sa.Column("closed_by", sa.String(64)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("closed_words", sa.Text()),
        sa.PrimaryKeyConstraint("undertaking_id", name="pk_undertakings"),
        sa.ForeignKeyConstraint(
            ["model_id"], ["credit_models.model_id"], name="fk_undertakings_model_id_credit_models"
        ),
        sa.CheckConstraint(
            "(kind = 'answer' and finding is not null and level is not null and step is null)"
            " or (kind = 'condition' and finding is null and step is not null)",
            name="ck_undertakings_kind",
        ),
        sa.CheckConstraint("words <> ''", name="ck_undertakings_words"),
        sa.CheckConstraint("closed_by <> owner", name="ck_undertakings_other_person"),
        sa.CheckConstraint(
            "(closed_by is null) = (closed_at is null) and (closed_by is null) = (closed_words is null)",
            name="ck_undertakings_closed",
        ),
    )
    op.create_index("ix_undertakings_model_id", "undertakings", ["model_id"])


def _name(when: str) -> str:
    return f"models_answers_first_{when}"


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
    op.drop_table("card_notices_seen")
    op.drop_index("ix_undertakings_model_id", "undertakings")
    op.drop_table("undertakings")
    op.drop_table("dossier_findings")
    op.drop_column("reports", "findings")

"""The database itself lets nobody publish what they started, and nothing that was rejected."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NAME = "runs_second_person"
REFUSED = "a run is published by somebody other than who started it, and never after it was rejected"
BROKEN = (
    "NEW.state = 'published' AND (NEW.decided_by IS NULL OR NEW.decided_by = NEW.started_by OR OLD.state = 'rejected')"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE OF state ON runs WHEN {BROKEN} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {BROKEN} THEN "
        f"RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {NAME} BEFORE UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION {NAME}()")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {NAME}")
        return
    op.execute(f"DROP TRIGGER {NAME} ON runs")
    op.execute(f"DROP FUNCTION {NAME}()")

"""Runs of attrition and next product, and their figures on the customers' rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_RUNS = {
    "run_attrition": (("probability", sa.Float()), ("aum", sa.BigInteger()), ("aum_at_risk", sa.BigInteger()), ("drivers", _JSON)),
    "run_next_products": (("family", sa.String(32)), ("probability", sa.Float()), ("offers", _JSON)),
}  # fmt: skip
_ADDED = {
    "customers": (
        ("attrition", sa.Float()), ("aum_at_risk", sa.BigInteger()), ("attrition_drivers", _JSON),
        ("next_family", sa.String(32)), ("next_probability", sa.Float()), ("next_product", _JSON),
    ),
    "pictures": (("attrition_run_id", sa.Integer()), ("next_product_run_id", sa.Integer())),
}  # fmt: skip


def upgrade() -> None:
    for table, columns in _RUNS.items():
        op.create_table(
            table,
            sa.Column("run_id", sa.Integer(), nullable=False),
            sa.Column("customer_id", sa.String(64), nullable=False),
            *(sa.Column(name, kind) for name, kind in columns),
            sa.PrimaryKeyConstraint("run_id", "customer_id", name=f"pk_{table}"),
            sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=f"fk_{table}_run_id_runs", ondelete="CASCADE"),
        )
        op.create_index(f"ix_{table}_customer", table, ["customer_id"])
    for table, columns in _ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind))
    op.create_index("ix_customers_attrition", "customers", ["attrition"])


def downgrade() -> None:
    # Only the index made here has its plain name; the next picture makes its own, which goes with the columns.
    op.drop_index("ix_customers_attrition", "customers", if_exists=True)
    for table, columns in _ADDED.items():
        with op.batch_alter_table(table) as batch:
            for name, _ in columns:
                batch.drop_column(name)
    for table in _RUNS:
        op.drop_table(table)

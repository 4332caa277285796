"""What only one customer's page reads leaves the customers' rows, so that publishing a run writes narrow ones.

The picture on show stays on show: features move to a table of their own, and reasons, points and drivers stand in the
rows of the runs already.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOVED = ("features", "activity_hours")
_OF_RUNS = {
    "segment_why": ("segmentation", "run_segments", "why"),
    "rating_points": ("credit", "run_ratings", "points"),
    "rating_reasons": ("credit", "run_ratings", "reasons"),
    "attrition_drivers": ("attrition", "run_attrition", "drivers"),
    "next_product": ("next_product", "run_next_products", "offers"),
}


def upgrade() -> None:
    op.create_table(
        "customer_features",
        sa.Column("customer_id", sa.String(64), nullable=False),
        *(sa.Column(name, _JSON) for name in _MOVED),
        sa.PrimaryKeyConstraint("customer_id", name="pk_customer_features"),
    )
    names = ", ".join(("customer_id", *_MOVED))
    op.execute(f"INSERT INTO customer_features ({names}) SELECT {names} FROM customers")
    with op.batch_alter_table("customers") as batch:  # SQLite: the rows are copied into a table without them, once
        for name in (*_OF_RUNS, *_MOVED):
            batch.drop_column(name)


def downgrade() -> None:
    for name in (*_OF_RUNS, *_MOVED):
        op.add_column("customers", sa.Column(name, _JSON))
    told = {
        name: f"(SELECT {name} FROM customer_features f WHERE f.customer_id = customers.customer_id)" for name in _MOVED
    }
    for name, (kind, rows, column) in _OF_RUNS.items():
        on_show = f"(SELECT {kind}_run_id FROM pictures)"
        mine = f"r.run_id = {on_show} AND r.customer_id = customers.customer_id"
        told[name] = f"(SELECT {column} FROM {rows} r WHERE {mine})"
    op.execute("UPDATE customers SET " + ", ".join(f"{name} = {value}" for name, value in told.items()))
    op.drop_table("customer_features")

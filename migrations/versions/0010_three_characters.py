"""Names are found by three neighbouring characters too: the picture on show gets these postings without being rebuilt."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_FOLDED = "replace(replace(replace(lower(name), ' ', ''), '\u3000', ''), '\t', '')"
_CHINESE = {
    "sqlite": "name GLOB '*[\u3400-\u9fff\uf900-\ufaff]*'",
    "postgresql": "name ~ '[\u3400-\u9fff\uf900-\ufaff]'",
}


def upgrade() -> None:
    chinese = _CHINESE[op.get_bind().dialect.name]
    op.execute(
        "INSERT INTO customer_terms (kind, term, place) "
        f"WITH RECURSIVE named AS (SELECT place, {_FOLDED} AS folded FROM customers "
        f"WHERE place IS NOT NULL AND {chinese}), "
        "runs(place, folded, i) AS (SELECT place, folded, 1 FROM named WHERE length(folded) >= 3 "
        "UNION ALL SELECT place, folded, i + 1 FROM runs WHERE i + 3 <= length(folded)) "
        "SELECT DISTINCT 'name', substr(folded, i, 3), place FROM runs"
    )


def downgrade() -> None:
    op.execute("DELETE FROM customer_terms WHERE kind = 'name' AND length(term) = 3")

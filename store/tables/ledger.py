"""The ledger of deliveries: what came, from whom, and that every row of it is accounted for."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
)

from store.tables.metadata import metadata
from store.types import Json, Moment

_BALANCED = "rows_in = rows_loaded + rows_rejected + rows_duplicate"

# state: receiving -> loaded | refused | failed;  loaded <-> rolled_back. `counts` is true only while loaded.
# A delivery that is held goes from receiving to rolled_back; its detail says why (domain/deliveries.py, Batch.held).
batches = Table(
    "batches", metadata,
    Column("batch_id", Integer, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("bank", String(128)),
    Column("business_date", Date),
    Column("content_hash", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("counts", Boolean, nullable=False, server_default=false()),
    Column("folder", Text),
    Column("received_at", Moment, nullable=False),
    Column("received_by", String(64), nullable=False),
    Column("finished_at", Moment),
    Column("changed_at", Moment),
    Column("changed_by", String(64)),
    Column("rows_in", BigInteger, nullable=False, server_default="0"),
    Column("rows_loaded", BigInteger, nullable=False, server_default="0"),
    Column("rows_rejected", BigInteger, nullable=False, server_default="0"),
    Column("rows_duplicate", BigInteger, nullable=False, server_default="0"),
    Column("sentence", Text),
    Column("detail", Json),
    CheckConstraint(_BALANCED, name="balanced"),
    CheckConstraint("state in ('receiving','loaded','refused','failed','rolled_back')", name="state"),
    CheckConstraint("not counts or state = 'loaded'", name="counts"),
)  # fmt: skip

# The same delivery counts once: one live row a content.
Index(
    "uq_batches_content", batches.c.content_hash, unique=True,
    sqlite_where=text("state in ('receiving','loaded','rolled_back')"),
    postgresql_where=text("state in ('receiving','loaded','rolled_back')"),
)  # fmt: skip

batch_files = Table(
    "batch_files", metadata,
    Column("batch_id", ForeignKey("batches.batch_id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("table_name", String(64)),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("encoding", String(16)),
    Column("rows_in", BigInteger, nullable=False, server_default="0"),
    Column("rows_loaded", BigInteger, nullable=False, server_default="0"),
    Column("rows_rejected", BigInteger, nullable=False, server_default="0"),
    Column("rows_duplicate", BigInteger, nullable=False, server_default="0"),
    Column("totals", Json),
    CheckConstraint(_BALANCED, name="balanced"),
)  # fmt: skip

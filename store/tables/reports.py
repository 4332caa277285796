"""Finished papers: who asked, for whom, what they say, and the hash and code that prove them genuine."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Integer, String, Table, Text

from store.tables.metadata import metadata
from store.types import Json, Moment

reports = Table(
    "reports", metadata,
    Column("report_id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False, index=True),
    Column("customer_id", String(64), index=True),
    Column("branch_id", String(64), nullable=False),  # whose scope opens it
    Column("language", String(2), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("job_id", Integer, unique=True),  # one paper a job, whoever runs it twice
    # Of a validation dossier: the model of the register it is of, and the newest of its steps the paper carries.
    Column("model_id", Integer, index=True),
    Column("model_event", Integer),
    Column("findings", Integer),  # how many rows of dossier_findings it has; none where nobody counted
    Column("title", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("pages", Integer),
    Column("sha256", String(64), nullable=False, index=True),
    Column("code", String(32), nullable=False, index=True),
    Column("inputs", Json, nullable=False),
    Column("created_by", String(64), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
)  # fmt: skip

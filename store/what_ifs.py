"""Which job answered a "what if" question: the newest asked for with the same parameters, whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from store.jobs import JobRow, NewJob
from store.scope import NOTHING
from store.tables import job_runs

WHAT_IF = "what_if"


def newest(connection: Connection, parameters: Mapping[str, Any]) -> JobRow | None:
    """The newest job of exactly this question, None when nobody asked it yet."""
    key = NewJob(WHAT_IF, "", parameters, "", NOTHING).key
    query = select(job_runs).where(job_runs.c.kind == WHAT_IF, job_runs.c.parameters_key == key)
    row = connection.execute(query.order_by(job_runs.c.job_id.desc()).limit(1)).one_or_none()
    return None if row is None else JobRow(**row._mapping)

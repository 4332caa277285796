"""Which job answered a "what if" question: the newest asked for with the same parameters, whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from store.jobs import JobRow, newest_asked

WHAT_IF = "what_if"


def newest(connection: Connection, parameters: Mapping[str, Any]) -> JobRow | None:
    """The newest job of exactly this question, None when nobody asked it yet."""
    return newest_asked(connection, WHAT_IF, parameters)

"""The audit trail: who did what to whom, when and from where, each row chained to the one before it.

A row's hash covers the hash before it and the row's own canonical JSON, so that a row changed, taken out or slipped in
later is found by `verify_chain`. What this cannot show is a trail cut off at its end together with its head; operators
who need that keep the printed head elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import audit_head, audit_log

FIRST = "0" * 64
_EXACT = 1e15  # floats beyond this come back from PostgreSQL's JSON as integers
_LENGTHS = {"actor": 64, "object_id": 128, "address": 64}


@dataclass(frozen=True)
class Entry:
    """One row of the trail. `detail` holds plain JSON values."""

    sequence: int
    at: datetime
    actor: str
    action: str
    object_kind: str
    object_id: str | None
    detail: Mapping[str, Any]
    address: str | None


@dataclass(frozen=True)
class TrailFilter:
    """What the auditor looks for; None asks for everything. `until` is exclusive."""

    actor: str | None = None
    action: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def write(
    connection: Connection,
    at: datetime,
    actor: str,
    action: str,
    object_kind: str,
    object_id: str | None = None,
    detail: Mapping[str, Any] | None = None,
    address: str | None = None,
) -> int:
    """Append one row in the caller's transaction and give its sequence number.

    The head is taken first, so writers wait for each other from here to their commit: write the trail last.
    Detail may hold dates, Decimals and tuples (kept as text and lists). Too long texts are cut, not refused: a trail
    that fails would hide what happened.
    """
    sequence, previous = _next_link(connection)
    row = {
        "sequence": sequence,
        "at": at,
        "actor": _text(actor, _LENGTHS["actor"]),
        "action": action,
        "object_kind": object_kind,
        "object_id": None if object_id is None else _text(str(object_id), _LENGTHS["object_id"]),
        "detail": _plain(dict(detail or {})),
        "address": None if address is None else _text(address, _LENGTHS["address"]),
    }
    digest = _hash(previous, row)
    connection.execute(insert(audit_log).values(**row, previous_hash=previous, hash=digest))
    connection.execute(update(audit_head).values(hash=digest))
    return sequence


def _next_link(connection: Connection) -> tuple[int, str]:
    take = (
        update(audit_head)
        .values(sequence=audit_head.c.sequence + 1)
        .returning(audit_head.c.sequence, audit_head.c.hash)
    )
    found = connection.execute(take).one_or_none()
    if found is None:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        first = dialect.insert(audit_head).values(one=1, sequence=0, hash=FIRST)
        connection.execute(first.on_conflict_do_nothing())
        found = connection.execute(take).one()
    return found.sequence, found.hash


def _text(value: str, length: int | None = None) -> str:
    """What either database can hold: no NUL, no half of a surrogate pair."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")[:length]


def _plain(value: Any) -> Any:
    """JSON values that come back from either database exactly as they went in."""
    if isinstance(value, Mapping):
        return {_text(str(key)): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        parts = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [_plain(part) for part in parts]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < _EXACT:
        return value
    if isinstance(value, float) and math.isfinite(value) and abs(value) < _EXACT:
        return value
    return _text(str(value))


def _hash(previous: str, row: Mapping[str, Any]) -> str:
    stable = {**row, "at": row["at"].timestamp()}
    canonical = json.dumps(stable, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()


def verify_chain(connection: Connection) -> int | None:
    """The first sequence number where the chain is broken, or None when it holds to its head.

    A missing row is reported by the number that should have been there. Reads the whole trail, a few thousand rows at
    a time.
    """
    expected, previous = 1, FIRST
    found = select(audit_log).order_by(audit_log.c.sequence).execution_options(yield_per=2000)
    with connection.execute(found) as rows:
        for row in rows.mappings():
            content = {name: row[name] for name in row if name not in ("previous_hash", "hash")}
            linked = row["sequence"] == expected and row["previous_hash"] == previous
            if not linked or row["hash"] != _hash(previous, content):
                return expected
            expected, previous = expected + 1, row["hash"]
    head = connection.execute(select(audit_head)).one_or_none()
    if head is None:
        return None if expected == 1 else expected
    return None if (head.sequence, head.hash) == (expected - 1, previous) else expected


def trail(connection: Connection, wanted: TrailFilter, limit: int, offset: int = 0) -> tuple[list[Entry], int]:
    """Entries that fit, newest first, from `offset` on, and how many fit in all."""
    conditions = _conditions(wanted)
    total = connection.scalar(select(func.count()).select_from(audit_log).where(*conditions)) or 0
    columns = [audit_log.c[name] for name in Entry.__dataclass_fields__]
    found = select(*columns).where(*conditions).order_by(audit_log.c.sequence.desc()).limit(limit).offset(offset)
    return [Entry(**row) for row in connection.execute(found).mappings()], total


def actions(connection: Connection) -> list[str]:
    """Every kind of action in the trail, in alphabetical order."""
    return list(connection.scalars(select(audit_log.c.action).distinct().order_by(audit_log.c.action)))


def counts_since(connection: Connection, since: datetime) -> dict[str, int]:
    """How often each action stands in the trail since then."""
    found = select(audit_log.c.action, func.count()).where(audit_log.c.at >= since).group_by(audit_log.c.action)
    return {row[0]: row[1] for row in connection.execute(found)}


def last_objects(connection: Connection, actor: str, action: str, limit: int) -> list[str]:
    """What this person last did this to, the newest first, each once."""
    newest = func.max(audit_log.c.sequence)
    found = (
        select(audit_log.c.object_id)
        .where(audit_log.c.actor == actor, audit_log.c.action == action, audit_log.c.object_id.is_not(None))
        .group_by(audit_log.c.object_id)
        .order_by(newest.desc())
        .limit(limit)
    )
    return [str(object_id) for object_id in connection.scalars(found)]


def _conditions(wanted: TrailFilter) -> list[ColumnElement[bool]]:
    equal = [
        audit_log.c[name] == value
        for name in ("actor", "action", "object_kind", "object_id")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.since is not None:
        equal.append(audit_log.c.at >= wanted.since)
    if wanted.until is not None:
        equal.append(audit_log.c.at < wanted.until)
    return equal

"""Suspicions of a leak that analysts cleared: who looked into which characteristic, when, and what they found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from domain.credit.characteristics import Clearance, named
from store import audit
from store.developments import DraftRefused, development, reasoned
from store.tables import clearances

OBJECT = "characteristic"  # on the audit trail


@dataclass(frozen=True)
class Looked:
    """The newest word on a characteristic: cleared, or suspected again."""

    clearance_id: int
    development_id: int
    name: str
    cleared: bool
    reason: str
    made_by: str
    made_at: datetime


def newest(connection: Connection) -> dict[str, Looked]:
    """The newest word on each characteristic anybody looked into."""
    rows = connection.execute(select(clearances).order_by(clearances.c.clearance_id))
    return {row.name: Looked(**row._mapping) for row in rows}


def given(connection: Connection) -> dict[str, Clearance]:
    """What people cleared, as a development asks for it; their words are the same in both languages."""
    found = newest(connection)
    return {name: Clearance(one.reason, one.reason, one.made_by) for name, one in found.items() if one.cleared}


def clear(
    connection: Connection, development_id: int, name: str, cleared: bool, reason: str, by: str, at: datetime,
    address: str | None = None,
) -> int:  # fmt: skip
    """Clear a characteristic for developments from now on, or take that back; beside its row on the trail.

    DraftRefused: clear_reason_needed, words_short, words_repeated, no_such_development, not_flagged (it is under no
    suspicion there, or the table of characteristics clears it), already (that is how it stands).
    """
    reason = reasoned(reason, "clear_reason_needed", "say what was looked at and why this is no leak")
    made = development(connection, development_id)
    if made is None:
        raise DraftRefused("no_such_development", f"there is no development {development_id}; look at the page again")
    flagged = {one["name"] for one in made.found["characteristics"] if one["leak"]}
    if name not in flagged or named(name).cleared is not None:
        raise DraftRefused("not_flagged", f"{name} is under no suspicion that somebody would have to clear")
    before = newest(connection).get(name)
    if cleared == (before is not None and before.cleared):
        raise DraftRefused("already", f"{name} stands so already; look at the page again")
    values = {"development_id": development_id, "name": name, "cleared": cleared, "reason": reason}
    result = connection.execute(insert(clearances).values(**values, made_by=by, made_at=at))
    (clearance_id,) = result.inserted_primary_key or (0,)
    act = "development.clear" if cleared else "development.suspect"
    detail = {"development": development_id, "reason": reason}
    audit.write(connection, at, by, act, OBJECT, name, detail, address)
    return int(clearance_id)

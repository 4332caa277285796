"""How often a sign-in may fail before one must wait: from an address, and from an address a login is known to use.

Two counts beside the one on the user's row. A stranger's address is stopped for all logins before it could lock a
second one. A login that has signed in from an address lately is counted for the two of them alone, so that a stranger
who locks the login from elsewhere does not lock its owner out, nor the other way round.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from sqlalchemy import Connection, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import sessions, unknown_sign_ins

ALLOWED_FAILURES = 5
# Fewer than twice the above: whoever locks one login is stopped before the second.
ALLOWED_FROM_ADDRESS = 8
LOCKED_FOR = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=90)

_t = unknown_sign_ins.c


def of_login(login: str) -> str:
    """Under which a login nobody has is counted."""
    return hashlib.sha256(login.encode()).hexdigest()


def of_address(address: str) -> str:
    """Under which an address is counted."""
    return f"address-{of_login(_network(address))[:48]}"


def of_pair(user_id: int, address: str) -> str:
    """Under which a user is counted at an address known to be theirs."""
    return f"pair-{user_id}-{of_login(_network(address))[:40]}"


def knows(connection: Connection, user_id: int, address: str | None, at: datetime) -> bool:
    """Whether the user signed in from this address (for IPv6: from its /64) within the last 90 days."""
    if address is None:
        return False
    lately = (sessions.c.user_id == user_id) & (sessions.c.started_at > at - KNOWN_FOR)
    used = connection.scalars(select(sessions.c.address).where(lately, sessions.c.address.is_not(None)).distinct())
    return _network(address) in {_network(each) for each in used}


def locked_until(connection: Connection, key: str, at: datetime) -> datetime | None:
    """When the wait under a key ends, None when there is none."""
    until = connection.scalar(select(_t.locked_until).where(_t.login_hash == key))
    return until if until is not None and until > at else None


def failed(connection: Connection, key: str, at: datetime, allowed: int) -> tuple[int, datetime | None]:
    """Count one more failure: how many it is now, and when the wait ends that it brought about.

    Failures are forgotten 15 minutes after the last. Two at once are both counted.
    """
    counted = _counted(connection, key, at)
    until = at + LOCKED_FOR if counted >= allowed else None
    if until is not None:
        connection.execute(update(unknown_sign_ins).where(_t.login_hash == key).values(failures=0, locked_until=until))
    return counted, until


def forget(connection: Connection, key: str) -> None:
    """A success ends the row of failures."""
    connection.execute(delete(unknown_sign_ins).where(_t.login_hash == key))


def forget_user(connection: Connection, user_id: int) -> None:
    """An administrator ends the waits of a user at all their addresses."""
    connection.execute(delete(unknown_sign_ins).where(_t.login_hash.startswith(f"pair-{user_id}-", autoescape=True)))


def user_locks(connection: Connection) -> dict[int, datetime]:
    """When the last wait of each user at an address of theirs ends; some of them may have ended."""
    rows = connection.execute(
        select(_t.login_hash, _t.locked_until).where(_t.login_hash.startswith("pair-"), _t.locked_until.is_not(None))
    )
    ends: dict[int, datetime] = {}
    for key, until in rows:
        user_id = int(key.split("-")[1])
        ends[user_id] = max(until, ends.get(user_id, until))
    return ends


def _counted(connection: Connection, key: str, at: datetime) -> int:
    long_ago = _t.last_at < at - LOCKED_FOR
    # Others' rows are passed over: whoever holds one may be waiting for ours.
    old = select(_t.login_hash).where(long_ago, or_(_t.locked_until.is_(None), _t.locked_until < at))
    old = old.where(_t.login_hash != key).limit(200).with_for_update(skip_locked=True)
    connection.execute(delete(unknown_sign_ins).where(_t.login_hash.in_(old)))
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    entered = dialect.insert(unknown_sign_ins).values(login_hash=key, failures=1, locked_until=None, last_at=at)
    more = {"failures": case((long_ago, 1), else_=_t.failures + 1), "last_at": at}
    counted = entered.on_conflict_do_update(index_elements=[_t.login_hash], set_=more).returning(_t.failures)
    return int(connection.scalar(counted) or 1)


def _network(address: str) -> str:
    """An address of IPv6 is one of the 2**64 its holder may choose from."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)

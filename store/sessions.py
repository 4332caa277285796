"""Signing in and staying in: server-side sessions, of which the browser holds a random token and we its hash.

Unknown and known logins are treated alike, in words, in time and in locking, so that nobody learns who has an account.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Engine, delete, insert, select, update

from store import audit
from store.database import reading, writing
from store.tables import sessions, unknown_sign_ins, users
from store.users import User, hash_password, user_by_id, verify_password

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
ALLOWED_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)


@cache
def _nobody() -> str:
    """What a login nobody has is checked against, so that it costs the same time."""
    return hash_password(secrets.token_urlsafe(16))


@dataclass(frozen=True)
class SignIn:
    """What came of a try: a token when it worked, else the end of the lock-out when there is one, else neither."""

    token: str | None = None
    user_id: int | None = None
    locked_until: datetime | None = None


def token_hash(token: str) -> str:
    """What the store keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(
    engine: Engine, login: str, password: str, at: datetime, address: str | None = None, agent: str | None = None
) -> SignIn:
    """Try a login and password.

    After 5 failures in a row the login is locked for 15 minutes, the right password included, whether or not anybody
    has it. The slow hash is computed outside any transaction. Every try is in the audit trail.
    """
    login = login.strip().lower()[:64]
    with reading(engine) as connection:
        found = connection.execute(
            select(users.c.user_id, users.c.password_hash).where(users.c.login == login)
        ).one_or_none()
    right = verify_password(found.password_hash if found else _nobody(), password) and found is not None
    with writing(engine) as connection:
        if found is None:
            return _failed_unknown(connection, login, at, address)
        return _settle(connection, found.user_id, login, right, at, address, agent)


def _settle(
    connection: Connection,
    user_id: int,
    login: str,
    right: bool,
    at: datetime,
    address: str | None,
    agent: str | None,
) -> SignIn:
    state = connection.execute(
        select(users.c.failed_sign_ins, users.c.locked_until, users.c.disabled)
        .where(users.c.user_id == user_id)
        .with_for_update()
    ).one()
    if state.locked_until is not None and state.locked_until > at:
        audit.write(connection, at, login, "sign_in.locked", "user", login, {}, address)
        return SignIn(locked_until=state.locked_until)
    if not right or state.disabled:
        failures = state.failed_sign_ins + 1
        until = at + LOCKED_FOR if failures >= ALLOWED_FAILURES else None
        kept = 0 if until else failures
        connection.execute(
            update(users).where(users.c.user_id == user_id).values(failed_sign_ins=kept, locked_until=until)
        )
        detail = {"failures": failures, "disabled": state.disabled}
        audit.write(connection, at, login, "sign_in.failed", "user", login, detail, address)
        return SignIn(locked_until=until)
    token = secrets.token_urlsafe(32)
    connection.execute(
        update(users).where(users.c.user_id == user_id).values(failed_sign_ins=0, locked_until=None, last_sign_in_at=at)
    )
    values = {"started_at": at, "last_seen_at": at, "address": (address or "")[:64] or None}
    connection.execute(
        insert(sessions).values(
            token_hash=token_hash(token), user_id=user_id, agent=(agent or "")[:256] or None, **values
        )
    )
    audit.write(connection, at, login, "sign_in", "user", login, {}, address)
    return SignIn(token=token, user_id=user_id)


def _failed_unknown(connection: Connection, login: str, at: datetime, address: str | None) -> SignIn:
    connection.execute(delete(unknown_sign_ins).where(unknown_sign_ins.c.last_at < at - LOCKED_FOR))
    key = token_hash(login)
    row = connection.execute(select(unknown_sign_ins).where(unknown_sign_ins.c.login_hash == key)).one_or_none()
    failures = 1 + (row.failures if row else 0)
    until = row.locked_until if row else None
    locked = until is not None and until > at
    if not locked:
        until = at + LOCKED_FOR if failures >= ALLOWED_FAILURES else None
        kept = {"failures": 0 if until else failures, "locked_until": until, "last_at": at}
        connection.execute(delete(unknown_sign_ins).where(unknown_sign_ins.c.login_hash == key))
        connection.execute(insert(unknown_sign_ins).values(login_hash=key, **kept))
    action = "sign_in.locked" if locked else "sign_in.failed"
    audit.write(connection, at, login or "-", action, "user", login, {"failures": failures, "unknown": True}, address)
    return SignIn(locked_until=until)


def user_of(connection: Connection, token: str, at: datetime) -> User | None:
    """Who is signed in with this token, or None: unknown, ended, idle over 30 minutes, older than 12 hours, disabled."""
    row = connection.execute(
        select(sessions.c.user_id, sessions.c.started_at, sessions.c.last_seen_at, sessions.c.ended_at).where(
            sessions.c.token_hash == token_hash(token)
        )
    ).one_or_none()
    if row is None or row.ended_at is not None or at - row.last_seen_at > IDLE or at - row.started_at > ABSOLUTE:
        return None
    user = user_by_id(connection, row.user_id)
    return None if user is None or user.disabled else user


def seen_lately(connection: Connection, token: str, at: datetime) -> bool:
    """Whether the session was marked as seen within the last minute."""
    last = connection.scalar(select(sessions.c.last_seen_at).where(sessions.c.token_hash == token_hash(token)))
    return last is not None and at - last < SEEN_EVERY


def mark_seen(connection: Connection, token: str, at: datetime) -> None:
    """Put the idle clock back."""
    still_open = (sessions.c.token_hash == token_hash(token)) & sessions.c.ended_at.is_(None)
    connection.execute(update(sessions).where(still_open).values(last_seen_at=at))


def sign_out(connection: Connection, token: str, login: str, at: datetime, address: str | None = None) -> None:
    """End the session on the server: the cookie is worth nothing from now on."""
    open_session = (sessions.c.token_hash == token_hash(token)) & sessions.c.ended_at.is_(None)
    connection.execute(update(sessions).where(open_session).values(ended_at=at))
    audit.write(connection, at, login, "sign_out", "user", login, {}, address)

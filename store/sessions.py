"""Signing in and staying in: server-side sessions, of which the browser holds a random token and we its hash.

Unknown and known logins are treated alike, in words, in time and in locking, so that nobody learns who has an account.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Engine, insert, select, update

from store import audit, sign_in_limits
from store.database import reading, writing
from store.sign_in_limits import ALLOWED_FAILURES, ALLOWED_FROM_ADDRESS, LOCKED_FOR
from store.tables import sessions, users
from store.users import User, hash_password, user_by_id, verify_password

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)


@cache
def _nobody() -> str:
    """What a login nobody has is checked against, so that it costs the same time."""
    return hash_password(secrets.token_urlsafe(16))


@dataclass(frozen=True)
class SignIn:
    """What came of a try: a token when it worked, else the end of the wait when there is one, else neither.

    by_address: the wait is of the address, whatever the login.
    """

    token: str | None = None
    user_id: int | None = None
    locked_until: datetime | None = None
    by_address: bool = False


def token_hash(token: str) -> str:
    """What the store keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(
    engine: Engine, login: str, password: str, at: datetime, address: str | None = None, agent: str | None = None
) -> SignIn:
    """Try a login and password.

    After 5 failures in a row the login is locked for 15 minutes, the right password included, whether or not anybody
    has it; where its owner signed in lately, the lock is of that address alone and strangers' failures do not count.
    An address is stopped for 15 minutes after 8 failures with logins it is not known for. The slow hash is computed
    outside any transaction. Every try is in the audit trail.
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
    pair = None
    if address is not None and sign_in_limits.knows(connection, user_id, address, at):
        pair = sign_in_limits.of_pair(user_id, address)
        until = sign_in_limits.locked_until(connection, pair, at)
    else:
        if (stopped := _stopped(connection, login, at, address)) is not None:
            return stopped
        until = state.locked_until if state.locked_until is not None and state.locked_until > at else None
    if until is not None:
        audit.write(connection, at, login, "sign_in.locked", "user", login, {}, address)
        return SignIn(locked_until=until)
    if right and not state.disabled:
        return _enter(connection, user_id, login, pair, at, address, agent)
    failures, until = _failed(connection, user_id, state.failed_sign_ins, pair, at, address)
    detail = {"failures": failures, "disabled": state.disabled}
    audit.write(connection, at, login, "sign_in.failed", "user", login, detail, address)
    return SignIn(locked_until=until)


def _failed(
    connection: Connection, user_id: int, before: int, pair: str | None, at: datetime, address: str | None
) -> tuple[int, datetime | None]:
    """Count a failure where it belongs: how many in a row it is, and the end of the lock-out it brought about."""
    if pair is not None:
        return sign_in_limits.failed(connection, pair, at, ALLOWED_FAILURES)
    _count_address(connection, at, address)
    until = at + LOCKED_FOR if before + 1 >= ALLOWED_FAILURES else None
    kept = 0 if until else before + 1
    connection.execute(update(users).where(users.c.user_id == user_id).values(failed_sign_ins=kept, locked_until=until))
    return before + 1, until


def _enter(
    connection: Connection,
    user_id: int,
    login: str,
    pair: str | None,
    at: datetime,
    address: str | None,
    agent: str | None,
) -> SignIn:
    token = secrets.token_urlsafe(32)
    if pair is not None:
        # Strangers' failures stay counted: the owner coming in must not give them another five.
        sign_in_limits.forget(connection, pair)
        forgotten = {}
    else:
        forgotten = {"failed_sign_ins": 0, "locked_until": None}
    connection.execute(update(users).where(users.c.user_id == user_id).values(last_sign_in_at=at, **forgotten))
    values = {"started_at": at, "last_seen_at": at, "address": (address or "")[:64] or None}
    connection.execute(
        insert(sessions).values(
            token_hash=token_hash(token), user_id=user_id, agent=(agent or "")[:256] or None, **values
        )
    )
    audit.write(connection, at, login, "sign_in", "user", login, {}, address)
    return SignIn(token=token, user_id=user_id)


def _failed_unknown(connection: Connection, login: str, at: datetime, address: str | None) -> SignIn:
    if (stopped := _stopped(connection, login, at, address)) is not None:
        return stopped
    key, failures = sign_in_limits.of_login(login), 0
    until = sign_in_limits.locked_until(connection, key, at)
    action = "sign_in.locked" if until else "sign_in.failed"
    if until is None:
        _count_address(connection, at, address)
        failures, until = sign_in_limits.failed(connection, key, at, ALLOWED_FAILURES)
    audit.write(connection, at, login or "-", action, "user", login, {"failures": failures, "unknown": True}, address)
    return SignIn(locked_until=until)


def _stopped(connection: Connection, login: str, at: datetime, address: str | None) -> SignIn | None:
    """The answer to an address that must wait, else None; it does not tell whether anybody has the login."""
    until = sign_in_limits.locked_until(connection, sign_in_limits.of_address(address), at) if address else None
    if until is None:
        return None
    audit.write(connection, at, login or "-", "sign_in.locked", "user", login, {"address_stopped": True}, address)
    return SignIn(locked_until=until, by_address=True)


def _count_address(connection: Connection, at: datetime, address: str | None) -> None:
    if address is not None:
        sign_in_limits.failed(connection, sign_in_limits.of_address(address), at, ALLOWED_FROM_ADDRESS)


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

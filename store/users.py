"""Who may sign in, with which roles and over which branches. Every change here writes its audit row.

Used by the portal's administration page and by the console; `by` is the login of whoever does it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from domain import passwords
from domain.actors import MACHINES, actor_words
from domain.permissions import grants_of
from store import audit, sign_in_limits
from store.tables import branches, sessions, user_grants, user_roles, user_scopes, users

LANGUAGES = ("zh", "en")
THEMES = ("light", "dark")
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,63}")
LONGEST_LOGIN = 64
LONGEST_NAME = 60  # characters, well within the columns on PostgreSQL
LONGEST_NUMBER = 32
HASHER = PasswordHasher()


class UserRefused(Exception):
    """Something that may not be done to a user; `key` names the sentence, the text is it in English."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


@dataclass(frozen=True)
class User:
    """A person who may sign in. `branches` are the roots of the subtrees in scope; `grants` are those beyond the roles."""

    user_id: int
    login: str
    name: str
    roles: tuple[str, ...]
    grants: tuple[str, ...]
    branches: tuple[str, ...]
    language: str
    theme: str
    staff_id: str | None
    disabled: bool
    must_change_password: bool
    failed_sign_ins: int
    locked_until: datetime | None
    created_at: datetime
    created_by: str
    last_sign_in_at: datetime | None

    @property
    def permissions(self) -> frozenset[str]:
        """Everything the roles and single grants allow."""
        return grants_of(self.roles, self.grants)


_COLUMNS = [column for column in users.c if column.name in User.__dataclass_fields__]


def list_users(connection: Connection) -> list[User]:
    """Everybody, by login; locked_until also where they are locked only at an address of theirs."""
    found, locks = _load(connection, select(*_COLUMNS).order_by(users.c.login)), sign_in_limits.user_locks(connection)
    return [_with_lock(user, locks.get(user.user_id)) for user in found]


def _with_lock(user: User, until: datetime | None) -> User:
    if until is None or (user.locked_until is not None and user.locked_until >= until):
        return user
    return replace(user, locked_until=until)


def user_by_id(connection: Connection, user_id: int) -> User | None:
    """The user of that number, or None."""
    return next(iter(_load(connection, select(*_COLUMNS).where(users.c.user_id == user_id))), None)


def user_by_login(connection: Connection, login: str) -> User | None:
    """The user of that login, or None. Capitals do not matter."""
    return next(iter(_load(connection, select(*_COLUMNS).where(users.c.login == login.strip().lower()))), None)


def spoken_name(connection: Connection, login: str) -> str | None:
    """A user's name alone, for lists of who did what; None for who is no user."""
    return connection.scalar(select(users.c.name).where(users.c.login == login.strip().lower()))


def name_of(connection: Connection, login: str, language: str) -> str:
    """A person's name; what acts without a person is said in words, and who is no user stands as written."""
    return spoken_name(connection, login) or actor_words(login, language) or login


def is_person(connection: Connection, named: str) -> bool:
    """Whether somebody who may sign in goes by this login or name; what acts without a person is nobody."""
    return login_of(connection, named) is not None


def login_of(connection: Connection, named: str) -> str | None:
    """The login of somebody who may sign in and goes by this login or name; of several of one name, the first that came."""
    login = named.strip().lower()
    spoken = or_(users.c.login == login, users.c.name == named.strip())
    found = select(users.c.login).where(spoken, users.c.disabled.is_(False), users.c.login.not_in(tuple(MACHINES)))
    return connection.scalar(found.order_by((users.c.login == login).desc(), users.c.user_id).limit(1))


def _load(connection: Connection, found: Any) -> list[User]:
    rows = connection.execute(found).mappings().all()
    ids = [row["user_id"] for row in rows]

    def several(column: Any) -> dict[int, tuple[str, ...]]:
        owner = column.table.c.user_id
        held: dict[int, list[str]] = {}
        wanted = select(owner, column).where(owner.in_(ids)).order_by(column)
        for user_id, value in connection.execute(wanted):
            held.setdefault(user_id, []).append(value)
        return {user_id: tuple(values) for user_id, values in held.items()}

    roles, grants = several(user_roles.c.role), several(user_grants.c.permission)
    scopes = several(user_scopes.c.branch_id)
    return [
        User(
            **row,
            roles=roles.get(row["user_id"], ()),
            grants=grants.get(row["user_id"], ()),
            branches=scopes.get(row["user_id"], ()),
        )
        for row in rows
    ]


def hash_password(password: str) -> str:
    """argon2id with the library's own cost."""
    return HASHER.hash(password)


def verify_password(password_hash: str, password: str) -> bool:
    """Whether the password is the one behind the hash."""
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def create_user(
    connection: Connection,
    login: str,
    name: str,
    roles: Iterable[str],
    branches: Iterable[str],
    by: str,
    at: datetime,
    language: str = "zh",
    staff_id: str | None = None,
    grants: Iterable[str] = (),
    address: str | None = None,
) -> str:
    """Make a user and give the one-time password; it must be changed at the first sign-in.

    UserRefused on a login that is taken or malformed, an empty or overlong name, an overlong staff number, an unknown
    role, or no role at all.
    Branches need not exist yet (the first delivery brings them); until they do they open nothing.
    """
    login, name = login.strip().lower(), name.strip()
    if not _LOGIN.fullmatch(login):
        raise UserRefused("login", "a login is 2 to 64 small letters, digits, dots, dashes; it begins with a letter")
    if not 0 < len(name) <= LONGEST_NAME:
        raise UserRefused("name", f"a user needs a name of at most {LONGEST_NAME} characters")
    if len(staff_id or "") > LONGEST_NUMBER:
        raise UserRefused("staff", f"a staff number has at most {LONGEST_NUMBER} characters")
    if language not in LANGUAGES:
        raise UserRefused("language", f"no such language: {language}; there are zh and en")
    if connection.scalar(select(func.count()).select_from(users).where(users.c.login == login)):
        raise UserRefused("taken", f"the login {login} is taken; choose another")
    roles, grants, scope = _checked(roles, grants), tuple(grants), tuple(dict.fromkeys(branches))
    password = passwords.one_time()
    values = {"name": name, "language": language, "staff_id": staff_id or None, "created_at": at, "created_by": by}
    made = insert(users).values(login=login, password_hash=hash_password(password), must_change_password=True, **values)
    user_id = connection.execute(made.returning(users.c.user_id)).scalar_one()
    _put(connection, user_roles.c.role, user_id, roles)
    _put(connection, user_grants.c.permission, user_id, grants)
    _put(connection, user_scopes.c.branch_id, user_id, scope)
    detail = {"name": name, "roles": roles, "grants": grants, "branches": scope}
    audit.write(connection, at, by, "users.create", "user", login, detail, address)
    return password


def _checked(roles: Iterable[str], grants: Iterable[str]) -> tuple[str, ...]:
    roles = tuple(dict.fromkeys(roles))
    if not roles:
        raise UserRefused("no_role", "a user needs at least one role; disable the user instead of taking the last role")
    try:
        grants_of(roles, grants)
    except ValueError as error:
        raise UserRefused("role", str(error)) from error
    return roles


def _put(connection: Connection, column: Any, user_id: int, values: Iterable[str]) -> None:
    table = column.table
    connection.execute(delete(table).where(table.c.user_id == user_id))
    rows = [{"user_id": user_id, column.name: value} for value in dict.fromkeys(values)]
    if rows:
        connection.execute(insert(table), rows)


def set_roles(
    connection: Connection,
    user_id: int,
    roles: Iterable[str],
    by: str,
    at: datetime,
    grants: Iterable[str] = (),
    address: str | None = None,
) -> None:
    """Replace a user's roles and single grants.

    UserRefused for one's own roles, for an unknown or empty choice, and where no able administrator would be left.
    """
    user, grants = _require(connection, user_id), tuple(grants)
    _not_oneself(user, by)
    roles = _checked(roles, grants)
    if "administrator" in user.roles and "administrator" not in roles:
        _another_administrator(connection, user)
    _put(connection, user_roles.c.role, user_id, roles)
    _put(connection, user_grants.c.permission, user_id, grants)
    detail = {"roles": roles, "grants": grants, "before": [*user.roles, *user.grants]}
    audit.write(connection, at, by, "users.roles", "user", user.login, detail, address)


def set_scopes(
    connection: Connection, user_id: int, scope: Iterable[str], by: str, at: datetime, address: str | None = None
) -> None:
    """Replace the branches whose subtrees a user sees. UserRefused for one's own, and for a branch that is not there."""
    user, scope = _require(connection, user_id), tuple(dict.fromkeys(scope))
    _not_oneself(user, by)
    known = set(connection.scalars(select(branches.c.branch_id).where(branches.c.branch_id.in_(scope))))
    unknown = [branch for branch in scope if branch not in known]
    if unknown:
        raise UserRefused("branch", f"no such branch: {', '.join(unknown)}")
    _put(connection, user_scopes.c.branch_id, user_id, scope)
    detail = {"branches": scope, "before": user.branches}
    audit.write(connection, at, by, "users.scopes", "user", user.login, detail, address)


def disable(connection: Connection, user_id: int, by: str, at: datetime, address: str | None = None) -> None:
    """Shut a user out, open sessions included. UserRefused for oneself and for the last able administrator."""
    user = _require(connection, user_id)
    _not_oneself(user, by)
    _another_administrator(connection, user)
    connection.execute(update(users).where(users.c.user_id == user_id).values(disabled=True))
    end_sessions(connection, user_id, at)
    audit.write(connection, at, by, "users.disable", "user", user.login, {}, address)


def enable(connection: Connection, user_id: int, by: str, at: datetime, address: str | None = None) -> None:
    """Let a disabled user in again, with the password as it was."""
    user = _require(connection, user_id)
    connection.execute(update(users).where(users.c.user_id == user_id).values(disabled=False))
    audit.write(connection, at, by, "users.enable", "user", user.login, {}, address)


def unlock(connection: Connection, user_id: int, by: str, at: datetime, address: str | None = None) -> None:
    """End a lock-out before its time."""
    user = _require(connection, user_id)
    connection.execute(update(users).where(users.c.user_id == user_id).values(failed_sign_ins=0, locked_until=None))
    sign_in_limits.forget_user(connection, user_id)
    audit.write(connection, at, by, "users.unlock", "user", user.login, {}, address)


def reset_password(connection: Connection, user_id: int, by: str, at: datetime, address: str | None = None) -> str:
    """Give a new one-time password; open sessions end, a lock-out too."""
    user, password = _require(connection, user_id), passwords.one_time()
    fresh = {"password_hash": hash_password(password), "must_change_password": True}
    connection.execute(
        update(users).where(users.c.user_id == user_id).values(failed_sign_ins=0, locked_until=None, **fresh)
    )
    sign_in_limits.forget_user(connection, user_id)
    end_sessions(connection, user_id, at)
    audit.write(connection, at, by, "users.reset_password", "user", user.login, {}, address)
    return password


def change_password(
    connection: Connection,
    user_id: int,
    current: str,
    new: str,
    at: datetime,
    address: str | None = None,
    keep_session: str | None = None,
) -> None:
    """The user's own change. All other sessions end; `keep_session` is the hash of the one it is done from.

    UserRefused with key wrong_password, same_password, or password_<flaw> of domain.passwords.
    """
    user = _require(connection, user_id)
    held = connection.scalar(select(users.c.password_hash).where(users.c.user_id == user_id)) or ""
    if not verify_password(held, current):
        raise UserRefused("wrong_password", "the current password is not right")
    found = passwords.flaw(new, user.login, user.name)
    if found is not None:
        raise UserRefused(f"password_{found}", "a password has at least 12 characters, 5 different, and not your name")
    if current == new:
        raise UserRefused("same_password", "the new password is the old one; choose another")
    fresh = {"password_hash": hash_password(new), "must_change_password": False}
    connection.execute(update(users).where(users.c.user_id == user_id).values(**fresh))
    end_sessions(connection, user_id, at, keep=keep_session)
    audit.write(connection, at, user.login, "account.password", "user", user.login, {}, address)


def set_preference(connection: Connection, user_id: int, language: str | None = None, theme: str | None = None) -> None:
    """The language or theme a person reads in. UserRefused for one that is not there."""
    if language not in (None, *LANGUAGES) or theme not in (None, *THEMES):
        raise UserRefused("preference", f"no such language or theme: {language}, {theme}")
    chosen = {name: value for name, value in (("language", language), ("theme", theme)) if value is not None}
    if chosen:
        connection.execute(update(users).where(users.c.user_id == user_id).values(**chosen))


def end_sessions(connection: Connection, user_id: int, at: datetime, keep: str | None = None) -> None:
    """End every open session of a user but `keep` (a token's hash)."""
    still_open = (sessions.c.user_id == user_id) & sessions.c.ended_at.is_(None)
    if keep is not None:
        still_open &= sessions.c.token_hash != keep
    connection.execute(update(sessions).where(still_open).values(ended_at=at))


def _require(connection: Connection, user_id: int) -> User:
    user = user_by_id(connection, user_id)
    if user is None:
        raise UserRefused("nobody", "there is no such user; reload the list")
    return user


def _not_oneself(user: User, by: str) -> None:
    if user.login == by:
        raise UserRefused("oneself", "nobody changes their own roles, scope or standing; ask another administrator")


def _another_administrator(connection: Connection, user: User) -> None:
    if "administrator" not in user.roles or user.disabled:
        return
    # The rows are taken so that two administrators who disable each other at once cannot both succeed.
    able = (
        select(users.c.user_id)
        .join(user_roles, user_roles.c.user_id == users.c.user_id)
        .where(user_roles.c.role == "administrator", users.c.disabled.is_(False))
        .with_for_update(of=users)
    )
    if not set(connection.scalars(able)) - {user.user_id}:
        raise UserRefused(
            "last_administrator", "this is the last administrator who can sign in; make another one first"
        )

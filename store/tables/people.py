"""Users, their roles, scopes and sessions; the audit trail; settings and saved views."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false, text

from store.tables.metadata import metadata
from store.types import Json, Moment

users = Table(
    "users", metadata,
    Column("user_id", Integer, primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(128), nullable=False),
    Column("password_hash", String(256), nullable=False),
    Column("must_change_password", Boolean, nullable=False, server_default=text("true")),
    Column("disabled", Boolean, nullable=False, server_default=false()),
    Column("failed_sign_ins", Integer, nullable=False, server_default="0"),
    Column("locked_until", Moment),
    Column("language", String(2), nullable=False, server_default="zh"),
    Column("theme", String(5), nullable=False, server_default="light"),
    Column("staff_id", String(64)),
    Column("created_at", Moment, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("last_sign_in_at", Moment),
)  # fmt: skip

user_roles = Table(
    "user_roles", metadata,
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(32), primary_key=True),
)  # fmt: skip

user_grants = Table(
    "user_grants", metadata,
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("permission", String(64), primary_key=True),
)  # fmt: skip

# A branch here opens its whole subtree. No row, nothing visible.
user_scopes = Table(
    "user_scopes", metadata,
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True),
    Column("branch_id", String(64), primary_key=True),
)  # fmt: skip

# A signed-in browser. Only the hash of the token is kept; signing out ends the row, and with it the cookie.
sessions = Table(
    "sessions", metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("started_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("address", String(64)),
    Column("agent", String(256)),
)  # fmt: skip

# Failed tries that no row of a user counts. On logins nobody has: they lock like any other, or locking would tell who
# has an account. From an address, and of a user at an address of theirs: the keys are in store/sign_in_limits.py.
unknown_sign_ins = Table(
    "unknown_sign_ins", metadata,
    Column("login_hash", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("last_at", Moment, nullable=False, index=True),
)  # fmt: skip

audit_log = Table(
    "audit_log", metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False, index=True),
    Column("actor", String(64), nullable=False, index=True),
    Column("action", String(64), nullable=False),
    Column("object_kind", String(32), nullable=False),
    Column("object_id", String(128)),
    Column("detail", Json, nullable=False),
    Column("address", String(64)),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_log_object", "object_kind", "object_id"),
    Index("ix_audit_log_who", "actor", "action", "sequence"),
)  # fmt: skip

# One row: the end of the chain. Writers update it first, so two of them never hang on the same link.
audit_head = Table(
    "audit_head", metadata,
    Column("one", Integer, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)  # fmt: skip

settings = Table(
    "settings", metadata, Column("key", String(64), primary_key=True), Column("value", Json, nullable=False)
)

saved_views = Table(
    "saved_views", metadata,
    Column("view_id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("page", String(64), nullable=False),
    Column("name", String(128), nullable=False),
    Column("query", Text, nullable=False),
)  # fmt: skip

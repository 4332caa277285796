"""Profiles of features by month-end and branch: written by a job, read by the feature catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from domain.feature_profile import Profile
from store.scope import OutOfScope, Scope
from store.tables import branches, feature_profiles

AT_ONCE = 1000
_OWN = ("customers", "missing", "drift")


@dataclass(frozen=True)
class Profiles:
    """By feature, of one branch and all below it, at a month-end; made_at: when they were worked out."""

    as_of: date
    made_at: datetime
    by_feature: Mapping[str, Profile]


def save(connection: Connection, as_of: date, made_at: datetime, told: Iterable[tuple[str, str, Profile]]) -> int:
    """Put (branch, feature, profile) in the place of what was known of this month-end; returns the rows written."""
    connection.execute(delete(feature_profiles).where(feature_profiles.c.as_of == as_of))
    rows = [_row(as_of, made_at, *one) for one in told]
    for first in range(0, len(rows), AT_ONCE):
        connection.execute(insert(feature_profiles), rows[first : first + AT_ONCE])
    return len(rows)


def _row(as_of: date, made_at: datetime, branch_id: str, feature: str, profile: Profile) -> dict[str, Any]:
    told = asdict(profile)
    own = {name: told.pop(name) for name in _OWN}
    key = {"as_of": as_of, "branch_id": branch_id, "feature": feature, "made_at": made_at}
    return {**key, **own, "detail": json.dumps(told)}


def months(connection: Connection) -> tuple[date, ...]:
    """Month-ends there are profiles of, ascending."""
    found = select(feature_profiles.c.as_of).distinct().order_by(feature_profiles.c.as_of)
    return tuple(connection.scalars(found))


def profiles(connection: Connection, scope: Scope, as_of: date, branch_id: str) -> Profiles | None:
    """Of a branch in scope; None where the month-end has none of it. OutOfScope for a branch that is not in scope."""
    inside = select(branches.c.branch_id).where(branches.c.branch_id == branch_id, scope.where(branches.c.path))
    if connection.scalar(inside) is None:
        raise OutOfScope(f"branch {branch_id[:64]} is not in scope")
    wanted = select(feature_profiles).where(
        feature_profiles.c.as_of == as_of, feature_profiles.c.branch_id == branch_id
    )
    found = connection.execute(wanted).all()
    if not found:
        return None
    return Profiles(as_of, found[0].made_at, {row.feature: _profile(row) for row in found})


def _profile(row: Row[Any]) -> Profile:
    told: dict[str, Any] = {name: getattr(row, name) for name in _OWN}
    for name, value in json.loads(row.detail).items():
        told[name] = tuple(value) if isinstance(value, list) else value
    return Profile(**told)

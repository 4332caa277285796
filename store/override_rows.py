"""Overrides of ratings as they are read: one, a customer's, a list's, those in force on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, and_, case, func, or_, select

from domain.credit.overrides import EXPIRED, IN_FORCE, PROPOSED, REFUSED, WITHDRAWN, Override
from store.scope import Scope
from store.tables import branches, customers, rating_overrides, runs, users

SOON_DAYS = 30
AT_ONCE = 10_000  # customers named in one statement
WAITING, HOLDING, EXPIRING, ENDED = "waiting", "holding", "expiring", "ended"
LISTS = (WAITING, HOLDING, EXPIRING, ENDED)
_OWN = [column for column in rating_overrides.c if column.name in Override.__dataclass_fields__]
_PROPOSER, _DECIDER = users.alias("proposer"), users.alias("decider")
_SOURCE = (
    rating_overrides.outerjoin(customers, customers.c.customer_id == rating_overrides.c.customer_id)
    .outerjoin(branches, branches.c.branch_id == rating_overrides.c.branch_id)
    .outerjoin(runs, runs.c.run_id == rating_overrides.c.model_run_id)
    .outerjoin(_PROPOSER, _PROPOSER.c.login == rating_overrides.c.proposed_by)
    .outerjoin(_DECIDER, _DECIDER.c.login == rating_overrides.c.decided_by)
)
_OWN_AND_NAMES = [
    *_OWN, runs.c.version.label("model_version"), customers.c.grade.label("grade_now"),
    _PROPOSER.c.name.label("proposer_name"), _DECIDER.c.name.label("decider_name"),
]  # fmt: skip


def override_source() -> FromClause:
    """Overrides with their customer, branch, run and people, each where it is still there."""
    return _SOURCE


def _read(row: Row[Any]) -> Override:
    return Override(**row._mapping)


def _newest_first() -> Select[Any]:
    return select(*_OWN_AND_NAMES).select_from(_SOURCE).order_by(rating_overrides.c.override_id.desc())


def override_path() -> ColumnElement[str]:
    """The customer's branch today; who has left the picture stays with the branch it was proposed in."""
    return case((customers.c.branch_path.is_not(None), customers.c.branch_path), else_=branches.c.path)


def _holds_on(day: date) -> ColumnElement[bool]:
    c = rating_overrides.c
    return and_(c.valid_from <= day, c.expires_on >= day, or_(c.ended_on.is_(None), c.ended_on > day))


def in_force(connection: Connection, customer_ids: Sequence[str] | None, day: date) -> dict[str, Override]:
    """The override that holds on `day` for each of these customers (None: for all); the caller has looked at the scope.

    Also of a day that is past. What it does beside the model's grade of today: `domain.credit.overrides.in_effect`.
    """
    held = select(*_OWN_AND_NAMES).select_from(_SOURCE).where(_holds_on(day))
    if customer_ids is None:
        return {one.customer_id: one for one in map(_read, connection.execute(held))}
    told: dict[str, Override] = {}
    for first in range(0, len(customer_ids), AT_ONCE):
        named = rating_overrides.c.customer_id.in_(list(customer_ids[first : first + AT_ONCE]))
        told |= {one.customer_id: one for one in map(_read, connection.execute(held.where(named)))}
    return told


def of_customer(connection: Connection, customer_id: str) -> tuple[Override, ...]:
    """All of a customer, newest first; the caller has looked at the scope."""
    query = _newest_first().where(rating_overrides.c.customer_id == customer_id)
    return tuple(_read(row) for row in connection.execute(query))


def override(connection: Connection, scope: Scope, override_id: int) -> Override | None:
    """One, or None: unknown and out of scope look the same."""
    query = _newest_first().where(rating_overrides.c.override_id == override_id, scope.where(override_path()))
    row = connection.execute(query).one_or_none()
    return None if row is None else _read(row)


def listed(
    connection: Connection, scope: Scope, which: str, day: date, limit: int = 50, offset: int = 0
) -> tuple[list[Override], int]:
    """Those in scope of one of LISTS, and how many there are; waiting and ended ones newest first, the others by the day
    they end."""
    c = rating_overrides.c
    holding = and_(c.state == IN_FORCE, c.expires_on >= day)
    over = or_(c.state.in_((REFUSED, WITHDRAWN, EXPIRED)), and_(c.state == IN_FORCE, c.expires_on < day))
    wanted = {
        WAITING: c.state == PROPOSED, HOLDING: holding, ENDED: over,
        EXPIRING: and_(holding, c.expires_on <= day + timedelta(days=SOON_DAYS)),
    }[which]  # fmt: skip
    query = _newest_first().where(wanted, scope.where(override_path()))
    if which in (HOLDING, EXPIRING):
        query = query.order_by(None).order_by(c.expires_on, c.override_id)
    total = connection.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return [_read(row) for row in connection.execute(query.limit(limit).offset(offset))], int(total)


def to_sign(connection: Connection, scope: Scope, login: str) -> int:
    """How many proposals in scope wait for this person's signature: nobody signs their own."""
    c = rating_overrides.c
    waits = c.state == PROPOSED, c.proposed_by != login, scope.where(override_path())
    return connection.scalar(select(func.count()).select_from(_SOURCE).where(*waits)) or 0


def of_state(connection: Connection, customer_id: str, state: str) -> list[Override]:
    """A customer's overrides in one state."""
    c = rating_overrides.c
    return [
        _read(row) for row in connection.execute(_newest_first().where(c.customer_id == customer_id, c.state == state))
    ]


def past_their_day(connection: Connection, day: date) -> list[Override]:
    """Those in force by their row whose last day is before `day`, oldest first."""
    c = rating_overrides.c
    over = _newest_first().where(c.state == IN_FORCE, c.expires_on < day).order_by(None).order_by(c.override_id)
    return [_read(row) for row in connection.execute(over)]

"""Downgrades of two notches or more, or into default, in the rating on show: shown to who looks after the customer until seen.

Only what the customer's own figures did alerts. What another card or masterscale did is one line for everybody: `moved`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, insert, literal, select

from domain.credit.changes import FIGURES
from store import audit
from store.behaviour import person_columns, with_places
from store.rating_changes import CHANGE, Changed, by_own_figures, changed_of, comparison, defaulted, moved_by_card
from store.scope import Scope
from store.served_runs import published_id
from store.tables import card_notices_seen, customers, publications, rating_alerts_seen, rating_changes, runs

_R, _C = rating_changes.c, customers.c
OBJECT = "customers"  # on the audit trail


class AlertRefused(Exception):
    """A downgrade cannot be marked as seen; `key` names the sentence for translation."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


@dataclass(frozen=True)
class Alerts:
    """Downgrades a person has not seen yet, their own customers first. total: of all, own: of those, their own."""

    run_id: int
    version: str
    shown: tuple[Changed, ...]
    total: int
    own: int


def unseen(connection: Connection, scope: Scope, login: str, staff_id: str | None, limit: int) -> Alerts | None:
    """Of the published credit run, within scope; None before the first is published.

    staff_id: whose customers come first (the person's own number at the bank); then who fell into default, the deepest fall, most AUM.
    """
    run_id = published_id(connection, "credit")
    if run_id is None:
        return None
    version = connection.scalar(select(runs.c.version).where(runs.c.run_id == run_id)) or ""
    where = _where(scope, run_id, login)
    mine = case((_C.manager_id == literal(staff_id), 0), else_=1)
    joined = with_places().join(rating_changes, _R.customer_id == _C.customer_id)
    total, own = connection.execute(
        select(func.count(), func.coalesce(func.sum(1 - mine), 0)).select_from(joined).where(*where)
    ).one()
    query = select(*person_columns(), *CHANGE).select_from(joined).where(*where)
    fallen = case((defaulted(), 0), else_=1)
    found = connection.execute(query.order_by(mine, fallen, _R.own_notches, _C.place).limit(limit))
    return Alerts(run_id, version, tuple(changed_of(row) for row in found), int(total), int(own))


@dataclass(frozen=True)
class Moved:
    """That the rating on show is made with another card or scale than the one before: since when, and how many customers
    in scope have another grade by it. cause: 'card' or 'scale'."""

    run_id: int
    cause: str
    version: str
    at: datetime
    customers: int


def moved(connection: Connection, scope: Scope, login: str) -> Moved | None:
    """None where the grades on show are made as those before them, and for who took note that they are not."""
    run_id = published_id(connection, "credit")
    made = None if run_id is None else comparison(connection, run_id)
    if run_id is None or made is None or made.cause == FIGURES or _noted(connection, run_id, login):
        return None
    joined = customers.join(rating_changes, _R.customer_id == _C.customer_id)
    counted = select(func.count()).select_from(joined)
    count = connection.scalar(counted.where(_R.run_id == run_id, moved_by_card(), scope.where(_C.branch_path)))
    since = select(func.max(publications.c.published_at)).where(publications.c.run_id == run_id)
    version = select(runs.c.version).where(runs.c.run_id == run_id)
    return Moved(
        run_id, made.cause, connection.scalar(version) or "", connection.execute(since).scalar_one(), int(count or 0)
    )


def _noted(connection: Connection, run_id: int, login: str) -> bool:
    seen = card_notices_seen.c
    mine = select(seen.run_id).where(seen.run_id == run_id, seen.seen_by == login)
    return connection.scalar(mine) is not None


def note_card(connection: Connection, run_id: int, by: str, at: datetime, address: str | None = None) -> None:
    """Keep that this person took note of the other card or scale of the rating on show, beside a row on the trail; taking note
    twice is once. AlertRefused not_on_show (another rating was published meanwhile)."""
    if published_id(connection, "credit") != run_id:
        raise AlertRefused("not_on_show", "another rating was published meanwhile; look at the page again")
    if _noted(connection, run_id, by):
        return
    connection.execute(insert(card_notices_seen).values(run_id=run_id, seen_by=by, seen_at=at))
    audit.write(connection, at, by, "ratings.card_noted", "run", str(run_id), {}, address)


def mark_seen(
    connection: Connection, scope: Scope, run_id: int, customer_ids: Sequence[str], by: str, at: datetime,
    address: str | None = None,
) -> int:  # fmt: skip
    """Note that this person has seen these downgrades, beside a row on the trail; returns how many were new to them.

    AlertRefused: not_on_show (another rating was published meanwhile), nothing (none of them is an alert in scope).
    """
    if published_id(connection, "credit") != run_id:
        raise AlertRefused("not_on_show", "another rating was published meanwhile; look at the page again")
    joined = customers.join(rating_changes, _R.customer_id == _C.customer_id)
    wanted = select(_C.customer_id).select_from(joined).where(_C.customer_id.in_(list(customer_ids)))
    found = sorted(connection.scalars(wanted.where(*_where(scope, run_id, by))))
    if not found:
        raise AlertRefused("nothing", "none of these is a downgrade that waits to be seen; look at the page again")
    rows = [{"run_id": run_id, "customer_id": one, "seen_by": by, "seen_at": at} for one in found]
    connection.execute(insert(rating_alerts_seen), rows)
    audit.write(connection, at, by, "ratings.alerts_seen", OBJECT, None, {"run": run_id, "customers": found}, address)
    return len(found)


def _where(scope: Scope, run_id: int, login: str) -> tuple[ColumnElement[bool], ...]:
    seen = rating_alerts_seen.c
    known = exists().where(and_(seen.run_id == run_id, seen.customer_id == _R.customer_id, seen.seen_by == login))
    return _R.run_id == run_id, by_own_figures(), scope.where(_C.branch_path), ~known

"""How many rated customers carry an override, day by day: what monitoring and the dossier watch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from sqlalchemy import Connection, func, select

from store.override_rows import override_path, override_source
from store.scope import Scope, whole_bank
from store.served_runs import published_id
from store.tables import customers, publications, rating_overrides, run_ratings, runs


@dataclass(frozen=True)
class OverrideRate:
    """One day. rated: customers of the rating on show that day, None before the first; up, down: of them overridden."""

    day: date
    rated: int | None
    up: int
    down: int

    @property
    def share(self) -> float | None:
        """Overridden customers of those rated, 0..1; None without any."""
        return (self.up + self.down) / self.rated if self.rated else None


def rates(connection: Connection, scope: Scope, days: Sequence[date], zone: tzinfo | None = None) -> list[OverrideRate]:
    """For each of the days (month-ends, say), within the scope; zone: in which a publication's day is told.

    An override counts on the days it was signed for, up and down by the grade it was proposed against. In a scope
    smaller than the bank the customers of each rating are counted where they are today.
    """
    c = rating_overrides.c
    query = select(c.notches, c.valid_from, c.expires_on, c.ended_on).select_from(override_source())
    held = connection.execute(query.where(c.valid_from.is_not(None), scope.where(override_path()))).all()
    shown = _on_show(connection, zone)
    rated: dict[int, int] = {}
    told = []
    for day in days:
        run_id = next((run_id for first, run_id in shown if first <= day), None)
        if run_id is not None and run_id not in rated:
            rated[run_id] = _rated(connection, scope, run_id)
        signs = [
            notches > 0
            for notches, first, last, ended in held
            if first <= day <= last and (ended is None or ended > day)
        ]
        told.append(
            OverrideRate(day, rated.get(run_id) if run_id is not None else None, sum(signs), len(signs) - sum(signs))
        )
    return told


def _on_show(connection: Connection, zone: tzinfo | None) -> list[tuple[date, int]]:
    """(first day on show, run), newest first; a run published before publications were kept counts from the beginning."""
    p = publications.c
    query = select(p.published_at, p.run_id).where(p.kind == "credit").order_by(p.publication_id.desc())
    found = [(at.astimezone(zone).date() if zone else at.date(), run_id) for at, run_id in connection.execute(query)]
    run_id = published_id(connection, "credit")
    return found or ([(date.min, run_id)] if run_id is not None else [])


def _rated(connection: Connection, scope: Scope, run_id: int) -> int:
    if set(scope.paths) >= set(whole_bank(connection).paths):
        return connection.scalar(select(runs.c.customers).where(runs.c.run_id == run_id)) or 0
    counted = (
        select(func.count())
        .select_from(run_ratings.join(customers, customers.c.customer_id == run_ratings.c.customer_id))
        .where(run_ratings.c.run_id == run_id, scope.where(customers.c.branch_path))
    )
    return connection.scalar(counted) or 0

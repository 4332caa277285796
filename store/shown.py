"""What was on show when: every time a run was put on show and replaced, and which run came before it.

What a run is compared with ("before") is the run that was on show last before this one was first put on show, and whose
business date is not later. Going back to a run therefore never makes a later one its "before": what it took the place of
then is told beside it (`again_for`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, ScalarSelect, Select, and_, func, or_, select

from store.tables import publications, runs

_P = publications.c


@dataclass(frozen=True)
class Showing:
    """One time a run was on show. until: when another took its place, None while it is on show. replaced, replaced_run: the
    version that was on show until then and its run, None when nothing was. again: it had been on show before. reason: as it was given."""

    run_id: int
    version: str
    as_of: date
    since: datetime
    until: datetime | None
    by: str
    reason: str | None
    replaced: str | None
    replaced_run: int | None
    again: bool


def showings(connection: Connection, kind: str) -> tuple[Showing, ...]:
    """Every time a run of the kind was on show, oldest first. The times follow each other without a gap or an overlap."""
    replaced = runs.alias("replaced")
    query = (
        select(
            _P.run_id, runs.c.version, runs.c.as_of, _P.published_at, _P.published_by, _P.reason,
            _P.previous_run_id, replaced.c.version.label("replaced"),
        )
        .join(runs, runs.c.run_id == _P.run_id)
        .outerjoin(replaced, replaced.c.run_id == _P.previous_run_id)
        .where(_P.kind == kind)
        .order_by(_P.publication_id)
    )  # fmt: skip
    found = connection.execute(query).all()
    told: list[Showing] = []
    seen: set[int | None] = set()
    ends = [*(line.published_at for line in found[1:]), None]
    for line, until in zip(found, ends, strict=False):
        told.append(
            Showing(
                line.run_id, line.version, line.as_of, line.published_at, until, line.published_by, line.reason, line.replaced,
                line.previous_run_id, line.run_id in seen,
            )
        )  # fmt: skip
        seen |= {line.run_id, line.previous_run_id}
    return tuple(told)


def by_run(found: Iterable[Showing]) -> Mapping[int, tuple[Showing, ...]]:
    """`showings` of each run, oldest first; who never was on show is not there."""
    told: dict[int, tuple[Showing, ...]] = {}
    for one in found:
        told[one.run_id] = (*told.get(one.run_id, ()), one)
    return told


def compared(kind: str) -> ScalarSelect[Any]:
    """The number of the run that the one on show is compared with; NULL without one."""
    now = select(runs.c.run_id).where(runs.c.kind == kind, runs.c.state == "published").scalar_subquery()
    told: ScalarSelect[Any] = _earlier(now).limit(1).scalar_subquery()
    return told


def before(connection: Connection, run_id: int) -> int | None:
    """What a run that is or was on show is compared with; None without one."""
    found: int | None = connection.scalar(_earlier(run_id).limit(1))
    return found


def again_for(connection: Connection, kind: str, run_id: int) -> Showing | None:
    """Since when the run is on show, when it had been on show before; None for any other."""
    last = next(iter(showings(connection, kind)[-1:]), None)
    return last if last is not None and last.run_id == run_id and last.again else None


def shown_at(connection: Connection, kind: str, moment: datetime) -> int | None:
    """The run of the kind that was on show at a moment; None when nothing was."""
    found = select(_P.run_id).where(_P.kind == kind, _P.published_at <= moment)
    told: int | None = connection.scalar(found.order_by(_P.publication_id.desc()).limit(1))
    return told


def _earlier(run_id: Any) -> Select[Any]:
    """Runs of its kind that were on show before it first was, their data not later than its own; the last of them first.

    Each publication names the run whose place it took, so a run that was on show before publications were kept counts too.
    """
    own, mine, other = publications.alias("own"), runs.alias("mine"), runs.alias("other")
    named = or_(own.c.run_id == run_id, own.c.previous_run_id == run_id)
    first = select(func.min(own.c.publication_id)).where(named).scalar_subquery()
    kind, day = (select(mine.c[name]).where(mine.c.run_id == run_id).scalar_subquery() for name in ("kind", "as_of"))
    found = select(_P.previous_run_id).join(other, other.c.run_id == _P.previous_run_id)
    until = or_(_P.publication_id < first, and_(_P.publication_id == first, _P.run_id == run_id))
    found = found.where(_P.kind == kind, until, other.c.as_of <= day)
    return found.order_by(_P.publication_id.desc())

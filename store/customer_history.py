"""What each run that was on show said of one customer: the versions behind the figures of the 360."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, exists, func, select

from store.segment_names import named
from store.served_runs import KINDS, rows_of
from store.shown import Showing, by_run, showings
from store.tables import publications, runs

MOST_RUNS = 24  # of a kind, the newest
# What is told of each kind, by the column of its rows.
FIGURES: dict[str, tuple[str, ...]] = {
    "segmentation": ("tier", "life_cycle", "segment", "recency_score", "frequency_score", "monetary_score", "aum"),
    "credit": ("grade", "score", "pd"),
    "contribution": ("month_contribution", "year_contribution", "lifetime_value"),
    "attrition": ("probability", "aum_at_risk"),
    "next_product": ("family", "probability"),
}


@dataclass(frozen=True)
class PastFigures:
    """One run that was on show. values: its FIGURES of the customer, None when the run does not know them.

    published_at: when it was first put on show. shown: every time it was, oldest first. on_show: it is now.
    model: of a segmentation, with the names its segments have; {} for the other kinds.
    """

    kind: str
    run_id: int
    version: str
    as_of: date
    on_show: bool
    published_at: datetime
    values: Mapping[str, Any] | None
    model: Mapping[str, Any]
    shown: tuple[Showing, ...]


def past_figures(connection: Connection, kind: str, customer_id: str) -> tuple[PastFigures, ...]:
    """Of the published runs of a kind, the newest day they are as of first, then the newest publication; the caller has
    looked at the scope.

    Only runs that were put on show: candidates and rejected ones never were. A run whose rows have been cleared away is
    left out, so that "not in this run" always means it.
    """
    rows = rows_of(kind)
    first = (
        select(publications.c.run_id, func.min(publications.c.published_at).label("at"))
        .where(publications.c.kind == kind)
        .group_by(publications.c.run_id)
        .subquery()
    )
    told = [rows.c[name] for name in FIGURES[kind]]
    model = [runs.c.model] if kind == "segmentation" else []
    query = (
        select(runs.c.run_id, runs.c.version, runs.c.as_of, runs.c.state, first.c.at, rows.c.customer_id, *told, *model)
        .join(first, first.c.run_id == runs.c.run_id)
        .outerjoin(rows, and_(rows.c.run_id == runs.c.run_id, rows.c.customer_id == customer_id))
        .where(runs.c.kind == kind, runs.c.state.in_(("published", "superseded")))
        .where(exists().where(rows.c.run_id == runs.c.run_id).correlate(runs))
        .order_by(runs.c.as_of.desc(), first.c.at.desc(), runs.c.run_id.desc())
        .limit(MOST_RUNS)
    )
    found, times = [], by_run(showings(connection, kind))
    for row in connection.execute(query).mappings():
        values = None if row["customer_id"] is None else {name: row[name] for name in FIGURES[kind]}
        found.append(
            PastFigures(
                kind, row["run_id"], row["version"], row["as_of"], row["state"] == "published", row["at"], values,
                named(connection, row["model"]) if model else {}, times[row["run_id"]],
            )
        )  # fmt: skip
    return tuple(found)


def every_kind(connection: Connection, customer_id: str) -> dict[str, tuple[PastFigures, ...]]:
    """`past_figures` of each kind, in the order of KINDS."""
    return {kind: past_figures(connection, kind, customer_id) for kind in KINDS}

"""What is watched of scorecards by month: written by the monitoring job, read by the page, the home page and the dossier."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from domain.credit.monitoring import Judgement, Verdict, WatchedMonth, verdict
from domain.plain import from_plain, to_plain
from store.models import model as model_of
from store.models import model_id_of
from store.served_runs import published_id
from store.tables import scorecard_months


@dataclass(frozen=True)
class Watched:
    """A month-end of a card: what was watched, and its judgements, the worst first."""

    month: date
    watched: WatchedMonth
    judgements: tuple[Judgement, ...]
    made_at: datetime

    @property
    def verdict(self) -> Verdict:
        """The month's one status, and what it stands on."""
        return verdict(self.judgements)

    @property
    def alerts(self) -> tuple[Judgement, ...]:
        """What is past a threshold since this month."""
        return tuple(one for one in self.judgements if one.alert)


def save(
    connection: Connection,
    run_id: int,
    months: Sequence[WatchedMonth],
    judged: Sequence[Sequence[Judgement]],
    at: datetime,
) -> int:
    """Put these months in the place of what was known of the card; run_id: of the run that developed it."""
    connection.execute(delete(scorecard_months).where(scorecard_months.c.run_id == run_id))
    rows = [
        _row(run_id, Watched(one.shift.month, one, tuple(told), at)) for one, told in zip(months, judged, strict=True)
    ]
    if rows:
        connection.execute(insert(scorecard_months), rows)
    return len(rows)


def _row(run_id: int, one: Watched) -> dict[str, Any]:
    outcome = one.watched.outcome
    told = {"watched": to_plain(one.watched), "judgements": to_plain(one.judgements)}
    return {
        "run_id": run_id, "month": one.month, "customers": one.watched.shift.customers,
        "score_index": one.watched.shift.score.index, "gini": outcome.gini.value if outcome and outcome.gini else None,
        "level": one.verdict.level, "alerts": len(one.alerts), "detail": json.dumps(told, allow_nan=False), "made_at": one.made_at,
    }  # fmt: skip


def months(connection: Connection, run_id: int) -> tuple[Watched, ...]:
    """All months of a card, ascending; run_id: of the run that developed it."""
    told = scorecard_months.c
    found = connection.execute(select(told.detail, told.made_at).where(told.run_id == run_id).order_by(told.month))
    return tuple(_watched(row.detail, row.made_at) for row in found)


def _watched(detail: str, made_at: datetime) -> Watched:
    told = json.loads(detail)
    watched = from_plain(WatchedMonth, told["watched"])
    judgements = tuple(from_plain(Judgement, one) for one in told["judgements"])
    return Watched(watched.shift.month, watched, judgements, made_at)


def newest(connection: Connection, run_id: int) -> Watched | None:
    """The newest month of a card, None before it was ever watched."""
    told = scorecard_months.c
    last = select(func.max(told.month)).where(told.run_id == run_id).scalar_subquery()
    row = connection.execute(
        select(told.detail, told.made_at).where(told.run_id == run_id, told.month == last)
    ).one_or_none()
    return None if row is None else _watched(row.detail, row.made_at)


def card_on_show(connection: Connection) -> int | None:
    """The run that developed the card the grades on show are made with; None before the first."""
    shown = published_id(connection, "credit")
    if shown is None:
        return None
    number = model_id_of(connection, shown)
    model = None if number is None else model_of(connection, number)
    return shown if model is None else model.run_id

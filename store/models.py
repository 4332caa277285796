"""The register of scorecards, to read: what was developed, who stands behind it, and which card the grades are made with.

developed -> validated by a second person -> approved by a third -> in_use -> retired. Deciding is store/model_decisions.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from store.served_runs import published_id
from store.tables import audit_log, credit_model_events, credit_models, runs

STATES = ("developed", "validated", "approved", "in_use", "retired")
_HEAD = [column for column in credit_models.c if column.name != "card"]


@dataclass(frozen=True)
class Model:
    """One scorecard of the register. card: as domain.credit.scorecard.to_dict makes it, {} in lists.

    purpose: the kind of sample ('behaviour', 'application'). tier: 1 where most depends on it, to 3. metrics: of the
    development, as the run that developed it has them. definition: how its sample was drawn. replaced_by: the model that
    took its place, None when it was retired for good.
    """

    model_id: int
    version: str
    run_id: int
    purpose: str
    tier: int
    owner: str
    metrics: Mapping[str, Any]
    definition: Mapping[str, Any]
    state: str
    developed_by: str
    developed_at: datetime
    validated_by: str | None
    validated_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    in_use_since: datetime | None
    retired_by: str | None
    retired_at: datetime | None
    replaced_by: int | None
    card: Mapping[str, Any]

    @property
    def signed(self) -> bool:
        """Whether three people stand behind it: what is shown without is on trial."""
        return self.approved_by is not None


@dataclass(frozen=True)
class Event:
    """One step. act: a state, or 'assigned'. words: as given, empty only where a job developed the model. report_id: the
    dossier it was decided on, None where none was asked for. owner, tier: what was assigned, as the trail has it."""

    event_id: int
    model_id: int
    act: str
    by: str
    at: datetime
    words: str
    report_id: int | None = None
    owner: str | None = None
    tier: int | None = None


def model(connection: Connection, model_id: int) -> Model | None:
    """One, whole, or None."""
    row = connection.execute(select(credit_models).where(credit_models.c.model_id == model_id)).one_or_none()
    return None if row is None else model_row(row)


def in_use(connection: Connection) -> Model | None:
    """The model in use, whole; None while none is (then the card on show, if there is one, is on trial)."""
    row = connection.execute(select(credit_models).where(credit_models.c.state == "in_use")).first()
    return None if row is None else model_row(row)


def of_run(connection: Connection, run_id: int) -> Model | None:
    """The model a credit run rated with, whole; None for a run from before there was a register."""
    number = model_id_of(connection, run_id)
    return None if number is None else model(connection, number)


def model_id_of(connection: Connection, run_id: int) -> int | None:
    """Its number alone: of the model the run developed, else of the one it says that it rated with.

    A run of one branch has the model of the run it took all others from.
    """
    origin = origin_of(connection, run_id)
    if origin is None:
        return None
    own = connection.scalar(select(credit_models.c.model_id).where(credit_models.c.run_id == origin))
    if own is not None:
        return own
    return connection.scalar(select(runs.c.parameters["model_id"].as_integer()).where(runs.c.run_id == origin))


def on_trial(connection: Connection, run_id: int) -> bool:
    """Whether this credit run was rated with a card that three people do not stand behind."""
    number = model_id_of(connection, run_id)
    approved_by = select(credit_models.c.approved_by).where(credit_models.c.model_id == number)
    return number is None or connection.scalar(approved_by) is None


def any_approved(connection: Connection) -> bool:
    """Whether a model was ever approved: from then on nothing is shown on trial."""
    approved = select(credit_models.c.model_id).where(credit_models.c.approved_by.is_not(None))
    return connection.scalar(approved.limit(1)) is not None


def list_models(connection: Connection) -> list[Model]:
    """The register, newest first, without cards."""
    query = select(*_HEAD).order_by(credit_models.c.model_id.desc())
    return [model_row(row) for row in connection.execute(query)]


def events(connection: Connection, model_id: int) -> list[Event]:
    """What was decided about a model, oldest first."""
    told, trail = credit_model_events.c, audit_log.c
    query = select(*told).where(told.model_id == model_id).order_by(told.event_id)
    found = [Event(**row._mapping) for row in connection.execute(query)]
    if not any(one.act == "assigned" for one in found):
        return found
    mine = (trail.object_kind == "credit_model", trail.object_id == str(model_id), trail.action == "models.assign")
    details = iter(connection.scalars(select(trail.detail).where(*mine).order_by(trail.sequence)).all())
    return [_with(one, next(details, {})) if one.act == "assigned" else one for one in found]


def _with(one: Event, detail: Mapping[str, Any]) -> Event:
    return replace(one, owner=detail.get("owner"), tier=detail.get("tier"))


def event_by(connection: Connection, event_id: int) -> str:
    """Who took a step."""
    by = select(credit_model_events.c.by).where(credit_model_events.c.event_id == event_id)
    return connection.execute(by).scalar_one()


def shown(connection: Connection) -> int | None:
    """The number of the model the grades on show are made with; None without one."""
    run_id = published_id(connection, "credit")
    return None if run_id is None else model_id_of(connection, run_id)


def origin_of(connection: Connection, run_id: int) -> int | None:
    """The run whose model a run has: the one it was carried over from, where that is there and says nothing else."""
    found: int | None = None
    seen: set[int] = set()
    while run_id not in seen:
        seen.add(run_id)
        told = connection.scalar(select(runs.c.parameters).where(runs.c.run_id == run_id, runs.c.kind == "credit"))
        if told is None:
            return found
        found = run_id
        if "model_id" in told or "carried_from" not in told:
            return found
        run_id = int(told["carried_from"]["run_id"])
    return found


def model_row(row: Row[Any]) -> Model:
    """A row of the table as a model, with its card where the row has one."""
    return Model(**{"card": {}, **row._mapping})

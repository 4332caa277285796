"""Runs: a recompute is a candidate until somebody else publishes it; going back is one call.

candidate -> published -> superseded -> published again (going back); candidate -> rejected. Publishing changes the
customers' serving rows, the picture, the history and the audit trail in the caller's one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Row, Select, delete, func, insert, literal, select, update

from store import audit, model_decisions
from store.bulk import fill
from store.model_steps import ModelRefused
from store.models import Model
from store.segment_names import named
from store.served_runs import KINDS, published_id, rows_of, serve_published
from store.shown import compared
from store.tables import batches, publications, run_ratings, run_segments, runs

SEGMENT_COLUMNS = (
    "customer_id", "recency_score", "frequency_score", "monetary_score", "tier", "tier_reached", "tier_before", "aum",
    "life_cycle", "segment", "why",
)  # fmt: skip
RATING_COLUMNS = ("customer_id", "score", "pd", "grade", "points", "reasons")
LETTERS = {"contribution": "V"}  # of value; the C is credit's
AT_ONCE = 10_000  # customers named in one statement
_HEAD = [column for column in runs.c if column.name not in ("model", "migration")]


class RunRefused(Exception):
    """A run cannot be published, rejected or gone back to; the sentence says why. `key` names it for translation,
    `values` fill it in."""

    def __init__(self, key: str, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Run:
    """One run. migration: against the run that was published when it was made, None without one.

    `model` and `migration` are {} and None in lists, where they would be too long.
    """

    run_id: int
    kind: str
    state: str
    version: str
    as_of: date
    parameters: Mapping[str, Any]
    batches: tuple[int, ...]
    code_version: str
    seed: int
    job_id: int | None
    started_by: str
    started_at: datetime
    finished_at: datetime
    customers: int
    metrics: Mapping[str, Any]
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    model: Mapping[str, Any]
    migration: Mapping[str, Any] | None


@dataclass(frozen=True)
class PastRating:
    """What a run that was on show said of a customer; points as domain/credit/run.py makes them."""

    grade: str
    score: int | None
    points: Any


@dataclass(frozen=True)
class NewRun:
    """What a recompute found, besides its rows."""

    kind: str
    as_of: date
    parameters: Mapping[str, Any]
    batches: tuple[int, ...]
    code_version: str
    seed: int
    job_id: int | None
    started_by: str
    started_at: datetime
    finished_at: datetime
    metrics: Mapping[str, Any]
    model: Mapping[str, Any]
    migration: Mapping[str, Any] | None


@dataclass(frozen=True)
class Carried:
    """The rows a candidate takes over from an earlier run, unchanged: all but those of the customers in `without`."""

    run_id: int
    without: Sequence[str]


def save_candidate(connection: Connection, found: NewRun, rows: pa.Table, carried: Carried | None = None) -> int:
    """Keep a run and its rows (the columns of its kind's table, money in cents, JSON as text); returns its number.

    The version is the kind's letter (LETTERS, else its first), the business date and a running number, e.g. S-2026-10-31-3.
    """
    if found.kind not in KINDS:
        raise ValueError(f"there is no kind of run {found.kind!r}; there are {', '.join(KINDS)}")
    earlier = connection.scalar(select(func.count()).select_from(runs).where(runs.c.kind == found.kind)) or 0
    version = f"{LETTERS.get(found.kind, found.kind[0].upper())}-{found.as_of.isoformat()}-{earlier + 1}"
    result = connection.execute(
        insert(runs).values(
            kind=found.kind, state="candidate", version=version, as_of=found.as_of, parameters=dict(found.parameters),
            batches=list(found.batches), code_version=found.code_version, seed=found.seed, job_id=found.job_id,
            started_by=found.started_by, started_at=found.started_at, finished_at=found.finished_at,
            customers=rows.num_rows, metrics=dict(found.metrics), model=dict(found.model),
            migration=None if found.migration is None else dict(found.migration),
        )
    )  # fmt: skip
    (run_id,) = result.inserted_primary_key or (0,)
    numbered = rows.append_column("run_id", pa.array([run_id] * rows.num_rows, pa.int32()))
    if carried is not None:
        _carry_over(connection, found.kind, run_id, carried)
    fill(connection, rows_of(found.kind), numbered.to_batches(max_chunksize=50_000))
    return run_id


def _carry_over(connection: Connection, kind: str, run_id: int, carried: Carried) -> None:
    """Copied inside the database, so that what is not worked out anew stays the same to the byte."""
    rows = rows_of(kind)
    told = [column for column in rows.c if column.name != "run_id"]
    copied = select(literal(run_id), *told).where(rows.c.run_id == carried.run_id)
    connection.execute(insert(rows).from_select([rows.c.run_id, *told], copied))
    for first in range(0, len(carried.without), AT_ONCE):
        named = rows.c.customer_id.in_(carried.without[first : first + AT_ONCE])
        connection.execute(delete(rows).where(rows.c.run_id == run_id, named))
    count = select(func.count()).select_from(rows).where(rows.c.run_id == run_id).scalar_subquery()
    connection.execute(update(runs).where(runs.c.run_id == run_id).values(customers=runs.c.customers + count))


def run(connection: Connection, run_id: int) -> Run | None:
    """One run, whole, or None; a segmentation's clusters have the names they were given."""
    row = connection.execute(select(runs).where(runs.c.run_id == run_id)).one_or_none()
    if row is None:
        return None
    found = _run(row)
    return replace(found, model=named(connection, found.model)) if found.kind == "segmentation" else found


def list_runs(connection: Connection, kind: str | None = None, limit: int = 50, offset: int = 0) -> list[Run]:
    """Runs, newest first, without model and migration."""
    query: Select[Any] = select(*_HEAD).order_by(runs.c.run_id.desc()).limit(limit).offset(offset)
    return [_run(row) for row in connection.execute(query if kind is None else query.where(runs.c.kind == kind))]


def published(connection: Connection, kind: str) -> Run | None:
    """The run pages and papers read, whole, or None before the first."""
    run_id = published_id(connection, kind)
    return None if run_id is None else run(connection, run_id)


def on_show(connection: Connection) -> dict[str, Run]:
    """Every published run by its kind, without model and migration: for who only reads versions and parameters."""
    return {row.kind: _run(row) for row in connection.execute(select(*_HEAD).where(runs.c.state == "published"))}


def segment_rows(connection: Connection, run_id: int) -> pd.DataFrame:
    """A segmentation run's rows: SEGMENT_COLUMNS without why, `segment` as `cluster`, in order of customer_id."""
    columns = [run_segments.c[name] for name in SEGMENT_COLUMNS if name != "why"]
    query = select(*columns).where(run_segments.c.run_id == run_id).order_by(run_segments.c.customer_id)
    frame = pd.DataFrame(connection.execute(query).all(), columns=[column.name for column in columns])
    return frame.astype({"segment": "Int64"}).rename(columns={"segment": "cluster"})


def rating_rows(connection: Connection, run_id: int) -> pd.DataFrame:
    """A credit run's customer_id, score, pd and grade, in order of customer_id."""
    columns = [run_ratings.c[name] for name in ("customer_id", "score", "pd", "grade")]
    query = select(*columns).where(run_ratings.c.run_id == run_id).order_by(run_ratings.c.customer_id)
    return pd.DataFrame(connection.execute(query).all(), columns=[column.name for column in columns])


def rating_before(connection: Connection, customer_id: str) -> PastRating | None:
    """The customer's rating by the run that the one on show is compared with (store/shown.py); None without such a run or
    rating. The caller has looked at the scope.
    """
    run_id = connection.scalar(select(compared("credit")))
    if run_id is None:
        return None
    shown = select(run_ratings.c.grade, run_ratings.c.score, run_ratings.c.points)
    found = shown.where(run_ratings.c.run_id == run_id, run_ratings.c.customer_id == customer_id)
    row = connection.execute(found.where(run_ratings.c.grade.is_not(None))).one_or_none()
    return None if row is None else PastRating(*row)


def publish(
    connection: Connection, run_id: int, by: str, at: datetime, reason: str | None = None, address: str | None = None
) -> None:
    """Put a candidate, or one that was on show before, on show.

    RunRefused to who started it, in any other state, when a batch it was worked out from counts no longer, without a reason
    for one that was on show before, and for a credit run whose model nobody approved (store/model_decisions.py: showable),
    or puts another in use without a reason.
    """
    found = _decidable(connection, run_id, by, ("candidate", "superseded"))
    _first_to_decide(connection, found)
    _still_counting(connection, found)
    if found.state == "superseded" and not (reason or "").strip():
        raise RunRefused("reason_needed", f"say why run {found.version} is put on show again")
    previous = published_id(connection, found.kind)
    _still_carried(found, previous)
    model = _signed_model(connection, found, by, at)
    if model is not None and model.signed and model.state != "in_use" and not (reason or "").strip():
        raise RunRefused("reason_needed", f"say why model {model.version} is put in use")
    connection.execute(update(runs).where(runs.c.run_id == previous).values(state="superseded"))
    _turn(connection, found, "published", by, at, reason)
    connection.execute(
        insert(publications).values(
            kind=found.kind, run_id=run_id, previous_run_id=previous, published_by=by, published_at=at, reason=reason
        )
    )
    serve_published(connection, found.kind)
    if model is not None:
        model_decisions.taken_over(connection, model, by, at, reason or found.version, address)
    replaced = None if previous is None else connection.scalar(select(runs.c.version).where(runs.c.run_id == previous))
    again = found.state == "superseded"
    detail = {"kind": found.kind, "version": found.version, "again": again, "replaced": replaced, "reason": reason}
    audit.write(connection, at, by, "runs.publish", "run", str(run_id), detail, address)


def reject(connection: Connection, run_id: int, by: str, at: datetime, reason: str, address: str | None = None) -> None:
    """Turn a candidate down, with a reason. Whoever started it may also do so."""
    if not reason.strip():
        raise RunRefused("reason_needed", "say why this run is rejected")
    found = _decidable(connection, run_id, None, ("candidate",))
    _turn(connection, found, "rejected", by, at, reason)
    detail = {"kind": found.kind, "version": found.version, "reason": reason}
    audit.write(connection, at, by, "runs.reject", "run", str(run_id), detail, address)


def back_to(
    connection: Connection, kind: str, by: str, at: datetime, reason: str | None = None, address: str | None = None
) -> int:
    """Put the run on show again that was on show before this one; returns its number. RunRefused when there is none."""
    now = published_id(connection, kind)
    last = select(publications.c.previous_run_id).where(publications.c.kind == kind, publications.c.run_id == now)
    previous = connection.scalar(last.order_by(publications.c.publication_id.desc()).limit(1))
    if previous is None:
        raise RunRefused("nothing_before", f"no {kind} run was on show before this one, so there is none to go back to")
    publish(connection, previous, by, at, reason, address)
    return int(previous)


def _decidable(connection: Connection, run_id: int, by: str | None, states: tuple[str, ...]) -> Run:
    found = run(connection, run_id)
    if found is None:
        raise RunRefused("no_such_run", f"there is no run {run_id}")
    if found.state not in states:
        raise RunRefused(
            "wrong_state", f"run {found.version} is {found.state}; only a {' or '.join(states)} run can be decided on"
        )
    if by is not None and by == found.started_by:
        raise RunRefused("own_run", f"run {found.version} was started by {by}; somebody else must publish it")
    return found


def _still_carried(found: Run, on_show: int | None) -> None:
    """Publishing a candidate of one branch must not bring back what the rest of the bank had before."""
    source = found.parameters.get("carried_from")
    if found.state == "candidate" and source and source["run_id"] != on_show:
        raise RunRefused(
            "other_on_show",
            f"run {found.version} keeps all but one branch as in {source['version']}, which is no longer on show; "
            "recompute the branch again",
        )


def batches_gone(connection: Connection, batch_ids: Iterable[int], held: bool = False) -> tuple[int, ...]:
    """Which of a run's batches count no longer, ascending. held: they stay as they are until the transaction ends."""
    query = select(batches.c.batch_id, batches.c.counts).where(batches.c.batch_id.in_(list(batch_ids)))
    query = query.order_by(batches.c.batch_id)  # one order for all, so that two never wait for each other
    rows = connection.execute(query.with_for_update(read=True) if held else query)
    return tuple(batch_id for batch_id, counts in rows if not counts)


def _still_counting(connection: Connection, found: Run) -> None:
    gone = batches_gone(connection, found.batches, held=True)
    if gone:
        named = ", ".join(f"#{batch_id}" for batch_id in gone)
        raise RunRefused(
            "batches_gone",
            f"run {found.version} was worked out from {named}, which no longer counts; run it anew, or roll the batch "
            "forward first",
            batches=named,
        )


def _signed_model(connection: Connection, found: Run, by: str, at: datetime) -> Model | None:
    """The model of a credit run, which may be shown; kinds without a register have none."""
    if found.kind != "credit":
        return None
    try:
        return model_decisions.showable(connection, found.run_id, found.state == "superseded", by, at)
    except ModelRefused as error:
        raise RunRefused(error.key, str(error), **error.values) from error


def _first_to_decide(connection: Connection, found: Run) -> None:
    """Whoever decides on a kind at the same time waits here and is told, rather than failing on a constraint.

    All runs of the kind are locked, so two candidates cannot be published side by side either. On SQLite the writing
    transaction has waited before it read anything.
    """
    if connection.dialect.name != "postgresql":
        return
    on_show = published_id(connection, found.kind)
    # One order for all, so that two deciders never wait for each other.
    kept = select(runs.c.run_id, runs.c.state).where(runs.c.kind == found.kind).order_by(runs.c.run_id)
    states = {row.run_id: row.state for row in connection.execute(kept.with_for_update())}
    if states[found.run_id] != found.state or published_id(connection, found.kind) != on_show:
        raise RunRefused("decided_meanwhile", f"run {found.version} was decided on meanwhile; look again")


def _turn(connection: Connection, found: Run, state: str, by: str, at: datetime, reason: str | None) -> None:
    """From the state it was read in; whoever comes second is told."""
    turned = connection.execute(
        update(runs)
        .where(runs.c.run_id == found.run_id, runs.c.state == found.state)
        .values(state=state, decided_by=by, decided_at=at, decision_reason=reason)
    )
    if turned.rowcount != 1:
        raise RunRefused("decided_meanwhile", f"run {found.version} was decided on meanwhile; look again")


def _run(row: Row[Any]) -> Run:
    told = dict(row._mapping)
    told["batches"] = tuple(told["batches"])
    return Run(**{"model": {}, "migration": None, **told})

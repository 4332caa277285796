"""Chains: jobs one after the other, entered by the end of the one before, in the same transaction.

A step is settled when its job was done, when its data did not allow it (refused, where nothing after it needs it), or
when a person goes on without it. A failed one halts the chain; retried alone, the steps after it go on. What several
chains ask for at the same time is one job, which they all follow. Nothing here knows Redis: rows to be sent after the
commit are handed back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, exists, func, insert, select, update

from store import jobs
from store.jobs import ACTIVE, JobRow, NewJob
from store.scope import whole_bank
from store.tables import chain_steps, chains, job_runs, runs

OPEN = ("running", "halted")
SETTLED = ("done", "skipped", "unneeded", "dropped")


class NoSuchChain(Exception):
    """Somebody asked for a chain that has no row."""


@dataclass(frozen=True)
class Planned:
    """One step as the registry has it. needed: the steps after it make no sense without it. waits_for: the kind of run
    whose first candidate has to be decided on before it begins."""

    kind: str
    queue: str
    lane: str | None
    parameters: Mapping[str, Any]
    needed: bool = False
    waits_for: str | None = None


@dataclass(frozen=True)
class Step:
    """One step as it stands: `job_id` its latest job, None before it has one; `outcome` None until it is over."""

    chain_id: int
    place: int
    kind: str
    queue: str
    lane: str | None
    parameters: dict[str, Any]
    needed: bool
    waits_for: str | None
    job_id: int | None
    outcome: str | None

    @property
    def settled(self) -> bool:
        """Whether the chain goes on after it."""
        return self.outcome in SETTLED or (self.outcome == "refused" and not self.needed)


@dataclass(frozen=True)
class Chain:
    """One chain with its steps in order. state: running, halted (a step failed), done or cancelled."""

    chain_id: int
    origin: str
    schedule: str | None
    due_at: dt.datetime | None
    begun_by: str
    begun_at: dt.datetime
    ground: str | None
    state: str
    ended_at: dt.datetime | None
    cancelled_by: str | None
    steps: tuple[Step, ...]

    @property
    def current(self) -> Step | None:
        """The first step that is not settled; None when all are."""
        return next((step for step in self.steps if not step.settled), None)

    @property
    def behind(self) -> int:
        """How many steps it has behind it; what a cancel dropped is not."""
        return sum(step.settled and step.outcome != "dropped" for step in self.steps)


@dataclass(frozen=True)
class Started:
    """The chain that stands for an asking, whether it was there before, and the rows to send after the commit."""

    chain: Chain
    already: bool
    to_send: list[JobRow]


def start(
    connection: Connection,
    origin: str,
    planned: Sequence[Planned],
    by: str,
    at: dt.datetime,
    schedule: str | None = None,
    due_at: dt.datetime | None = None,
) -> Started:
    """A chain with its first job entered; or the running one that has the same still to do, on the same batches."""
    _one_at_a_time(connection)
    now = jobs.ground(connection)
    for running in _with_steps(connection, select(chains).where(chains.c.state == "running")):
        if _covers(connection, running, planned, now):
            return Started(running, True, [])
    row = {"origin": origin, "schedule": schedule, "due_at": due_at, "begun_by": by, "begun_at": at, "ground": now}
    made = connection.execute(insert(chains).values(**row, state="running").returning(chains.c.chain_id))
    chain_id = made.scalar_one()
    connection.execute(
        insert(chain_steps),
        [
            {
                "chain_id": chain_id, "place": place, "kind": step.kind, "queue": step.queue, "lane": step.lane,
                "parameters": dict(step.parameters), "needed": step.needed, "waits_for": step.waits_for,
            }
            for place, step in enumerate(planned, 1)
        ],
    )  # fmt: skip
    to_send = go_on(connection, chain_id, at)
    return Started(chain(connection, chain_id), False, to_send)


def _one_at_a_time(connection: Connection) -> None:
    """Two who start chains at the same moment see each other's. On SQLite a writing transaction is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("guanxi.chains"))))


def _covers(connection: Connection, running: Chain, planned: Sequence[Planned], now: str) -> bool:
    """Whether a running chain ends with just these steps, and what it has begun of them is on the batches of now."""
    tail = running.steps[-len(planned) :]
    if [(s.kind, s.parameters) for s in tail] != [(p.kind, dict(p.parameters)) for p in planned]:
        return False
    begun = [step for step in tail if step.job_id is not None or step.outcome is not None]
    if not begun:
        return True
    if any(step.outcome not in (None, "done", "refused") for step in begun):
        return False
    rows = [jobs.job(connection, step.job_id) for step in begun if step.job_id is not None]
    # What has no lane brings something from outside, which may be another thing by now.
    fresh = all(row.status == "queued" or (row.active if row.lane is None else row.ground == now) for row in rows)
    return fresh and not any(row.cancel_requested_at for row in rows)


def go_on(connection: Connection, chain_id: int, at: dt.datetime) -> list[JobRow]:
    """Enter the next step where one is due, and set the chain's state. Safe to call at any time; rows to send."""
    if _held(connection, chain_id) not in OPEN:
        return []
    state, to_send = "done", []
    for step in _looked_after(connection, chain_id):
        if step.settled:
            continue
        if step.outcome is not None:
            state = "halted"
            break
        state = "running"
        if step.job_id is not None:
            break
        if _waits(connection, step):
            continue
        to_send = _enter(connection, step, at)
        break
    ended = at if state == "done" else None
    connection.execute(update(chains).where(chains.c.chain_id == chain_id).values(state=state, ended_at=ended))
    return to_send


def _looked_after(connection: Connection, chain_id: int) -> list[Step]:
    """The steps; of a job that ended, or went, without telling it is written down here."""
    steps = []
    for step in chain(connection, chain_id).steps:
        if step.outcome is None and step.job_id is not None:
            status = connection.scalar(select(job_runs.c.status).where(job_runs.c.job_id == step.job_id))
            if status not in ACTIVE:
                _set(connection, step, outcome=status or "cancelled")
                steps.append(replace(step, outcome=status or "cancelled"))
                continue
        steps.append(step)
    return steps


def _waits(connection: Connection, step: Step) -> bool:
    """While the first candidate of a kind is undecided: without any on show the step would do without for nothing."""
    if step.waits_for is None:
        return False
    states = set(connection.scalars(select(runs.c.state).where(runs.c.kind == step.waits_for).distinct()))
    return "candidate" in states and "published" not in states


def _enter(connection: Connection, step: Step, at: dt.datetime) -> list[JobRow]:
    by = connection.scalar(select(chains.c.begun_by).where(chains.c.chain_id == step.chain_id)) or ""
    scope = whole_bank(connection)
    new = NewJob(step.kind, step.queue, step.parameters, by, scope, lane=step.lane, chain_id=step.chain_id)
    entered = jobs.enter(connection, new, at)
    _set(connection, step, job_id=entered.job.job_id)
    return [] if entered.already else [entered.job]


def _set(connection: Connection, step: Step, **values: Any) -> None:
    mine = chain_steps.c.chain_id == step.chain_id, chain_steps.c.place == step.place
    connection.execute(update(chain_steps).where(*mine).values(**values))


def after(connection: Connection, job_id: int, outcome: str, at: dt.datetime, changed: bool = True) -> list[JobRow]:
    """A job ended so: every chain that follows it learns of it and goes on. Rows to send."""
    following = sorted(connection.scalars(select(chain_steps.c.chain_id).where(chain_steps.c.job_id == job_id)))
    to_send = []
    for chain_id in following:
        _held(connection, chain_id)
        mine = chain_steps.c.chain_id == chain_id, chain_steps.c.job_id == job_id, chain_steps.c.outcome.is_(None)
        told = connection.execute(
            update(chain_steps)
            .where(*mine)
            .values(outcome=outcome)
            .returning(chain_steps.c.place, chain_steps.c.needed)
        ).all()
        if outcome == "done" and not changed and any(needed for _, needed in told):
            later = chain_steps.c.chain_id == chain_id, chain_steps.c.place > told[0].place
            connection.execute(
                update(chain_steps).where(*later, chain_steps.c.job_id.is_(None)).values(outcome="unneeded")
            )
        to_send += go_on(connection, chain_id, at)
    return to_send


def stop_job(connection: Connection, job_id: int, by: str, at: dt.datetime) -> JobRow:
    """Ask a job to stop, as `store.jobs.ask_cancel`; the chains it is a step of halt there."""
    row = jobs.ask_cancel(connection, job_id, by, at)
    if row.status == "cancelled":
        after(connection, job_id, "cancelled", at)
    return row


def cancel(connection: Connection, chain_id: int, by: str, at: dt.datetime) -> list[JobRow]:
    """Stop what runs of a chain and drop what waits; the jobs to be stopped after the commit.

    A job that another running chain follows too, or that somebody asked for on its own, goes on. An ended chain stays
    as it is.
    """
    mine = select(chain_steps.c.job_id).where(chain_steps.c.chain_id == chain_id, chain_steps.c.outcome.is_(None))
    connection.execute(select(job_runs.c.job_id).where(job_runs.c.job_id.in_(mine)).with_for_update())
    if _held(connection, chain_id) not in OPEN:
        return []
    over = {"state": "cancelled", "ended_at": at, "cancelled_by": by}
    connection.execute(update(chains).where(chains.c.chain_id == chain_id).values(**over))
    stopped = []
    for step in chain(connection, chain_id).steps:
        if step.outcome is not None:
            continue
        if step.job_id is None or not _alone(connection, step):
            _set(connection, step, outcome="dropped")
            continue
        row = jobs.ask_cancel(connection, step.job_id, by, at)
        stopped.append(row)
        if row.status == "cancelled":
            _set(connection, step, outcome="cancelled")
    return stopped


def _alone(connection: Connection, step: Step) -> bool:
    """Whether this chain entered the step's job and no other open chain follows it."""
    others = (
        select(chains.c.chain_id)
        .join(chain_steps, chain_steps.c.chain_id == chains.c.chain_id)
        .where(chain_steps.c.job_id == step.job_id, chains.c.chain_id != step.chain_id, chains.c.state.in_(OPEN))
    )
    owner = connection.scalar(select(job_runs.c.chain_id).where(job_runs.c.job_id == step.job_id))
    return owner == step.chain_id and connection.execute(others).first() is None


def skip(connection: Connection, chain_id: int, at: dt.datetime) -> list[JobRow] | None:
    """Go on without the step a chain was halted by; rows to send. None when it is not halted, or the rest needs it."""
    found = chain(connection, chain_id)
    step = found.current
    if found.state != "halted" or step is None or step.needed:
        return None
    _set(connection, step, outcome="skipped")
    return go_on(connection, chain_id, at)


def retried(connection: Connection, old_job: int, new_job: int, at: dt.datetime) -> None:
    """The chains whose step was `old_job`, and did not come to its end, follow `new_job` from now on."""
    failed = chain_steps.c.job_id == old_job, chain_steps.c.outcome.in_(("failed", "refused", "cancelled"))
    for chain_id in sorted(connection.scalars(select(chain_steps.c.chain_id).where(*failed))):
        if _held(connection, chain_id) == "cancelled":
            continue
        mine = (*failed, chain_steps.c.chain_id == chain_id)
        connection.execute(update(chain_steps).where(*mine).values(job_id=new_job, outcome=None))
        opened = {"state": "running", "ended_at": None}
        connection.execute(update(chains).where(chains.c.chain_id == chain_id).values(**opened))
        go_on(connection, chain_id, at)


def _held(connection: Connection, chain_id: int) -> str | None:
    """The chain's state, which nobody else changes until this transaction ends. Jobs' rows are held before chains'."""
    state: str | None = connection.scalar(select(chains.c.state).where(chains.c.chain_id == chain_id).with_for_update())
    return state


def chain(connection: Connection, chain_id: int) -> Chain:
    """One chain. NoSuchChain when there is none."""
    found = _with_steps(connection, select(chains).where(chains.c.chain_id == chain_id))
    if not found:
        raise NoSuchChain(f"there is no chain {chain_id}; it may have been cleared away")
    return found[0]


def chains_of(connection: Connection, chain_ids: Sequence[int]) -> dict[int, Chain]:
    """Chains by number."""
    found = _with_steps(connection, select(chains).where(chains.c.chain_id.in_(list(chain_ids))))
    return {each.chain_id: each for each in found}


def open_chains(connection: Connection) -> list[Chain]:
    """What runs or is halted, oldest first."""
    return _with_steps(connection, select(chains).where(chains.c.state.in_(OPEN)))


def of_job(connection: Connection, job_id: int) -> Chain | None:
    """The newest chain a job is a step of, or was entered by before it was retried."""
    step = exists().where(chain_steps.c.chain_id == chains.c.chain_id, chain_steps.c.job_id == job_id)
    owner = select(job_runs.c.chain_id).where(job_runs.c.job_id == job_id).scalar_subquery()
    found = _with_steps(connection, select(chains).where(step | (chains.c.chain_id == owner)))
    return found[-1] if found else None


def stuck(connection: Connection) -> list[int]:
    """Running chains none of whose jobs waits or runs: one waits for a decision, or its job went without telling."""
    active = (
        exists()
        .where(chain_steps.c.chain_id == chains.c.chain_id, job_runs.c.status.in_(ACTIVE))
        .where(job_runs.c.job_id == chain_steps.c.job_id, chain_steps.c.outcome.is_(None))
    )
    return list(connection.scalars(select(chains.c.chain_id).where(chains.c.state == "running", ~active)))


def _with_steps(connection: Connection, query: Any) -> list[Chain]:
    found = connection.execute(query.order_by(chains.c.chain_id)).all()
    if not found:
        return []
    mine = chain_steps.c.chain_id.in_([row.chain_id for row in found])
    steps: dict[int, list[Step]] = {}
    for row in connection.execute(
        select(chain_steps).where(mine).order_by(chain_steps.c.chain_id, chain_steps.c.place)
    ):
        steps.setdefault(row.chain_id, []).append(Step(**row._mapping))
    return [Chain(**row._mapping, steps=tuple(steps.get(row.chain_id, ()))) for row in found]

"""What was done in the background, as a page lists it: a chain is one entry, however many jobs it had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Integer, exists, false, func, literal, select, union_all

from store import chains as chain_rows
from store.chains import Chain
from store.jobs import JobRow
from store.tables import chain_steps, chains, job_runs, runs

Entry = JobRow | Chain  # a job that stands for itself, or a chain

# A chain's state, by the status of a job that means the same to a reader.
STATES = {"running": "running", "failed": "halted", "done": "done", "cancelled": "cancelled"}


@dataclass(frozen=True)
class Made:
    """A run a job made: its version and state, and the version of the ratings its expected loss rests on, if any."""

    run_id: int
    kind: str
    version: str
    state: str
    rating: str | None


def page_of(
    connection: Connection, limit: int, offset: int, kind: str | None = None, status: str | None = None
) -> tuple[list[Entry], int]:
    """One page of all entries, the newest first, and how many fit in all. A chain fits a kind when a step is of it."""
    alone = select(literal("job").label("what"), job_runs.c.job_id.label("number"), job_runs.c.submitted_at.label("at"))
    alone = alone.where(job_runs.c.chain_id.is_(None))
    whole = select(literal("chain").label("what"), chains.c.chain_id.label("number"), chains.c.begun_at.label("at"))
    if kind is not None:
        alone = alone.where(job_runs.c.kind == kind)
        whole = whole.where(exists().where(chain_steps.c.chain_id == chains.c.chain_id, chain_steps.c.kind == kind))
    if status is not None:
        alone = alone.where(job_runs.c.status == status)
        whole = whole.where(chains.c.state == STATES[status] if status in STATES else false())
    every = union_all(alone, whole).subquery()
    total = connection.scalar(select(func.count()).select_from(every)) or 0
    query = select(every.c.what, every.c.number).order_by(every.c.at.desc(), every.c.number.desc())
    found = connection.execute(query.limit(limit).offset(offset)).all()
    by_number = _jobs(connection, [number for what, number in found if what == "job"])
    whole_ones = chain_rows.chains_of(connection, [number for what, number in found if what == "chain"])
    return [by_number[number] if what == "job" else whole_ones[number] for what, number in found], total


def jobs_of(connection: Connection, chain: Chain) -> dict[int, JobRow]:
    """The latest job of each step that has one, by number."""
    return _jobs(connection, [step.job_id for step in chain.steps if step.job_id is not None])


def _jobs(connection: Connection, numbers: Iterable[int]) -> dict[int, JobRow]:
    rows = connection.execute(select(job_runs).where(job_runs.c.job_id.in_(list(numbers))))
    return {row.job_id: JobRow(**row._mapping) for row in rows}


def made_by(connection: Connection, run_ids: Iterable[int]) -> dict[int, Made]:
    """Runs by number, without what would be too long for a list."""
    named = runs.c.parameters["rating_run"].as_integer()
    query = select(runs.c.run_id, runs.c.kind, runs.c.version, runs.c.state, named).where(
        runs.c.run_id.in_(list(run_ids))
    )
    found = connection.execute(query).all()
    rated = select(runs.c.run_id, runs.c.version).where(runs.c.run_id.in_([row[4] for row in found if row[4]]))
    versions = {row.run_id: row.version for row in connection.execute(rated)}
    return {row.run_id: Made(*row[:4], rating=versions.get(row[4])) for row in found}


def last_of(connection: Connection, schedule: str | None = None, origins: Iterable[str] = ()) -> Chain | None:
    """The newest chain of a schedule, or of any of these origins."""
    fits = chains.c.schedule == schedule if schedule is not None else chains.c.origin.in_(list(origins))
    newest = connection.scalar(select(func.max(chains.c.chain_id, type_=Integer)).where(fits))
    return None if newest is None else chain_rows.chain(connection, newest)

"""Chains and schedules as lines at a prompt."""

from __future__ import annotations

from collections.abc import Iterator

import click

from console.place import Place, in_sentences, opened
from domain.phrasing import counted
from jobs.queue import as_at_first
from jobs.registry import DELIVERY, JOB_KINDS, SCHEDULES
from store import chains
from store import jobs as rows
from store.chains import Chain, Step
from store.database import Connection, reading
from store.schedules import line

SECONDS = "%Y-%m-%d %H:%M:%S"


def title(chain: Chain) -> str:
    """What began it: a schedule, or the kind of its first job."""
    if chain.schedule is not None:
        return SCHEDULES[chain.schedule].en if chain.schedule in SCHEDULES else chain.schedule
    return JOB_KINDS[chain.origin].en if chain.origin in JOB_KINDS else chain.origin


def head(place: Place, chain: Chain) -> str:
    """One line: what, how it stands, since when, by whom."""
    late = f", due {place.time(chain.due_at)}" if chain.due_at is not None else ""
    return (
        f" chain  {title(chain):18}  {chain.state:9}  {place.time(chain.begun_at, SECONDS)}  {chain.begun_by}  "
        f"{chain.behind} of {counted(len(chain.steps), 'en', '', 'step')}{late}"
    )


def chain_lines(place: Place, connection: Connection, chain: Chain) -> Iterator[str]:
    """The chain and under it each step with its job, state and sentence."""
    yield head(place, chain)
    for step in chain.steps:
        yield _step(connection, step)


def _step(connection: Connection, step: Step) -> str:
    if step.job_id is None:
        return f"        {step.place}. {step.kind:18}  {step.outcome or 'planned'}"
    row = rows.job(connection, step.job_id)
    state = step.outcome or row.status
    where = (
        f"{row.step or ''} {row.percent or 0:.0f} %" if row.status == "running" else rows.said(row.sentence, "en") or ""
    )
    return f"        {step.place}. {step.kind:18}  {state:9}  job {row.job_id}  {where}".rstrip()


def standing(connection: Connection) -> Iterator[str]:
    """What `status` says: open chains, and when each schedule is due."""
    for chain in chains.open_chains(connection):
        step = chain.current
        where = f"at step {step.place} of {len(chain.steps)}, {step.kind}" if step is not None else ""
        yield f"chain:     {title(chain)}: {chain.state} {where}".rstrip()


@click.command()
@in_sentences
def schedules() -> None:
    """List what starts by itself: when, which steps, and when next."""
    with opened() as place, reading(place.engine) as connection:
        for schedule in SCHEDULES.values():
            told = line(connection, as_at_first(schedule))
            when = "after each delivery" if schedule.name == DELIVERY else f"on day {told.day} at {told.at}"
            then = f"next {place.time(told.next_at)}" if told.next_at else ""
            click.echo(f"{schedule.en:18}  {'on ' if told.active else 'off'}  {when:20}  {then}".rstrip())
            click.echo(f"{'':18}  {', '.join(told.steps)}")

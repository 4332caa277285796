"""Commands about background work: run a job here or through the workers, list, cancel, be a worker."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, get_args

import click

from console.chain_words import SECONDS, chain_lines
from console.place import Bar, Place, in_sentences, opened
from jobs import queue, runner
from jobs.redis_server import answers
from jobs.registry import JOB_KINDS
from jobs.runner import Refused
from store import chains
from store import jobs as rows
from store.database import Connection, reading, writing
from store.jobs import JobRow, NoSuchJob
from store.scope import whole_bank


def run_here_or_there(
    place: Place,
    kind: str,
    parameters: dict[str, Any],
    queued: bool,
    following: int = 9,
    only: Collection[str] | None = None,
) -> dict[str, Any] | None:
    """The job's result: done by the workers where Redis answers, else in this process; None when it was only queued.

    The steps of its chain after it are done likewise, of those a delivery may start the ones in `only` where given; in
    this process the first `following` of them, the rest waits for workers. Refused with the job's sentence when it fails.
    """
    with writing(place.engine) as connection:  # one writer at a time on SQLite: short, and nothing else in it
        scope = whole_bank(connection)
        submitted = queue.enter(connection, kind, parameters, place.by, scope, place.now(), only=only)
        row = rows.job(connection, submitted.job_id)
    if queued:
        queue.send(place.settings.redis_url, [row])
        click.echo(f"job {row.job_id} is queued; ./guanxi jobs {row.job_id} shows it")
        return None
    if answers(place.settings.redis_url):
        queue.send(place.settings.redis_url, [row])
        return _follow(place, row)
    result = _run_here(place, row)
    for _ in range(following):
        after = _next(place, row)
        if after is None:
            break
        try:
            _run_here(place, after)
        except Refused as refusal:
            if JOB_KINDS[after.kind].then:  # others wait for it: what was asked for is not whole without
                raise
            click.echo(f"  {JOB_KINDS[after.kind].en}: {refusal}", err=True)
    return result


def _next(place: Place, after: JobRow) -> JobRow | None:
    with reading(place.engine) as connection:
        chain = chains.of_job(connection, after.job_id)
        step = chain.current if chain is not None and chain.state == "running" else None
        if step is None or step.job_id is None:
            return None
        row = rows.job(connection, step.job_id)
    return row if row.status == "queued" else None


def _run_here(place: Place, row: JobRow) -> dict[str, Any] | None:
    bar = Bar(JOB_KINDS[row.kind].en)
    alone = replace(place.settings, redis_url="")  # what follows is not sent to anybody: this process does it
    with suppress(Exception):  # the row has the sentence, the log the rest
        runner.run_one(place.engine, alone, row.job_id, listener=bar)
    return _outcome(place, row.job_id, bar)


def _follow(place: Place, row: JobRow) -> dict[str, Any] | None:
    bar = Bar(JOB_KINDS[row.kind].en)
    while True:
        with reading(place.engine) as connection:
            row = rows.job(connection, row.job_id)
        if not row.active:
            return _outcome(place, row.job_id, bar)
        bar(row.step or "waiting for a worker", rows.said(row.step_detail, "en"), row.percent)
        time.sleep(0.25)


def _outcome(place: Place, job_id: int, bar: Bar) -> dict[str, Any] | None:
    with reading(place.engine) as connection:
        row = rows.job(connection, job_id)
    bar.end(row.status)
    if row.status != "done":
        raise Refused(rows.said(row.sentence, "en") or f"job {job_id} was {row.status}")
    return row.result or {}


@click.command()
@click.argument("kind", type=click.Choice(sorted(JOB_KINDS)), metavar="KIND")
@click.option(
    "--set", "given", multiple=True, metavar="NAME=VALUE", help="A parameter of the job, e.g. as_of=2026-09-30."
)
@click.option("--branch", help="Only the customers of this branch (its number) and of those below it.")
@click.option("--queued", is_flag=True, help="Leave it to the workers and return at once.")
@in_sentences
def run(kind: str, given: tuple[str, ...], branch: str | None, queued: bool) -> None:
    """Run a job of KIND: by the workers where they run, else in this process with what follows it. A KIND nobody has
    heard of lists those there are."""
    if bad := [word for word in given if "=" not in word]:
        raise ValueError(f"a parameter is given as NAME=VALUE, not {bad[0]!r}")
    parameters: dict[str, Any] = dict(word.split("=", 1) for word in given)
    if branch is not None:
        if "branch" not in {field.name for field in JOB_KINDS[kind].form or ()}:
            raise ValueError(f"{JOB_KINDS[kind].en} works on the whole bank; leave --branch out")
        parameters["branch"] = branch
    _check(kind, parameters)
    parameters = _typed(kind, parameters)
    with opened() as place:
        result = run_here_or_there(place, kind, parameters, queued)
    for name, value in (result or {}).items():
        click.echo(f"{name}: {rows.said(value, 'en') if isinstance(value, str) else value}")


def _check(kind: str, given: Collection[str]) -> None:
    """ValueError, naming it, for a parameter the job does not know or cannot do without."""
    _, *known = inspect.signature(JOB_KINDS[kind].resolve()).parameters.values()
    names, needed = [each.name for each in known], [each.name for each in known if each.default is each.empty]
    takes = f"it takes {', '.join(names)}" if names else "it takes none"
    for name in given:
        if name not in names:
            raise ValueError(f"{JOB_KINDS[kind].en} has no parameter {name!r}; {takes}")
    for name in needed:
        if name not in given:
            raise ValueError(f"{JOB_KINDS[kind].en} needs {name}; give it as --set {name}=VALUE ({takes})")


def _typed(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Words as the job takes them: whole numbers, shares, yes and no. ValueError names one that is none."""
    takes = inspect.signature(JOB_KINDS[kind].resolve(), eval_str=True).parameters
    told = dict(given)
    for name, word in given.items():
        arms = get_args(takes[name].annotation) or (takes[name].annotation,)
        reader = next((_READERS[arm] for arm in arms if arm in _READERS), None)
        try:
            told[name] = word if reader is None else reader(word)
        except (ValueError, KeyError) as error:
            raise ValueError(f"the parameter {name} cannot be {word!r}; {_TAKES[reader]}") from error
    return told


def _flag(word: str) -> bool:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[word.lower()]


_READERS: dict[Any, Callable[[str], Any]] = {bool: _flag, int: int, float: float}
_TAKES: dict[Any, str] = {
    _flag: "give true or false",
    int: "give a whole number",
    float: "give a number, a share as 0.05",
}


@click.command()
@click.argument("job", type=int, required=False)
@click.option("--limit", default=20, show_default=True, help="How many, the newest first.")
@in_sentences
def jobs(job: int | None, limit: int) -> None:
    """List the newest jobs, each chain with its steps, or show JOB with its log."""
    with opened() as place, reading(place.engine) as connection:
        if job is None:
            _list(place, connection, limit)
            return
        row = rows.job(connection, job)
        click.echo(_line(place, row))
        if row.sentence:
            click.echo(rows.said(row.sentence, "en") or "")
        chain = chains.of_job(connection, job)
        for line in chain_lines(place, connection, chain) if chain is not None else ():
            click.echo(line)
        for told in rows.log_lines(connection, job):
            click.echo(f"  {place.time(told.at, '%H:%M:%S')}  {rows.said(told.line, 'en')}")


def _list(place: Place, connection: Connection, limit: int) -> None:
    shown: set[int] = set()
    for row in rows.recent(connection, limit):
        if row.chain_id is None:
            click.echo(_line(place, row))
        elif row.chain_id not in shown:
            shown.add(row.chain_id)
            for line in chain_lines(place, connection, chains.chain(connection, row.chain_id)):
                click.echo(line)


def _line(place: Place, row: JobRow) -> str:
    where = f"{row.step or ''} {row.percent or 0:.0f} %" if row.status == "running" else ""
    at = place.time(row.submitted_at, SECONDS)
    return f"{row.job_id:>6}  {row.kind:18}  {row.status:9}  {at}  {row.submitted_by}  {where}".rstrip()


@click.command()
@click.argument("job", type=int)
@click.option("--chain", "whole", is_flag=True, help="Drop the steps after it too.")
@in_sentences
def cancel(job: int, whole: bool) -> None:
    """Stop JOB: at once when it waits, within seconds when it runs. The chain it is a step of halts there."""
    with opened() as place:
        with reading(place.engine) as connection:
            chain = chains.of_job(connection, job) if whole else None
        if chain is not None:
            queue.cancel_chain(place.engine, place.settings.redis_url, chain.chain_id, place.by, place.now())
            with reading(place.engine) as connection:
                row = rows.job(connection, job)
        else:
            row = queue.cancel(place.engine, place.settings.redis_url, job, place.by, place.now())
        end = time.monotonic() + 15
        while row.status == "running" and time.monotonic() < end:
            time.sleep(0.2)
            with reading(place.engine) as connection:
                row = rows.job(connection, job)
    if row.status == "running":
        raise NoSuchJob(f"job {job} has not stopped yet; ./guanxi jobs {job} shows when it has")
    click.echo(f"job {job} is {row.status}")


@click.command()
@click.argument("job", type=int)
@in_sentences
def retry(job: int) -> None:
    """Run an ended JOB again through the workers; where its chain halted there, the steps after it then go on."""
    with opened() as place:
        with reading(place.engine) as connection:
            scope = whole_bank(connection)
        again = queue.retry(place.engine, place.settings.redis_url, job, place.by, scope, place.now())
    click.echo(f"job {again.job_id} is {'under way already' if again.already_running else 'queued'}")


@click.command()
@click.argument("queues", nargs=-1)
def work(queues: tuple[str, ...]) -> None:
    """Be one worker of QUEUES (quick, heavy; both when none is named), for a second machine say."""
    from jobs.worker import main  # noqa: PLC0415  (it imports all that jobs need)

    main(queues)

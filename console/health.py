"""Commands that look: what runs, what is on show, what waits; whether the audit trail is whole."""

from __future__ import annotations

import json

import click

from console.chain_words import standing
from console.place import Place, in_sentences, opened
from console.supervisor import STATE
from domain.phrasing import counted
from jobs.processes import is_alive, started
from jobs.redis_server import answers
from store import audit
from store import jobs as rows
from store.database import reading
from store.ledger import counting_batches, list_batches
from store.picture import current
from store.served_runs import KINDS


@click.command()
@in_sentences
def status() -> None:
    """Say what runs, what is on show and what waits. Exit code 3 when it is not running."""
    with opened() as place:
        running = _processes(place)
        with reading(place.engine) as connection:
            picture, batches = current(connection), counting_batches(connection)
            waiting, last = rows.waiting_and_running(connection), next(iter(list_batches(connection, 1)), None)
            under_way = list(standing(connection))
        if picture is None:
            click.echo("picture:   none yet; ./guanxi receive DELIVERY brings one")
        else:
            runs = ", ".join(f"{kind} {picture.versions.get(kind, 'none')}" for kind in KINDS)
            many = counted(len(batches), "en", "", "batch", "batches")
            click.echo(f"picture:   as of {picture.as_of}, of {many}, built {place.time(picture.built_at)}")
            click.echo(f"published: {runs}")
        if last is not None:
            click.echo(f"last came: batch {last.batch_id} of {last.business_date}, {last.state}")
        for name, (wait, run) in sorted(waiting.items()):
            click.echo(f"queue:     {name}: {wait} waiting, {run} running")
        for line in under_way:
            click.echo(line)
    if not running:
        raise SystemExit(3)


def _processes(place: Place) -> bool:
    path = place.settings.home / STATE
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    running = bool(told) and is_alive(told["process"]) is True
    click.echo(
        f"portal:    {'running at ' + str(told.get('address')) if running else 'not running; make start starts it'}"
    )
    for name, pid in told.get("children", {}).items() if running else ():
        click.echo(f"           {name}: {'process ' + str(pid) if started(pid) is not None else 'ended'}")
    click.echo(
        f"redis:     {'answers' if answers(place.settings.redis_url) else 'does not answer'} at {place.settings.redis_url}"
    )
    return running


@click.command("verify-audit")
@in_sentences
def verify_audit() -> None:
    """Check that no row of the audit trail was changed, taken out or put in. Exit code 1 names the first that was."""
    with opened() as place, reading(place.engine) as connection:
        broken = audit.verify_chain(connection)
    if broken is not None:
        raise click.ClickException(f"the audit trail is broken at entry {broken}: it or what was before it was changed")
    click.echo("the audit trail is whole")

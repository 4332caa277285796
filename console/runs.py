"""Commands about runs: list candidates and published ones, publish, reject."""

from __future__ import annotations

import click

from console.place import in_sentences, opened
from store import runs as store_runs
from store.database import reading, writing
from store.served_runs import KINDS


@click.command()
@click.option("--kind", type=click.Choice(KINDS), help="One kind only.")
@in_sentences
def runs(kind: str | None) -> None:
    """List runs, the newest first: which is published, which waits for a decision."""
    with opened() as place, reading(place.engine) as connection:
        for each in (kind,) if kind else KINDS:
            for run in store_runs.list_runs(connection, each):
                click.echo(
                    f"{run.run_id:>6}  {run.kind:12}  {run.state:10}  as of {run.as_of}  {run.customers:>9,} customers  "
                    f"{run.version}  started by {run.started_by}"
                )


@click.command()
@click.argument("run_id", type=int)
@click.option("--by", required=True, help="The login of who decides; not who started the run.")
@click.option("--reason", default="", help="Why, for the record.")
@in_sentences
def publish(run_id: int, by: str, reason: str) -> None:
    """Publish the candidate RUN_ID, or go back to an earlier one: pages and papers show it from then on."""
    with opened() as place, writing(place.engine) as connection:
        store_runs.publish(connection, run_id, by, place.now(), reason)
    click.echo(f"run {run_id} is published")


@click.command()
@click.argument("run_id", type=int)
@click.option("--by", required=True, help="The login of who decides.")
@click.option("--reason", required=True, help="Why, for the record.")
@in_sentences
def reject(run_id: int, by: str, reason: str) -> None:
    """Reject the candidate RUN_ID: it stays in the history and is never shown."""
    with opened() as place, writing(place.engine) as connection:
        store_runs.reject(connection, run_id, by, place.now(), reason)
    click.echo(f"run {run_id} is rejected")

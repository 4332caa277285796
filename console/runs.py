"""Commands about runs: list candidates and published ones, publish, reject."""

from __future__ import annotations

from dataclasses import dataclass

import click

from console.place import Place, in_sentences, opened
from store import runs as store_runs
from store.database import Connection, reading, writing
from store.picture import current
from store.served_runs import KINDS


@dataclass(frozen=True)
class AtThePrompt:
    """Who reads what the pages would say: English, and the words of the portal's own catalogue."""

    connection: Connection
    currency: str
    language: str = "en"

    def t(self, key: str, **values: object) -> str:
        """The text of a key."""
        from portal import translations  # noqa: PLC0415  (half a second that `--help` need not wait)

        return translations.text(self.language, key, **values)


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
@click.option("--despite-warnings", is_flag=True, help="Publish although something gives pause.")
@in_sentences
def publish(run_id: int, by: str, reason: str, despite_warnings: bool) -> None:
    """Publish the candidate RUN_ID, or go back to an earlier one: pages and papers show it from then on.

    What gives pause (it drifted, customers or months are missing) is said first, as its page says it.
    """
    with opened() as place, writing(place.engine) as connection:
        pause = _pause(place, connection, run_id)
        for sentence in pause:
            click.echo(f"warning: {sentence}", err=True)
        if pause and not despite_warnings:
            raise click.ClickException(
                f"Run {run_id} was not published, because of what is said above; if it is right all the same, add "
                "--despite-warnings."
            )
        store_runs.publish(connection, run_id, by, place.now(), reason)
    click.echo(f"run {run_id} is published")


def _pause(place: Place, connection: Connection, run_id: int) -> list[str]:
    """The sentences of the candidate's page; none for a run that was on show before, or that is not there."""
    from portal.run_warnings import warnings  # noqa: PLC0415  (it brings Dash along)

    found = store_runs.run(connection, run_id)
    if found is None or found.state != "candidate":
        return []
    picture = current(connection)
    reader = AtThePrompt(connection, (picture.currency if picture else None) or place.settings.currency)
    return warnings(reader, found, store_runs.published(connection, found.kind), picture)


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

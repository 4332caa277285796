"""Commands about deliveries: make the demo bank's, receive one, roll one back or forward, list them."""

from __future__ import annotations

import os
import shutil
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click

from console.background import run_here_or_there
from console.place import Bar, in_sentences, opened


@click.command()
@click.option(
    "--to", type=click.Path(path_type=Path), help="The folder to write (default: deliveries/ in GUANXI_HOME)."
)
@click.option("--customers", default=5000, show_default=True, help="How many customers, 1 to 4,500,000.")
@click.option("--months", default=24, show_default=True, help="How many months of history, 1 to 240.")
@click.option("--seed", default=20261031, show_default=True, help="The same seed gives the same bank.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV files instead of Parquet.")
@click.option(
    "--later", type=int, help="Only what changed in this month after the first delivery: 1 is the month after it."
)
@click.option("--drift", help="Plant a drift from this month on, as 2026-07; none by default.")
@click.option(
    "--drift-kind", type=click.Choice(["deposits", "utilisation"]), default="deposits", help="Which balances drift."
)
@click.option("--missing", default=0.0, help="Dirt: share of rows with an emptied cell, 0 to 1.")
@click.option("--duplicate", default=0.0, help="Dirt: share of rows sent twice.")
@click.option("--late", default=0.0, help="Dirt: share of movements sent a month late.")
@click.option("--wrong", default=0.0, help="Dirt: share of rows with a wrong value.")
@in_sentences
def demo(
    to: Path | None,
    customers: int,
    months: int,
    seed: int,
    as_csv: bool,
    later: int | None,
    drift: str | None,
    drift_kind: str,
    **dirt: float,
) -> None:
    """Generate the demo bank 江城银行 as delivery files, with the truth about its customers in a folder beside them.

    Its whole history, or with --later one month more, to be received after it: customers, months, seed, drift and dirt
    as they were then.
    """
    if to is None:
        with opened() as place:
            name = f"demo-{customers}x{months}-{seed}"
            to = place.settings.home / "deliveries" / (name if later is None else f"{name}-later-{later}")
    planted = (drift, drift_kind) if drift else None
    write_demo(to, customers, months, seed, "csv" if as_csv else "parquet", dirt, planted, later)
    click.echo(str(to))


def write_demo(
    to: Path,
    customers: int,
    months: int,
    seed: int = 20261031,
    form: Any = "parquet",
    dirt: dict[str, float] | None = None,
    drift: tuple[str, str] | None = None,
    later: int | None = None,
) -> Path:
    """The delivery's folder, whole or not there at all: it is written beside its place and then renamed.

    drift: the month a drift begins in (2026-07) and its kind. later: what changed in that month after the history, None
    for the history. ValueError for what is no month.
    """
    from demobank.delivery import write_delivery, write_increment  # noqa: PLC0415  (numpy and arrow: wanted only here)
    from demobank.dirt import Dirt  # noqa: PLC0415
    from demobank.drift import Drift  # noqa: PLC0415

    if to.exists():
        raise FileExistsError(f"{to} is there already; choose another folder or remove it")
    to.parent.mkdir(parents=True, exist_ok=True)
    draft = to.with_name(f"{to.name}.{os.getpid()}.part")
    bar = Bar("demo bank")
    try:
        mixed = Dirt(**dirt) if dirt and any(dirt.values()) else None
        planted = Drift(date.fromisoformat(f"{drift[0]}-01"), drift[1]) if drift else None
        write = write_delivery if later is None else partial(write_increment, month=later)
        facts = write(
            draft, customers=customers, months=months, seed=seed, dirt=mixed, form=form, drift=planted,
            progress=lambda step, share: bar(step, None, 100 * share),
        )  # fmt: skip
        truth = to.with_name(f"{to.name}.truth")
        shutil.rmtree(truth, ignore_errors=True)
        facts.truth_folder.rename(truth)
        draft.rename(to)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(draft.with_name(f"{draft.name}.truth"), ignore_errors=True)
    bar.end(f"{sum(facts.rows.values()):,} rows in {len(facts.rows)} tables")
    return to


@click.command()
@click.argument("delivery", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--source", default="guanxi", show_default=True, help="How this bank's files are read: a warehouse/sources/*.toml."
)
@click.option("--queued", is_flag=True, help="Leave it to the workers and return at once.")
@in_sentences
def receive(delivery: Path, source: str, queued: bool) -> None:
    """Receive DELIVERY, a folder or a zip, and rebuild the picture of the customers from it."""
    from store.jobs import said  # noqa: PLC0415  (as above)

    with opened() as place:
        told = {"path": str(delivery.resolve()), "source": source}
        result = run_here_or_there(place, "receive_delivery", told, queued)
        if result is None:
            return
        click.echo(
            f"batch {result['batch_id']} of {result['business_date']}: {result['rows_in']:,} rows = "
            f"{result['rows_loaded']:,} loaded + {result['rows_rejected']:,} rejected + {result['rows_duplicate']:,} duplicate"
        )
        if result.get("sentence"):
            click.echo(said(result["sentence"], "en"))


@click.command()
@click.option("--limit", default=20, show_default=True, help="How many, the newest first.")
@in_sentences
def deliveries(limit: int) -> None:
    """List the ledger: what came, whether it counts, and that its rows are accounted for."""
    from store.database import reading  # noqa: PLC0415
    from store.ledger import list_batches  # noqa: PLC0415

    with opened() as place, reading(place.engine) as connection:
        found = list_batches(connection, limit)
    click.echo(f"{'batch':>6}  {'business':10}  {'source':8}  {'state':11}  {'rows in':>12}  {'rejected':>9}  received")
    for batch in found:
        at = place.time(batch.received_at)
        state = "held" if batch.held else batch.state
        click.echo(
            f"{batch.batch_id:>6}  {batch.business_date or '-'!s:10}  {batch.source:8}  {state:11}  {batch.rows_in:>12,}  "
            f"{batch.rows_rejected:>9,}  {at} by {batch.received_by}"
        )


@click.command("roll-back")
@click.argument("batch", type=int)
@click.option("--queued", is_flag=True, help="Leave the rebuild to the workers.")
@in_sentences
def roll_back(batch: int, queued: bool) -> None:
    """Let BATCH count no longer, updates included, and rebuild the picture without it."""
    _turn("roll_back", batch, queued)


@click.command("roll-forward")
@click.argument("batch", type=int)
@click.option("--reason", default="", help="Why, for the audit trail; needed for a batch that is held.")
@click.option("--queued", is_flag=True, help="Leave the rebuild to the workers.")
@in_sentences
def roll_forward(batch: int, reason: str, queued: bool) -> None:
    """Let a BATCH that was rolled back or is held count, and rebuild the picture with it."""
    _turn("roll_forward", batch, queued, reason.strip())


def _turn(which: str, batch: int, queued: bool, reason: str = "") -> None:
    from store import audit, ledger  # noqa: PLC0415
    from store.database import writing  # noqa: PLC0415

    with opened() as place:
        with writing(place.engine) as connection:
            found = ledger.batch(connection, batch)
            if found is not None and found.held and not reason:
                raise click.UsageError(f"batch {batch} is held; look at it and say why it may count: --reason")
            getattr(ledger, which)(connection, batch, place.by, place.now())
            told = {"reason": reason} if reason else {}
            audit.write(connection, place.now(), place.by, f"deliveries.{which}", "batch", str(batch), told)
        click.echo(f"batch {batch}: {which.replace('_', ' ')} recorded; the picture is rebuilt")
        run_here_or_there(place, "build_picture", {}, queued)

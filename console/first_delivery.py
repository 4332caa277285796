"""From an empty installation to a picture that can be served: a delivery, the rebuild, the first accounts.

It is a process of its own, so that the supervisor that called it stays small and without threads. The demo bank's
files go in through the same job as a real bank's. What was done stays done: a start that was cut off goes on where it
was.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from console import accounts
from console.background import run_here_or_there
from console.deliveries import write_demo
from console.place import Place, in_sentences, opened
from store.database import reading
from store.ledger import counting_batches
from store.picture import PictureOnShow, current

SEED = 20261031
FIRST_RUNS = ("segment_customers", "rate_customers", "contribute")  # console.first_runs asks for the others after these
BY = "system"  # who starts the first work; somebody else, the installer, publishes it


def prepare(place: Place, bank: str, delivery: Path | None, customers: int, months: int) -> None:
    """Bring the installation to a picture on show with accounts. Refused with a sentence when the delivery is."""
    if picture(place) is None:
        by_system = replace(place, by=BY)
        if delivery or not _received(place):
            found = delivery or _demo(place, bank, customers, months)
            told = {"path": str(found.resolve()), "source": source_of(bank)}
            run_here_or_there(by_system, "receive_delivery", told, False, 1, FIRST_RUNS)
        if picture(place) is None:  # a rebuild was cut off, or a migration made the serving tables anew
            build(by_system)
    accounts.make_first(place)


def build(place: Place) -> None:
    """The picture of the batches that count."""
    run_here_or_there(place, "build_picture", {}, False, 0, FIRST_RUNS)


def needed(place: Place, empty: bool = False) -> bool:
    """Whether anything is left to prepare; with `empty` only the picture of batches that are there."""
    if empty:
        return picture(place) is None and _received(place)
    return picture(place) is None or not (place.settings.home / accounts.FILE).exists()


def picture(place: Place) -> PictureOnShow | None:
    """The picture on show, None before the first delivery."""
    with reading(place.engine) as connection:
        return current(connection)


def _received(place: Place) -> bool:
    """Whether a batch counts: then the picture is built of what is there, and no demo bank is mixed into it."""
    with reading(place.engine) as connection:
        return bool(counting_batches(connection))


def source_of(bank: str) -> str:
    """The source that reads a bank's files: the demo bank writes the house's own shape."""
    return "guanxi" if bank == "demo" else bank


def _demo(place: Place, bank: str, customers: int, months: int) -> Path:
    if bank != "demo":
        raise ValueError(f"say where the delivery of {bank} is: make start BANK={bank} DELIVERY=/path/to/its/files")
    folder = place.settings.home / "deliveries" / f"demo-{customers}x{months}-{SEED}"
    return folder if folder.is_dir() else write_demo(folder, customers, months, SEED)


@click.command()
@click.option("--bank", required=True)
@click.option("--delivery", type=click.Path(path_type=Path))
@click.option("--customers", default=5000)
@click.option("--months", default=24)
@click.option("--empty", is_flag=True)
@in_sentences
def main(bank: str, delivery: Path | None, customers: int, months: int, empty: bool) -> None:
    """What `start` calls; the work is done here, because no worker runs yet."""
    with opened() as found:
        place = replace(found, settings=replace(found.settings, redis_url=""))
        if empty:
            build(replace(place, by=BY))
        else:
            prepare(place, bank, delivery, customers, months)


if __name__ == "__main__":
    main()

"""Making the ground: delivery files, an installation that received them, fonts, and the user who is measured."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from config.settings import Settings, load_settings
from console import installation
from console.background import run_here_or_there
from console.place import Place
from store import runs, users
from store.branches import every_branch
from store.database import migrate, open_engine, reading, writing
from store.ledger import counting_batches
from warehouse.batches import folder_of

if TYPE_CHECKING:
    from bench.context import Size

LOGIN, BY = "bench", "bench.runner"
ROLES = ("executive", "branch_staff", "administrator")


def write_csv(folder: Path, size: Size) -> None:
    """The demo bank's delivery as CSV, its truth left out."""
    from demobank.delivery import write_delivery

    truth = folder.with_name(f"{folder.name}.truth")
    for left in (folder, truth):
        shutil.rmtree(left, ignore_errors=True)
    write_delivery(folder, size.customers, size.months, form="csv")
    shutil.rmtree(truth)


def write_truth(folder: Path, size: Size) -> None:
    """What the same bank was made from: the latent type of every customer, as written beside a delivery."""
    from demobank.delivery import write_delivery

    beside = folder.with_name(f"{folder.name}-delivery")
    for left in (folder, beside, beside.with_name(f"{beside.name}.truth")):
        shutil.rmtree(left, ignore_errors=True)
    facts = write_delivery(beside, size.customers, size.months)
    facts.truth_folder.rename(folder)
    shutil.rmtree(beside)


def settings_of(home: Path) -> Settings:
    """The settings of an installation, whatever this process's own environment says."""
    return load_settings({"GUANXI_HOME": str(home)})


def install(home: Path, delivery: Path, size: Size) -> None:
    """Receive the delivery as any bank's, rebuild the picture, run and publish the recomputes, add the user.

    Without Redis every job is done in this process, by the same functions.
    """
    shutil.rmtree(home, ignore_errors=True)
    settings = installation.ensure(home, {})
    engine = open_engine(settings.database_url)
    place = Place(settings, engine, BY)
    told = {"path": str(delivery.resolve()), "source": "guanxi"}
    # Recomputes do not follow by themselves: they are run here by name, and only those of the size.
    run_here_or_there(place, "receive_delivery", told, False, only=())
    for kind in size.recomputes:
        run_here_or_there(place, kind, {}, False, 0)
    with writing(engine) as connection:
        for run in runs.list_runs(connection):
            runs.publish(connection, run.run_id, "bench.publisher", place.now(), "measured on")
    _add_user(place, home)
    engine.dispose()


def bring_up(home: Path) -> None:
    """Give a kept installation the schema of today's code."""
    migrate(settings_of(home).database_url)


def _add_user(place: Place, home: Path) -> None:
    """Somebody who sees the whole bank, with names; the password is random and stands in the home."""
    with writing(place.engine) as connection:
        roots = [branch.branch_id for branch in every_branch(connection) if branch.parent_id is None]
        first = users.create_user(
            connection, LOGIN, "测量员", ROLES, roots, BY, place.now(), grants=("customers.names",)
        )
        made = users.user_by_login(connection, LOGIN)
        assert made is not None
        password = f"{first}-and-more"
        users.change_password(connection, made.user_id, first, password, place.now())
    installation.write_private(home / "bench-password.txt", password)


def password(home: Path) -> str:
    """The user's."""
    return (home / "bench-password.txt").read_text(encoding="utf-8")


def batch_folder(home: Path) -> Path:
    """Where the only delivery's Parquet files are."""
    settings = settings_of(home)
    engine = open_engine(settings.database_url)
    with reading(engine) as connection:
        (batch,) = counting_batches(connection)
    engine.dispose()
    return folder_of(settings.warehouse, batch.batch_id)


def fonts(folder: Path) -> Path:
    """The cut faces: GUANXI_FONTS, else cut once into var/bench/fonts."""
    from console.fonts import prepare

    found = Path(os.environ.get("GUANXI_FONTS") or folder / "fonts").expanduser().resolve()
    prepare(found)
    return found


def now() -> dt.datetime:
    """The time, aware."""
    return dt.datetime.now(dt.UTC)

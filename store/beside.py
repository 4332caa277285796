"""The next picture's tables, written beside those on show, and the switch that puts them in their place.

Each build writes into tables of its own name, in many short transactions. The switch renames them, and those on show
away, in one transaction: a reader has all of the old picture or all of the new one. A build that was killed leaves
tables nobody reads; the next one drops them first. The indexes of a table that was switched in keep the names they were
made with, so a migration that changes a serving table makes it anew (docs/decisions/0003-switch.md).
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, inspect
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.elements import quoted_name

from store.database import reading, writing
from store.tables import metadata
from store.turns import Turns

SERVED = (
    "branches", "staff", "products", "accounts", "loans", "cards", "customers", "customer_features", "customer_habits",
    "customer_months", "branch_months", "customer_terms",
)  # fmt: skip
PATIENCE_S = 600.0
AGAIN_S = 0.5
# Below PostgreSQL's deadlock_timeout (1 s): of a switch and a reader in each other's way, the switch gives in, and
# whoever came to read after it waits no longer than this.
LOCK_MS = 400
_GIVEN_IN = {"55P03", "40P01"}  # lock_not_available, deadlock_detected
_LEFT = re.compile(rf"({'|'.join(SERVED)})__(next|old)_[0-9a-f]+")


class PictureBusy(Exception):
    """The switch found somebody reading for as long as it was ready to wait; the old picture stays on show."""


def stand_ins(turns: Turns) -> dict[str, Table[Any]]:
    """Empty tables like the served ones, by their names, without indexes until `index` makes them.

    What other builds left is dropped; one that still runs fails.
    """
    drop_left(turns)
    token = secrets.token_hex(4)
    beside = MetaData()
    own: dict[str, Table[Any]] = {}
    for name in SERVED:
        table = metadata.tables[name].to_metadata(beside, name=f"{name}__next_{token}")
        table.primary_key.name = quoted_name(f"{table.primary_key.name}_{token}", None)  # a database has each name once
        for made in table.indexes:
            made.name = quoted_name(f"{made.name}_{token}", None)
        own[name] = table
    with turns.writing() as connection:
        for table in own.values():
            connection.execute(CreateTable(table))
    return own


def index(turns: Turns, own: Mapping[str, Table]) -> None:
    """Index the filled tables, an index in a transaction: several times quicker than keeping them up row by row."""
    for table in own.values():
        for wanted in sorted(table.indexes, key=lambda each: str(each.name)):
            with turns.writing() as connection:
                wanted.create(connection)
        if turns.engine.dialect.name == "postgresql":  # what is in it, for the planner; SQLite plans without
            with turns.writing() as connection:
                connection.exec_driver_sql(f'ANALYZE "{table.name}"')


def drop_left(turns: Turns) -> None:
    """Drop the tables that builds left beside those on show."""
    with reading(turns.engine) as connection:
        left = [name for name in inspect(connection).get_table_names() if _LEFT.fullmatch(name)]
    for name in left:
        turns.drop(name)


def switch(engine: Engine, own: Mapping[str, Table], before: Callable[[Connection], None]) -> None:
    """Put the tables `own` in place of those on show in one transaction, in which `before` is done first.

    PictureBusy when readers leave no room for it (PostgreSQL only, where a rename waits for whoever reads).
    """
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            with writing(engine) as connection:
                _alone(connection)
                before(connection)
                for name, table in own.items():
                    connection.exec_driver_sql(f'ALTER TABLE "{name}" RENAME TO "{table.name.replace("next", "old")}"')
                    connection.exec_driver_sql(f'ALTER TABLE "{table.name}" RENAME TO "{name}"')
            return
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _GIVEN_IN:
                raise
            if time.monotonic() > until:
                raise PictureBusy(
                    "the new picture is ready but the old one was being read without a break; build it again"
                ) from error
        time.sleep(AGAIN_S)


def _alone(connection: Connection) -> None:
    """Nobody is reading or publishing from here on, until the transaction ends. SQLite readers have their snapshot."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MS}")
        names = ", ".join(f'"{name}"' for name in ("pictures", *SERVED))
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")

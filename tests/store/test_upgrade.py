"""An older installation is brought up to date with its picture on show, whatever its tables were switched to."""

from __future__ import annotations

import base64
import datetime as dt

import pyarrow as pa
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, select, text

from store.bulk import fill
from store.customers import Customer, customer
from store.database import MIGRATIONS, migrate, open_engine, reading, writing
from store.picture import clear, rebuild
from store.scope import Scope
from store.tables import customer_habits, customer_terms, metadata
from tests.small_picture import write_small_picture
from tests.store.test_switch import Bank, on_show

WIDE = "0003"  # the last at which features and reasons stood on the customers' own rows


def _shown(engine: Engine) -> list[Customer | None]:
    with reading(engine) as connection:
        return [customer(connection, Scope(("/HQ/",)), f"C{number:02}") for number in (1, 6, 12)]


def _downgrade(database_url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    command.downgrade(config, revision)


def _name_terms(engine: Engine) -> set[tuple[str, int]]:
    asked = select(customer_terms.c.term, customer_terms.c.place).where(customer_terms.c.kind == "name")
    with reading(engine) as connection:
        return {(row.term, row.place) for row in connection.execute(asked)}


def test_names_on_show_are_found_by_three_characters(engine: Engine, database_url: str) -> None:
    with writing(engine) as connection:
        write_small_picture(connection)
    before = _name_terms(engine)
    assert {len(term) for term, _ in before} == {2, 3}
    engine.dispose()
    _downgrade(database_url, "0009")
    assert {len(term) for term, _ in _name_terms(engine)} == {2}
    engine.dispose()
    migrate(database_url)
    assert _name_terms(engine) == before


@pytest.mark.parametrize("switched", [False, True])
def test_features_and_reasons_are_carried_over(engine: Engine, database_url: str, switched: bool) -> None:
    if switched:
        clear(engine)  # leaves tables whose keys and indexes bear a build's mark
    with writing(engine) as connection:
        write_small_picture(connection)
    before = _shown(engine)
    assert before[0] is not None
    assert before[0].features and before[0].activity_hours and before[0].segment_why and before[0].rating_points
    engine.dispose()
    _downgrade(database_url, WIDE)
    older = open_engine(database_url)
    with reading(older) as connection:
        wide = connection.execute(text("SELECT features, rating_points FROM customers WHERE customer_id = 'C01'")).one()
        assert all(wide)
    older.dispose()
    migrate(database_url)
    assert _shown(engine) == before
    if not switched:
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
    rebuild(engine, Bank("new"), (2,), dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC))
    assert on_show(engine)[:2] == ("new", {"new"})


def test_habits_kept_as_text_are_read_as_bytes(engine: Engine, database_url: str) -> None:
    raw = bytes(range(256)) * 3
    row = {"first": 0, "branch_path": "/HQ/", "customer_ids": '["C01"]', "flow": raw, "uses": raw[5:], "hours": b""}
    with writing(engine) as connection:
        assert fill(connection, customer_habits, [pa.RecordBatch.from_pylist([row])]) == 1
    engine.dispose()
    _downgrade(database_url, "0019")
    older = open_engine(database_url)
    with reading(older) as connection:
        kept = connection.execute(text("SELECT flow, uses, hours FROM customer_habits")).one()
        assert tuple(kept) == tuple(base64.b64encode(row[name]).decode() for name in ("flow", "uses", "hours"))
    older.dispose()
    migrate(database_url)
    with reading(engine) as connection:
        assert dict(connection.execute(select(customer_habits)).mappings().one()) == row

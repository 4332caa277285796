"""Alembic's way in: the store's own metadata and engine, SQLite in batch mode."""

from __future__ import annotations

from alembic import context

from store.database import open_engine
from store.tables import metadata

engine = open_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite"
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()

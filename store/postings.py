"""The look-up's postings, made anew from the customers, accounts and cards that stand in the picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, delete, insert, select

from domain.search_terms import postings
from store.tables import accounts, cards, customer_terms, customers

ROWS_AT_ONCE = 50_000


def rewrite(connection: Connection) -> int:
    """Throw all postings away and write them again, in the caller's transaction; returns how many there are.

    Needs customers.place filled. Accounts are found by their owner, cards by the customer they are issued to.
    """
    owner = select(customers.c.place, customers.c.customer_id).subquery()
    people = _frame(
        connection,
        select(*(customers.c[n] for n in ("place", "customer_id", "name", "id_number", "uscc", "phone"))).order_by(
            customers.c.place
        ),
    )
    held = select(owner.c.place, accounts.c.account_id).join(owner, owner.c.customer_id == accounts.c.customer_id)
    issued = select(owner.c.place, cards.c.card_id).join(owner, owner.c.customer_id == cards.c.customer_id)
    connection.execute(delete(customer_terms))
    written = 0
    for frame in postings(people, _frame(connection, held), _frame(connection, issued)):
        write = _copy if connection.dialect.name == "postgresql" else _insert
        write(connection, frame.sort_values(["kind", "term", "place"]))
        written += len(frame)
    return written


def _frame(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    found = connection.execute(query)
    return pd.DataFrame(found.all(), columns=list(found.keys()), dtype=object)


def _rows(frame: pd.DataFrame) -> Iterator[list[tuple[str, str, int]]]:
    for start in range(0, len(frame), ROWS_AT_ONCE):
        part = frame.iloc[start : start + ROWS_AT_ONCE]
        yield list(zip(part["kind"], part["term"], map(int, part["place"]), strict=True))


def _insert(connection: Connection, frame: pd.DataFrame) -> None:
    statement = str(insert(customer_terms).compile(dialect=connection.dialect))
    for rows in _rows(frame):
        connection.exec_driver_sql(statement, rows)


def _copy(connection: Connection, frame: pd.DataFrame) -> None:
    cursor = connection.connection.cursor()
    with cursor.copy("COPY customer_terms (kind, term, place) FROM STDIN") as copy:
        for rows in _rows(frame):
            for row in rows:
                copy.write_row(row)

"""The look-up's postings, made of the customers, accounts and cards of a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Select, Table, delete, select

from domain.search_terms import postings
from store import tables
from store.bulk import fill

FOUND_BY = ("place", "customer_id", "name", "id_number", "uscc", "phone")
ON_SHOW: Mapping[str, Table] = {name: getattr(tables, name) for name in ("customers", "accounts", "cards")}


class Findable:
    """What customers are found by, read when it is made. Needs customers.place filled.

    Accounts are found by their owner, cards by the customer they are issued to. `of`: the tables to read.
    """

    def __init__(self, connection: Connection, of: Mapping[str, Table] = ON_SHOW) -> None:
        customers, accounts, cards = (of[name] for name in ON_SHOW)
        owner = select(customers.c.place, customers.c.customer_id).subquery()
        held = select(owner.c.place, accounts.c.account_id).join(owner, owner.c.customer_id == accounts.c.customer_id)
        issued = select(owner.c.place, cards.c.card_id).join(owner, owner.c.customer_id == cards.c.customer_id)
        people = select(*(customers.c[name] for name in FOUND_BY)).order_by(customers.c.place)
        self._people, self._held, self._issued = (_frame(connection, query) for query in (people, held, issued))

    def postings(self) -> Iterator[pa.RecordBatch]:
        """Rows of customer_terms, in the order of the table within a batch."""
        for frame in postings(self._people, self._held, self._issued):
            ordered = frame.astype({"place": "int64"}).sort_values(["kind", "term", "place"])
            yield from pa.Table.from_pandas(ordered, preserve_index=False).to_batches()


def rewrite(connection: Connection) -> int:
    """Throw the postings on show away and write them again, in the caller's transaction; returns how many there are."""
    connection.execute(delete(tables.customer_terms))
    return fill(connection, tables.customer_terms, Findable(connection).postings())


def _frame(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    found = connection.execute(query)
    return pd.DataFrame(found.all(), columns=list(found.keys()), dtype=object)

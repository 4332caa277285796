"""Views of a page somebody saved under a name: the page's query string, theirs alone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from store.tables import saved_views

MOST = 50
LONGEST_NAME = 60


class ViewRefused(Exception):
    """A view that cannot be kept; `key` is the reason: no_name, too_many."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the view was not saved: {key}")
        self.key = key


@dataclass(frozen=True)
class SavedView:
    """A name and the query string it stands for."""

    view_id: int
    name: str
    query: str


def views(connection: Connection, user_id: int, page: str) -> tuple[SavedView, ...]:
    """The user's views of a page, by name."""
    table = saved_views
    mine = select(table.c.view_id, table.c.name, table.c.query).where(table.c.user_id == user_id, table.c.page == page)
    return tuple(SavedView(*row) for row in connection.execute(mine.order_by(table.c.name, table.c.view_id)))


def save(connection: Connection, user_id: int, page: str, name: str, query: str) -> None:
    """Keep a view; one of the same name is replaced. ViewRefused without a name, or when there are MOST already."""
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise ViewRefused("no_name")
    mine = (saved_views.c.user_id == user_id) & (saved_views.c.page == page)
    connection.execute(delete(saved_views).where(mine, saved_views.c.name == name))
    if (connection.scalar(select(func.count()).select_from(saved_views).where(mine)) or 0) >= MOST:
        raise ViewRefused("too_many")
    connection.execute(insert(saved_views).values(user_id=user_id, page=page, name=name, query=query))


def drop(connection: Connection, user_id: int, view_id: int) -> None:
    """Forget a view of the user's; anybody else's is left alone."""
    connection.execute(delete(saved_views).where(saved_views.c.view_id == view_id, saved_views.c.user_id == user_id))

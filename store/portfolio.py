"""What the credit portfolio reads of the database: which ratings were on show when, and whom to call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from store.runs import Run, list_runs
from store.scope import Scope
from store.shown import compared
from store.tables import branches, customers, staff

SHOWN = ("published", "superseded")
LOOKED_THROUGH = 500  # the newest credit runs: of years


@dataclass(frozen=True)
class Contact:
    """A customer in a list of the portfolio; unmasked: masking is the portal's."""

    customer_id: str
    kind: str
    name: str | None
    phone: str | None
    branch_name: str | None
    manager_name: str | None


def ratings_shown(connection: Connection) -> list[Run]:
    """The credit runs that are or were on show, oldest business date first, then by number; without model and migration."""
    found = [run for run in list_runs(connection, "credit", LOOKED_THROUGH) if run.state in SHOWN]
    return sorted(found, key=lambda run: (run.as_of, run.run_id))


def rating_shown_before(connection: Connection) -> int | None:
    """The credit run that the one on show is compared with (store/shown.py); None without one."""
    found: int | None = connection.scalar(select(compared("credit")))
    return found


def contacts(connection: Connection, scope: Scope, customer_ids: Sequence[str]) -> dict[str, Contact]:
    """These customers by number, those out of scope left out."""
    c = customers.c
    source = customers.outerjoin(branches, branches.c.branch_id == c.branch_id).outerjoin(
        staff, staff.c.staff_id == c.manager_id
    )
    query = select(c.customer_id, c.kind, c.name, c.phone, branches.c.name, staff.c.name).select_from(source)
    found = connection.execute(query.where(c.customer_id.in_(customer_ids), scope.where(c.branch_path)))
    return {row[0]: Contact(*row) for row in found}

"""What a build at a day reads, as two short names: the same name, the same rows read, whatever batches brought them.

Every row a build may read is hashed once for a set of batches, and the hashes are added up by day: the sum does not know
in which order rows came, nor in how many deliveries. The rows of a window are then a difference of sums. An account is
counted from the day it opened and again, as closed, from the day it closed; a customer from the first day. So a movement
of November touches no month-end before November, and an account that closes in November is still open in October.

Figures (movements, balances, accounts held) take nearly all the time of a build. What stands beside them (who the
customer is, limits and loan states) changes in small ways with every delivery and is quick to work out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from warehouse.engine import Connects
from warehouse.features.windows import BALANCE_MONTHS, back

ALWAYS = date.min  # the day of what has no day
# Columns a build reads of each table; a test holds them against the questions.
COLUMNS = {
    "transactions": (
        "account_id", "booked_at", "amount", "balance_after", "kind", "channel", "category", "counterparty_account",
    ),
    "balances": ("account_id", "as_of", "balance", "average_balance"),
    "loan_status": ("account_id", "as_of", "outstanding", "overdue_amount", "days_past_due", "five_class"),
    "customers": (
        "customer_id", "kind", "branch_id", "manager_id", "gender", "birth_date", "opened_on", "annual_income",
        "annual_revenue",
    ),
    "loans": ("account_id", "granted_on", "term_months", "instalment"),
    "branches": ("branch_id", "city"),
    "regions": ("region_id", "name", "average_salary", "unemployment_rate"),
    "relations": ("customer_id", "other_id", "kind"),
}  # fmt: skip
# topic: months its window goes back, or all that came before. The figures read the first, the rest what stands beside.
FIGURES = {"transactions": 12, "balances": BALANCE_MONTHS, "accounts": None, "customers": None}
BESIDE = {
    "loan_status": 12, "loans": None, "limits": None, "attributes": None, "branches": None, "regions": None, "groups": None,
}  # fmt: skip

Totals = Mapping[str, list[tuple[date, int, int]]]  # topic -> day, rows, sum of their hashes


@dataclass(frozen=True)
class Names:
    """Of what a build reads. figures: of the columns that take long. beside: of the rest."""

    figures: str
    beside: str


def totals_of(picture: Connects) -> Totals:
    """The sums of hashes by topic and day; one pass over the facts."""
    with picture.connect() as connection:
        return {topic: connection.execute(text).fetchall() for topic, text in _QUESTIONS.items()}


def kept_totals(picture: Connects, path: Path) -> Totals:
    """The same, read from `path` where they were worked out before, and else written to it, whole or not at all."""
    if path.exists():
        told = json.loads(path.read_text(encoding="utf-8"))
        return {topic: [(date.fromisoformat(d), n, int(s)) for d, n, s in rows] for topic, rows in told.items()}
    found = totals_of(picture)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{id(found)}")
    told = {topic: [(day.isoformat(), n, str(total)) for day, n, total in rows] for topic, rows in found.items()}
    draft.write_text(json.dumps(told), encoding="utf-8")
    draft.replace(path)
    return found


def names_at(totals: Totals, as_of: date, currency: str | None, code: str) -> Names:
    """Names of what a build at as_of reads. code: what works it out; the engine, whose hashes these are, is added."""
    base = [as_of.isoformat(), currency, code, duckdb.__version__]
    return Names(*(_short([*base, *_read(totals, topics, as_of)]) for topics in (FIGURES, BESIDE)))


def _read(totals: Totals, topics: Mapping[str, int | None], as_of: date) -> list[tuple[str, int, str]]:
    found = []
    for topic, months in topics.items():
        after = None if months is None else back(as_of, months)
        inside = [(n, total) for day, n, total in totals[topic] if day <= as_of and (after is None or day > after)]
        found.append((topic, sum(n for n, _ in inside), str(sum(total for _, total in inside))))
    return found


def _short(what: list[object]) -> str:
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:24]


def _hash(*names: str) -> str:
    return f"hash({', '.join(names)})::hugeint"


def _by_day(table: str, day: str, which: str = "true") -> str:
    counted = f"count(*), sum({_hash(*COLUMNS[table])})"
    return f"select {day} as day, {counted} from {table} where {which} group by 1 order by 1"


def _accounts(*names: str) -> str:
    """Accounts with their owner: one row from the day they opened, and what changes the day they closed."""
    return f"""
with owned as (
  select a.account_id, h.customer_id, p.family, a.currency, a."limit" as credit_limit, a.opened_on, a.closed_on,
    a.status = 'closed' and a.closed_on is null as gone, coalesce(a.closed_on <= a.opened_on, false) as closed_at_once
  from accounts a join holders h on h.account_id = a.account_id and h.role = 'owner' join products p using (product_id)),
told as (
  select opened_on as day, 1 as n, {_hash(*names, "gone or closed_at_once")} as total from owned
  union all select closed_on, 0, {_hash(*names, "true")} - {_hash(*names, "gone")} from owned
    where closed_on > opened_on)
select day, sum(n)::bigint, sum(total) from told group by 1 order by 1"""


_FIRST_DAY = f"coalesce(opened_on, date '{ALWAYS}')"
_QUESTIONS = {
    "transactions": _by_day("transactions", "booked_at::date"),
    "balances": _by_day("balances", "as_of"),
    "accounts": _accounts("account_id", "customer_id", "family", "currency"),
    "customers": f"select {_FIRST_DAY} as day, count(*), sum({_hash('customer_id', 'kind')}) from customers group by 1 order by 1",
    "loan_status": _by_day("loan_status", "as_of"),
    "loans": _by_day("loans", "granted_on"),
    "limits": _accounts("account_id", "credit_limit"),
    "attributes": _by_day("customers", _FIRST_DAY),
    "branches": _by_day("branches", f"date '{ALWAYS}'"),
    "regions": _by_day("regions", f"date '{ALWAYS}'"),
    # of the relations only groups are read
    "groups": _by_day("relations", f"date '{ALWAYS}'", "kind = 'group_member'"),
}

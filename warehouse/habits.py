"""Habits of every customer, as domain/behaviour/habits.py keeps them: blocks of customers, Arrow in the store's shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from domain.behaviour.habits import (
    CATEGORIES,
    FLOW,
    MONTHS,
    USES,
    Rows,
    packed,
    packed_hours,
)
from domain.canonical import BANK_MADE_KINDS, DEPOSIT_FAMILIES
from domain.catalogue import SHARE_CHANNELS
from warehouse.engine import BATCH_ROWS, Warehouse
from warehouse.features.windows import back, midnight_after

BLOCK = 5_000  # customers: some megabytes a row
_BANK_MADE = ", ".join(f"'{kind}'" for kind in BANK_MADE_KINDS)
_DEPOSITS = ", ".join(f"'{family}'" for family in DEPOSIT_FAMILIES)
_YEAR = "booked_at >= timestamp '{since}' and booked_at < timestamp '{until}'"

_PIECES = {
    "h_people": """select customer_id, path as branch_path, row_number() over (order by path, customer_id) - 1 as n
      from p_customers""",
    # a customer's slots of own movements with a time
    "p_slots": f"""select o.customer_id, list(((isodow(t.booked_at) - 1) * 24 + hour(t.booked_at))::utinyint) as slots
      from transactions t join f_owned o using (account_id)
      where {_YEAR} and t.kind not in ({_BANK_MADE}) and t.booked_at <> date_trunc('day', t.booked_at)
      group by o.customer_id""",
    "h_uses": f"""with by_account as (select account_id, channel, category, count(*) as movements,
        -sum(amount) filter (amount < 0) as spent
        from transactions where {_YEAR} and kind not in ({_BANK_MADE}) group by account_id, channel, category)
      select p.n, channel, category, sum(movements)::bigint as movements,
        (coalesce(sum(spent) filter (o.ours and o.family in ({_DEPOSITS})), 0) * 100)::bigint as spent
      from by_account join f_owned o using (account_id) join h_people p using (customer_id)
      group by p.n, channel, category""",
}  # fmt: skip
_FLOW = """
with months as (select unnest([{listed}]) as month, unnest(range({months})) as m),
  rows as (
    select customer_id, month, movements_own as own, movements_digital as digital, inflow, outflow, false as held, false as active
      from p_moves
    union all select customer_id, month, 0, 0, 0, 0, true, false from p_held
    union all select a.customer_id, a.month, 0, 0, 0, 0, false, true from p_active a join p_held using (customer_id, month))
select p.n, months.m, sum(own)::bigint as own, sum(digital)::bigint as digital, (sum(inflow) * 100)::bigint as inflow,
  (sum(outflow) * 100)::bigint as outflow, bool_or(held) as held, bool_or(active) as active
from rows join months using (month) join h_people p using (customer_id) where p.n >= {first} and p.n < {end} group by p.n, months.m"""


def work_out(warehouse: Warehouse, as_of: date) -> None:
    """Keep what the rows are made of; needs what `feature_table` and `marts.work_out` keep."""
    year = {"since": str(midnight_after(back(as_of, 12))), "until": str(midnight_after(as_of))}
    for name, text in _PIECES.items():
        warehouse.keep(name, text.format(**year))


def rows(warehouse: Warehouse, last: date) -> Iterator[pa.RecordBatch]:
    """customer_habits of everybody, in order of branch and number; a row is up to BLOCK customers of one branch.

    The months are those up to `last`.
    """
    ((total,),) = warehouse.rows("select count(*) from h_people")
    days = ", ".join(f"date '{back(last, ago)}'" for ago in reversed(range(MONTHS)))
    for first in range(0, total, BATCH_ROWS):
        count = min(BATCH_ROWS, total - first)
        within = {"first": first, "end": first + count}
        people = warehouse.rows(
            f"select customer_id, branch_path from h_people where n >= {first} and n < {first + count} order by n"
        )
        flow = _flow(_read(warehouse, _FLOW.format(listed=days, months=MONTHS, **within)), first, count)
        uses = _uses(
            _read(warehouse, "select * from h_uses where n >= {first} and n < {end}".format(**within)), first, count
        )
        hours = _read(warehouse, _HOURS.format(**within))
        for begin, end in _blocks([path for _, path in people]):
            ids = [customer_id for customer_id, _ in people[begin:end]]
            block = {
                "first": first + begin, "branch_path": people[begin][1], "customer_ids": json.dumps(ids, ensure_ascii=False),
                "flow": packed(flow[begin:end]), "uses": packed(uses[begin:end]),
                "hours": _hours(hours, first + begin, end - begin),
            }  # fmt: skip
            yield pa.RecordBatch.from_pylist([block])


def _blocks(paths: list[str]) -> Iterator[tuple[int, int]]:
    """(first, end) of stretches of one branch, none longer than BLOCK."""
    begin = 0
    for at in range(1, len(paths) + 1):
        if at == len(paths) or paths[at] != paths[begin] or at - begin == BLOCK:
            yield begin, at
            begin = at


_HOURS = """select n, slot, count(*) as movements from (select p.n, unnest(slots) as slot from p_slots join h_people p using (customer_id)
  where p.n >= {first} and p.n < {end}) group by n, slot order by n, slot"""


def _read(warehouse: Warehouse, text: str) -> dict[str, np.ndarray[Any, Any]]:
    batches = list(warehouse.batches(text))
    if not batches:
        return {}
    table = pa.Table.from_batches(batches)
    return {name: table.column(name).to_numpy() for name in table.column_names}


def _flow(found: dict[str, Any], first: int, count: int) -> Rows:
    rows = np.zeros(count, dtype=FLOW)
    if found:
        at, month = found["n"].astype(np.int64) - first, found["m"].astype(np.int64)
        for name in ("own", "digital", "inflow", "outflow"):
            rows[name][at, month] = found[name]
        for name in ("held", "active"):
            told = found[name].astype(bool)
            # One row a customer and month, so the sum of their bits is their union.
            rows[name] = np.bincount(at[told], 2.0 ** month[told], count).astype(np.uint16)
    return rows


def _uses(found: dict[str, Any], first: int, count: int) -> Rows:
    rows = np.zeros(count, dtype=USES)
    if found:
        at = found["n"].astype(np.int64) - first
        # Each movement counts in one category, "other" where none is told: the automatic ones are reckoned from them.
        for what, names, others, figures in (
            ("channel", SHARE_CHANNELS, -1, {"channel": "movements"}),
            ("category", CATEGORIES, CATEGORIES.index("other"), {"category": "movements", "spent": "spent"}),
        ):
            place = {name: n for n, name in enumerate(names)}
            code = np.array([place.get(name, others) for name in found[what]], dtype=np.int64)
            known = code >= 0
            for name, figure in figures.items():
                np.add.at(rows[name], (at[known], code[known]), found[figure][known].astype(np.int64))
    return rows


def _hours(found: dict[str, Any], first: int, count: int) -> bytes:
    if not found:
        return packed_hours(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0), count)
    owner = found["n"].astype(np.int64) - first
    own = slice(*np.searchsorted(owner, (0, count)))  # in order of n, as it was asked for
    return packed_hours(owner[own], found["slot"][own], found["movements"][own].astype(np.int64), count)

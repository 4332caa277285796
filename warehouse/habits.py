"""Habits of every customer, as domain/behaviour/habits.py keeps them: one row a customer, Arrow in the store's shape."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from domain.behaviour.habits import (
    CATEGORIES,
    CHANNELS,
    FLOW,
    MONTHS,
    USES,
    Rows,
    packed,
    packed_hours,
)
from domain.canonical import BANK_MADE_KINDS, DEPOSIT_FAMILIES
from warehouse.engine import BATCH_ROWS, Warehouse
from warehouse.features.windows import back, midnight_after

_BANK_MADE = ", ".join(f"'{kind}'" for kind in BANK_MADE_KINDS)
_DEPOSITS = ", ".join(f"'{family}'" for family in DEPOSIT_FAMILIES)
_YEAR = "booked_at >= timestamp '{since}' and booked_at < timestamp '{until}'"

_PIECES = {
    "h_people": "select customer_id, row_number() over (order by customer_id) - 1 as n from p_customers",
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
    """customer_id, flow, uses, hours of every customer, in order of customer_id; the months are those up to `last`."""
    ((total,),) = warehouse.rows("select count(*) from h_people")
    days = ", ".join(f"date '{back(last, ago)}'" for ago in reversed(range(MONTHS)))
    for first in range(0, total, BATCH_ROWS):
        count = min(BATCH_ROWS, total - first)
        within = {"first": first, "end": first + count}
        ids = warehouse.rows(f"select customer_id from h_people where n >= {first} and n < {first + count} order by n")
        flow = _flow(_read(warehouse, _FLOW.format(listed=days, months=MONTHS, **within)), first, count)
        uses = _uses(
            _read(warehouse, "select * from h_uses where n >= {first} and n < {end}".format(**within)), first, count
        )
        yield pa.record_batch(
            {
                "customer_id": pa.array([row[0] for row in ids], pa.string()), "flow": _texts(flow), "uses": _texts(uses),
                "hours": pa.array(_hours(_read(warehouse, _HOURS.format(**within)), first, count), pa.string()),
            }
        )  # fmt: skip


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
        for what, names, figures in (
            ("channel", CHANNELS, {"channel": "movements"}),
            ("category", CATEGORIES, {"category": "movements", "spent": "spent"}),
        ):
            place = {name: n for n, name in enumerate(names)}
            code = np.array([place.get(name, -1) for name in found[what]], dtype=np.int64)
            known = code >= 0
            for name, figure in figures.items():
                np.add.at(rows[name], (at[known], code[known]), found[figure][known].astype(np.int64))
    return rows


def _hours(found: dict[str, Any], first: int, count: int) -> list[str | None]:
    if not found:
        return [None] * count
    return packed_hours(found["n"].astype(np.int64) - first, found["slot"], found["movements"].astype(np.int64), count)


def _texts(rows: Rows) -> pa.Array:
    """A text a row, without a Python string for each."""
    text, width = packed(rows)
    offsets = np.arange(len(rows) + 1, dtype=np.int32) * width
    return pa.StringArray.from_buffers(len(rows), pa.py_buffer(offsets), pa.py_buffer(text))

"""The demo bank 江城银行 as delivery files: the whole history, or one later month of what changed.

The truth (latent types, hazards, default probabilities) is written beside the delivery, in `<folder>.truth/`, so that
estimates can be judged against it; nothing of the product reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from demobank import monthly_tables, tables
from demobank.dirt import Dirt, Planted, late_rows, soil
from demobank.drift import Drift, drifted
from demobank.files import Folder, Form
from demobank.geography import Geography, geography
from demobank.kinship import make_kinship, relations_table
from demobank.plan import BANK_NAME, ENDS_ON, LOOK_AHEAD, Array, Plan
from demobank.simulation import MonthResult, history, live, make_block
from demobank.state import Block, State, start
from domain.canonical import TABLES

Progress = Callable[[str, float], None]
Pieces = dict[str, list[pa.Table]]
_STREAM = {table.name: i for i, table in enumerate(TABLES)}


@dataclass(frozen=True)
class DeliveryFacts:
    """What was written: where, for which day, rows by table, and dirt planted by (table, dirt, column)."""

    folder: Path
    truth_folder: Path
    business_date: date
    rows: dict[str, int]
    planted: dict[tuple[str, str, str], int]


def write_delivery(
    folder: Path,
    customers: int = 5_000,
    months: int = 24,
    seed: int = 20261031,
    ends_on: date = ENDS_ON,
    dirt: Dirt | None = None,
    form: Form = "parquet",
    progress: Progress | None = None,
    drift: Drift | None = None,
) -> DeliveryFacts:
    """Write the bank's whole history of `months` months, the last ending on `ends_on` (a month-end).

    The same customers, months, seed and ends_on give the same rows. ValueError for a size or date that cannot be,
    FileExistsError when the folder holds something already. `progress` hears a step and the share done, 0 to 1. drift:
    planted from its month on, none unless asked for.
    """
    plan = Plan(customers, months, seed, ends_on)
    return _write(Path(folder), plan, months, dirt, form, progress, True, drift)


def write_increment(
    folder: Path,
    month: int,
    customers: int = 5_000,
    months: int = 24,
    seed: int = 20261031,
    ends_on: date = ENDS_ON,
    dirt: Dirt | None = None,
    form: Form = "parquet",
    progress: Progress | None = None,
    drift: Drift | None = None,
) -> DeliveryFacts:
    """Write what is new or changed in one month after the first delivery; `month` 1 is the month after `ends_on`.

    customers, months, seed, ends_on, dirt and drift are those of the first delivery. ValueError for a month out of 1..36.
    """
    if not 1 <= month <= LOOK_AHEAD:
        raise ValueError(f"month must be 1 to {LOOK_AHEAD} months after the first delivery, not {month}.")
    plan = Plan(customers, months, seed, ends_on)
    return _write(Path(folder), plan, months + month, dirt, form, progress, False, drift)


def _write(
    folder: Path,
    plan: Plan,
    horizon: int,
    dirt: Dirt | None,
    form: Form,
    progress: Progress | None,
    whole: bool,
    drift: Drift | None,
) -> DeliveryFacts:
    geo, planted = geography(plan), Planted()
    out, truth = Folder(folder, form), Folder(folder.with_name(folder.name + ".truth"), "parquet")
    blocks = plan.blocks + max(0, horizon - plan.months)
    pending: Future[None] | None = None
    # Encoding a block on a second thread overlaps with living the next one; at most one block waits.
    with ThreadPoolExecutor(max_workers=1) as writer:
        for name, made in tables.bank_tables(geo).items():
            out.write(name, made)
        for index in range(blocks):
            if progress:
                progress(f"customers {plan.first_customer(index) + 1} and on", index / blocks)
            kept, known = (
                _whole_block(plan, geo, index, dirt, planted, drift)
                if whole
                else _changes(plan, geo, index, horizon, dirt, planted, drift)
            )
            if pending is not None:
                pending.result()
            pending = writer.submit(_put, out, truth, kept, known, (plan, index, horizon, dirt, planted))
        if pending is not None:
            pending.result()
    out.close()
    truth.close()
    out.write_control()
    business_date = plan.month(horizon).last
    _describe(folder, plan, business_date, whole)
    _write_planted(truth.path, planted)
    if progress:
        progress("written", 1.0)
    rows = {name: file.rows for name, file in out.files.items()}
    return DeliveryFacts(folder, truth.path, business_date, rows, dict(planted.counts))


def _put(
    out: Folder, truth: Folder, kept: Pieces, known: Pieces, key: tuple[Plan, int, int, Dirt | None, Planted]
) -> None:
    plan, index, horizon, dirt, planted = key
    for name, parts in kept.items():
        made = pa.concat_tables(parts)
        if dirt is None:
            out.write(name, made)
            continue
        stream = horizon * 100 + _STREAM[name]
        out.write(name, *soil(plan, index, stream, name, made, dirt, planted, out.form == "csv"))
    for name, parts in known.items():
        truth.write(name, pa.concat_tables(parts))


def _month_pieces(block: Block, result: MonthResult, kept: Pieces, drift: Drift | None) -> None:
    told = drifted(block, result, drift)
    kept["balances"].append(monthly_tables.balances_table(block, told))
    kept["loan_status"].append(monthly_tables.loan_status_table(block, told))


def _started() -> Pieces:
    return {table.name: [] for table in TABLES if table.name not in ("branches", "staff", "products", "regions")}


def _whole_block(
    plan: Plan, geo: Geography, index: int, dirt: Dirt | None, planted: Planted, drift: Drift | None = None
) -> tuple[Pieces, Pieces]:
    """Everything of a block up to the end of the first delivery, and its truth."""
    block = make_block(plan, index)
    kept = _started()
    known: Pieces = {"customers": [], "loans": [], "borrowers": []}
    truth = monthly_tables.LoanTruth(block)
    state = start(block)
    opening = monthly_tables.brought_forward(block, state)
    kept["transactions"].append(opening)
    carried = opening.slice(0, 0)
    for result in history(block, state, plan.months):
        made, late = _split_late(block, result, dirt)
        kept["transactions"].append(made)
        if carried.num_rows:
            kept["transactions"].append(carried)
            planted.counts["transactions", "late", "sent after the next month"] += carried.num_rows
        carried = late
        _month_pieces(block, result, kept, drift)
        truth.add(known, result, state.end_month)
    if carried.num_rows:
        planted.counts["transactions", "late", "not yet sent"] += carried.num_rows
    exists = np.flatnonzero((block.accounts.open_month <= plan.months) & (state.closed_month >= 0))
    _standing(block, geo, state, plan.months, exists, np.arange(block.people.type.size), kept)
    for month in range(1, plan.months + 1):
        kept["service_events"].append(monthly_tables.service_table(block, state, month, plan.months))
    known["customers"].append(monthly_tables.customer_truth(block, state))
    return kept, known


def _split_late(block: Block, result: MonthResult, dirt: Dirt | None) -> tuple[pa.Table, pa.Table]:
    made = monthly_tables.transactions_table(block, result)
    late = late_rows(block.plan, block.index, result.month.index, made.num_rows, dirt)
    if not late.any():
        return made, made.slice(0, 0)
    return made.filter(pa.array(~late)), made.filter(pa.array(late))


def _standing(
    block: Block, geo: Geography, state: State, horizon: int, accounts: Array, customers: Array, kept: Pieces
) -> None:
    """Tables of what stands still, for these accounts (new or changed) and these customers (new)."""
    kinship = make_kinship(block)
    last_day = block.plan.month(horizon).last_epoch
    kept["accounts"].append(tables.accounts_table(block, geo, state, accounts, last_day))
    new = accounts[np.isin(block.accounts.customer[accounts], customers)] if customers.size else accounts[:0]
    opened = accounts[block.accounts.open_month[accounts] == horizon] if horizon > block.plan.months else accounts
    fresh = np.union1d(new, opened)
    kept["holders"].append(tables.holders_table(block, kinship, fresh))
    kept["cards"].append(tables.cards_table(block, fresh))
    changed = np.flatnonzero(np.isin(block.loans.account, accounts))
    kept["loans"].append(tables.loans_table(block, state, changed))
    granted = np.flatnonzero(np.isin(block.loans.account, fresh))
    kept["standing_orders"].append(tables.standing_orders_table(block, customers, granted))
    if customers.size:
        kept["customers"].append(tables.customers_table(block, geo, kinship))
        kept["relations"].append(relations_table(block, kinship))


def _changes(
    plan: Plan,
    geo: Geography,
    index: int,
    horizon: int,
    dirt: Dirt | None,
    planted: Planted,
    drift: Drift | None = None,
) -> tuple[Pieces, Pieces]:
    """What month `horizon` added to or changed in a block, and the truth at its end."""
    block = make_block(plan, index)
    truth = monthly_tables.LoanTruth(block)
    kept = _started()
    known: Pieces = {"customers": [], "loans": [], "borrowers": []}
    state = start(block)
    for result in history(block, state, horizon - 1):
        if result.month.index == horizon - 1:
            kept["transactions"].append(_split_late(block, result, dirt)[1])
    last = live(block, state, plan.month(horizon))
    made, late = _split_late(block, last, dirt)
    kept["transactions"].append(made)
    defaulted = np.zeros(block.loans.account.size, dtype=bool)
    if late.num_rows:
        planted.counts["transactions", "late", "not yet sent"] += late.num_rows
    _month_pieces(block, last, kept, drift)
    defaulted[state.default_month == horizon] = True
    touched = (block.accounts.open_month == horizon) | (state.closed_month == horizon)
    touched[block.loans.account[defaulted]] = True
    touched &= (state.closed_month >= 0) & (block.accounts.open_month <= horizon)
    joined = plan.block_join_month(index) == horizon
    newcomers = np.arange(block.people.type.size) if joined else np.zeros(0, dtype=np.int64)
    _standing(block, geo, state, horizon, np.flatnonzero(touched), newcomers, kept)
    for month in range(max(1, horizon - 2), horizon + 1):
        kept["service_events"].append(monthly_tables.service_table(block, state, month, horizon, month < horizon))
    truth.add(known, last, state.end_month)
    known["customers"].append(monthly_tables.customer_truth(block, state))
    return {name: parts for name, parts in kept.items() if parts}, known


def block_tables(plan: Plan, index: int) -> Iterator[tuple[str, pa.Table]]:
    """(name, rows) of each table of one block of the first delivery, made alone: no other block is needed."""
    kept, _ = _whole_block(plan, geography(plan), index, None, Planted())
    for name, parts in kept.items():
        yield name, pa.concat_tables(parts)


def _describe(folder: Path, plan: Plan, business_date: date, whole: bool) -> None:
    lines = [
        f'bank = "{BANK_NAME}"',
        'source = "guanxi"',
        f"business_date = {business_date.isoformat()}",
        f'holds = "{"everything" if whole else "changes"}"',
        f"seed = {plan.seed}",
    ]
    (folder / "_delivery.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_planted(folder: Path, planted: Planted) -> None:
    lines = ["table,dirt,column,rows"]
    lines += [f"{table},{dirt},{column},{rows}" for (table, dirt, column), rows in sorted(planted.counts.items())]
    (folder / "planted_dirt.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

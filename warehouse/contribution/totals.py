"""Months of accounts added up: a row a customer, and the months of branches, managers, families and kinds of customer.

Everything is added in whole cents from the same files, so that customers, branches and the bank agree to the cent. A
month counts where the customer stands today, as in the other marts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa

from domain.canonical import LOAN_FAMILIES
from domain.contribution.lifetime import PLACES, factors, without_default
from domain.contribution.parameters import ContributionParameters
from domain.contribution.sums import MONEY, NAMES
from warehouse.branch_tree import branch_rows
from warehouse.columns import quoted
from warehouse.contribution.inputs import MILLION
from warehouse.contribution.months import Basis, there
from warehouse.engine import Connects, Warehouse
from warehouse.features.windows import back
from warehouse.picture import Picture

YEAR = 12
# Components a customer's row has for the last month and for twelve; capital is the sum over months.
PARTS = (
    "deposit_margin", "loan_margin", "fees", "expected_loss", "operating_cost", "capital_cost", "capital",
    "contribution",
)  # fmt: skip
# The share of a customer still there a month later, where another than the parameters' holds.
SURVIVAL = pa.schema([("customer_id", pa.string()), ("monthly", pa.float64())])
WON_AND_LOST = ("won", "won_volume", "lost", "lost_volume")
_LENT = ", ".join(f"'{family}'" for family in LOAN_FAMILIES)
_OF = {name: name for name in (*PARTS, "volume")} | {
    "deposit_margin": f"if(family in ({_LENT}), 0, margin)",
    "loan_margin": f"if(family in ({_LENT}), margin, 0)",
}


def rows_of(paths: Sequence[Path]) -> str:
    """SQL that reads these months' files."""
    return f"read_parquet([{', '.join(quoted(str(path)) for path in paths)}])"


def component(name: str) -> str:
    """SQL: a component of `Sums` from the columns of a month's rows."""
    return _OF[name]


def summed(prefix: str = "") -> str:
    """SQL: every name of `Sums`, added up from a month's rows in whole cents, as <prefix><name>; 0 without any."""
    return ", ".join(
        f"count(*)::bigint as {prefix}accounts"
        if name == "accounts"
        else f"coalesce(sum({component(name)}), 0)::bigint as {prefix}{name}"
        for name in NAMES
    )


def customers(
    warehouse: Warehouse,
    paths: Mapping[date, Path],
    month: date,
    parameters: ContributionParameters,
    own: pa.Table | None = None,
) -> pa.Table:
    """customer_id, accounts, unknown, months, month_<part>, year_<part>, lifetime_value; a row a customer.

    paths: files by month-end; those of the 12 months to `month` are read, fewer where there are fewer. Money in whole
    cents; month_<part> and accounts are None without a row in `month`. accounts: rows in the month; unknown: those
    without a known balance; months: months with a row. own: SURVIVAL of those for whom the parameters' does not hold.
    """
    year = [path for day, path in paths.items() if back(month, YEAR) < day <= month]
    now = f"month = date '{month}'"
    columns = ", ".join(
        f"if(count(*) filter ({now}) > 0, coalesce(sum({_OF[part]}) filter ({now}), 0), null)::bigint as month_{part}, "
        f"coalesce(sum({_OF[part]}), 0)::bigint as year_{part}"
        for part in PARTS
    )
    unrated = [{"family": each.family, "pd_unrated": int(each.pd_unrated * MILLION)} for each in parameters.families]
    warehouse.lend("k_unrated", pa.Table.from_pylist(unrated))
    owes = f"(family in ({_LENT}) or coalesce(expected_loss, 0) <> 0)"
    warehouse.keep(
        "k_sums",
        f"""
select customer_id, nullif(count(*) filter ({now}), 0)::integer as accounts,
  (count(*) filter ({now} and balance is null))::integer as unknown, count(distinct month)::integer as months, {columns},
  coalesce(sum(contribution + coalesce(expected_loss, 0)) filter ({owes}), 0)::bigint as owed,
  coalesce(max(if(defaulted, {MILLION}, coalesce(pd, pd_unrated))) filter ({now} and {owes}), 0)::bigint as chance
from {rows_of(year)} left join k_unrated using (family) group by customer_id""",
    )
    warehouse.lend("k_times", _times(warehouse, parameters, own))
    d = f"{10**PLACES}::hugeint"
    text = f"""
with worth as (select k_sums.*, months * {d} as whole, (year_contribution + year_expected_loss - owed)::hugeint * times
    + if(chance = {MILLION}, -{YEAR} * coalesce(month_expected_loss, 0)::hugeint * months * {d},
      (owed::hugeint - coalesce(month_expected_loss, 0)::hugeint * months) * owed_times) as value
  from k_sums join k_times using (customer_id))
select * exclude (owed, chance, whole, value),
  (sign(value) * ((2 * abs(value) + whole) // (2 * whole)))::bigint as lifetime_value
from worth order by customer_id"""
    return pa.Table.from_batches(list(warehouse.batches(text)))


def _times(warehouse: Warehouse, parameters: ContributionParameters, own: pa.Table | None) -> pa.Table:
    """customer_id, times and owed_times: `domain.contribution.lifetime.factors` of everybody in k_sums."""
    warehouse.lend("k_survival", SURVIVAL.empty_table() if own is None else own)
    text = f"""
select customer_id, coalesce(monthly, {float(parameters.survival)!r}::double) as monthly, chance
from k_sums left join k_survival using (customer_id) order by customer_id"""
    found = pa.Table.from_batches(list(warehouse.batches(text)))
    monthly = found["monthly"].to_numpy()
    owed = monthly * without_default(found["chance"].to_numpy() / MILLION)
    times = [pa.array(factors(each, parameters.discount_rate)) for each in (monthly, owed)]
    return pa.table([found["customer_id"], *times], names=["customer_id", "times", "owed_times"])


def ensure_span(home: Path, basis: Basis, months: Sequence[date]) -> Path:
    """The file of customer_id and the names of `Sums` of these month-ends together, written where it is missing: twelve
    months of every account are too many to add up while somebody waits. It stands beside the last of them.

    FileNotFoundError when it is missing and a month is no longer on disk.
    """
    paths = [basis.path(home, month) for month in sorted(months)]
    made_of = hashlib.sha256(" ".join(f"{path.parent.name}/{path.name}" for path in paths).encode()).hexdigest()[:12]
    span = paths[-1].with_name(f"{paths[-1].stem}.span-{made_of}.parquet")
    if not span.exists():
        rows = rows_of(there(home, basis, months))
        with Warehouse(Picture(())) as warehouse:
            warehouse.write(
                f"select customer_id, {summed()} from {rows} group by customer_id order by customer_id", span
            )
    return span


def lend_places(warehouse: Warehouse, bank_name: str) -> None:
    """Put k_places on the connection: customer_id, kind, branch_id, manager_id ('' nobody's), branch_path."""
    warehouse.lend("k_paths", branch_rows(warehouse, bank_name).select(["branch_id", "path"]))
    warehouse.keep(
        "k_places",
        "select c.customer_id, c.kind, c.branch_id, coalesce(c.manager_id, '') as manager_id, p.path as branch_path "
        "from customers c join k_paths p using (branch_id)",
    )


def months(warehouse: Warehouse, paths: Mapping[date, Path]) -> pa.Table:
    """The mart: month, branch_id, manager_id, family, kind, branch_path, accounts, money of Sums, WON_AND_LOST; in order.

    won: of customers without a row in the month before; lost: what customers without a row now brought then. Both are
    None in the first month. Needs k_places. Money in whole cents.
    """
    days = sorted(paths)
    found = []
    for day in days:
        before = paths.get(back(day, 1))
        found += list(warehouse.batches(_month(day, paths[day], before)))
    return pa.Table.from_batches(found)


def by_customer(rows: str) -> str:
    """SQL: customer_id, family, accounts, the money of Sums and contribution, of the rows of a FROM item."""
    sums = ", ".join(f"coalesce(sum({_OF[name]}), 0)::bigint as {name}" for name in (*MONEY, "contribution"))
    return f"select customer_id, family, count(*) as accounts, {sums} from {rows} group by customer_id, family"


def _month(day: date, path: Path, before: Path | None) -> str:
    sums = ", ".join(f"coalesce(sum({name}), 0)::bigint as {name}" for name in MONEY)
    if before is None:
        parts = f"now as ({by_customer(rows_of([path]))}), rows as (select * from now)"
        moved = ", ".join(f"null::bigint as {name}" for name in WON_AND_LOST)
    else:
        parts = f"""now as ({by_customer(rows_of([path]))}), before as ({by_customer(rows_of([before]))}),
there as (select distinct customer_id from before), here as (select distinct customer_id from now),
rows as (
  select n.*, if(t.customer_id is null, contribution, 0) as won, if(t.customer_id is null, volume, 0) as won_volume
  from now n left join there t using (customer_id)
  union all by name
  select customer_id, family, 0 as accounts, contribution as lost, volume as lost_volume from before anti join here using (customer_id))"""
        moved = ", ".join(f"coalesce(sum({name}), 0)::bigint as {name}" for name in WON_AND_LOST)
    return f"""
with {parts}
select date '{day}' as month, branch_id, manager_id, family, kind, any_value(branch_path) as branch_path,
  sum(accounts)::integer as accounts, {sums}, {moved}
from rows join k_places using (customer_id) group by branch_id, manager_id, family, kind order by all"""


def add_up(
    picture: Connects,
    paths: Mapping[date, Path],
    month: date,
    parameters: ContributionParameters,
    bank_name: str,
    own: pa.Table | None = None,
) -> tuple[pa.Table, pa.Table]:
    """(`customers` at `month`, `months` of all files) of a picture."""
    with Warehouse(picture) as warehouse:
        lend_places(warehouse, bank_name)
        return customers(warehouse, paths, month, parameters, own), months(warehouse, paths)

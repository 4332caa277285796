"""The customers behind a figure of a run: what each brought to it, so that together they are the figure to the cent.

Everything is added in whole cents from the run's own months, where customers stood when it was made (`ensure_places`), as
the sums of the run were. So a past month is answered like the last one, as long as its file is on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from domain.contribution.sums import MONEY, NAMES, Sums, sums_of
from warehouse.columns import quoted
from warehouse.contribution.months import FOLDER, Basis, places_folder, there
from warehouse.contribution.totals import component, lend_places, rows_of
from warehouse.engine import Connects, Warehouse
from warehouse.picture import Picture

MEMBERS = pa.schema([("customer_id", pa.string()), ("key", pa.string())])
WON, LOST, STAYED = "won", "lost", "stayed"
ORDERS = ("contribution", "moved", *MONEY)
NO_KEY = ""


@dataclass(frozen=True)
class Of:
    """What a figure is of. months: added up. before: months to set beside them. paths: any of these branches' subtrees.

    own: the branches themselves, nothing below them. family, manager ('' nobody's), kind: None for all. members: those in
    a group (`MEMBERS`), key: the group; '' is for who is in none. among: of customers with a row in both (stayed), in
    `months` only (won) or `before` only (lost).
    """

    months: tuple[date, ...]
    paths: tuple[str, ...]
    before: tuple[date, ...] = ()
    family: str | None = None
    manager: str | None = None
    kind: str | None = None
    members: pa.Table | None = None
    key: str | None = None
    among: str | None = None
    own: bool = False


@dataclass(frozen=True)
class Part:
    """What a customer brought to the figure, and to the months before; None where there is no row."""

    customer_id: str
    now: Sums | None
    before: Sums | None


@dataclass(frozen=True)
class Behind:
    """A page of customers, how many there are in all, and what they bring together."""

    rows: tuple[Part, ...]
    customers: int
    now: Sums
    before: Sums


def places_path(home: Path, ground: str) -> Path:
    """Where the places of a run's customers stand, made or not."""
    return home / FOLDER / places_folder(ground) / "places.parquet"


def ensure_places(picture: Callable[[], Connects], home: Path, ground: str, bank_name: str) -> Path:
    """The file of customer_id, kind, branch_id, manager_id and branch_path, written from the picture where it is missing."""
    path = places_path(home, ground)
    if not path.exists():
        with Warehouse(picture()) as warehouse:
            lend_places(warehouse, bank_name)
            warehouse.write("select * from k_places order by customer_id", path)
    return path


def behind(
    home: Path, basis: Basis, places: Path, of: Of, order: str = "contribution", descending: bool = True,
    limit: int = 50, offset: int = 0,
) -> Behind:  # fmt: skip
    """The customers behind a figure, ordered by what they bring (moved: by the change), ties by number.

    ValueError for no such order; FileNotFoundError when a month is no longer on disk.
    """
    if order not in ORDERS:
        raise ValueError(f"customers cannot be ordered by {order}; they can by {', '.join(ORDERS)}")
    now, before = there(home, basis, of.months), there(home, basis, of.before)
    with Warehouse(Picture(())) as warehouse:
        if of.members is not None:
            warehouse.lend("f_members", of.members)
        warehouse.keep("f_rows", _rows(places, of, now, before))
        names = [f"{side}_{name}" for side in ("now", "was") for name in NAMES]
        sums = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in names)
        (whole,) = warehouse.rows(f"select count(*), {sums} from f_rows")
        key = _order(order)
        page = warehouse.rows(
            f"""select customer_id, is_now, is_before, {", ".join(names)} from f_rows
            order by {key} {"desc" if descending else "asc"} nulls last, customer_id limit {int(limit)} offset {int(offset)}"""
        )
    at = 1 + len(NAMES)
    rows = tuple(
        Part(who, _sums(told[: len(NAMES)]) if here else None, _sums(told[len(NAMES) :]) if was else None)
        for who, here, was, *told in page
    )
    return Behind(rows, int(whole[0]), _sums(whole[1:at]), _sums(whole[at:]))


def _order(order: str) -> str:
    made = {side: _contribution(side) for side in ("now", "was")}
    if order == "contribution":
        return made["now"]
    return f"{made['now']} - {made['was']}" if order == "moved" else f"now_{order}"


def _contribution(side: str) -> str:
    plus = " + ".join(f"coalesce({side}_{name}, 0)" for name in ("deposit_margin", "loan_margin", "fees"))
    minus = "".join(f" - coalesce({side}_{name}, 0)" for name in ("expected_loss", "operating_cost", "capital_cost"))
    return f"({plus}{minus})"


def _sums(values: Sequence[Any]) -> Sums:
    told: dict[str, Decimal | int | None] = {
        name: int(value or 0) if name == "accounts" else Decimal(value or 0).scaleb(-2)
        for name, value in zip(NAMES, values, strict=True)
    }
    return sums_of(told)


def _rows(places: Path, of: Of, now: Sequence[Path], before: Sequence[Path]) -> str:
    """SQL: a row a customer with now_<name> and was_<name> of `Sums`, who is in what `of` says."""
    where = [_within(of.paths, of.own)]
    told = {"manager_id": of.manager, "kind": of.kind}
    where += [f"{column} = {quoted(value)}" for column, value in told.items() if value is not None]
    if of.members is not None:
        own = f"select customer_id from f_members where key = {quoted(of.key or '')}"
        held = "select customer_id from f_members where key is not null"
        where.append(f"customer_id in ({own})" if of.key else f"customer_id not in ({held})")
    if of.among is not None:
        where.append(
            {STAYED: "here and there", WON: "here and not there", LOST: "there and not here"}[of.among]
        )  # fmt: skip
    here, there = "n.customer_id is not null", "w.customer_id is not null"
    more = ""
    if of.among is not None and of.family is not None:  # won and lost are said of the customer, whatever the family
        more = f"""left join ({_anybody(now)}) h using (customer_id) left join ({_anybody(before)}) t using (customer_id)"""
        here, there = "h.customer_id is not null", "t.customer_id is not null"
    return f"""
with now as ({_side(now, of.family, "now")}), was as ({_side(before, of.family, "was")}),
rows as (
  select customer_id, kind, manager_id, branch_path, n.customer_id is not null as is_now, w.customer_id is not null as is_before,
    {here} as here, {there} as there, n.* exclude (customer_id), w.* exclude (customer_id)
  from read_parquet({quoted(str(places))}) p left join now n using (customer_id) left join was w using (customer_id) {more}
  where n.customer_id is not null or w.customer_id is not null)
select * from rows where {" and ".join(where)}"""


def _side(paths: Sequence[Path], family: str | None, side: str) -> str:
    if not paths:
        empty = ", ".join(f"null::bigint as {side}_{name}" for name in NAMES)
        return f"select null::varchar as customer_id, {empty} where false"
    sums = ", ".join(
        f"count(*)::bigint as {side}_accounts"
        if name == "accounts"
        else f"coalesce(sum({component(name)}), 0)::bigint as {side}_{name}"
        for name in NAMES
    )
    where = f"where family = {quoted(family)}" if family is not None else ""
    return f"select customer_id, {sums} from {rows_of(paths)} {where} group by customer_id"


def _anybody(paths: Sequence[Path]) -> str:
    if not paths:
        return "select null::varchar as customer_id where false"
    return f"select distinct customer_id from {rows_of(paths)}"


def _within(paths: Sequence[str], own: bool = False) -> str:
    asks = "branch_path = {}" if own else "starts_with(branch_path, {})"
    wanted = " or ".join(asks.format(quoted(path)) for path in paths)
    return f"({wanted})" if paths else "false"


def sums_by_group(
    home: Path, basis: Basis, places: Path, months: Sequence[date], members: pa.Table, paths: Sequence[str]
) -> Mapping[tuple[str, date], Sums]:
    """Sums by (group, month) below these branch paths; '' are those in no group. members: `MEMBERS`.

    FileNotFoundError when a month is no longer on disk.
    """
    files = there(home, basis, months)
    sums = ", ".join(f"coalesce(sum({component(name)}), 0)::bigint" for name in MONEY)
    with Warehouse(Picture(())) as warehouse:
        warehouse.lend("f_members", members)
        found = warehouse.rows(
            f"""with who as (select customer_id, coalesce(key, '{NO_KEY}') as key
              from read_parquet({quoted(str(places))}) left join f_members using (customer_id) where {_within(paths)})
            select key, month, {sums}, count(*) from {rows_of(files)} join who using (customer_id) group by key, month"""
        )
    named = [*MONEY, "accounts"]
    order = [named.index(name) for name in NAMES]
    return {(key, month): _sums([told[at] for at in order]) for key, month, *told in found}

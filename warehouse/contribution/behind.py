"""The customers behind a figure of a run: what each brought to it, so that together they are the figure to the cent.

Everything is added in whole cents from the run's own months, where customers stood when it was made (`ensure_places`), as
the sums of the run were. So a past month is answered like the last one, as long as its file is on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from domain.contribution.sums import MONEY, NAMES, Sums, sums_of
from warehouse.columns import quoted
from warehouse.contribution.months import FOLDER, Basis, places_folder, there
from warehouse.contribution.totals import ensure_span, lend_places, rows_of, summed
from warehouse.engine import Connects, Warehouse
from warehouse.picture import Picture

WON, LOST, STAYED = "won", "lost", "stayed"
ORDERS = ("contribution", "moved", "margin", *MONEY)
NO_KEY = ""


@dataclass(frozen=True)
class Of:
    """What a figure is of. months: added up. before: months to set beside them. paths: any of these branches' subtrees.

    own: the branches themselves, nothing below them. family, manager ('' nobody's), kind: None for all. groups: the file of
    who is in which (`ensure_groups`), grouping and key: the group; '' is for who is in none. among: of customers with a row
    in both (stayed), in `months` only (won) or `before` only (lost).
    """

    months: tuple[date, ...]
    paths: tuple[str, ...]
    before: tuple[date, ...] = ()
    family: str | None = None
    manager: str | None = None
    kind: str | None = None
    groups: Path | None = None
    grouping: str = ""
    key: str = ""
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
    rows = _rows(home, basis, places, of)
    with Warehouse(Picture(())) as warehouse:
        warehouse.keep("f_rows", rows)
        names = [f"{side}_{name}" for side in ("now", "was") for name in NAMES]
        sums = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in names)
        (whole,) = warehouse.rows(f"select count(*), {sums} from f_rows")
        key = _order(order)
        page = warehouse.rows(
            f"""select customer_id, is_now, is_before, {", ".join(names)} from f_rows
            order by {key} {"desc" if descending else "asc"} nulls last, customer_id limit {int(limit)} offset {int(offset)}"""
        )
    at = 1 + len(NAMES)
    shown = tuple(
        Part(who, sums_of_row(told[: len(NAMES)]) if here else None, sums_of_row(told[len(NAMES) :]) if was else None)
        for who, here, was, *told in page
    )
    return Behind(shown, int(whole[0]), sums_of_row(whole[1:at]), sums_of_row(whole[at:]))


def _order(order: str) -> str:
    made = {side: _contribution(side) for side in ("now", "was")}
    if order == "contribution":
        return made["now"]
    if order == "margin":
        return "coalesce(now_deposit_margin, 0) + coalesce(now_loan_margin, 0)"
    return f"{made['now']} - {made['was']}" if order == "moved" else f"now_{order}"


def _contribution(side: str) -> str:
    plus = " + ".join(f"coalesce({side}_{name}, 0)" for name in ("deposit_margin", "loan_margin", "fees"))
    minus = "".join(f" - coalesce({side}_{name}, 0)" for name in ("expected_loss", "operating_cost", "capital_cost"))
    return f"({plus}{minus})"


def sums_of_row(values: Sequence[Any]) -> Sums:
    """Whole cents in the order of NAMES as sums; None is nothing."""
    told: dict[str, Decimal | int | None] = {
        name: int(value or 0) if name == "accounts" else Decimal(value or 0).scaleb(-2)
        for name, value in zip(NAMES, values, strict=True)
    }
    return sums_of(told)


def _rows(home: Path, basis: Basis, places: Path, of: Of) -> str:
    """SQL: a row a customer with now_<name> and was_<name> of `Sums`, who is in what `of` says."""
    where = [within(of.paths, of.own)]
    told = {"manager_id": of.manager, "kind": of.kind}
    where += [f"{column} = {quoted(value)}" for column, value in told.items() if value is not None]
    if of.groups is not None:
        held = f"select customer_id from {rows_of([of.groups])} where {of.grouping} is not null"
        own = f"{held} and {of.grouping} = {quoted(of.key)}"
        where.append(f"customer_id in ({own})" if of.key else f"customer_id not in ({held})")
    if of.among is not None:
        where.append(
            {STAYED: "here and there", WON: "here and not there", LOST: "there and not here"}[of.among]
        )  # fmt: skip
    here, there = "n.customer_id is not null", "w.customer_id is not null"
    more = ""
    if of.among is not None and of.family is not None:  # won and lost are said of the customer, whatever the family
        anybody = [_anybody(home, basis, months) for months in (of.months, of.before)]
        more = f"left join ({anybody[0]}) h using (customer_id) left join ({anybody[1]}) t using (customer_id)"
        here, there = "h.customer_id is not null", "t.customer_id is not null"
    return f"""
with now as ({_side(home, basis, of, of.months, "now")}), was as ({_side(home, basis, of, of.before, "was")}),
rows as (
  select customer_id, kind, manager_id, branch_path, n.customer_id is not null as is_now, w.customer_id is not null as is_before,
    {here} as here, {there} as there, n.* exclude (customer_id), w.* exclude (customer_id)
  from read_parquet({quoted(str(places))}) p left join now n using (customer_id) left join was w using (customer_id) {more}
  where n.customer_id is not null or w.customer_id is not null)
select * from rows where {" and ".join(where)}"""


def _side(home: Path, basis: Basis, of: Of, months: Sequence[date], side: str) -> str:
    """A row a customer of these months; several, all families together, are kept added up."""
    if not months:
        empty = ", ".join(f"null::bigint as {side}_{name}" for name in NAMES)
        return f"select null::varchar as customer_id, {empty} where false"
    if len(months) > 1 and of.family is None:
        columns = ", ".join(f"{name} as {side}_{name}" for name in NAMES)
        return f"select customer_id, {columns} from {rows_of([ensure_span(home, basis, months)])}"
    where = f"where family = {quoted(of.family)}" if of.family is not None else ""
    rows = rows_of(there(home, basis, months))
    return f"select customer_id, {summed(f'{side}_')} from {rows} {where} group by customer_id"


def _anybody(home: Path, basis: Basis, months: Sequence[date]) -> str:
    if not months:
        return "select null::varchar as customer_id where false"
    return f"select distinct customer_id from {rows_of(there(home, basis, months))}"


def within(paths: Sequence[str], own: bool = False) -> str:
    """SQL: branch_path is one of these, or (not `own`) below one of them; without any, nothing is."""
    asks = "branch_path = {}" if own else "starts_with(branch_path, {})"
    wanted = " or ".join(asks.format(quoted(path)) for path in paths)
    return f"({wanted})" if paths else "false"

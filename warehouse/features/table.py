"""Putting the topics together: one row a customer, money exact until it becomes a number for the models.

The questions are the same for every bank and day: what differs is told to the engine beside them. So they are put into
words once in a process, which takes longer than answering them does on a small bank.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache

import ibis
import ibis.expr.types as ir

from domain.catalogue import FEATURE_NAMES, IDENTITY_COLUMNS
from warehouse.engine import ROUND_DIGITS, text_of
from warehouse.features import balances, companies, credit, distress, habits, holdings, income, movements
from warehouse.features.background import background
from warehouse.features.lineage import columns_read, tables_named
from warehouse.features.ownership import customers_at, owned_accounts
from warehouse.features.windows import as_of_day

# Beside the catalogue: what runs and the serving rows need and no model may choose.
# aum_1 … aum_5: AUM n month-ends back. last_on: day of the last own movement of 12 months. accounts_ever: 0 = prospect.
EXTRA_COLUMNS = ("aum_1", "aum_2", "aum_3", "aum_4", "aum_5", "last_on", "accounts_open", "accounts_ever")
_COUNTS = (
    "products_held",
    "lending_accounts",
    "accounts_ever",
    *(name for name in FEATURE_NAMES if name.startswith("n_")),
)
_FLOWS = tuple(
    name
    for name in FEATURE_NAMES
    if name.startswith(("inflow_", "outflow_", "movements_")) or name == "active_months_12m"
)
_RATIOS = ("instalment_burden", "aum_to_instalments", "deposits_to_usual")
_BESIDE = ("f_background", "f_credit", "f_group")  # what is kept of what stands beside the figures begins so


@dataclass(frozen=True)
class Questions:
    """SQL text. days: bucket, day of balances. kept: what to work out and keep, in order. exact: the features with money
    as DECIMAL; numbers: the same with money as DOUBLE, the shape the models read. renewed: the same numbers, those that
    take long read from f_before, an earlier answer to `numbers`; it needs only what `kept_beside` works out.
    """

    days: str
    kept: tuple[tuple[str, str], ...]
    exact: str
    numbers: str
    kept_beside: tuple[tuple[str, str], ...]
    renewed: str


def questions(columns: tuple[str, ...] | None = None) -> Questions:
    """Everything a build asks, in the words of `windows.told`: IDENTITY_COLUMNS, FEATURE_NAMES and EXTRA_COLUMNS of every
    customer there was.

    The passes over balances and movements are worked out once and kept.
    columns: only these beside customer_id, and what a later renewal reads; whatever they do not stand on is not asked.
    """
    return _in_words(columns)


@lru_cache(maxsize=4)
def _in_words(columns: tuple[str, ...] | None) -> Questions:
    asked: list[tuple[str, ir.Table]] = []

    def keep(name: str, expression: ir.Table) -> ir.Table:
        asked.append((name, expression))
        return ibis.table(expression.schema(), name=name)

    customers, beside, parts = _parts(keep)
    who = customers.select(*IDENTITY_COLUMNS)
    wide = _finished(_joined(who, [*beside, *parts]))
    numbers = _numbers(wide)
    schema = numbers.schema()
    renewed = _numbers(_renewed(who, beside, schema))
    if columns is not None:
        there = _there(columns, numbers, renewed)
        parts_read, beside_read = columns_read(numbers, there), columns_read(renewed, there)
        numbers = _numbers(_finished(_joined(who, [*beside, *parts], parts_read))).select(*there)
        renewed = _numbers(_renewed(who, beside, schema, there, beside_read)).select(*there)
        asked = _reached(asked, numbers)
    kept = [(name, text_of(expression)) for name, expression in asked]
    again = [(name, text) for name, text in kept if name.startswith(_BESIDE)]
    return Questions(
        days=text_of(balances.month_days()),
        kept=tuple(kept),
        exact=text_of(wide) if columns is None else "",
        numbers=text_of(numbers),
        kept_beside=(
            *((name, text) for name, text in kept if name == "f_owned"),
            ("f_balances", text_of(balances.balances_now())),  # all that credit and groups ask of it
            *again,
        ),
        renewed=text_of(renewed),
    )


def _parts(keep: companies.Keep) -> tuple[ir.Table, list[ir.Table], list[ir.Table]]:
    """The customers, what stands beside their figures, and the figures by topic; each pass is kept."""
    owned = keep("f_owned", owned_accounts())
    by_account = keep("f_account_movements", movements.account_movements())
    ends = keep("f_balances", balances.account_balances())
    lowest = keep("f_lowest", distress.lowest_balances(by_account, owned, ends))
    customers = customers_at()
    ours = keep("f_company_accounts", companies.company_accounts(owned, customers))
    traded = keep("f_company_moves", companies.company_movements(ours, owned))
    beside = _beside(keep, customers, owned, ends)
    parts = [
        holdings.account_counts(owned),
        holdings.averages(keep("f_balance_sums", holdings.customer_balances(owned, ends))),
        _with(habits.hours, keep("f_movements", movements.customer_movements(by_account, owned))),
        _with(habits.shares, keep("f_habits", movements.customer_habits(movements.account_habits(), owned))),
        income.regular_income(owned),
        lowest.group_by("customer_id").aggregate(
            min_balance_3m=lowest.lowest_3m.min(), balance_known=lowest.balance.notnull().any()
        ),
        distress.days_below_zero(lowest),
        credit.card_payments(owned, by_account, ends),
        companies.payroll_and_settlement(traded),
        companies.payees(ours),
    ]
    parts = [keep(f"f_part_{n}", part) for n, part in enumerate(parts)]
    return customers, beside, parts


def _there(columns: tuple[str, ...], numbers: ir.Table, renewed: ir.Table) -> list[str]:
    """The customer, these columns, and those that renewing them reads of the answer before."""
    before = columns_read(renewed, ["customer_id", *columns]).get("f_before", set())
    return [name for name in numbers.columns if name in {"customer_id", *columns, *before}]


def _reached(asked: list[tuple[str, ir.Table]], final: ir.Table) -> list[tuple[str, ir.Table]]:
    """Of what is kept on the way to an answer only what it names, and of that the columns it stands on.

    A column, or a whole table, that is named and not needed is there and empty.
    """
    read: dict[str, set[str]] = {}

    def reads(expression: ir.Table, columns: Collection[str]) -> None:
        for name in tables_named(expression):
            read.setdefault(name, set())
        for name, needed in columns_read(expression, columns).items():
            read[name] |= needed

    reads(final, final.columns)
    found: list[tuple[str, ir.Table]] = []
    for name, expression in reversed(asked):
        if name not in read:
            continue
        narrow = {c: expression[c] if c in read[name] else ibis.null(expression[c].type()) for c in expression.columns}
        found.append((name, expression.select(**narrow)))
        reads(expression, read[name])
    return found[::-1]


def _beside(keep: companies.Keep, customers: ir.Table, owned: ir.Table, ends: ir.Table) -> list[ir.Table]:
    """The parts that stand beside the figures; what they keep bears the names of _BESIDE."""
    lent = keep("f_credit", credit.customer_loans(owned, credit.loan_states(), credit.loan_terms(), ends))
    groups = keep("f_groups", companies.groups(keep, customers, owned, ends, lent))
    return [keep("f_background", background(customers)), lent, groups]


def _renewed(
    who: ir.Table, beside: list[ir.Table], schema: ibis.Schema, there: Collection[str] | None = None,
    reached: Collection[str] = (),
) -> ir.Table:  # fmt: skip
    """there: the columns f_before has, None for all; reached: then, of the parts beside those that are asked."""
    fresh = {name for part in beside for name in part.columns} | set(who.columns) | set(_RATIOS)
    taken = {name: type_ for name, type_ in schema.items() if name == "customer_id" or name not in fresh}
    if there is None:
        return _ordered(_with(_ratios, _joined(who, [*beside, ibis.table(taken, name="f_before")])))
    before = ibis.table({name: type_ for name, type_ in taken.items() if name in there}, name="f_before")
    unknown = {name: ibis.null(type_) for name, type_ in taken.items() if name not in there}
    wide = _joined(who, [*beside, before], {*reached, "f_before"}).mutate(**unknown)
    return _ordered(_with(_ratios, wide))


def _joined(customers: ir.Table, parts: list[ir.Table], reached: Collection[str] | None = None) -> ir.Table:
    """All parts beside the customers, in one chain of joins; a column two parts have is the first one's.

    reached: names of the parts that are asked; of the others nothing is known.
    """
    wide: ir.Table = customers
    names, unknown = list(customers.columns), {}
    for n, part in enumerate(parts):
        fresh = [name for name in part.columns if name not in names]
        if reached is not None and part.get_name() not in reached:
            unknown.update({name: ibis.null(part[name].type()) for name in fresh})
            names += fresh
            continue
        wide = wide.left_join(
            part.select("customer_id", *fresh).rename({f"key_{n}": "customer_id"}), [("customer_id", f"key_{n}")]
        )
        names += fresh
    there = wide.select(*(name for name in names if name not in unknown))
    return there.mutate(**unknown) if unknown else there


def _with(columns: Callable[[ir.Table], dict[str, ir.Value]], table: ir.Table) -> ir.Table:
    return table.mutate(**columns(table))


def _finished(wide: ir.Table) -> ir.Table:
    """Absences settled: no accounts is a count of 0; no known balance and no movement leaves the flows unknown."""
    silent = ~(wide.any_moved.fill_null(False) | wide.first_seen.notnull())
    flows = {
        name: ibis.ifelse(silent, ibis.null(wide[name].type()), wide[name]) for name in _FLOWS if name in wide.columns
    }
    wide = wide.mutate(**flows, **{name: wide[name].fill_null(0) for name in _COUNTS})
    wide = wide.mutate(
        accounts_open=sum((wide[name] for name in _COUNTS if name.startswith("n_")), start=ibis.literal(0)),
        **{f"net_flow_{n}m": wide[f"inflow_{n}m"] - wide[f"outflow_{n}m"] for n in movements.WINDOWS},
        days_since_last=as_of_day().delta(wide.last_on, unit="day"),
        regular_income=ibis.ifelse(wide.first_seen.notnull(), wide.regular_income.fill_null(0), wide.regular_income),
        days_below_zero_12m=ibis.ifelse(
            wide.balance_known.fill_null(False), wide.days_below_zero_12m.fill_null(0), wide.days_below_zero_12m
        ),
        penalty_interest_12m=ibis.ifelse(
            silent, ibis.null(wide.penalty_interest_12m.type()), wide.penalty_interest_12m
        ),
        **companies.absences(wide, silent),
    )
    return _ordered(_with(_ratios, wide))


def _ratios(wide: ir.Table) -> dict[str, ir.Value]:
    """_RATIOS: what is owed or held against what it is paid from or usually is; None where there is nothing to divide by."""

    def over(part: ir.Value, whole: ir.Value) -> ir.Value:
        whole = whole.cast("float64")
        return (part.cast("float64") / ibis.ifelse(whole > 0, whole, ibis.null("float64"))).round(ROUND_DIGITS)

    found = (
        over(wide.instalments * 12, wide.yearly_means),
        over(wide.aum_avg_12m, wide.instalments),
        over(wide.deposits, wide.deposits_avg_12m),
    )
    return dict(zip(_RATIOS, found, strict=True))


def _ordered(wide: ir.Table) -> ir.Table:
    return wide.select(*IDENTITY_COLUMNS, *FEATURE_NAMES, *EXTRA_COLUMNS).order_by("customer_id")


def _numbers(table: ir.Table) -> ir.Table:
    wide = {
        name: table[name].cast("float64")
        for name, type_ in table.schema().items()
        if type_.is_decimal() or (type_.is_numeric() and name in FEATURE_NAMES)
    }
    return table.mutate(**wide)

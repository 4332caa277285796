"""Facets of the look-up: what narrows the hits, and how many hits there are of each.

A facet's values are text, as they stand in a page's address. NONE asks for customers without a value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    String,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from store import run_moves
from store.scope import Scope
from store.shown import compared
from store.tables import branches, customers, run_segments

Facets = Mapping[str, Sequence[str]]

NONE, ABSENT = run_moves.NONE, run_moves.ABSENT
# Bands of AUM in the bank's currency, from the tier thresholds of domain/segmentation: lower bound in, upper out.
AUM_BOUNDS = (Decimal(0), Decimal(50_000), Decimal(500_000), Decimal(6_000_000), Decimal(10_000_000))
AUM_BANDS: dict[str, tuple[Decimal | None, Decimal | None]] = {
    "below_0": (None, AUM_BOUNDS[0]),
    **{
        f"{low:f}": (low, high)
        for low, high in zip(AUM_BOUNDS, (*AUM_BOUNDS[1:], None), strict=True)
    },
}  # fmt: skip
_PLAIN = {"kind": "kind", "tier": "tier", "grade": "grade", "life_cycle": "life_cycle", "manager": "manager_id"}
NAMES = (
    "kind", "holding", "tier", "segment", "grade", "life_cycle", "family", "aum", "overdue", "branch", "manager", "rfm", "was",
    "step", "total",
)  # fmt: skip
# What an analysis page asks by link: shown where it is asked for, and never counted. A total narrows nothing: it says of
# which of TOTALS the hits' sum is wanted, so that a figure of money can be checked against the customers behind it.
QUIET = ("rfm", "was", "step", "total")
WAS = ("segment", "tier", "life_cycle")
TOTALS = ("aum", "loans", "contribution_12m")
MOVED = "moved"
HOLDS = func.trim(customers.c.families) != ""  # has an open account
# A condition, and its two values: where it holds and where it does not.
_EITHER = {
    "holding": (HOLDS, ("open", "none_open")),
    "overdue": (func.coalesce(customers.c.days_past_due, 0) > 0, ("yes", "no")),
}
_COLUMNS = (
    "kind", "tier", "segment", "grade", "life_cycle", "manager_id", "branch_id", "families", "aum", "days_past_due",
)  # fmt: skip


def conditions(connection: Connection, facets: Facets) -> tuple[ColumnElement[bool], ...]:
    """Conditions on customers: any value of a facet, every facet. Empty facets narrow nothing, unknown values find nobody.

    ValueError names a facet that does not exist.
    """
    if unknown := sorted(set(facets) - set(NAMES)):
        raise ValueError(f"there is no facet {', '.join(unknown)}; there are {', '.join(NAMES)}")
    return tuple(_condition(connection, name, tuple(values)) for name, values in facets.items() if values)


def _condition(connection: Connection, name: str, values: tuple[str, ...]) -> ColumnElement[bool]:
    if name in _PLAIN:
        return _among(customers.c[_PLAIN[name]], [v for v in values if v != NONE], NONE in values)
    if name == "segment":
        return _among(customers.c.segment, [int(v) for v in values if v.isdecimal()], NONE in values)
    if name in QUIET:
        said = {
            "rfm": _scored, "was": _stood, "step": lambda value: run_moves.stepped(connection, value), "total": lambda _: true(),
        }[name]  # fmt: skip
        return or_(false(), *(said(value) for value in values))
    if name == "branch":
        paths = connection.scalars(select(branches.c.path).where(branches.c.branch_id.in_(values)))
        return Scope(tuple(paths)).where(customers.c.branch_path)
    if name == "family" or name in _EITHER:
        return or_(false(), *_either(name, values))
    bands = (_band(*AUM_BANDS[v]) for v in values if v in AUM_BANDS)
    return or_(customers.c.aum.is_(None) if NONE in values else false(), *bands)


def _either(name: str, values: tuple[str, ...]) -> Iterable[ColumnElement[bool]]:
    if name == "family":
        return [customers.c.families.contains(f" {v} ", autoescape=True) for v in values]
    holds, (yes, no) = _EITHER[name]
    return [holds if v == yes else ~holds for v in values if v in (yes, no)]


def _scored(value: str) -> ColumnElement[bool]:
    """Recency, frequency and monetary scores as 543; none: no movement is known."""
    if value == NONE:
        return or_(customers.c.rfm.is_(None), customers.c.rfm.contains("-"))
    return customers.c.rfm == value


def earlier_segmentation() -> ScalarSelect[Any]:
    """The number of the segmentation that the one on show is compared with (store/shown.py); NULL without one."""
    return compared("segmentation")


def _stood(value: str) -> ColumnElement[bool]:
    """Where a customer stood in the earlier segmentation, told as tier:gold; none: nowhere, absent: not in that run,
    moved: in that run, and not where they stand now."""
    column, _, code = value.partition(":")
    rows = run_segments.c
    mine = select(rows.customer_id).where(rows.run_id == earlier_segmentation())
    if column not in WAS:
        return false()
    if code == ABSENT:
        return customers.c.customer_id.not_in(mine)
    if code == MOVED:
        now = customers.c[column]
        return customers.c.customer_id.in_(
            mine.where(rows.customer_id == customers.c.customer_id, rows[column].is_distinct_from(now))
        )
    if column == "segment" and code != NONE and not code.isdecimal():
        return false()
    wanted = None if code == NONE else int(code) if column == "segment" else code
    there = rows[column].is_(None) if wanted is None else rows[column] == wanted
    return customers.c.customer_id.in_(mine.where(there))


def _among(column: ColumnElement[Any], values: Sequence[Any], or_none: bool) -> ColumnElement[bool]:
    return or_(column.in_(values), column.is_(None)) if or_none else column.in_(values)


def _band(low: Decimal | None, high: Decimal | None) -> ColumnElement[bool]:
    column = customers.c.aum
    if low is None:
        return column < high
    return column >= low if high is None else column.between(low, high - Decimal("0.01"))


def tally(connection: Connection, places: Select[Any], names: Sequence[str]) -> tuple[int, dict[str, dict[str, int]]]:
    """(hits, facet -> value -> hits) of the customers at these places; one statement, read from the facets' index."""
    chosen = places.subquery()
    hits = (
        select(*(customers.c[n] for n in _COLUMNS))
        .select_from(customers)
        .join(chosen, chosen.c.place == customers.c.place)
        .cte("hits")
    )
    bands = case(*((_in(hits.c.aum, *bounds), literal(name)) for name, bounds in AUM_BANDS.items()))
    told = {
        **{name: hits.c[column] for name, column in _PLAIN.items()},
        "segment": cast(hits.c.segment, String),
        "family": hits.c.families,
        "aum": bands,
        "holding": case((func.trim(hits.c.families) != "", literal("open")), else_=literal("none_open")),
        "overdue": case((func.coalesce(hits.c.days_past_due, 0) > 0, literal("yes")), else_=literal("no")),
        "branch": hits.c.branch_id,
    }
    arms = [
        select(literal("").label("facet"), literal("").label("value"), func.count().label("hits")).select_from(hits)
    ]
    arms += [
        select(literal(name), told[name], func.count()).select_from(hits).group_by(told[name])
        for name in names
    ]  # fmt: skip
    total, counts = 0, {name: Counter[str]() for name in names}
    for facet, value, n in connection.execute(union_all(*arms)):
        if not facet:
            total = n
        elif facet == "family":
            counts[facet].update(dict.fromkeys((value or "").split(), n))
        else:
            counts[facet][NONE if value is None else value] += n
    return total, {name: dict(found) for name, found in counts.items()}


def _in(column: ColumnElement[Any], low: Decimal | None, high: Decimal | None) -> ColumnElement[bool]:
    return column < high if low is None else column >= low if high is None else (column >= low) & (column < high)

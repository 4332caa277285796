"""The look-up: one box over all customers in scope, answered from postings.

A page is read in the order of AUM straight from the postings' B-tree (customers.place), so that a character half the
bank shares costs no more than a rare name. Totals are exact up to a limit and say so beyond it. Any other order sorts
the hits. Scope is always part of the question; facets narrow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.sql.selectable import FromClause

from domain.search_query import Arm, Asked, read
from store.asked_terms import gathered, holds, matches, number, posted, postings_of, rarest_first, slotted
from store.facets import NAMES, QUIET, TOTALS, Facets, conditions, tally
from store.scope import Scope
from store.tables import branches, customer_terms, customers, staff
from store.types import Money

TOTAL_LIMIT = 1_000  # counted while somebody types; facets count further
FACET_LIMIT = 100_000
NARROW = 3_000  # a scope of so few customers is walked itself instead of the postings
LARGEST_PAGE = 500

SORTS: dict[str, ColumnElement[Any]] = {
    name: customers.c[name]
    for name in (
        "aum", "deposits", "loans", "name", "customer_id", "score", "opened_on", "products_held", "days_past_due",
        "overdue_amount", "last_own_movement_on", "pd", "segment", "kind", "contribution_12m",
    )
}  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """One customer as the grid shows it, unmasked: masking is the portal's, by grant."""

    customer_id: str
    kind: str
    name: str | None
    id_number: str | None
    phone: str | None
    branch_name: str | None
    manager_name: str | None
    tier: str | None
    life_cycle: str | None
    segment: int | None
    grade: str | None
    score: int | None
    aum: Decimal | None
    deposits: Decimal | None
    loans: Decimal | None
    days_past_due: int | None
    products_held: int
    last_own_movement_on: date | None
    opened_on: date | None
    contribution_12m: Decimal | None


@dataclass(frozen=True)
class Found:
    """One page of hits. total is exact unless `more`: then there are more than `total`."""

    rows: tuple[Hit, ...]
    total: int
    more: bool
    asked: Asked


@dataclass(frozen=True)
class _Plan:
    """What is asked with everything that narrows it, decided once for rows and total."""

    asked: Asked
    filters: tuple[ColumnElement[bool], ...]
    narrow: bool


def search(
    connection: Connection,
    scope: Scope,
    query: str | None,
    facets: Facets | None = None,
    *,
    sort: str = "aum",
    descending: bool = True,
    start: int = 0,
    rows: int = 50,
) -> Found:
    """`rows` hits from `start` on, in the order of `sort` (ties by AUM), nothing last. ValueError for no such order.

    An empty query shows everybody in scope; one too short to look up finds nobody.
    """
    if sort not in SORTS:
        raise ValueError(f"customers cannot be sorted by {sort!r}; they can by {', '.join(SORTS)}")
    rows, asked = min(max(rows, 1), LARGEST_PAGE), read(query)
    unnarrowed = not any((facets or {}).values()) and not conditions(connection, facets or {})
    if asked.arms and unnarrowed and _perhaps_whole_bank(scope):
        hits, total = _shown(connection, *_kept_statement(connection, asked, scope, sort, descending, start, rows))
        if hits:
            return _found(hits, total, start, rows, asked)
    plan = _plan(connection, scope, asked, facets)
    if plan is None:
        return Found((), 0, False, asked)
    hits, total = _shown(connection, _page(plan, sort, descending, start, rows), {})
    if not hits and start:
        total = connection.scalar(select(func.count()).select_from(_hits(plan, TOTAL_LIMIT + 1).subquery())) or 0
    return _found(hits, total, start, rows, asked)


def _shown(connection: Connection, page: Select[Any], values: dict[str, str]) -> tuple[tuple[Hit, ...], int]:
    """The page's hits and how many there are in all, counted to one beyond TOTAL_LIMIT; 0 beside no hits."""
    told = connection.execute(page, values).all()
    return tuple(Hit(*row[:-1]) for row in told), told[0][-1] if told else 0


def _found(hits: tuple[Hit, ...], total: int, start: int, rows: int, asked: Asked) -> Found:
    if hits and len(hits) < rows:  # the last page says how many there are, however many
        return Found(hits, start + len(hits), False, asked)
    return Found(hits, min(total, TOTAL_LIMIT), total > TOTAL_LIMIT, asked)


def _perhaps_whole_bank(scope: Scope) -> bool:
    """Whether a path is so short that it can be a root's; the statement itself sees whether it is."""
    return any(path.count("/") <= 2 for path in scope.paths)


def _kept_statement(
    connection: Connection, asked: Asked, scope: Scope, sort: str, descending: bool, start: int, rows: int
) -> tuple[Select[Any], dict[str, str]]:
    """The page of the whole bank without facets, which finds nobody where the scope is less, and its values.

    Putting a statement together costs several times its answer, and PostgreSQL plans one it knows only once. Where
    nothing but texts tells questions apart, it is put together once for each shape of question.
    """
    shape, values = slotted(rarest_first(connection, asked))
    return _kept(shape, scope, sort, descending, start, rows), values


@lru_cache(maxsize=256)
def _kept(asked: Asked, scope: Scope, sort: str, descending: bool, start: int, rows: int) -> Select[Any]:
    roots = branches.alias()
    every = exists().where(roots.c.parent_id.is_(None))
    whole = and_(every, ~every.where(~scope.where(roots.c.path)))
    return _page(_Plan(asked, (), False), sort, descending, start, rows).where(whole)


def everyone(
    connection: Connection,
    scope: Scope,
    query: str | None,
    facets: Facets | None = None,
    *,
    sort: str = "aum",
    descending: bool = True,
    limit: int,
) -> tuple[Hit, ...]:
    """The first `limit` hits in that order, for an export. ValueError for no such order."""
    if sort not in SORTS:
        raise ValueError(f"customers cannot be sorted by {sort!r}; they can by {', '.join(SORTS)}")
    plan = _plan(connection, scope, read(query), facets)
    if plan is None:
        return ()
    return _shown(connection, _page(plan, sort, descending, 0, limit), {})[0]


def _plan(connection: Connection, scope: Scope, asked: Asked, facets: Facets | None) -> _Plan | None:
    """None when nothing can be found: no scope, or a text that cannot be looked up."""
    if not scope.paths or (asked.shape != "empty" and not asked.arms):
        return None
    filters = conditions(connection, facets or {})
    narrow = False
    if not _is_whole_bank(connection, scope):
        inside = scope.where(customers.c.branch_path)
        filters = (inside, *filters)
        few = select(customers.c.place).where(inside).limit(NARROW + 1).subquery()
        narrow = (connection.scalar(select(func.count()).select_from(few)) or 0) <= NARROW
    return _Plan(rarest_first(connection, asked), filters, narrow)


def _is_whole_bank(connection: Connection, scope: Scope) -> bool:
    """Whether every branch lies in scope: then the condition says nothing and is left out."""
    roots = connection.scalars(select(branches.c.path).where(branches.c.parent_id.is_(None))).all()
    return bool(roots) and all(scope.holds(path) for path in roots)


def _arm(arms: Sequence[Arm], plan: _Plan, limit: int | None, *, last_first: bool = False) -> Select[Any]:
    """Places of the hits of arms that are answered in one go: ordered and cut off at `limit`, or all of them."""
    terms = customer_terms.alias()
    found = select(terms.c.place).where(matches(arms, terms))
    narrowed = [*plan.filters, *(holds(text) for text in (*arms[0].also, *plan.asked.contains))]
    if narrowed:
        found = found.join(customers, customers.c.place == terms.c.place).where(*narrowed)
    if plan.asked.all_arms:
        found = found.where(*(posted(other, terms.c.place) for other in plan.asked.arms if other not in arms))
    if arms[0].prefix or len(arms) > 1:
        found = found.distinct()
    if limit is None:
        return found
    return found.order_by(terms.c.place.desc() if last_first else terms.c.place).limit(number(limit))


def _hits(plan: _Plan, limit: int | None, *, last_first: bool = False) -> Select[Any]:
    """Places of the hits, each once: the first `limit` in order, or all of them in none."""
    asked = plan.asked
    if plan.narrow or not asked.arms:
        found = select(customers.c.place).where(*plan.filters, *_walked(asked))
        if limit is None:
            return found
        return found.order_by(customers.c.place.desc() if last_first else customers.c.place).limit(number(limit))
    groups = [asked.arms[:1]] if asked.all_arms else gathered(asked.arms)
    if len(groups) == 1:
        return _arm(groups[0], plan, limit, last_first=last_first)
    # A SELECT around each: SQLite takes no ORDER BY inside a UNION.
    arms = [select(_arm(group, plan, limit, last_first=last_first).subquery().c.place) for group in groups]
    every = union(*arms).subquery()
    found = select(every.c.place)
    if limit is None:
        return found
    return found.order_by(every.c.place.desc() if last_first else every.c.place).limit(number(limit))


def _walked(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """The question as a condition on a customer's row, for a scope that is walked."""
    if not asked.arms:
        return ()
    each = []
    for arm in asked.arms:
        told = customers.c.place.in_(postings_of(arm)) if arm.prefix else posted(arm, customers.c.place)
        each.append(and_(told, *(holds(text) for text in arm.also)))
    return (and_(*each) if asked.all_arms else or_(*each), *(holds(text) for text in asked.contains))


def _page(plan: _Plan, sort: str, descending: bool, start: int, rows: int) -> Select[Any]:
    shown = [
        customers.c[n]
        if n in customers.c
        else {"branch_name": branches.c.name, "manager_name": staff.c.name}[n].label(n)
        for n in Hit.__dataclass_fields__
    ]
    source = customers.outerjoin(branches, branches.c.branch_id == customers.c.branch_id).outerjoin(
        staff, staff.c.staff_id == customers.c.manager_id
    )
    if sort == "aum":
        last_first = not descending
        first = _hits(plan, max(start + rows, TOTAL_LIMIT + 1), last_first=last_first).cte("hits")
        turned = first.c.place.desc() if last_first else first.c.place
        places = select(first.c.place).order_by(turned).limit(number(rows)).offset(number(start)).subquery()
        page = select(*shown, _counted(first)).select_from(source.join(places, places.c.place == customers.c.place))
        return page.order_by(customers.c.place.desc() if last_first else customers.c.place)
    column = SORTS[sort]
    ordered = column.desc().nulls_last() if descending else column.asc().nulls_last()
    total = _counted(_hits(plan, TOTAL_LIMIT + 1).subquery())
    page = select(*shown, total).select_from(source).where(customers.c.place.in_(_hits(plan, None)))
    return page.order_by(ordered, customers.c.place).limit(number(rows)).offset(number(start))


def _counted(hits: FromClause) -> ColumnElement[int]:
    return select(func.count()).select_from(hits).scalar_subquery().label("total")


@dataclass(frozen=True)
class FacetCounts:
    """hits: exact unless `more`. by: facet -> value -> hits, of the first FACET_LIMIT by AUM when there are more.

    A facet somebody chose in is counted as if they had not: so that the other values show what they would add.
    sums: of the totals asked for, over all hits to the cent; None where nobody's is known.
    """

    hits: int
    more: bool
    by: dict[str, dict[str, int]]
    sums: dict[str, Decimal | None] = field(default_factory=dict)


def facet_counts(connection: Connection, scope: Scope, query: str | None, facets: Facets | None = None) -> FacetCounts:
    """How many hits there are, and of what kinds."""
    chosen = {name: tuple(values) for name, values in (facets or {}).items() if values}
    asked = read(query)
    plan = _plan(connection, scope, asked, chosen)
    if plan is None:
        return FacetCounts(0, False, {name: {} for name in NAMES})
    counted = [name for name in NAMES if name not in QUIET]
    hits, by = tally(connection, _hits(plan, FACET_LIMIT + 1), tuple(name for name in counted if name not in chosen))
    by |= {name: {} for name in QUIET}
    for name in (name for name in counted if name in chosen):
        without = _plan(connection, scope, asked, {k: v for k, v in chosen.items() if k != name})
        if without is not None:
            by |= tally(connection, _hits(without, FACET_LIMIT), (name,))[1]
    return FacetCounts(min(hits, FACET_LIMIT), hits > FACET_LIMIT, by, _sums(connection, plan, chosen.get("total", ())))


def _sums(connection: Connection, plan: _Plan, wanted: Sequence[str]) -> dict[str, Decimal | None]:
    """Of all hits, however many; a total nobody knows is left out."""
    names = [name for name in TOTALS if name in wanted]
    if not names:
        return {}
    found = select(*(func.sum(customers.c[name], type_=Money()) for name in names))
    row = connection.execute(found.where(customers.c.place.in_(_hits(plan, None)))).one()
    return dict(zip(names, row, strict=True))


def place_names(connection: Connection, branch_ids: Sequence[str], manager_ids: Sequence[str]) -> dict[str, str]:
    """Names of branches and managers by number; a number without a name is left out."""
    named = union_all(
        select(branches.c.branch_id, branches.c.name).where(branches.c.branch_id.in_(branch_ids)),
        select(staff.c.staff_id, staff.c.name).where(staff.c.staff_id.in_(manager_ids)),
    )
    return {row[0]: row[1] for row in connection.execute(named)}

"""The look-up: one box over all customers in scope, answered from postings.

A page is read in the order of AUM straight from the postings' B-tree (customers.place), so that a character half the
bank shares costs no more than a rare name. Totals are exact up to a limit and say so beyond it. Any other order sorts
the hits. Scope is always part of the question; facets narrow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.sql.selectable import FromClause

from domain.search_query import Arm, Asked, read
from domain.search_terms import LONGEST
from store.facets import NAMES, Facets, conditions, tally
from store.scope import Scope
from store.tables import branches, customer_terms, customers, staff

TOTAL_LIMIT = 1_000  # counted while somebody types; facets count further
FACET_LIMIT = 100_000
NARROW = 3_000  # a scope of so few customers is walked itself instead of the postings
LARGEST_PAGE = 500
Count = int | ColumnElement[int]

SORTS: dict[str, ColumnElement[Any]] = {
    name: customers.c[name]
    for name in (
        "aum", "deposits", "loans", "name", "customer_id", "score", "opened_on", "products_held", "days_past_due",
        "overdue_amount", "last_own_movement_on", "pd", "segment", "kind",
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
    rows = min(max(rows, 1), LARGEST_PAGE)
    plan = _plan(connection, scope, read(query), facets)
    if plan is None:
        return Found((), 0, False, read(query))
    page, count, values = _statements(plan, sort, descending, start, rows)
    hits = tuple(Hit(*row) for row in connection.execute(page, values))
    if hits and len(hits) < rows:
        return Found(hits, start + len(hits), False, plan.asked)
    if not hits and start == 0:
        return Found((), 0, False, plan.asked)
    total = connection.scalar(count, values) or 0
    return Found(hits, min(total, TOTAL_LIMIT), total > TOTAL_LIMIT, plan.asked)


class _Slot(str):
    """The place of a term in a statement that is kept; the terms themselves come with each question."""

    __slots__ = ()


def _statements(
    plan: _Plan, sort: str, descending: bool, start: int, rows: int
) -> tuple[Select[Any], Select[Any], dict[str, Any]]:
    """The page, the count, and the values of what they leave open.

    Putting a statement together costs several times its answer. Where nothing but terms tells questions apart, the
    whole bank without facets, it is put together once for each shape of question.
    """
    arms = plan.asked.arms
    if plan.narrow or plan.filters or not arms or plan.asked.contains or any(arm.also for arm in arms):
        return _page(plan, sort, descending, start, rows), _count(plan), {}
    slots = tuple(Arm(arm.kind, _Slot(str(at)), arm.prefix) for at, arm in enumerate(arms))
    page, count = _kept(Asked(plan.asked.shape, slots, plan.asked.all_arms), sort, descending)
    values: dict[str, Any] = {"start": start, "rows": rows}
    for at, arm in enumerate(arms):
        values[f"term_{at}"], values[f"end_{at}"] = _bounds(arm.term)
    return page, count, values


@lru_cache(maxsize=256)
def _kept(asked: Asked, sort: str, descending: bool) -> tuple[Select[Any], Select[Any]]:
    plan = _Plan(asked, (), False)
    start, rows = bindparam("start", type_=Integer), bindparam("rows", type_=Integer)
    return _page(plan, sort, descending, start, rows), _count(plan)


def _count(plan: _Plan) -> Select[Any]:
    return select(func.count()).select_from(_hits(plan, TOTAL_LIMIT + 1).subquery())


def _bounds(term: str) -> tuple[str, str]:
    """The term as postings have it, and the first text that no longer begins with it."""
    cut = term[:LONGEST]
    return cut, cut[:-1] + chr(ord(cut[-1]) + 1)


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
    return tuple(Hit(*row) for row in connection.execute(_page(plan, sort, descending, 0, limit)))


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
    if asked.all_arms and len(asked.arms) > 1:
        asked = Asked(asked.shape, _rarest_first(connection, asked.arms), True, asked.contains)
    return _Plan(asked, filters, narrow)


def _is_whole_bank(connection: Connection, scope: Scope) -> bool:
    """Whether every branch lies in scope: then the condition says nothing and is left out."""
    roots = connection.scalars(select(branches.c.path).where(branches.c.parent_id.is_(None))).all()
    return bool(roots) and all(scope.holds(path) for path in roots)


def _rarest_first(connection: Connection, arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """Of terms that must all be there, the one of the shortest list drives and the others are only looked up."""
    counts = [
        select(func.count()).select_from(_postings(arm).limit(NARROW).subquery()).scalar_subquery() for arm in arms
    ]
    found = connection.execute(select(*counts)).one()
    return tuple(arm for _, _, arm in sorted((n, i, arm) for i, (n, arm) in enumerate(zip(found, arms, strict=True))))


def _matches(arm: Arm, terms: FromClause) -> ColumnElement[bool]:
    term: Any
    end: Any
    if isinstance(arm.term, _Slot):
        term, end = bindparam(f"term_{arm.term}", type_=String), bindparam(f"end_{arm.term}", type_=String)
    else:
        term, end = _bounds(arm.term)
    same = and_(terms.c.term >= term, terms.c.term < end) if arm.prefix else terms.c.term == term
    return and_(terms.c.kind == arm.kind, same)


def _postings(arm: Arm) -> Select[Any]:
    terms = customer_terms.alias()
    return select(terms.c.place).where(_matches(arm, terms))


def _holds(text: str) -> ColumnElement[bool]:
    """The name, folded as the postings are, holds the text."""
    return func.replace(func.lower(customers.c.name), " ", "").contains(text, autoescape=True)


def _arm(arm: Arm, plan: _Plan, limit: Count | None, *, last_first: bool = False) -> Select[Any]:
    """Places of one arm's hits: ordered and cut off at `limit`, or all of them."""
    terms = customer_terms.alias()
    found = select(terms.c.place).where(_matches(arm, terms))
    narrowed = [*plan.filters, *(_holds(text) for text in (*arm.also, *plan.asked.contains))]
    if narrowed:
        found = found.join(customers, customers.c.place == terms.c.place).where(*narrowed)
    if plan.asked.all_arms:
        found = found.where(*(_posted(other, terms.c.place) for other in plan.asked.arms if other is not arm))
    if arm.prefix:
        found = found.distinct()
    if limit is None:
        return found
    return found.order_by(terms.c.place.desc() if last_first else terms.c.place).limit(limit)


def _posted(arm: Arm, place: ColumnElement[int]) -> ColumnElement[bool]:
    terms = customer_terms.alias()
    return exists().where(_matches(arm, terms), terms.c.place == place)


def _hits(plan: _Plan, limit: Count | None, *, last_first: bool = False) -> Select[Any]:
    """Places of the hits, each once: the first `limit` in order, or all of them in none."""
    asked = plan.asked
    if plan.narrow or not asked.arms:
        found = select(customers.c.place).where(*plan.filters, *_walked(asked))
        if limit is None:
            return found
        return found.order_by(customers.c.place.desc() if last_first else customers.c.place).limit(limit)
    if asked.all_arms or len(asked.arms) == 1:
        return _arm(asked.arms[0], plan, limit, last_first=last_first)
    # A SELECT around each arm: SQLite takes no ORDER BY inside a UNION.
    arms = [select(_arm(a, plan, limit, last_first=last_first).subquery().c.place) for a in asked.arms]
    every = union(*arms).subquery()
    found = select(every.c.place)
    if limit is None:
        return found
    return found.order_by(every.c.place.desc() if last_first else every.c.place).limit(limit)


def _walked(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """The question as a condition on a customer's row, for a scope that is walked."""
    if not asked.arms:
        return ()
    each = []
    for arm in asked.arms:
        told = customers.c.place.in_(_postings(arm)) if arm.prefix else _posted(arm, customers.c.place)
        each.append(and_(told, *(_holds(text) for text in arm.also)))
    return (and_(*each) if asked.all_arms else or_(*each), *(_holds(text) for text in asked.contains))


def _page(plan: _Plan, sort: str, descending: bool, start: Count, rows: Count) -> Select[Any]:
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
        first = _hits(plan, start + rows, last_first=last_first).subquery()
        turned = first.c.place.desc() if last_first else first.c.place
        places = select(first.c.place).order_by(turned).limit(rows).offset(start).subquery()
        page = select(*shown).select_from(source.join(places, places.c.place == customers.c.place))
        return page.order_by(customers.c.place.desc() if last_first else customers.c.place)
    column = SORTS[sort]
    ordered = column.desc().nulls_last() if descending else column.asc().nulls_last()
    page = select(*shown).select_from(source).where(customers.c.place.in_(_hits(plan, None)))
    return page.order_by(ordered, customers.c.place).limit(rows).offset(start)


@dataclass(frozen=True)
class FacetCounts:
    """hits: exact unless `more`. by: facet -> value -> hits, of the first FACET_LIMIT by AUM when there are more.

    A facet somebody chose in is counted as if they had not: so that the other values show what they would add.
    """

    hits: int
    more: bool
    by: dict[str, dict[str, int]]


def facet_counts(connection: Connection, scope: Scope, query: str | None, facets: Facets | None = None) -> FacetCounts:
    """How many hits there are, and of what kinds."""
    chosen = {name: tuple(values) for name, values in (facets or {}).items() if values}
    asked = read(query)
    plan = _plan(connection, scope, asked, chosen)
    if plan is None:
        return FacetCounts(0, False, {name: {} for name in NAMES})
    rest = tuple(name for name in NAMES if name not in chosen)
    hits, by = tally(connection, _hits(plan, FACET_LIMIT + 1), rest)
    for name in chosen:
        without = _plan(connection, scope, asked, {k: v for k, v in chosen.items() if k != name})
        if without is not None:
            by |= tally(connection, _hits(without, FACET_LIMIT), (name,))[1]
    return FacetCounts(min(hits, FACET_LIMIT), hits > FACET_LIMIT, by)


def place_names(connection: Connection, branch_ids: Sequence[str], manager_ids: Sequence[str]) -> dict[str, str]:
    """Names of branches and managers by number; a number without a name is left out."""
    named = union_all(
        select(branches.c.branch_id, branches.c.name).where(branches.c.branch_id.in_(branch_ids)),
        select(staff.c.staff_id, staff.c.name).where(staff.c.staff_id.in_(manager_ids)),
    )
    return {row[0]: row[1] for row in connection.execute(named)}

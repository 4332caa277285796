"""The terms of a question as conditions on the look-up's postings.

A question is put to the database either with its texts in it, or with slots where they were: then the same statement
serves every question of that shape, and only the texts come with each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.sql.selectable import FromClause

from domain.search_query import Arm, Asked
from domain.search_terms import LONGEST
from store.tables import customer_terms, customers

COMPARED = 1_000  # postings counted to tell the shortest of several lists
# Kinds in which equal terms are few: their postings are gathered from all of them at once and sorted.
RARE = ("customer", "account", "card", "id", "phone", "tail")


class Slot(str):
    """The place of a text in a statement that is kept."""

    __slots__ = ()


def slotted(asked: Asked) -> tuple[Asked, dict[str, str]]:
    """The shape of a question, slots where its texts were, and the texts by their slots; equal texts share one."""
    values: dict[str, str] = {}
    slots = {text: Slot(f"term_{at}") for at, text in enumerate(dict.fromkeys(arm.term for arm in asked.arms))}
    arms = []
    for at, arm in enumerate(asked.arms):
        slot = slots[arm.term]
        values[slot] = _cut(arm.term)
        if arm.prefix:
            values[_end_of(slot)] = _end(arm.term)
        also: dict[str, str] = {Slot(f"also_{at}_{i}"): _pattern(text) for i, text in enumerate(arm.also)}
        values |= also
        arms.append(Arm(arm.kind, slot, arm.prefix, tuple(also)))
    held: dict[str, str] = {Slot(f"holds_{i}"): _pattern(text) for i, text in enumerate(asked.contains)}
    return Asked(asked.shape, tuple(arms), asked.all_arms, tuple(held)), values | held


def number(value: int) -> ColumnElement[int]:
    """A number that stands in the statement itself: PostgreSQL then plans by how far a list is read."""
    return literal_column(str(int(value)))


def gathered(arms: Sequence[Arm]) -> list[tuple[Arm, ...]]:
    """Arms that are answered in one go: of one term, and sorted in any case."""
    groups: dict[tuple[Any, ...], tuple[Arm, ...]] = {}
    for at, arm in enumerate(arms):
        alone = not arm.prefix and arm.kind not in RARE
        key = (arm.term, arm.prefix, arm.also, at if alone else None)
        groups[key] = (*groups.get(key, ()), arm)
    return list(groups.values())


def matches(arms: Sequence[Arm], terms: FromClause) -> ColumnElement[bool]:
    """The postings of any of these arms, which ask for the same term."""
    arm = arms[0]
    kind = terms.c.kind == arm.kind if len(arms) == 1 else terms.c.kind.in_([literal(one.kind) for one in arms])
    term = _text(arm.term, _cut)
    if not arm.prefix:
        return and_(kind, terms.c.term == term)
    end = _text(_end_of(arm.term) if isinstance(arm.term, Slot) else arm.term, _end)
    return and_(kind, terms.c.term >= term, terms.c.term < end)


def postings_of(arm: Arm) -> Select[Any]:
    """Places of an arm's postings."""
    terms = customer_terms.alias()
    return select(terms.c.place).where(matches((arm,), terms))


def posted(arm: Arm, place: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the arm has a posting at that place."""
    terms = customer_terms.alias()
    return exists().where(matches((arm,), terms), terms.c.place == place)


def holds(text: str) -> ColumnElement[bool]:
    """The name, folded as the postings are, holds the text."""
    return func.replace(func.lower(customers.c.name), " ", "").like(_text(text, _pattern), escape="/")


def rarest_first(connection: Connection, asked: Asked) -> Asked:
    """Of terms that must all be there, the one of the shortest list drives and the others are only looked up."""
    if not asked.all_arms or len(asked.arms) < 2:
        return asked
    shape, values = slotted(Asked(asked.shape, asked.arms))
    found = connection.execute(_lengths(shape.arms), values).one()
    order = sorted(range(len(asked.arms)), key=lambda at: (found[at], at))
    return replace(asked, arms=tuple(asked.arms[at] for at in order))


@lru_cache(maxsize=64)
def _lengths(arms: tuple[Arm, ...]) -> Select[Any]:
    """How long each arm's list of postings is, counted no further than it takes to choose."""
    lists = (postings_of(arm).limit(number(COMPARED)).subquery() for arm in arms)
    return select(*(select(func.count()).select_from(one).scalar_subquery() for one in lists))


def _text(text: str, turned: Callable[[str], str]) -> Any:
    """A text turned into what the database compares, or the slot it comes by."""
    return bindparam(str(text), type_=String) if isinstance(text, Slot) else turned(text)


def _end_of(slot: str) -> Slot:
    return Slot(f"{slot}_end")


def _pattern(text: str) -> str:
    """LIKE's pattern for what holds the text; `/` escapes."""
    return f"%{re.sub('[/%_]', lambda found: '/' + found[0], text)}%"


def _cut(term: str) -> str:
    """The term as postings have it."""
    return term[:LONGEST]


def _end(term: str) -> str:
    """The first text that no longer begins with the term."""
    cut = _cut(term)
    return cut[:-1] + chr(ord(cut[-1]) + 1)

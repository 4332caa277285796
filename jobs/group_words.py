"""The groups customers are divided in, as papers print them: sizes now and before, money, and whom each counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain import counted, standing
from domain.phrasing import choose
from domain.reports import Grouping, GroupSize
from domain.segmentation.life_cycle import STAGES
from store.database import Connection
from store.groups import GROUPINGS, Group, groups
from store.peers import composition
from store.scope import Scope

GROUPING_WORDS = {
    "tier": ("价值等级", "Value tiers"), "life_cycle": ("生命周期", "Life cycle"), "segment": ("行为客群", "Behavioural segments"),
}  # fmt: skip
# The totals differ from each other and from the KPI of customers, so each says whom it counts.
WHO_COUNTS = {"tier": "assets", "life_cycle": "everybody", "segment": "grouped"}


def groupings_of(
    connection: Connection,
    scope: Scope,
    model: Any,
    language: str,
    names: Sequence[str] = GROUPINGS,
    segment: int | None = None,
) -> tuple[Grouping, ...]:
    """The groups of a scope by each of `names`, in the order they rank, each saying whom it counts; of one segment's
    customers only where `segment` names it (then without the run before)."""
    found = []
    for name in names:
        order = list(standing.tiers_of(model)) if name == "tier" else [stage.code for stage in STAGES]
        rows = groups(connection, scope, name) if segment is None else _within(connection, scope, name, segment)
        sizes = tuple(
            GroupSize(_label(name, row.code, model, language), row.customers, row.previous_customers, row.aum)
            for row in sorted(rows, key=lambda row, order=order: _place(row.code, order))  # type: ignore[misc]
        )
        if sizes:
            note = None
            if segment is None:
                note = counted.whom(WHO_COUNTS[name], language)
                note = note[:1].upper() + note[1:]
            found.append(Grouping(choose(language, *GROUPING_WORDS[name]), sizes, note))
    return tuple(found)


def _within(connection: Connection, scope: Scope, name: str, segment: int) -> list[Group]:
    return [Group(code, count, None, aum) for code, count, aum in composition(connection, scope, segment, name)]


def _place(code: str, order: list[str]) -> tuple[int, str]:
    """As its kind is told: tiers from below, stages of life in time, clusters by number."""
    if code.isdecimal():
        return int(code), code
    return order.index(code) if code in order else len(order), code


def _label(grouping: str, code: str, model: Any, language: str) -> str:
    if grouping == "tier":
        return standing.tier_name(code, model, language)
    if grouping == "life_cycle":
        return standing.stage_name(code, language)
    return standing.cluster_name(int(code), model, language)

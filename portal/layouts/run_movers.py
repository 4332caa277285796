"""Who would move most between a run and the one it was compared with: only the viewer's customers, by name as they see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import percent, short_money
from portal import run_words
from portal.access import Ctx
from portal.customer_words import Words, words_of
from portal.widgets import frame
from store.portfolio import Contact, contacts
from store.runs import Run

BY_FIGURE = ("by_contribution", "by_probability")  # where a figure stands behind the class, it says who moved most


@dataclass(frozen=True)
class Movers:
    """Of one column of a migration: the way they are listed by, and those of them in the viewer's scope, biggest first."""

    column: str
    by: str
    people: list[tuple[Mapping[str, Any], Contact]]


def movers_of(ctx: Ctx, run: Run) -> list[Movers]:
    """Of each column, those the viewer may see; a column without any is left out."""
    found = []
    for column, moved in (run.migration or {}).items():
        by = next((name for name in BY_FIGURE if moved.get(name)), "movers")
        listed = moved.get(by) or []
        mine = contacts(ctx.connection, ctx.scope, [one["customer_id"] for one in listed])
        people = [(one, mine[one["customer_id"]]) for one in listed if one["customer_id"] in mine]
        if people:
            found.append(Movers(column, by, people))
    return found


def cards(ctx: Ctx, run: Run, found: list[Movers]) -> list[Component]:
    """A card a column."""
    words = words_of(ctx)
    return [_card(ctx, run, each, words) for each in found]


def _card(ctx: Ctx, run: Run, found: Movers, words: Words) -> Component:
    names = [ctx.t(f"run.mover.{name}") for name in ("customer", "before", "after", "aum")]
    heads = names if found.by == "movers" else names[:3]
    number = "" if found.by == "movers" else "n"
    head = [
        html.Th(name, scope="col", className=number if 1 <= at <= 2 else "n" if at else "")
        for at, name in enumerate(heads)
    ]
    rows = [html.Tr(_cells(ctx, run, found, one, who, words)) for one, who in found.people]
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="gx-table run-movers")
    return frame.card(
        ctx.t("run.movers_of", what=ctx.t(f"runs.column.{found.column}")),
        html.Div(table, className="gx-scroll"),
        why=ctx.t(f"run.movers_why.{found.by}"),
    )


def _cells(
    ctx: Ctx, run: Run, found: Movers, one: Mapping[str, Any], who: Contact, words: Words
) -> list[Component]:  # fmt: skip
    number = one["customer_id"]
    name: Any = words.name(who.name, who.kind, number)
    if ctx.may("customers.view"):
        name = dcc.Link(name, href=f"/customers/{number}")
    named = html.Td([name, " ", html.Small(number, className="gx-sub")])
    if found.by == "by_probability":
        return [named, *(html.Td(percent(one[side]), className="n") for side in ("before", "after"))]
    if found.by == "by_contribution":
        amounts = (Decimal(one[side]) for side in ("before", "after"))  # a run keeps money as text, to the cent
        money = (short_money(each, ctx.currency, ctx.language) for each in amounts)
        return [named, *(html.Td(each, className="n w") for each in money)]
    sides = [
        html.Td(run_words.class_name(ctx, run, found.column, one[side], side == "before"))
        for side in ("before", "after")
    ]
    return [named, *sides, html.Td(short_money(one["aum"], ctx.currency, ctx.language), className="n w")]

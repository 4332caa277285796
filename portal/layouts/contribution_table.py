"""The table of contribution by branch, manager, family or kind, and the customers who bring most and cost most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.contribution.sums import Sums
from domain.contribution.words import COMPONENT_WORDS, raroc_words
from domain.phrasing import choose, percent
from portal.access import Ctx
from portal.branch_choice import is_leaf
from portal.contribution_people import CHANGE, people_address
from portal.contribution_question import BY, Line, Question, View
from portal.customer_words import Words
from portal.widgets import frame, status
from portal.widgets.marks import marks
from portal.widgets.tiles import Comparison, judged, look_of, tip
from store.branches import Branch
from store.contributions import CustomerContribution

MOST_LINES = 100
Column = Callable[[Sums], Decimal | None]
# Columns of the month, in the order of the waterfall; money.
COLUMNS: tuple[tuple[str, Column], ...] = (
    ("margin", lambda sums: sums.margin), ("fees", lambda sums: sums.fees),
    ("expected_loss", lambda sums: sums.expected_loss), ("operating_cost", lambda sums: sums.operating_cost),
    ("capital_cost", lambda sums: sums.capital_cost),
)  # fmt: skip
# What the ⓘ of a head tells, in the order of the heads after the first.
TOLD = ("contribution", "", *(name for name, _ in COLUMNS), "raroc", "year")


def table_card(ctx: Ctx, view: View) -> Component:
    """The lines with their total, which is what the tiles say; a branch opens its own page, the rest the customers."""
    asked = view.asked
    why = ctx.t("contribution.table_why", currency=phrasing.currency_word(view.currency, ctx.language))
    if len(view.lines) > MOST_LINES:
        why += ctx.t("contribution.first_lines", shown=MOST_LINES, count=len(view.lines))
    up, tabs = _up(ctx, view), html.Div(_tabs(ctx, asked), className="gx-row contribution-tabs")
    title = ctx.t(f"contribution.by.{asked.by}")
    table = html.Div(_table(ctx, view), className="gx-scroll")
    return frame.card(title, [tabs, table], why=why, actions=[up] if up else [])


def _up(ctx: Ctx, view: View) -> Component | None:
    asked, above = view.asked, view.asked.above
    if above is None and not (len(ctx.scope.paths) > 1 and asked.branch):
        return None
    words = above.name if above else ctx.t("overview.all_mine")
    href = asked.address(branch=above.branch_id if above else "", by="branch")
    return dcc.Link(f"↑ {words}", href=href, className="gx-btn small")


def _tabs(ctx: Ctx, asked: Question) -> list[Component]:
    leaf = is_leaf(asked.tree, asked.branch)
    return [
        html.Span(
            dcc.Link(
                ctx.t(f"contribution.choose.{by}"), href=asked.address(by=by),
                className="gx-btn small contribution-on" if by == asked.by else "gx-btn small",
            ),
            **(marks(aria_current="true") if by == asked.by else {}),
        )
        for by in BY
        if not (leaf and by == "branch")
    ]  # fmt: skip


def heads(ctx: Ctx, asked: Question) -> list[str]:
    """Column heads after the first, on screen and in the file."""
    money = [choose(ctx.language, *COMPONENT_WORDS[name]) for name, _ in COLUMNS]
    return [
        ctx.t(f"contribution.head.{asked.by}"), ctx.t("contribution.name.contribution"), ctx.t("overview.on_month"), *money,
        ctx.t("contribution.name.raroc"), ctx.t("contribution.name.year"),
    ]  # fmt: skip


def whole(ctx: Ctx, view: View) -> Line:
    """The line under the lines."""
    return Line("", ctx.t("overview.total"), view.now, view.at(1), view.year())


def _table(ctx: Ctx, view: View) -> Component:
    names = heads(ctx, view.asked)
    head = [html.Th(name, scope="col", className="n" if at else "") for at, name in enumerate(names)]
    last = whole(ctx, view)
    # The scale of a usual line, not of the largest: the small ones must not read 0.00.
    count = max(len(view.lines), 1)
    scale = phrasing.scale_of([last.year.contribution / count if last.year else None], ctx.language)
    month = phrasing.scale_of([last.now.margin / count], ctx.language)
    unit, year_unit = (phrasing.scale_unit(each, view.currency, ctx.language) for each in (month, scale))
    for at in (1, *range(3, 3 + len(COLUMNS))):
        head[at].children = [names[at], html.Small(f" {unit}")]
    head[-1].children = [names[-1], html.Small(f" {year_unit}")]
    for at, name in enumerate(TOLD, start=1):
        if name:
            head[at].children = [*_listed(head[at].children), " ", tip(ctx.t(f"contribution.about.{name}"))]
    rows = [_row(ctx, view, line, month, scale) for line in view.lines[:MOST_LINES]]
    rows.append(_row(ctx, view, last, month, scale, "overview-total"))
    return html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="gx-table overview-league")


def _listed(words: Any) -> list[Any]:
    return words if isinstance(words, list) else [words]


def _row(
    ctx: Ctx, view: View, line: Line, month: phrasing.Scale, year: phrasing.Scale, look: str = ""
) -> Component:  # fmt: skip
    name = line.name if look else _name(ctx, view, line)
    now = phrasing.scaled(line.now.contribution, month)
    twelve = phrasing.scaled(line.year.contribution if line.year else None, year)
    moved: Any = _change(ctx, line)
    cells: list[Any] = [_behind(ctx, view, line, now, "month", bool(look))]
    cells.append(moved if line.before is None else _behind(ctx, view, line, moved, CHANGE, bool(look), "-moved"))
    cells += [
        _behind(ctx, view, line, phrasing.scaled(value(line.now), month), "month", bool(look), f"-{name}")
        for name, value in COLUMNS
    ]
    cells += [
        raroc_words(line.now.raroc, ctx.language),
        _behind(ctx, view, line, twelve, "year", bool(look)) if line.year else twelve,
    ]
    return html.Tr([html.Td(name), *(html.Td(cell, className="n w") for cell in cells)], className=look)


def _behind(ctx: Ctx, view: View, line: Line, words: Any, of: str, whole: bool, sort: str = "") -> Any:
    """A figure that leads to its customers, for who may list customers; a component's to them in the order of that."""
    asked = view.asked
    if not ctx.may("customers.search"):
        return words
    if whole:
        return dcc.Link(words, href=people_address(asked, of, sort))
    if asked.by != "branch":
        return dcc.Link(words, href=people_address(asked, of, sort, cell={asked.by: line.key}))
    if line.key == asked.branch_id:
        return dcc.Link(words, href=people_address(asked, of, sort, own=True))
    return dcc.Link(words, href=people_address(replace(asked, branch=_branch(asked, line.key)), of, sort))


def _branch(asked: Question, branch_id: str) -> Branch | None:
    return next((one for one in asked.tree if one.branch_id == branch_id), None)


def _change(ctx: Ctx, line: Line) -> Component:
    if line.before is None:
        return html.Span(phrasing.ABSENT, className="gx-flat")
    good = judged(line.now.contribution - line.before.contribution, 1)
    moved = percent(phrasing.change(line.now.contribution, line.before.contribution), sign=True)
    return html.Span(moved, className=look_of(Comparison("", moved, good), ctx.settings.red_means_up))


def _name(ctx: Ctx, view: View, line: Line) -> Any:
    asked = view.asked
    if asked.by == "branch" and line.key != asked.branch_id:
        return dcc.Link(line.name, href=asked.address(branch=line.key))
    if asked.by == "branch" or not ctx.may("customers.search"):
        return line.name
    return dcc.Link(line.name, href=people_address(asked, cell={asked.by: line.key}))


def people_card(
    ctx: Ctx, best: Sequence[CustomerContribution], worst: Sequence[CustomerContribution],
    who: dict[str, tuple[str | None, str]], words: Words, currency: str, last: date,
) -> Component:  # fmt: skip
    """Who brings most and who costs most of twelve months to `last`; each opens its own page."""
    told = {"month": phrasing.month(last, ctx.language), "currency": phrasing.currency_word(currency, ctx.language)}
    why = ctx.t("contribution.people_why", **told)
    cards = [
        frame.card(ctx.t(f"contribution.{name}"), _people(ctx, found, who, words), why=why)
        for name, found in (("best", best), ("worst", worst))
    ]
    return html.Div(cards, className="gx-grid-2")


def _people(
    ctx: Ctx, found: Sequence[CustomerContribution], who: dict[str, tuple[str | None, str]], words: Words
) -> Component:
    if not found:
        return status.empty(ctx.t("contribution.nobody_here"))
    parts = [choose(ctx.language, *COMPONENT_WORDS[name]) for name in ("margin", "expected_loss")]
    heads = [ctx.t("contribution.head.customer"), ctx.t("contribution.name.contribution"), *parts]
    head = html.Tr([html.Th(name, scope="col", className="n" if at else "") for at, name in enumerate(heads)])
    rows = []
    for one in found:
        name, kind = who.get(one.customer_id, (None, "personal"))
        shown: Any = words.name(name, kind, one.customer_id)
        if ctx.may("customers.view"):
            shown = dcc.Link(shown, href=f"/customers/{one.customer_id}?tab=contribution")
        money = (one.year.contribution, one.year.margin, one.year.expected_loss)
        cells = [html.Td(phrasing.short(value, ctx.language), className="n w") for value in money]
        rows.append(html.Tr([html.Td([shown, " ", html.Small(one.customer_id, className="gx-sub")]), *cells]))
    return html.Div(html.Table([html.Thead(head), html.Tbody(rows)], className="gx-table"), className="gx-scroll")

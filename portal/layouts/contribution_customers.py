"""The customers behind a figure of the contribution page: each one's part, and their sum, which is the figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.contribution.sums import Sums
from domain.contribution.words import COMPONENT_WORDS
from domain.phrasing import choose, counted, money
from domain.phrasing import month as month_words
from portal.access import Ctx
from portal.contribution_people import CHANGE, PAGE_ROWS, TWELVE, PeopleQuestion
from portal.contribution_question import group_word
from portal.customer_words import Words
from portal.layouts.contribution_charts import STEPS
from portal.widgets import frame, status
from portal.widgets.export_links import export_links
from portal.widgets.lists import pager
from portal.widgets.marks import marks
from store.lookup import place_names
from warehouse.contribution import Behind, Part

Who = Mapping[str, tuple[str | None, str]]


class Ids:
    """Of this page."""

    ASKED = "contribution_customers-asked"
    CONTEXT = "contribution_customers-context"
    ACTIONS = "contribution_customers-actions"
    BODY = "contribution_customers-body"


def layout(
    ctx: Ctx, month: str = "", branch: str = "", of: str = "", among: str = "", sort: str = "", page: str = "",
    manager: str = "", family: str = "", kind: str = "", tier: str = "", segment: str = "", own: str = "",
) -> Component:  # fmt: skip
    """The bones; the list comes by callback, because it stands on the audit trail."""
    told = {
        "month": month, "branch": branch, "of": of, "among": among, "sort": sort, "page": page, "manager": manager,
        "family": family, "kind": kind, "tier": tier, "segment": segment, "own": own,
    }  # fmt: skip
    return frame.page(
        ctx.t("contribution_customers.title"),
        html.Span(id=Ids.CONTEXT),
        [html.Div(id=Ids.ACTIONS, className="gx-row")],
        [dcc.Store(id=Ids.ASKED, data=told), html.Div(frame.card(None, status.skeleton(6)), id=Ids.BODY)],
    )


def context(ctx: Ctx, asked: PeopleQuestion, words: Words) -> str:
    """One line that says which figure this is."""
    base = asked.base
    months = month_words(base.month, ctx.language)
    if asked.of != "month":
        months = ctx.t(f"contribution_customers.of_{asked.of}", month=months)
    place = base.branch.name if base.branch else ctx.t("overview.all_mine")
    parts = [months, ctx.t("overview.own", branch=place) if asked.own else place]
    for name, value in asked.cell.items():
        parts.append(_cell_word(ctx, words, name, value))
    if asked.among:
        parts.append(ctx.t(f"contribution_customers.{asked.among}"))
    parts.append(phrasing.currency_word(ctx.currency, ctx.language))
    return " · ".join([*parts, ctx.t("contribution.run", version=base.run.version)])


def _cell_word(ctx: Ctx, words: Words, name: str, value: str) -> str:
    if name != "manager":
        return group_word(ctx, words, name, value)
    known = place_names(ctx.connection, [], [value]) if value else {}
    return known.get(value, value) if value else ctx.t("overview.nobody")


def actions(ctx: Ctx, asked: PeopleQuestion) -> list[Component]:
    """Exports, and the way back to the figure."""
    back = dcc.Link(ctx.t("contribution_customers.back"), href=asked.base.address(), className="gx-btn")
    query = asked.query(page="")
    return [*export_links(ctx, "contribution.export", "/contribution-customers-export", query), back]


def columns(ctx: Ctx, asked: PeopleQuestion) -> list[tuple[str, str]]:
    """(order, head) of the columns of figures."""
    if asked.of == CHANGE:
        return [
            ("contribution", month_words(asked.base.month, ctx.language)),
            ("", ctx.t("contribution.last_month")),
            ("moved", ctx.t("contribution_customers.moved")),
        ]
    names = ("contribution", *(("margin",) if asked.order == "margin" else ()), *STEPS)
    return [(name, choose(ctx.language, *COMPONENT_WORDS[name])) for name in names]


def figures(asked: PeopleQuestion, now: Sums | None, before: Sums | None) -> list[Decimal]:
    """The figures of a row in the order of the columns, with the sign of the page: a loss or cost is above zero."""
    here, there = now or Sums(), before or Sums()
    if asked.of == CHANGE:
        return [here.contribution, there.contribution, here.contribution - there.contribution]
    return [
        here.contribution,
        *([here.margin] if asked.order == "margin" else []),
        *(getattr(here, name) for name in STEPS),
    ]


def body(ctx: Ctx, asked: PeopleQuestion, found: Behind, who: Who, words: Words) -> Component:
    """Their sum, then each of them."""
    if not found.customers:
        empty = status.empty(ctx.t("contribution_customers.nobody"), ctx.t("contribution.empty_what"))
        return frame.card(None, empty)
    heads = [
        html.Th(ctx.t("contribution.head.customer"), scope="col"),
        *(_head(asked, *each) for each in columns(ctx, asked)),
    ]
    count = counted(found.customers, ctx.language, "位客户", "customer")
    total = [html.Td(ctx.t("contribution_customers.total", count=count))]
    total += [html.Td(money(value), className="n w") for value in figures(asked, found.now, found.before)]
    rows = [html.Tr(total, className="overview-total"), *(_row(ctx, asked, part, who, words) for part in found.rows)]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table")
    return frame.card(
        None,
        [
            html.Div(table, className="gx-scroll"),
            pager(ctx.language, asked.page, found.customers, PAGE_ROWS, lambda page: asked.address(page=str(page))),
        ],
        why=ctx.t("contribution_customers.why"),
    )


def _head(asked: PeopleQuestion, order: str, words: str) -> Component:
    if not order:
        return html.Th(words, scope="col", className="n")
    on = asked.order == order
    turn = "" if on and asked.descending else "-"
    arrow = (" ↓" if asked.descending else " ↑") if on else ""
    told: dict[str, Any] = marks(aria_sort="descending" if asked.descending else "ascending") if on else {}
    return html.Th(
        dcc.Link(f"{words}{arrow}", href=asked.address(sort=f"{turn}{order}", page="")),
        scope="col",
        className="n",
        **told,
    )


def _row(ctx: Ctx, asked: PeopleQuestion, part: Part, who: Who, words: Words) -> Component:
    cells = [html.Td(money(value), className="n w") for value in figures(asked, part.now, part.before)]
    return html.Tr([html.Td(_name(ctx, part.customer_id, who, words)), *cells])


def _name(ctx: Ctx, customer_id: str, who: Who, words: Words) -> Sequence[Any] | str:
    """The name with a link; who has moved to a branch out of scope since the run is counted, not named."""
    if customer_id not in who:
        return ctx.t("contribution_customers.elsewhere")
    name, kind = who[customer_id]
    shown: Any = words.name(name, kind, customer_id)
    if ctx.may("customers.view"):
        shown = dcc.Link(shown, href=f"/customers/{customer_id}?tab=contribution")
    return [shown, " ", html.Small(customer_id, className="gx-sub")]


def months_word(ctx: Ctx, asked: PeopleQuestion) -> str:
    """For a file: 2026-10, or the twelve months to it."""
    month = f"{asked.base.month:%Y-%m}"
    return ctx.t("contribution_customers.of_year", month=month) if asked.of == TWELVE else month

"""The league of the overview: branches below, or the managers of a branch; its total is what the tiles say."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from domain import kpi_words, month, phrasing
from domain.kpis import BY_NAME, Kpi
from domain.month import LeagueSums
from domain.phrasing import Scale
from domain.reports.management import KpiFigure
from portal.access import Ctx
from portal.overview_question import View
from portal.widgets import frame, status
from portal.widgets.kpi_tiles import DIRECTIONS
from portal.widgets.marks import marks
from portal.widgets.tiles import Comparison, judged, look_of
from store.facets import NONE


def columns(view: View) -> list[Kpi]:
    """The KPIs of the league, the one in front first."""
    return [view.asked.kpi, *(BY_NAME[name] for name in month.LEAGUE if name != view.asked.kpi.name)]


def league_card(ctx: Ctx, view: View) -> Component:
    """The table; a branch opens its own overview, a manager the customers."""
    title = ctx.t("overview.managers" if view.asked.leaf else "overview.league")
    buttons = [link for link in (_up(ctx, view), _customers(ctx, view)) if link is not None]
    if not view.sums.league:
        empty = status.empty(ctx.t("overview.no_lines"), ctx.t("overview.no_lines_what"))
        return frame.card(title, empty, actions=buttons)
    why = ctx.t(
        "overview.managers_why" if view.asked.leaf else "overview.league_why", kpi=view.asked.kpi.title(ctx.language)
    )
    if view.past and ctx.may("customers.search"):
        why += ctx.t("overview.list_is_todays", day=phrasing.day(view.picture.as_of))
    return frame.card(title, html.Div(_table(ctx, view), className="gx-scroll"), why=why, actions=buttons)


def _up(ctx: Ctx, view: View) -> Component | None:
    above = view.asked.above
    if above is None and not (len(ctx.scope.paths) > 1 and view.asked.branch):
        return None
    words = above.name if above else ctx.t("overview.all_mine")
    return dcc.Link(
        f"↑ {words}", href=view.asked.address(branch=above.branch_id if above else ""), className="gx-btn small"
    )


def _customers(ctx: Ctx, view: View) -> Component | None:
    if not ctx.may("customers.search") or view.asked.branch is None:
        return None
    # There is no list of a past month: what the button opens is told by its day.
    key = "overview.see_customers_of" if view.past else "overview.see_customers"
    words = ctx.t(key, day=phrasing.day(view.picture.as_of))
    return html.A(words, href=_list_of(view), className="gx-btn small")


def _list_of(view: View, manager: str | None = None) -> str:
    told = {
        "holding": "open",
        "branch": view.asked.branch.branch_id if view.asked.branch else "",
        "manager": manager or "",
    }
    return f"/customers?{urlencode({name: value for name, value in told.items() if value})}"


def _table(ctx: Ctx, view: View) -> Component:
    shown = columns(view)
    figures = {one.name: one for one in view.figures}
    lines = month.ranked(view.sums.league, view.asked.kpi)
    scales = [_scale(ctx, kpi, lines) for kpi in shown]
    heads: list[Component] = [
        html.Th("", scope="col"),
        html.Th(ctx.t("overview.head.manager" if view.asked.leaf else "overview.head.branch"), scope="col"),
    ]
    for at, (kpi, scale) in enumerate(zip(shown, scales, strict=True)):
        words = kpi_words.column_title(ctx.language, figures[kpi.name], scale, view.currency)
        link = dcc.Link(words, href=view.asked.address(kpi=kpi.name))
        heads.append(html.Th(link, scope="col", className="n", **(marks(aria_sort="descending") if at == 0 else {})))
        if at == 0:
            heads += [
                html.Th(ctx.t(f"overview.{name}"), scope="col", className="n") for name in ("on_month", "on_year")
            ]
    rows = [_row(ctx, view, place, line, shown, scales, figures) for place, line in enumerate(lines, 1)]
    rows.append(_total(ctx, view, shown, scales, figures))
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table overview-league")


def _scale(ctx: Ctx, kpi: Kpi, lines: Sequence[LeagueSums]) -> Scale | None:
    return phrasing.scale_of([kpi.of(line.now) for line in lines], ctx.language) if kpi.unit == "money" else None


def _row(
    ctx: Ctx, view: View, place: int, line: LeagueSums, shown: Sequence[Kpi], scales: Sequence[Scale | None],
    figures: dict[str, KpiFigure],
) -> Component:  # fmt: skip
    first = kpi_words.replaced(figures[shown[0].name], shown[0].of(line.now))
    before = (shown[0].of(line.previous), shown[0].of(line.year_ago))
    values = [kpi.of(line.now) for kpi in shown]
    cells: list[Any] = [html.Td(str(place), className="overview-rank"), html.Td(_name(ctx, view, line))]
    return html.Tr([*cells, *_values(ctx, first, before, values, scales, figures, shown)])


def _total(
    ctx: Ctx, view: View, shown: Sequence[Kpi], scales: Sequence[Scale | None], figures: dict[str, KpiFigure]
) -> Component:
    first = figures[shown[0].name]
    values = [figures[kpi.name].value for kpi in shown]
    cells = [html.Td(""), html.Td(ctx.t("overview.total"))]
    return html.Tr(
        [*cells, *_values(ctx, first, (first.previous, first.year_ago), values, scales, figures, shown)],
        className="overview-total",
    )


def _values(
    ctx: Ctx, first: KpiFigure, before: tuple[Decimal | None, Decimal | None], values: Sequence[Decimal | None],
    scales: Sequence[Scale | None], figures: dict[str, KpiFigure], shown: Sequence[Kpi],
) -> list[Component]:  # fmt: skip
    words = [
        kpi_words.in_column(figures[kpi.name], value, scale)
        for kpi, value, scale in zip(shown, values, scales, strict=True)
    ]
    moved = [_change(ctx, first, one) for one in before]
    cells: list[Any] = [words[0], *moved, *words[1:]]
    return [html.Td(cell, className="n w") for cell in cells]


def _change(ctx: Ctx, told: KpiFigure, before: Decimal | None) -> Component:
    good = judged(kpi_words.difference(told, before), DIRECTIONS[told.direction])
    words = kpi_words.change(ctx.language, told, before)
    return html.Span(words, className=look_of(Comparison("", words, good), ctx.settings.red_means_up))


def _name(ctx: Ctx, view: View, line: LeagueSums) -> Any:
    """Where the line leads: a branch to its overview, a manager to the customers, the branch itself nowhere."""
    words = line.name or line.key or ctx.t("overview.nobody")
    if line.path is None:
        return html.A(words, href=_list_of(view, line.key or NONE)) if ctx.may("customers.search") else words
    if view.asked.branch is not None and line.key == view.asked.branch.branch_id:
        return ctx.t("overview.own", branch=words)
    return dcc.Link(words, href=view.asked.address(branch=line.key))

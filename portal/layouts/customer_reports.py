"""The papers made for a customer, within what the viewer may open."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from domain.phrasing import day, minute
from portal.access import Ctx
from portal.downloads import kinds_open_to
from portal.layouts.customer import Ids, View
from portal.widgets import frame, status
from store.reports import Paper, shelf


def tab(ctx: Ctx, view: View) -> list[Component]:
    """The list; making one is the button at the head of the page."""
    papers = shelf(ctx.connection, ctx.scope, kinds_open_to(ctx), customer_id=view.customer.customer_id)[0]
    title, why = ctx.t("customer.reports"), ctx.t("customer.reports_sub")
    if not papers:
        empty = status.empty(ctx.t("customer.no_reports"), ctx.t("customer.no_reports_what"))
        return [frame.card(title, empty, why=why, ident=Ids.REPORTS)]
    return [frame.card(title, _list(ctx, papers), why=why, ident=Ids.REPORTS)]


def _list(ctx: Ctx, papers: list[Paper]) -> Component:
    names = ("title", "as_of", "made", "author", "code")
    heads = html.Tr([html.Th(ctx.t(f"customer.paper.{name}"), scope="col") for name in names])
    rows = [
        html.Tr(
            [
                html.Td(
                    html.A(paper.title, href=f"/files/{paper.report_id}") if ctx.may("reports.view") else paper.title
                ),
                html.Td(day(paper.as_of), className="w"),
                html.Td(minute(ctx.local(paper.created_at)), className="w"),
                html.Td(paper.author or paper.created_by),
                html.Td(paper.code, className="w"),
            ]
        )
        for paper in papers
    ]
    return html.Div(html.Table([html.Thead(heads), html.Tbody(rows)], className="gx-table"), className="gx-scroll")

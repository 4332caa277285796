"""Executive overview: KPIs of a month and a scope, two charts that explain, a league to drill down."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import kpi_words, month
from domain.kpis import BY_NAME
from domain.phrasing import ABSENT, choose, number
from domain.phrasing import month as month_words
from domain.reports.management import KpiFigure
from portal import report_button
from portal.access import Ctx
from portal.layouts.overview_charts import charts
from portal.layouts.overview_league import league_card
from portal.overview_question import LONGEST_MONTH, View, query
from portal.widgets import frame, pickers, status
from portal.widgets.export_links import export_links
from portal.widgets.kpi_tiles import compared, definition, kpi_tile
from portal.widgets.tiles import Comparison, look_of, spark, tip
from store.headcount import headcount

STEM = "overview"


class Ids:
    """Of this page."""

    ASKED = "overview-asked"
    CONTEXT = "overview-context"
    ACTIONS = "overview-actions"
    BODY = "overview-body"
    MONTH = "overview-month"
    BRANCH = "overview-branch"
    SHOWN = "overview-shown"


def layout(ctx: Ctx, month: str = "", branch: str = "", kpi: str = "") -> Component:
    """The bones; everything else comes by callback."""
    bones = [html.Section(status.skeleton(3), className="gx-card gx-tile") for _ in month_headlines()]
    return frame.page(
        ctx.t("overview.title"),
        html.Span(id=Ids.CONTEXT),
        [html.Div(id=Ids.ACTIONS, className="overview-actions")],
        [
            dcc.Store(id=Ids.ASKED, data={"month": month, "branch": branch, "kpi": kpi}),
            html.Div(html.Div(bones, className="gx-tiles"), id=Ids.BODY),
        ],
    )


def month_headlines() -> tuple[str, ...]:
    """Names of the KPIs that have tiles."""
    return month.HEADLINES


def context(ctx: Ctx, view: View) -> str:
    """One line: scope, month, units, versions."""
    parts = [view.scope_name, month_words(view.asked.month, ctx.language), ctx.t("overview.units")]
    runs = (("credit", view.picture.credit_version), ("segmentation", view.picture.segmentation_version))
    parts += [ctx.t(f"overview.run_{kind}", version=version) for kind, version in runs if version]
    return " · ".join(parts)


def actions(ctx: Ctx, view: View) -> list[Component]:
    """Pickers, export, and the month's PDF."""
    asked = view.asked
    chosen = asked.branch.branch_id if asked.branch else ""
    both = [
        pickers.month(ctx, Ids.MONTH, view.picture.months, asked.month),
        pickers.branch(ctx, Ids.BRANCH, asked.tree, chosen),
    ]
    shown = dcc.Store(id=Ids.SHOWN, data={"month": f"{asked.month:%Y-%m}", "branch": chosen})
    return [shown, *both, *_exports(ctx, view), *_report(ctx, view)]


def _exports(ctx: Ctx, view: View) -> list[Component]:
    asked = view.asked
    told = query(month=f"{asked.month:%Y-%m}", branch=asked.branch.branch_id if asked.branch else "")
    return export_links(ctx, "overview.export", "/overview-export", told)


def _report(ctx: Ctx, view: View) -> list[Component]:
    if not ctx.may("reports.management"):
        return []
    asked = view.asked
    told = {"month": f"{asked.month:%Y-%m}", "branch_id": asked.branch.branch_id if asked.branch else None}
    why_not = None if asked.branch else ctx.t("reports.choose_branch")
    return [report_button.shown(ctx, STEM, ctx.t("reports.make_month"), told, why_not=why_not)]


def body(ctx: Ctx, view: View) -> list[Component]:
    """Tiles, findings, charts, league, the other KPIs."""
    heads = [one for one in view.figures if one.name in month.HEADLINES]
    others = [one for one in view.figures if one.name not in month.HEADLINES]
    return [
        *_thin(ctx, view),
        html.Div([_tile(ctx, view, one) for one in heads], className="gx-tiles"),
        *_findings(ctx, view),
        charts(ctx, view),
        league_card(ctx, view),
        _others(ctx, view, others),
    ]


def no_such_month(ctx: Ctx, odd: str, shown: date) -> Component:
    """That the address names a month without figures, and which one is shown for it."""
    words = ctx.t("overview.no_such_month", month=odd[:LONGEST_MONTH], shown=month_words(shown, ctx.language))
    return html.P(words, className="gx-alert warn", role="status")


def _thin(ctx: Ctx, view: View) -> list[Component]:
    """A word on months that tell of few customers: that they are not opened on, or that this is one of them."""
    complete, newest = view.picture.opening_month, view.picture.months[-1]
    if complete is None or complete == newest:
        return []
    key = "overview.thin" if view.asked.month > complete else "overview.newer_thin"
    told = {"complete": month_words(complete, ctx.language), "newest": month_words(newest, ctx.language)}
    return [html.P(ctx.t(key, **told), className="gx-alert warn", role="note")]


def _tile(ctx: Ctx, view: View, told: KpiFigure) -> Component:
    why = month.why_absent(BY_NAME[told.name], view.sums.of(view.asked.month), ctx.language)
    note = _without_account(ctx, view) if told.name == "customers" and not view.past else None
    made = kpi_tile(ctx, told, view.currency, view.asked.address(kpi=told.name), why, note)
    return html.Div(made, className="overview-tile on" if told.name == view.asked.kpi.name else "overview-tile")


def _without_account(ctx: Ctx, view: View) -> list[Any]:
    """Who is on record and not in the count, to be opened: other pages count them."""
    asked = view.asked
    found = headcount(ctx.connection, ctx.scope, asked.branch.path if asked.branch else None)
    words: Any = ctx.t("overview.without_account", count=number(found.without), whole=number(found.everybody))
    if ctx.may("customers.search"):
        branch = asked.branch.branch_id if asked.branch else ""
        words = html.A(words, href=f"/customers?{query(branch=branch, holding='none_open')}")
    return [ctx.t("overview.with_account"), choose(ctx.language, "；", "; "), words]


def _findings(ctx: Ctx, view: View) -> list[Component]:
    told = month.findings(view.sums, view.currency, ctx.language, ctx.t("overview.nobody"))
    if not told:
        return []
    return [
        frame.card(ctx.t("overview.findings"), html.Ul([html.Li(one) for one in told], className="overview-findings"))
    ]


def _others(ctx: Ctx, view: View, figures: list[KpiFigure]) -> Component:
    heads = [html.Th(ctx.t(f"overview.head.{name}"), scope="col", className="n" if name != "kpi" else "")
             for name in ("kpi", "value", "on_month", "on_year")]  # fmt: skip
    heads.append(html.Th(ctx.t("overview.head.line"), scope="col"))
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody([_other(ctx, view, one) for one in figures])], className="gx-table"
    )
    return frame.card(
        ctx.t("overview.others"), html.Div(table, className="gx-scroll"), why=ctx.t("overview.others_why")
    )


def _other(ctx: Ctx, view: View, told: KpiFigure) -> Component:
    why = month.why_absent(BY_NAME[told.name], view.sums.of(view.asked.month), ctx.language)
    name = html.Span(
        [dcc.Link(told.title, href=view.asked.address(kpi=told.name)), " ", tip(definition(ctx, told))],
        className="overview-name",
    )
    value: Any = kpi_words.written(ctx.language, told, told.value, view.currency)
    changes = [changed(one, ctx.settings.red_means_up) for one in compared(ctx, told)]
    known = sum(point is not None for point in told.series) > 1
    last: Any = html.Span(why, className="gx-sub") if why else spark(told.series, ctx.theme) if known else ABSENT
    cells = [html.Td(name), html.Td(value, className="n w"), *(html.Td(one, className="n w") for one in changes)]
    return html.Tr([*cells, html.Td(last, className="overview-line")])


def changed(one: Comparison, red_means_up: bool) -> Component:
    """A change in a table's cell: coloured by whether it is good, its sign says the rest."""
    return html.Span(one.change, className=look_of(one, red_means_up))

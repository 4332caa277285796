"""Contribution: what a month brought, of what it is made, why it moved, who brings it and who costs."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.contribution.sums import Sums
from domain.contribution.words import COMPONENT_WORDS, earlier_rating_words
from domain.phrasing import choose, day
from domain.phrasing import month as month_words
from portal.access import Ctx
from portal.contribution_question import MONTHS_SHOWN, View
from portal.layouts.contribution_charts import change_card, waterfall_card, whale_card
from portal.layouts.contribution_table import table_card
from portal.overview_question import LONGEST_MONTH
from portal.widgets import frame, pickers, status
from portal.widgets.export_links import export_links
from portal.widgets.tiles import Comparison, judged, tile
from store import contributions as store_contributions
from store.kpis import month_before
from store.runs import Run

STEM = "contribution"
Value = Callable[[Sums], Decimal | None]
# Tiles: (name, the figure of sums, whether more is better).
TILES: tuple[tuple[str, Value, int], ...] = (
    ("contribution", lambda sums: sums.contribution, 1), ("year", lambda sums: sums.contribution, 1),
    ("margin", lambda sums: sums.margin, 1),
    ("expected_loss", lambda sums: sums.expected_loss, -1), ("operating_cost", lambda sums: sums.operating_cost, -1),
    ("raroc", lambda sums: sums.raroc, 1),
)  # fmt: skip


class Ids:
    """Of this page."""

    ASKED = "contribution-asked"
    CONTEXT = "contribution-context"
    ACTIONS = "contribution-actions"
    BODY = "contribution-body"
    PEOPLE = "contribution-people"
    FOOT = "contribution-foot"
    MONTH = "contribution-month"
    BRANCH = "contribution-branch"
    SHOWN = "contribution-shown"


def layout(ctx: Ctx, month: str = "", branch: str = "", by: str = "") -> Component:
    """The bones; everything else comes by callback."""
    bones = [html.Section(status.skeleton(3), className="gx-card gx-tile") for _ in TILES]
    return frame.page(
        ctx.t("contribution.title"),
        html.Span(id=Ids.CONTEXT),
        [html.Div(id=Ids.ACTIONS, className="overview-actions")],
        [
            dcc.Store(id=Ids.ASKED, data={"month": month, "branch": branch, "by": by}),
            html.Div(html.Div(bones, className="gx-tiles"), id=Ids.BODY),
            html.Div(id=Ids.PEOPLE),
            html.Div(id=Ids.FOOT),
        ],
    )


def context(ctx: Ctx, view: View) -> str:
    """One line: scope, month, currency, the run and its parameters."""
    run, parts = view.asked.run, [view.scope_name, month_words(view.asked.month, ctx.language)]
    parts += [phrasing.currency_word(view.currency, ctx.language), ctx.t("contribution.run", version=run.version)]
    names = [str(each["version"]) for each in run.parameters.get("versions", ())]
    if names:
        parts.append(ctx.t("contribution.parameters", versions=choose(ctx.language, "、", ", ").join(names)))
    return " · ".join(parts)


def actions(ctx: Ctx, view: View) -> list[Component]:
    """Pickers and exports."""
    asked = view.asked
    both = [
        pickers.month(ctx, Ids.MONTH, asked.months, asked.month),
        pickers.branch(ctx, Ids.BRANCH, asked.tree, asked.branch_id),
    ]
    shown = dcc.Store(id=Ids.SHOWN, data={"month": f"{asked.month:%Y-%m}", "branch": asked.branch_id})
    what_if = dcc.Link(
        ctx.t("contribution.to_what_if"), href=f"/contribution/what-if?{asked.query(by='')}", className="gx-btn"
    )
    return [shown, *both, what_if, *export_links(ctx, "contribution.export", "/contribution-export", asked.query())]


def no_run(ctx: Ctx) -> Component:
    """That nothing is published yet, and how it comes to be."""
    return frame.nothing(ctx, "contribution.no_run", jobs=True)


def earlier_rating(ctx: Ctx, run: Run) -> Component | None:
    """That the probabilities of default are of another rating than the one on show; None where they are of that."""
    found = store_contributions.earlier_rating(ctx.connection, run)
    if found is None:
        return None
    words = earlier_rating_words(found.used, found.shown, ctx.language)
    return html.P(words, className="gx-alert warn", role="note")


def no_such_month(ctx: Ctx, odd: str, run: Run) -> Component:
    """That the address names a month the run does not have, and which one is shown for it."""
    words = ctx.t(
        "overview.no_such_month", month=odd[:LONGEST_MONTH], shown=month_words(run.as_of, ctx.language)
    )  # fmt: skip
    return html.P(words, className="gx-alert warn", role="status")


def body(ctx: Ctx, view: View) -> list[Component]:
    """Tiles, the two charts that explain, the whale curve, the table to act on."""
    if view.asked.month not in view.by_month:
        return [frame.card(None, status.empty(ctx.t("contribution.empty"), ctx.t("contribution.empty_what")))]
    return [
        html.Div([_tile(ctx, view, *told) for told in TILES], className="gx-tiles"),
        html.Div([waterfall_card(ctx, view), change_card(ctx, view)], className="gx-grid-2"),
        html.Div([whale_card(ctx, view)]),
        table_card(ctx, view),
    ]


def _tile(ctx: Ctx, view: View, name: str, value: Value, direction: int) -> Component:
    language = ctx.language

    def at(months_ago: int) -> Decimal | None:
        sums = view.year(months_ago) if name == "year" else view.at(months_ago)
        return None if sums is None else value(sums)

    line = [at(ago) for ago in reversed(range(MONTHS_SHOWN))]
    figure = line[-1]
    if name == "raroc":
        before, words, unit = "", phrasing.percent(figure), ""
    else:
        before, words, unit = phrasing.money_parts(figure, view.currency, language)
    compared = [
        Comparison(ctx.t(f"common.{key}"), _moved(ctx, name, figure, earlier), _judged(figure, earlier, direction))
        for key, earlier in (("month_on_month", at(1)), ("year_on_year", at(12)))
    ]
    return tile(
        tile_name(ctx, name), words, unit,
        [Comparison(ctx.t("contribution.not_twelve"), "", None)] if figure is None and name == "year" else compared,
        line, ctx.t(f"contribution.about.{name}"), ctx.theme, ctx.settings.red_means_up, before=before,
    )  # fmt: skip


def tile_name(ctx: Ctx, name: str) -> str:
    """What a figure is called."""
    if name in COMPONENT_WORDS and name != "contribution":
        return choose(ctx.language, *COMPONENT_WORDS[name])
    return ctx.t(f"contribution.name.{name}")


def _moved(ctx: Ctx, name: str, figure: Decimal | None, before: Decimal | None) -> str:
    if figure is None or before is None:
        return phrasing.ABSENT
    if name == "raroc":
        return phrasing.percent_points(figure - before, ctx.language, 1)
    return phrasing.percent(phrasing.change(figure, before), sign=True)


def _judged(figure: Decimal | None, before: Decimal | None, direction: int) -> bool | None:
    return None if figure is None or before is None else judged(figure - before, direction)


def made_of(ctx: Ctx, view: View) -> Any:
    """What everything on the page was made of."""
    run = view.asked.run
    first = month_words(month_before(run.as_of, len(view.asked.months) - 1), ctx.language)
    words = ctx.t(
        "contribution.made_of", version=run.version, first=first, last=month_words(run.as_of, ctx.language),
        day=day(run.finished_at.date()),
    )  # fmt: skip
    return html.P(words, className="gx-sub")

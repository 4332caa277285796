"""Segments: who the customers are, how they were told apart, who moved since the last run, and whether that can be trusted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain import phrasing
from domain.phrasing import choose, day, number, percent
from portal.access import Ctx
from portal.layouts.segments_moves import moves_view
from portal.layouts.segments_profile import profile_view
from portal.layouts.segments_quality import quality_view
from portal.layouts.segments_rfm import rfm_view
from portal.segments_question import VIEWS, Question, View, moved, moved_sum
from portal.widgets import frame, pickers, status
from portal.widgets.export_links import export_links
from portal.widgets.marks import marks
from portal.widgets.tiles import Comparison, tile
from store.facets import MOVED, NONE

STEM = "segments"
_VIEWS = {"profile": profile_view, "rfm": rfm_view, "moves": moves_view, "quality": quality_view}


class Ids:
    """Of this page."""

    ASKED = "segments-asked"
    CONTEXT = "segments-context"
    ACTIONS = "segments-actions"
    BODY = "segments-body"
    PEOPLE = "segments-people"
    FOOT = "segments-foot"
    BRANCH = "segments-branch"
    SHOWN = "segments-shown"
    NAMED = "segments-named"  # how often a segment was named on this page: the body is drawn anew
    CHART = "segments-chart"  # {"type": CHART, "name": the chart}


def layout(ctx: Ctx, branch: str = "", view: str = "", by: str = "") -> Component:
    """The bones; everything else comes by callback."""
    bones = [html.Section(status.skeleton(3), className="gx-card gx-tile") for _ in range(6)]
    return frame.page(
        ctx.t("segments.title"),
        html.Span(id=Ids.CONTEXT),
        [html.Div(id=Ids.ACTIONS, className="overview-actions")],
        [
            dcc.Store(id=Ids.ASKED, data={"branch": branch, "view": view, "by": by}),
            dcc.Store(id=Ids.NAMED, data=0),
            html.Div(html.Div(bones, className="gx-tiles"), id=Ids.BODY),
            html.Div(id=Ids.PEOPLE),
            html.Div(id=Ids.FOOT),
        ],
    )


def context(ctx: Ctx, view: View) -> str:
    """One line: scope, day, currency, the run and the one it is compared with."""
    asked = view.asked
    parts = [view.scope_name, day(asked.run.as_of), phrasing.currency_word(ctx.currency, ctx.language)]
    parts.append(ctx.t("segments.run", version=asked.run.version))
    if asked.before:
        parts.append(ctx.t("segments.against", version=asked.before.version))
    return " · ".join(parts)


def actions(ctx: Ctx, view: View) -> list[Component]:
    """The branch and the exports of what is shown."""
    asked = view.asked
    chosen = pickers.branch(ctx, Ids.BRANCH, asked.tree, asked.branch_id)
    links = export_links(ctx, "segments.export", "/segments-export", asked.query())
    return [dcc.Store(id=Ids.SHOWN, data={"branch": asked.branch_id}), chosen, *links]


def no_run(ctx: Ctx) -> Component:
    """That nothing is published yet, and how it comes to be."""
    return frame.nothing(ctx, "segments.no_run", jobs=True)


def body(ctx: Ctx, view: View) -> list[Component]:
    """Tiles, the views to choose from, and the chosen one."""
    if not view.customers:
        return [frame.card(None, status.empty(ctx.t("segments.nobody"), ctx.t("segments.nobody_what")))]
    shown = _VIEWS[view.asked.view](ctx, view)
    return [html.Div(_tiles(ctx, view), className="gx-tiles"), _tabs(ctx, view.asked), *shown]


def _tabs(ctx: Ctx, asked: Question) -> Component:
    links = []
    for name in VIEWS:
        here = name == asked.view
        look = "gx-btn small segments-on" if here else "gx-btn small"
        link = dcc.Link(ctx.t(f"segments.view.{name}"), href=asked.address(view=name), className=look)
        links.append(html.Span(link, **(marks(aria_current="page") if here else {})))
    return html.Nav(links, className="gx-row segments-tabs", **marks(aria_label=ctx.t("segments.views")))


def _tiles(ctx: Ctx, view: View) -> list[Component]:
    """How many customers and segments, and what moved since the last run: people, AUM, contribution."""
    language = ctx.language
    placed = sum(one.customers for one in view.groups["segment"] if one.code.isdigit())
    kinds = view.asked.run.model.get("clusters", {})
    counts = {kind: len(kinds.get(kind, {}).get("clusters", ())) for kind in ("personal", "corporate")}
    moves = moved(view.flows["segment"])
    people = sum(one.customers for one in moves) if view.asked.before else None
    known = sum(one.customers for one in view.flows["segment"] if one.before != "absent")
    share = None if people is None or not known else Decimal(people) / known
    of_all, in_both = Decimal(placed) / view.customers, percent(share)
    went = f"segment:{MOVED}"
    gone = ctx.t("segments.not_known") if people is None else ctx.t("segments.moved_share", share=in_both)
    everybody, placed_share = (
        view.asked.customers(),
        ctx.t("segments.placed", share=percent(of_all), count=number(placed)),
    )
    told = [
        ("customers", number(view.customers), choose(language, "户", ""), placed_share, everybody),
        ("clusters", number(sum(counts.values())), choose(language, "类", ""), ctx.t("segments.kinds", **counts), None),
        ("moved", number(people), choose(language, "户", "") if people is not None else "", gone,
         view.asked.customers(was=went) if people else None),
    ]  # fmt: skip
    tiles = [_tile(ctx, *each) for each in told]
    tiles[0] = _tile(ctx, *told[0], more=_left_out(ctx, view, view.customers - placed))
    for name in ("aum", "contribution"):
        amount = moved_sum(moves, name) if view.asked.before else None
        before, words, unit = phrasing.money_parts(amount, ctx.currency, language)
        note = ctx.t("segments.moved_with") if amount is not None else ctx.t("segments.not_known")
        href = view.asked.money(name, was=went) if people and amount is not None else None
        tiles.append(_tile(ctx, f"moved_{name}", words, unit, note, href, before))
    return tiles


def _left_out(ctx: Ctx, view: View, count: int) -> Any:
    """Who is in no segment, to be opened."""
    words = ctx.t("segments.left_out", count=number(count))
    if not count or not ctx.may("customers.search"):
        return words
    return html.A(words, href=view.asked.customers(segment=NONE))


def _tile(
    ctx: Ctx, name: str, words: str, unit: str, note: str, href: str | None, before: str = "", more: Any = None
) -> Component:
    return tile(
        ctx.t(f"segments.name.{name}"), words, unit, [Comparison(note, "", None)], [], ctx.t(f"segments.about.{name}"),
        ctx.theme, ctx.settings.red_means_up, href=href if ctx.may("customers.search") else None,
        before=before, note=more,
    )  # fmt: skip


def made_of(ctx: Ctx, view: View) -> Any:
    """What everything on the page was made of."""
    run, before = view.asked.run, view.asked.before
    words = ctx.t("segments.made_of", version=run.version, as_of=day(run.as_of), day=day(run.finished_at.date()))
    if before:
        words += ctx.t("segments.made_against", version=before.version, as_of=day(before.as_of))
    return html.P(words, className="gx-sub")

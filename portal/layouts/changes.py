"""Rating changes: who was rated up or down and by what, and the early warnings that stand beside the score."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.credit.changes import ALERT_NOTCHES
from domain.phrasing import choose, counted, day, minute, number, percent
from portal.access import Ctx
from portal.changes_question import MOST_NOTCHES, VIEWS, Seen
from portal.layouts.changes_warning import rules_card, warning_tiles
from portal.widgets import charts, frame, pickers, status
from portal.widgets.charts import Series, Table
from portal.widgets.export_links import export_links
from portal.widgets.marks import marks
from portal.widgets.tiles import tile
from store.rating_changes import MOVES

STEM = "changes"
HEIGHT = 250


class Ids:
    """Of this page."""

    ASKED = "changes-asked"
    CONTEXT = "changes-context"
    ACTIONS = "changes-actions"
    BODY = "changes-body"
    LIST = "changes-list"
    SHOWN = "changes-shown"
    FILTER = "changes-filter"  # {"type": FILTER, "name": the filter}
    CHART = "changes-chart"  # {"type": CHART, "name": the chart}


def layout(
    ctx: Ctx, view: str = "", branch: str = "", move: str = "", notches: str = "", rule: str = "", sort: str = "",
    page: str = "",
) -> Component:  # fmt: skip
    """The bones; everything else comes by callback."""
    told = {"view": view, "branch": branch, "move": move, "notches": notches, "rule": rule, "sort": sort, "page": page}
    bones = [html.Section(status.skeleton(3), className="gx-card gx-tile") for _ in range(6)]
    return frame.page(
        ctx.t("changes.title"),
        html.Span(id=Ids.CONTEXT),
        [html.Div(id=Ids.ACTIONS, className="overview-actions")],
        [
            dcc.Store(id=Ids.ASKED, data=told),
            dcc.Store(id=Ids.SHOWN),
            html.Div(html.Div(bones, className="gx-tiles"), id=Ids.BODY),
            html.Div(id=Ids.LIST),
        ],
    )


def context(ctx: Ctx, seen: Seen) -> str:
    """One line: scope, day, the run and the one it is compared with, or when the rules were measured."""
    asked = seen.asked
    parts = [asked.branch.name if asked.branch else ctx.t("overview.all_mine")]
    if asked.view == "warning":
        if seen.board:
            parts += [day(seen.board.as_of), ctx.t("changes.measured_at", at=minute(ctx.local(seen.board.made_at)))]
        return " · ".join(parts)
    if seen.run:
        parts += [day(seen.run.as_of), ctx.t("changes.run", version=seen.run.version)]
    if seen.before:
        parts.append(ctx.t("changes.against", version=seen.before.version, day=day(seen.before.as_of)))
    return " · ".join(parts)


def actions(ctx: Ctx, seen: Seen) -> list[Component]:
    """Filters and the exports of what is listed."""
    asked = seen.asked
    shown = filters(seen)
    choices: dict[str, list[tuple[str, str]]] = {"branch": pickers.branch_choices(ctx, asked.tree)}
    if asked.view == "changes":
        choices["move"] = [(ctx.t(f"changes.move.{name}"), name) for name in moves_of(seen)]
        there = sorted({abs(one.notches) for one in seen.counts if one.notches})
        choices["notches"] = [
            (counted(n, ctx.language, "级", "notch", "notches"), str(n)) for n in there if n <= MOST_NOTCHES
        ]
    parts = [
        pickers.narrowing(
            ctx, {"type": Ids.FILTER, "name": name}, ctx.t(f"changes.filter.{name}"), options, shown[name], name != "branch"
        )
        for name, options in choices.items()
        if len(options) > 1 or shown[name]
    ]  # fmt: skip
    listed = asked.view == "changes" or asked.rule
    return [*parts, *(export_links(ctx, "ratings.export", "/changes-export", asked.query()) if listed else [])]


def filters(seen: Seen) -> dict[str, str]:
    """What each filter is set to, '' for all."""
    told = seen.asked.told
    return {name: told[name] for name in ("branch", "move", "notches")}


def tabs(ctx: Ctx, seen: Seen) -> Component:
    """The two views; the branch goes along."""
    links = []
    for view in VIEWS:
        here = view == seen.asked.view
        look = "gx-btn small changes-on" if here else "gx-btn small"
        href = seen.asked.address(view=view, move="", notches="", rule="", sort="")
        link = dcc.Link(ctx.t(f"changes.view.{view}"), href=href, className=look)
        links.append(html.Span(link, **(marks(aria_current="page") if here else {})))
    return html.Nav(links, className="gx-row changes-tabs", **marks(aria_label=ctx.t("changes.views")))


def body(ctx: Ctx, seen: Seen) -> list[Component]:
    """Tabs, tiles and what explains them; the list comes by itself, on the audit trail."""
    shown = _warnings(ctx, seen) if seen.asked.view == "warning" else _changes(ctx, seen)
    return [tabs(ctx, seen), *shown]


def why_nothing(seen: Seen) -> str | None:
    """The key of why there are no changes to show; None where there are."""
    if seen.run is None:
        return "changes.no_run"
    if seen.comparison is None:
        return "changes.not_compared"
    if seen.comparison.before_run_id is None:
        return "changes.first_rating"
    return None if seen.counts else "changes.nobody"


def _changes(ctx: Ctx, seen: Seen) -> list[Component]:
    key = why_nothing(seen)
    if key is not None:
        return [frame.nothing(ctx, key, jobs=key in ("changes.no_run", "changes.not_compared"))]
    return [
        *_cause(ctx, seen),
        html.Div([_tile(ctx, seen, move) for move in moves_of(seen)], className="gx-tiles changes-tiles"),
        _by_notches(ctx, seen),
    ]


def moves_of(seen: Seen) -> tuple[str, ...]:
    """What customers may be narrowed to: moves by another card only where there is one."""
    return MOVES if seen.other_card else tuple(move for move in MOVES if move != "card")


def _cause(ctx: Ctx, seen: Seen) -> list[Component]:
    """That grades moved by another card or scale, with how many of them did and how many by the customers' own figures."""
    if seen.comparison is None or not seen.other_card:
        return []
    by_card, own = (counted(each, ctx.language, "户", "customer") for each in (seen.count("card"), seen.by_own_figures))
    words = ctx.t(f"changes.cause_{seen.comparison.cause}", card=by_card, own=own)
    return [html.P(words, className="gx-alert", role="note")]


def _tile(ctx: Ctx, seen: Seen, move: str) -> Component:
    about = ctx.t(f"changes.about.{move}", notches=ALERT_NOTCHES)
    href = seen.asked.address(move=move, notches="")
    unit = choose(ctx.language, "户", "")
    return tile(ctx.t(f"changes.move.{move}"), number(seen.count(move)), unit, definition=about, href=href)


def _by_notches(ctx: Ctx, seen: Seen) -> Component:
    """Customers by notches, the deepest fall at the left; each bar and number opens its customers."""
    places = sorted({one.notches for one in seen.counts if one.notches})
    told = [(place, "down" if place < 0 else "up", abs(place)) for place in places]
    counts = [seen.count(move, n) for _, move, n in told]
    down, up = seen.count("down"), seen.count("up")
    people = [counted(each, ctx.language, "户", "customer") for each in (down, up)]
    title = ctx.t("changes.notches_says", down=people[0], up=people[1])
    why = ctx.t("changes.notches_why", same=number(seen.count("same")))
    if not told:
        return frame.card(
            title, status.empty(ctx.t("changes.nobody_moved"), ctx.t("changes.nobody_moved_what")), why=why
        )
    names = [number(place, sign=True) for place, _, _ in told]
    shown = [counted(each, ctx.language, "户", "customer") for each in counts]
    figure = charts.bars(names, [Series(ctx.t("changes.head.customers"), counts, shown)], ctx.theme, height=HEIGHT)
    figure["data"][0]["meta"] = [{"move": move, "notches": str(n)} for _, move, n in told]
    figure["data"][0]["text"], figure["data"][0]["textposition"] = [number(each) for each in counts], "outside"
    figure["data"][0]["cliponaxis"] = False
    whole = sum(counts)
    rows = [
        [
            ctx.t(f"changes.{move}_by", notches=counted(n, ctx.language, "级", "notch", "notches")),
            dcc.Link(number(count), href=seen.asked.address(move=move, notches=str(n))), percent(count / whole),
        ]
        for (_, move, n), count in zip(told, counts, strict=True)
    ]  # fmt: skip
    heads = [ctx.t(f"changes.head.{name}") for name in ("notches", "customers", "share")]
    ident = {"type": Ids.CHART, "name": "notches"}
    return charts.chart_card(title, why, figure, Table(heads, rows, (1, 2)), ctx.language, ident)


def _warnings(ctx: Ctx, seen: Seen) -> list[Component]:
    if seen.board is None:
        return [frame.nothing(ctx, "changes.not_measured", jobs=True)]
    tiles: list[Any] = warning_tiles(ctx, seen, seen.board)
    return [html.Div(tiles, className="gx-tiles changes-tiles"), rules_card(ctx, seen, seen.board)]

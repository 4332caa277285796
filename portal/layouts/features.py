"""The feature catalogue: what is known of customers, what it is made of, how it lies and whether it has moved."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.feature_meanings import TOPIC_WORDS
from domain.feature_profile import QUANTILES, STABLE, UNSTABLE
from domain.phrasing import choose, counted, day, minute, number, percent
from portal.access import Ctx
from portal.branch_choice import branch_options
from portal.features_question import (
    DOWN,
    SORTS,
    Line,
    Question,
    lines,
    meaning_of,
    name_of,
    sources_of,
    topic_of,
    unit_of,
    value_words,
)  # fmt: skip
from portal.widgets import charts, frame, pickers, status
from portal.widgets.charts import Series, Table
from portal.widgets.export_links import export_links
from portal.widgets.marks import marks
from store.feature_profiles import Profiles

STEM = "features"
DOWN_FIRST = ("missing", "median", "drift")


class Ids:
    """Of this page."""

    ASKED = "features-asked"
    CONTEXT = "features-context"
    ACTIONS = "features-actions"
    BODY = "features-body"
    SHOWN = "features-shown"
    FILTER = "features-filter"  # {"type": FILTER, "name": the filter}


def layout(
    ctx: Ctx, branch: str = "", month: str = "", topic: str = "", q: str = "", sort: str = "", of: str = ""
) -> Component:
    """The bones; everything else comes by callback."""
    told = {"branch": branch, "month": month, "topic": topic, "q": q, "sort": sort, "of": of}
    return frame.page(
        ctx.t("features.title"),
        html.Span(id=Ids.CONTEXT),
        [html.Div(id=Ids.ACTIONS, className="overview-actions")],
        [
            dcc.Store(id=Ids.ASKED, data=told),
            html.Div(frame.card(None, status.skeleton(8)), id=Ids.BODY),
        ],
    )


def context(ctx: Ctx, asked: Question, known: Profiles) -> str:
    """One line: branch, month-end, when it was worked out."""
    made = minute(ctx.local(known.made_at))
    return " · ".join([asked.branch.name, day(known.as_of), ctx.t("features.made_at", at=made)])


def actions(ctx: Ctx, asked: Question) -> list[Component]:
    """Branch, month, family, words to look for, and the exports."""
    choices = {
        "branch": branch_options(asked.tree),
        "month": pickers.month_choices(ctx, asked.months),
        "topic": [(choose(ctx.language, *words), code) for code, words in TOPIC_WORDS.items()],
    }
    shown = asked.told
    parts = [_picker(ctx, name, options, shown[name]) for name, options in choices.items() if len(options) > 1]
    look_for = dcc.Input(
        value=asked.words, id={"type": Ids.FILTER, "name": "q"}, type="search", debounce=True, maxLength=64,
        placeholder=ctx.t("features.filter.q"), className="gx-input short",
    )  # fmt: skip
    links = export_links(ctx, "features.export", "/features-export", asked.query(of=""))
    return [dcc.Store(id=Ids.SHOWN, data=shown), *parts, look_for, *links]


def _picker(ctx: Ctx, name: str, options: Sequence[tuple[str, str]], value: str) -> Component:
    ident, words = {"type": Ids.FILTER, "name": name}, ctx.t(f"features.filter.{name}")
    return pickers.narrowing(ctx, ident, words, options, value, clearable=name == "topic")


def body(ctx: Ctx, asked: Question, known: Profiles) -> list[Component]:
    """The opened feature, and the table of all."""
    found = lines(ctx, asked, known)
    opened = []
    if asked.of is not None and asked.of.name in known.by_feature:
        opened = [_opened(ctx, asked, Line(asked.of, known.by_feature[asked.of.name]))]
    return [*opened, _catalogue(ctx, asked, found)]


def drift_chip(ctx: Ctx, drift: float | None) -> Component:
    """The stability index with its judgement in colour and in words."""
    if drift is None:
        return html.Span("—", title=ctx.t("features.drift.none"))
    tone, name = (
        ("good", "stable") if drift < STABLE else ("warn", "moved") if drift < UNSTABLE else ("bad", "unstable")
    )
    return status.chip(f"{number(drift, 3)} {ctx.t(f'features.drift.{name}')}", tone)


def _catalogue(ctx: Ctx, asked: Question, found: list[Line]) -> Component:
    moved = sum(1 for line in found if line.profile.drift is not None and line.profile.drift >= UNSTABLE)
    why = ctx.t("features.why", count=number(len(found)), moved=number(moved))
    if not found:
        return frame.card(ctx.t("features.all"), status.empty(ctx.t("features.none"), ctx.t("features.none_what")))
    heads = [
        _head(ctx, asked, "name"), _head(ctx, asked, "topic"), ctx.t("features.head.unit"), ctx.t("features.head.sources"),
        _head(ctx, asked, "missing"), _head(ctx, asked, "median"), ctx.t("features.head.middle"),
        ctx.t("features.head.bars"), _head(ctx, asked, "drift"),
    ]  # fmt: skip
    right = (4, 5, 6)
    marked = [html.Th(head, className="n" if at in right else "", scope="col") for at, head in enumerate(heads)]
    rows = [_row(ctx, asked, line, right) for line in found]
    shown = html.Table([html.Thead(html.Tr(marked)), html.Tbody(rows)], className="gx-table features-table")
    return frame.card(ctx.t("features.all"), html.Div(shown, className="gx-scroll"), why=why)


def _head(ctx: Ctx, asked: Question, name: str) -> Any:
    words = ctx.t(f"features.head.{name}")
    if name not in SORTS:
        return words
    here = asked.sort == name
    down = not asked.down if here else name in DOWN_FIRST
    arrow = (" ↓" if asked.down else " ↑") if here else ""
    return dcc.Link(f"{words}{arrow}", href=asked.address(sort=f"{name}{DOWN if down else ''}"))


def _row(ctx: Ctx, asked: Question, line: Line, right: Sequence[int]) -> Component:
    feature, told = line.feature, line.profile
    here = asked.of is not None and asked.of.name == feature.name
    link = dcc.Link(name_of(ctx, feature), href=asked.address(of="" if here else feature.name))
    cells: list[Any] = [
        [link, html.Div(meaning_of(ctx, feature), className="gx-sub")],
        topic_of(ctx, feature), unit_of(ctx, feature), sources_of(ctx, feature), percent(told.missing_share),
        value_words(ctx, feature, line.median), _middle(ctx, line), _bars(ctx, line), drift_chip(ctx, told.drift),
    ]  # fmt: skip
    return html.Tr(
        [html.Td(cell, className="n" if at in right else "") for at, cell in enumerate(cells)],
        className="features-on" if here else "",
    )


def _middle(ctx: Ctx, line: Line) -> str:
    if not line.profile.quantiles:
        return "—"
    low, high = (value_words(ctx, line.feature, line.quantile(share)) for share in (0.05, 0.95))
    return choose(ctx.language, f"{low} 至 {high}", f"{low} to {high}")


def _bars(ctx: Ctx, line: Line) -> Component:
    most = max(line.profile.now, default=0)
    if not most:
        return html.Span("—")
    bars = [html.I(style={"height": f"{max(100 * n / most, 4 if n else 0):.0f}%"}) for n in line.profile.now]
    words = ctx.t("features.bars_of", feature=name_of(ctx, line.feature))
    return html.Span(bars, className="features-bars", role="img", **marks(aria_label=words))


def bar_words(ctx: Ctx, line: Line) -> list[str]:
    """What each bar counts: a value, or from one edge to the next; the ends take what lies beyond."""
    edges = [value_words(ctx, line.feature, edge) for edge in line.profile.edges]
    if line.profile.each:
        return edges
    found = [choose(ctx.language, f"{a} 至 {b}", f"{a} to {b}") for a, b in pairwise(edges)]
    if found:
        found[0] = choose(ctx.language, f"{edges[1]}以下", f"under {edges[1]}")
        found[-1] = choose(ctx.language, f"{edges[-2]}及以上", f"{edges[-2]} or more")
    return found


def _opened(ctx: Ctx, asked: Question, line: Line) -> Component:
    told = line.profile
    title = ctx.t(
        "features.says", feature=name_of(ctx, line.feature), median=value_words(ctx, line.feature, line.median)
    )
    close = dcc.Link(ctx.t("features.close"), href=asked.address(of=""), className="gx-btn small")
    if not told.now:
        empty = status.empty(ctx.t("features.unknown"), ctx.t("features.unknown_what"))
        return frame.card(name_of(ctx, line.feature), empty, why=meaning_of(ctx, line.feature), actions=[close])
    places = bar_words(ctx, line)
    names = (ctx.t("features.now"), ctx.t("features.before"))
    sides = [told.now] if told.before is None else [told.now, told.before]
    drawn = [
        Series(name, [_share(n, sum(side)) for n in side], [_said(ctx, n, sum(side)) for n in side])
        for name, side in zip(names, sides, strict=False)
    ]
    subtitle = f"{meaning_of(ctx, line.feature)} {ctx.t('features.chart_why')}"
    figure = charts.bars(places, drawn, ctx.theme, "%", 260)
    return html.Div(
        [
            charts.chart_card(
                title, subtitle, figure, _behind(ctx, line, places, names), ctx.language, actions=[close]
            ),
            frame.card(ctx.t("features.figures"), charts.table(_figures(ctx, line)), why=sources_of(ctx, line.feature)),
        ],
        className="gx-grid-2 features-opened",
    )


def _share(part: int, whole: int) -> Decimal | None:
    return round(Decimal(100 * part) / whole, 4) if whole else None


def _said(ctx: Ctx, part: int, whole: int) -> str:
    return f"{counted(part, ctx.language, '户', 'customer')} {percent(Decimal(part) / whole if whole else None)}"


def _behind(ctx: Ctx, line: Line, places: list[str], names: tuple[str, str]) -> Table:
    told = line.profile
    before = told.before or (None,) * len(told.now)
    rows = [[place, number(n), number(then)] for place, n, then in zip(places, told.now, before, strict=True)]
    rows.append([ctx.t("features.missing"), number(told.missing), number(told.before_missing)])
    return Table([ctx.t("features.head.value"), *names], rows, right=(1, 2))


def _figures(ctx: Ctx, line: Line) -> Table:
    told, feature = line.profile, line.feature
    rows: list[list[Any]] = [
        [ctx.t("features.customers"), number(told.customers)],
        [ctx.t("features.head.missing"), percent(told.missing_share)],
        [ctx.t("features.mean"), value_words(ctx, feature, told.mean)],
    ]
    for share in QUANTILES:
        words = ctx.t("features.head.median") if share == 0.5 else ctx.t("features.quantile", share=percent(share, 0))
        rows.append([words, value_words(ctx, feature, line.quantile(share))])
    rows.append([ctx.t("features.head.drift"), drift_chip(ctx, told.drift)])
    return Table([ctx.t("features.head.figure"), unit_of(ctx, feature)], rows, right=(1,))

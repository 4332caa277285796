"""The two charts of the overview: how the KPI in front went, and what made it move."""

from __future__ import annotations

from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from domain import kpi_words, month, phrasing
from domain.month import MONTHS_SHOWN
from domain.phrasing import short_month
from domain.reports.management import KpiFigure
from portal.access import Ctx
from portal.overview_question import View
from portal.widgets import status
from portal.widgets.charts import Figure, Series, Table, bridge, chart_card, hbars, lines
from portal.widgets.theme import tokens

MOST_STEPS, MOST_BARS, HEIGHT = 6, 10, 260


def charts(ctx: Ctx, view: View) -> Component:
    """Side by side on a wide screen."""
    told = next(one for one in view.figures if one.name == view.asked.kpi.name)
    return html.Div([_history(ctx, view, told), _explained(ctx, view, told)], className="gx-grid-2")


def _history(ctx: Ctx, view: View, told: KpiFigure) -> Component:
    """This year's line with last year's, dashed, behind it."""
    language, kpi, sums = ctx.language, view.asked.kpi, view.sums
    before = sums.series(kpi, sums.months[:MONTHS_SHOWN])
    known = [value for value in told.series if value is not None]
    title = kpi_words.moved(language, told, known[0], known[-1]) if len(known) > 1 else told.title
    if len(known) < 2:
        empty = status.empty(
            ctx.t("overview.no_line"),
            month.why_absent(kpi, sums.of(sums.month), language) or ctx.t("overview.no_line_what"),
        )
        return chart_card(title, ctx.t("overview.line_why", unit=""), None, None, language, empty=empty)
    divide, unit = kpi_words.axis(language, told, view.currency)
    # Every second month is named, the last one always, with the year at both ends: thirteen months hold one month twice,
    # and a phone has room for seven names.
    last = len(sums.shown) - 1
    places = [f"{short_month(end, language)}<br>{end.year}" if at in (last % 2, last) or end.month == 1 else short_month(end, language)
              for at, end in enumerate(sums.shown)]  # fmt: skip
    drawn = [_series(ctx, told, ctx.t("overview.this_year"), told.series, divide, False)]
    has_before = any(value is not None for value in before)
    if has_before:
        drawn.append(_series(ctx, told, ctx.t("overview.last_year"), before, divide, True))
    heads = [ctx.t("overview.month"), told.title, *([ctx.t("overview.year_before")] if has_before else [])]
    rows = [
        [phrasing.month(end, language), *(kpi_words.written(language, told, value[at], view.currency)
         for value in ([told.series, before] if has_before else [told.series]))]
        for at, end in enumerate(sums.shown)
    ]  # fmt: skip
    why = ctx.t(
        "overview.line_why_dashed" if has_before else "overview.line_why", unit=unit or ctx.t("overview.by_number")
    )
    figure = lines(places, drawn, ctx.theme, None, HEIGHT)
    figure["layout"]["xaxis"] |= {"tickangle": 0, "dtick": 2, "tick0": last % 2}
    low, high = _ends([*known, *(value for value in before if value is not None)])
    if low >= 0 and (low * 2 <= high or high == 0):
        figure["layout"]["yaxis"]["rangemode"] = "tozero" if high else "nonnegative"
    elif low > 0:
        why += ctx.t("overview.not_from_zero")
    return chart_card(title, why, figure, Table(heads, rows, tuple(range(1, len(heads)))), language)


def _ends(values: list[Decimal]) -> tuple[Decimal, Decimal]:
    return min(values), max(values)


def _series(
    ctx: Ctx, told: KpiFigure, name: str, values: tuple[Decimal | None, ...], divide: Decimal, dashed: bool
) -> Series:
    shown = [kpi_words.plain(ctx.language, told, value) for value in values]
    return Series(name, [None if value is None else value / divide for value in values], shown, dashed)


def _explained(ctx: Ctx, view: View, told: KpiFigure) -> Component:
    """What each line of the league added to the change; for a ratio, where it is high and where low."""
    parts = month.contributions(view.sums, view.asked.kpi, ctx.t("overview.nobody"))
    if len(parts) > 1 and told.previous is not None and told.value is not None:
        return _bridge(ctx, view, told)
    return _ranked(ctx, view, told)


def _bridge(ctx: Ctx, view: View, told: KpiFigure) -> Component:
    language, kpi = ctx.language, view.asked.kpi
    parts = list(month.contributions(view.sums, kpi, ctx.t("overview.nobody")))
    rest = parts[MOST_STEPS:]
    steps = [(part.name, part.change) for part in parts[:MOST_STEPS]]
    if rest:
        steps.append((ctx.t("overview.the_rest", count=len(rest)), sum((part.change for part in rest), Decimal(0))))
    start, end = told.previous or Decimal(0), told.value or Decimal(0)
    months = [short_month(when, language) for when in view.sums.months[-2:]]
    names = [months[0], *(name for name, _ in steps), months[1]]
    scale = phrasing.scale_of([change for _, change in steps] if told.unit == "money" else [], language)
    unit = phrasing.scale_unit(scale, view.currency, language) if told.unit == "money" else ctx.t("overview.by_number")
    shown = [
        kpi_words.plain(language, told, start),
        *(phrasing.scaled(change, scale, sign=True) for _, change in steps),
        kpi_words.plain(language, told, end),
    ]
    title = month.contribution_words(view.sums, kpi, view.currency, language, ctx.t("overview.nobody"))
    rows = [[name, words] for name, words in zip(names, shown, strict=True)]
    table = Table([ctx.t("overview.head.kpi_part"), unit], rows, (1,))
    levels = (float(start), float(end))
    figure = bridge([_short(name) for name in names], levels, [float(change) for _, change in steps], ctx.theme, shown,
                    _tones(ctx, told, [change for _, change in steps]), HEIGHT)  # fmt: skip
    return chart_card(
        title or ctx.t("overview.unmoved", kpi=told.title),
        ctx.t("overview.bridge_why", unit=unit),
        figure,
        table,
        language,
    )


def _tones(ctx: Ctx, told: KpiFigure, changes: list[Decimal]) -> list[str]:
    better = told.direction != "down"
    rising, falling = ("c3", "c5") if better != ctx.settings.red_means_up else ("c5", "c3")
    return ["c6", *(rising if change >= 0 else falling for change in changes), "c1"]


def _short(name: str) -> str:
    return name if len(name) <= 8 else name[:7] + "…"


def _ranked(ctx: Ctx, view: View, told: KpiFigure) -> Component:
    language, kpi = ctx.language, view.asked.kpi
    found = [(line.name or line.key or ctx.t("overview.nobody"), value) for line in month.ranked(view.sums.league, kpi)
             if (value := kpi.of(line.now)) is not None]  # fmt: skip
    title = ctx.t("overview.by_manager" if view.asked.leaf else "overview.by_branch", kpi=told.title)
    if not found:
        empty = status.empty(ctx.t("overview.no_lines"), ctx.t("overview.no_lines_what"))
        return chart_card(title, "", None, None, language, empty=empty)
    most = found[:MOST_BARS]
    words = [kpi_words.plain(language, told, value) for _, value in found]
    why = ctx.t("overview.ranked_why", whole=kpi_words.plain(language, told, told.value))
    if len(found) > MOST_BARS:
        why = ctx.t("overview.ranked_first", count=MOST_BARS, whole=kpi_words.plain(language, told, told.value))
    figure = _mark_whole(
        hbars([name for name, _ in most], [value for _, value in most], ctx.theme, words[:MOST_BARS]), told, ctx
    )
    table = Table(
        [ctx.t("overview.head.kpi_part"), told.title],
        [[name, said] for (name, _), said in zip(found, words, strict=True)],
        (1,),
    )
    return chart_card(title, why, figure, table, language)


def _mark_whole(figure: Figure, told: KpiFigure, ctx: Ctx) -> Figure:
    """A line where the whole stands, for what does not add up."""
    if told.value is not None and told.unit in ("share", "ratio"):
        line = {"color": tokens(ctx.theme)["ink-3"], "width": 1, "dash": "dot"}
        at = float(told.value)
        figure["layout"]["shapes"] = [
            {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "yref": "paper", "line": line}
        ]
    return figure

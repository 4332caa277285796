"""KPIs as tiles: the same tile on every page that shows one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dash.development.base_component import Component

from domain.kpis import Kpi, change
from domain.phrasing import choose, currency_word, number, percent, percent_points, short_parts
from portal.access import Ctx
from portal.widgets.tiles import Comparison, judged, tile
from store.kpis import Compared, Sums

DIRECTIONS = {"up": 1, "down": -1}


def kpi_tile(ctx: Ctx, kpi: Kpi, compared: Compared, line: Sequence[Sums], href: str | None = None) -> Component:
    """One KPI: its value, against last month and last year, and its months (`line`, the oldest first, {} is a gap)."""
    now = kpi.of(compared.now)
    value, unit = figure(now, kpi.unit, ctx.settings.currency, ctx.language)
    sides = (("common.month_on_month", compared.previous), ("common.year_on_year", compared.year_ago))
    return tile(
        kpi.title(ctx.language),
        value,
        unit,
        [_comparison(ctx, ctx.t(key), kpi, now, kpi.of(before)) for key, before in sides],
        [kpi.of(sums) for sums in line],
        kpi.definition(ctx.language),
        ctx.theme,
        ctx.settings.red_means_up,
        href=href,
    )


def figure(value: Decimal | None, unit: str, currency: str, language: str) -> tuple[str, str]:
    """A KPI's value and unit in words: money short (1.23 亿元), counts whole, shares in percent, ratios to two places."""
    if unit == "money":
        words, scale = short_parts(value, language)
        word = currency_word(currency, language)
        return words, f"{scale}{word}" if language == "zh" else f"{scale} {word}".strip()
    if unit == "share":
        return percent(value, 2).removesuffix("%"), "%" if value is not None else ""
    return number(value, 0 if unit == "count" else 2), ""


def _comparison(ctx: Ctx, label: str, kpi: Kpi, now: Decimal | None, before: Decimal | None) -> Comparison:
    moved = change(now, before, kpi.unit)
    words = percent_points(moved, ctx.language) if kpi.unit == "share" else percent(moved, 1, sign=True)
    if kpi.unit == "share" and ctx.language == "zh":
        words = words.replace(choose("zh", "个百分点", ""), "")  # the unit stands beside the value already
    return Comparison(label, words, judged(moved, DIRECTIONS.get(kpi.direction, 0)))

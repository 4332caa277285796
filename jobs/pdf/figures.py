"""A KPI's figures in words, by its unit: money, share, count, ratio, days."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from domain import phrasing
from domain.phrasing import Scale
from domain.reports import KpiFigure
from jobs.pdf.voice import Voice

SHARE_DIGITS = 2


def parts(say: Voice, kpi: KpiFigure, currency: str) -> tuple[str, str]:
    """Figure and unit apart, for a tile."""
    if kpi.value is None:
        return phrasing.ABSENT, ""
    if kpi.unit == "money":
        figure, scale = phrasing.short_parts(kpi.value, say.language)
        return figure, say(f"{scale}{phrasing.currency_word(currency, 'zh')}", scale)
    if kpi.unit == "share":
        return phrasing.number(kpi.value * 100, SHARE_DIGITS), "%"
    if kpi.unit == "days":
        return phrasing.number(kpi.value, 1), say("天", "days")
    return plain(kpi, kpi.value, say), ""


def plain(kpi: KpiFigure, value: Decimal | None, say: Voice) -> str:
    """A value on its own: 1.86亿, 1.08%, 52,318, 2.41."""
    if kpi.unit == "money":
        return phrasing.short(value, say.language)
    if kpi.unit == "share":
        return phrasing.percent(value, SHARE_DIGITS)
    return phrasing.number(value, {"count": 0, "days": 1}.get(kpi.unit, 2))


def written(say: Voice, kpi: KpiFigure, value: Decimal | None, currency: str) -> str:
    """As `plain`, with the currency's unit in Chinese, where a table's column holds several units."""
    text = plain(kpi, value, say)
    return (
        f"{text}{phrasing.currency_word(currency, 'zh')}"
        if say.chinese and kpi.unit == "money" and value is not None
        else text
    )


def difference(kpi: KpiFigure, before: Decimal | None) -> Decimal | None:
    """The change whose sign is told by colour."""
    return None if kpi.value is None or before is None else kpi.value - before


def change(say: Voice, kpi: KpiFigure, before: Decimal | None) -> str:
    """Against a former value: percentage points for shares, the difference for ratios and days, else percent."""
    gap = difference(kpi, before)
    if gap is None:
        return phrasing.ABSENT
    if kpi.unit == "share":
        return phrasing.percent_points(gap, say.language)
    if kpi.unit in ("ratio", "days"):
        return phrasing.number(gap, 2 if kpi.unit == "ratio" else 1, sign=True)
    return phrasing.percent(phrasing.change(kpi.value, before), 1, sign=True)


def arrow(kpi: KpiFigure, before: Decimal | None) -> str:
    """Up or down before a change, so that its direction is not told by colour alone."""
    gap = difference(kpi, before)
    return "" if not gap else "▲" if gap > 0 else "▼"


def replaced(kpi: KpiFigure, value: Decimal | None) -> KpiFigure:
    """The KPI with another value, for a branch's line."""
    return replace(kpi, value=value)


def axis(say: Voice, kpi: KpiFigure, currency: str) -> tuple[Decimal, str]:
    """What an axis divides by, and its unit."""
    if kpi.unit == "money":
        scale = say.scale(list(kpi.series))
        return Decimal(scale.divisor), say.unit(scale, currency)
    if kpi.unit == "share":
        return Decimal("0.01"), "%"
    return Decimal(1), say("天", "days") if kpi.unit == "days" else ""


def moved(say: Voice, kpi: KpiFigure, first: Decimal, last: Decimal) -> str:
    """A chart's title: the KPI and how it moved over the months shown."""
    told = change(say, replaced(kpi, last), first)
    if last == first or told == phrasing.ABSENT:
        return kpi.title
    known = [place for place, value in enumerate(kpi.series) if value is not None]
    months = known[-1] - known[0]
    return say(f"{kpi.title}{months}个月 {told}", f"{kpi.title} {told} in {months} months")


def column_title(say: Voice, kpi: KpiFigure, scale: Scale | None, currency: str) -> str:
    """A column's heading with its unit once."""
    unit = say.unit(scale, currency) if scale else {"share": "%", "days": say("天", "days")}.get(kpi.unit, "")
    return say.bracket(kpi.title, unit) if unit else kpi.title


def in_column(kpi: KpiFigure, value: Decimal | None, scale: Scale | None) -> str:
    """A value whose unit stands in the heading."""
    if value is None:
        return phrasing.ABSENT
    if scale:
        return phrasing.scaled(value, scale)
    if kpi.unit == "share":
        return phrasing.number(value * 100, SHARE_DIGITS)
    return phrasing.number(value, {"count": 0, "days": 1}.get(kpi.unit, 2))

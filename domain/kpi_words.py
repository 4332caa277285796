"""A KPI's figures in words, by its unit (money, share, count, ratio, days): on screen and on paper."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from domain import phrasing
from domain.phrasing import Scale, choose
from domain.reports.management import KpiFigure

SHARE_DIGITS = 2


def parts(language: str, kpi: KpiFigure, currency: str) -> tuple[str, str, str]:
    """What stands before the figure (an English amount's currency), the figure, and its unit, for a tile."""
    if kpi.value is None:
        return "", phrasing.ABSENT, ""
    if kpi.unit == "money":
        return phrasing.money_parts(kpi.value, currency, language)
    if kpi.unit == "share":
        return "", phrasing.number(kpi.value * 100, SHARE_DIGITS), "%"
    if kpi.unit == "days":
        return "", phrasing.number(kpi.value, 1), choose(language, "天", "days")
    return "", plain(language, kpi, kpi.value), choose(language, "户", "") if kpi.unit == "count" else ""


def plain(language: str, kpi: KpiFigure, value: Decimal | None) -> str:
    """A value on its own: 1.86亿, 1.08%, 52,318, 2.41."""
    if kpi.unit == "money":
        return phrasing.short(value, language)
    if kpi.unit == "share":
        return phrasing.percent(value, SHARE_DIGITS)
    return phrasing.number(value, {"count": 0, "days": 1}.get(kpi.unit, 2))


def written(language: str, kpi: KpiFigure, value: Decimal | None, currency: str) -> str:
    """As `plain`, with the currency's unit in Chinese, where a table's column holds several units."""
    text = plain(language, kpi, value)
    return (
        f"{text}{phrasing.currency_word(currency, 'zh')}"
        if language == "zh" and kpi.unit == "money" and value is not None
        else text
    )


def amount(language: str, kpi: KpiFigure, value: Decimal | None, currency: str) -> str:
    """A value with its unit, as it stands in a sentence: 88.0万元, CNY 1.39 M, 52,318."""
    return phrasing.short_money(value, currency, language) if kpi.unit == "money" else plain(language, kpi, value)


def difference(kpi: KpiFigure, before: Decimal | None) -> Decimal | None:
    """The change whose sign is told by colour and arrow: zero where it is written as zero."""
    if kpi.value is None or before is None:
        return None
    if kpi.unit == "money" and not (kpi.value and before):
        return Decimal(0)  # nothing was booked in one of the two months (a fee of the quarter): no better and no worse
    gap = kpi.value - before
    written_digits = {"share": SHARE_DIGITS + 2, "ratio": 2, "days": 1}.get(kpi.unit)
    return gap if written_digits is None or round(gap, written_digits) else Decimal(0)


def change(language: str, kpi: KpiFigure, before: Decimal | None) -> str:
    """Against a former value: percentage points for shares, the difference for ratios and days, else percent.

    Money that was or became zero or less has no rate of growth: −1,133.8% of a flow that turned tells nothing. Then
    the difference itself is told, in money.
    """
    gap = difference(kpi, before)
    if gap is None:
        return phrasing.ABSENT
    if kpi.unit == "share":
        return phrasing.percent_points(gap, language)
    if kpi.unit in ("ratio", "days"):
        return phrasing.number(gap, 2 if kpi.unit == "ratio" else 1, sign=True)
    if kpi.unit == "money" and kpi.value is not None and before is not None and (kpi.value <= 0 or before <= 0):
        return phrasing.short(kpi.value - before, language, sign=True)
    if kpi.unit == "count" and before == 0:
        return phrasing.number(gap, sign=True)
    return phrasing.percent(phrasing.change(kpi.value, before), 1, sign=True)


def arrow(kpi: KpiFigure, before: Decimal | None) -> str:
    """Up or down before a change, so that its direction is not told by colour alone."""
    gap = difference(kpi, before)
    return "" if not gap else "▲" if gap > 0 else "▼"


def replaced(kpi: KpiFigure, value: Decimal | None) -> KpiFigure:
    """The KPI with another value, for a branch's line."""
    return replace(kpi, value=value)


def axis(language: str, kpi: KpiFigure, currency: str) -> tuple[Decimal, str]:
    """What an axis divides by, and its unit."""
    if kpi.unit == "money":
        scale = phrasing.scale_of(kpi.series, language)
        return Decimal(scale.divisor), phrasing.scale_unit(scale, currency, language)
    if kpi.unit == "share":
        return Decimal("0.01"), "%"
    return Decimal(1), choose(language, "天", "days") if kpi.unit == "days" else ""


def moved(language: str, kpi: KpiFigure, first: Decimal, last: Decimal) -> str:
    """A chart's title: the KPI and how it moved over the months shown."""
    told = change(language, replaced(kpi, last), first)
    if last == first or told == phrasing.ABSENT:
        return kpi.title
    known = [place for place, value in enumerate(kpi.series) if value is not None]
    months = known[-1] - known[0]
    return choose(
        language,
        f"{kpi.title}{months}个月 {told}",
        f"{kpi.title} {told} in {phrasing.counted(months, 'en', '', 'month')}",
    )


def column_title(language: str, kpi: KpiFigure, scale: Scale | None, currency: str) -> str:
    """A column's heading with its unit once."""
    unit = (
        phrasing.scale_unit(scale, currency, language)
        if scale
        else {"share": "%", "days": choose(language, "天", "days")}.get(kpi.unit, "")
    )
    return choose(language, f"{kpi.title}（{unit}）", f"{kpi.title} ({unit})") if unit else kpi.title


def in_column(kpi: KpiFigure, value: Decimal | None, scale: Scale | None) -> str:
    """A value whose unit stands in the heading."""
    if value is None:
        return phrasing.ABSENT
    if scale:
        return phrasing.scaled(value, scale)
    if kpi.unit == "share":
        return phrasing.number(value * 100, SHARE_DIGITS)
    return phrasing.number(value, {"count": 0, "days": 1}.get(kpi.unit, 2))

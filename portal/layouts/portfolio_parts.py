"""What the views of the portfolio share: names of components, links to customers, amounts in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from dash import dcc

from domain import phrasing
from domain.credit.portfolio import BUCKETS
from domain.phrasing import number, percent
from portal.access import Ctx
from portal.portfolio_figure import Figure
from portal.portfolio_question import Seen, money

GRADES = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C", "D", "")


class Ids:
    """Of this page."""

    ASKED = "portfolio-asked"
    CONTEXT = "portfolio-context"
    ACTIONS = "portfolio-actions"
    BODY = "portfolio-body"
    PEOPLE = "portfolio-people"
    FOOT = "portfolio-foot"
    GRID = "portfolio-grid"
    SHOWN = "portfolio-shown"
    FILTER = "portfolio-filter"  # {"type": FILTER, "name": the filter}
    CHART = "portfolio-chart"  # {"type": CHART, "name": the chart}


def may_open(ctx: Ctx) -> bool:
    """Whether figures lead this viewer to customers."""
    return ctx.may("customers.search")


def link(seen: Seen, figure: Figure, words: Any, month: date | None = None) -> Any:
    """The words as a link to the customers of that figure (of another month-end), for who may look customers up."""
    if not may_open(seen.ctx):
        return words
    asked = seen.asked
    href = (
        asked.customers(figure)
        if month is None
        else asked.address(view="people", of=figure.name, month=f"{month:%Y-%m}")
    )
    return dcc.Link(words, href=href)


def told(ctx: Ctx, figure: Figure, **more: str) -> dict[str, str] | None:
    """What a click on a chart asks: assets/filters.js puts it into the address."""
    return {"view": "people", "of": figure.name, **more} if may_open(ctx) else None


def chart_id(name: str) -> dict[str, str]:
    """The Graph whose bars and cells open their customers."""
    return {"type": Ids.CHART, "name": name}


def amount(ctx: Ctx, cents: int | None, sign: bool = False) -> str:
    """Short, without currency: 1.23亿."""
    return phrasing.short(None if cents is None else money(cents), ctx.language, sign)


def unit(ctx: Ctx) -> str:
    """元 or CNY."""
    return phrasing.currency_word(ctx.currency, ctx.language)


def share(part: int | Decimal, whole: int | Decimal, digits: int = 1) -> str:
    """A part of the whole; a dash of nothing."""
    return percent(Decimal(part) / Decimal(whole) if whole else None, digits)


def bucket_words(ctx: Ctx, bucket: str) -> str:
    """未逾期, 1–30天 …; what is no longer there has its own words."""
    return ctx.t(f"portfolio.bucket.{bucket}") if bucket in BUCKETS else ctx.t("portfolio.bucket.absent")


def grade_words(ctx: Ctx, grade: str) -> str:
    """The grade itself; 未评级 without one."""
    if grade == "absent":
        return ctx.t("portfolio.not_in_run")
    return grade or ctx.t("portfolio.unrated")


def grades_in_order(found: set[str]) -> list[str]:
    """Best first, the unrated last; a grade of another masterscale after those of this one."""
    return sorted(found, key=lambda grade: (GRADES.index(grade) if grade in GRADES else 99, grade))


def counted(count: int) -> str:
    """A number of customers or accounts."""
    return number(count)

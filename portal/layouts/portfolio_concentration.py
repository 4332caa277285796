"""How much hangs on few: largest borrowers, industries, Herfindahl's index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash.development.base_component import Component

from domain.credit.portfolio import herfindahl
from domain.phrasing import number, percent
from portal.access import Ctx
from portal.layouts.portfolio_loss import customer_cell
from portal.layouts.portfolio_parts import amount, chart_id, counted, link, share, told, unit
from portal.portfolio_figure import Figure
from portal.portfolio_question import Seen
from portal.widgets import charts, frame
from portal.widgets.charts import Table, chart_card, hbars
from portal.widgets.lists import facts
from store.portfolio import Contact
from warehouse.portfolio import Sum

LARGEST = 10


def concentration_view(ctx: Ctx, seen: Seen) -> list[Component]:
    """Figures and industries; the borrowers themselves come by themselves, on the audit trail."""
    _, count, top, index = seen.book.borrowers(LARGEST)
    industries = industries_of(seen)
    told_of = [
        (ctx.t("portfolio.borrowers"), number(count)),
        (ctx.t("portfolio.top_share", count=LARGEST), percent(top, 1)),
        (ctx.t("portfolio.herfindahl_borrowers"), number(index, 4) if index is not None else "—"),
        (ctx.t("portfolio.herfindahl_industries"), _index([one.outstanding for one in industries])),
    ]
    card = frame.card(ctx.t("portfolio.concentration"), facts(told_of), why=ctx.t("portfolio.concentration_why"))
    return [card, _industries(ctx, seen, industries)]


def _index(amounts: list[int]) -> str:
    found = herfindahl(amounts)
    return number(found, 4) if found is not None else "—"


def industries_of(seen: Seen) -> list[Sum]:
    """What companies owe by section of industry, most first; '' is not said."""
    found = seen.book.sums("exposure", ("industry",), {"kind": "corporate"})
    return sorted(found, key=lambda one: (-one.outstanding, one.key))


def industry_words(ctx: Ctx, seen: Seen, code: str) -> str:
    """制造业 / Manufacturing."""
    return (seen.words.industry(code) or code).rsplit(" ", 1)[0] if code else ctx.t("portfolio.no_industry")


def industry_figure(code: str) -> Figure:
    """Companies of the section."""
    return Figure("exposure", {"kind": "corporate", "industry": code})


def _industries(ctx: Ctx, seen: Seen, found: list[Sum]) -> Component:
    title, why = ctx.t("portfolio.industries"), ctx.t("portfolio.industries_why", unit=unit(ctx))
    if not found:
        return frame.card(title, ctx.t("portfolio.no_companies"), why=why)
    names = [industry_words(ctx, seen, one.key[0]) for one in found]
    shown = [amount(ctx, one.outstanding) for one in found]
    figure = hbars(names, [one.outstanding / 100 for one in found], ctx.theme, shown)
    figure["data"][0]["meta"] = [told(ctx, industry_figure(one.key[0])) for one in found]
    whole = sum(one.outstanding for one in found)
    rows: list[list[Any]] = [
        [link(seen, industry_figure(one.key[0]), name), counted(one.customers), amount(ctx, one.outstanding),
         share(one.outstanding, whole), amount(ctx, one.loss), share(one.loss, one.ead, 2)]
        for name, one in zip(names, found, strict=True)
    ]  # fmt: skip
    heads = [
        ctx.t(f"portfolio.head.{name}")
        for name in ("industry", "customers", "outstanding", "share", "loss", "loss_rate")
    ]
    return chart_card(title, why, figure, Table(heads, rows, tuple(range(1, 6))), ctx.language, chart_id("industries"))


def borrowers_card(ctx: Ctx, seen: Seen, found: list[Sum], who: Mapping[str, Contact]) -> Component:
    """The largest borrowers; a group of companies is one."""
    rows: list[list[Any]] = []
    for at, one in enumerate(found, 1):
        name = customer_cell(ctx, seen, one.key[1], who)
        members = link(seen, Figure("exposure", {"borrower": one.key[0]}), counted(one.customers))
        rows.append(
            [str(at), name, members, amount(ctx, one.outstanding), share(one.outstanding, seen.now.outstanding),
             amount(ctx, one.loss), share(one.loss, one.ead, 2)]
        )  # fmt: skip
    names = ("rank", "borrower", "members", "outstanding", "share", "loss", "loss_rate")
    heads = [ctx.t(f"portfolio.head.{name}") for name in names]
    table = charts.table(Table(heads, rows, (0, 2, 3, 4, 5, 6)))
    why = ctx.t("portfolio.largest_why", unit=unit(ctx))
    return frame.card(ctx.t("portfolio.largest", count=len(found)), table, why=why)

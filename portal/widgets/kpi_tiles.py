"""KPIs as tiles: the same tile on every page that shows one."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from domain import kpi_words
from domain.reports.management import KpiFigure
from portal.access import Ctx
from portal.widgets.tiles import Comparison, judged, tile

DIRECTIONS = {"up": 1, "down": -1, "none": 0}


def kpi_tile(
    ctx: Ctx, told: KpiFigure, currency: str, href: str | None = None, why: str | None = None, note: Any = None
) -> Component:
    """One KPI: its value, against last month and last year, its months, its target.

    why: why it has no value, said in place of the comparisons. note: more of whom it counts.
    """
    before, value, unit = kpi_words.parts(ctx.language, told, currency)
    target = told.target
    return tile(
        told.title, value, unit, [Comparison(why, "", None)] if why else compared(ctx, told), told.series,
        definition(ctx, told), ctx.theme, ctx.settings.red_means_up,
        share_of_target=float(told.value / target) if told.value is not None and target else None,
        target_words=ctx.t("overview.target", target=kpi_words.plain(ctx.language, told, target)) if target else None,
        href=href, before=before, note=note or whom(ctx, told),
    )  # fmt: skip


def whom(ctx: Ctx, told: KpiFigure) -> str | None:
    """Whom a count of customers counts; other pages count others."""
    return ctx.t("overview.with_account") if told.name == "customers" else None


def definition(ctx: Ctx, told: KpiFigure) -> str:
    """What the ⓘ says."""
    return ctx.t("overview.definition", definition=told.definition, formula=told.formula, owner=told.owner)


def compared(ctx: Ctx, told: KpiFigure) -> list[Comparison]:
    """Against last month and a year ago."""
    return [
        Comparison(
            ctx.t(f"common.{name}"),
            kpi_words.change(ctx.language, told, before),
            judged(kpi_words.difference(told, before), DIRECTIONS[told.direction]),
        )
        for name, before in (("month_on_month", told.previous), ("year_on_year", told.year_ago))
    ]

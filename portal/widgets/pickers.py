"""Pickers: Dash's drop-down in the viewer's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import month as month_words
from portal.access import Ctx
from portal.branch_choice import branch_options
from portal.widgets.marks import marks
from store.branches import Branch


def words(ctx: Ctx) -> dcc.Dropdown.Labels:
    """What a dcc.Dropdown says by itself: its `labels`."""
    return {
        "select_all": ctx.t("common.picker.select_all"),
        "deselect_all": ctx.t("common.picker.deselect_all"),
        "selected_count": ctx.t("common.picker.selected_count"),
        "search": ctx.t("common.picker.search"),
        "clear_search": ctx.t("common.picker.clear_search"),
        "clear_selection": ctx.t("common.picker.clear_selection"),
        "no_options_found": ctx.t("common.picker.no_options_found"),
    }


def branch_choices(ctx: Ctx, tree: Sequence[Branch]) -> list[tuple[str, str]]:
    """(label, number) of the branches in scope, before them all of it ('') where the scope has several tops."""
    whole = [(ctx.t("overview.all_mine"), "")] if len(ctx.scope.paths) > 1 else []
    return whole + branch_options(tree)


def branch(ctx: Ctx, ident: str | dict[str, str], tree: Sequence[Branch], chosen: str) -> Component:
    """The picker of a page's branch."""
    found = dropdown(ctx, ident, branch_choices(ctx, tree), chosen)
    return _named(ctx.t("overview.branch"), found)


def month(ctx: Ctx, ident: str | dict[str, str], months: Iterable[date], chosen: date) -> Component:
    """The picker of a page's month, the newest first; months: oldest first."""
    found = dropdown(ctx, ident, month_choices(ctx, months), f"{chosen:%Y-%m}", searchable=False)
    return _named(ctx.t("overview.month"), found)


def month_choices(ctx: Ctx, months: Iterable[date]) -> list[tuple[str, str]]:
    """(label, 2026-10), the newest first; months: oldest first."""
    return [(month_words(end, ctx.language), f"{end:%Y-%m}") for end in reversed(list(months))]


def narrowing(
    ctx: Ctx,
    ident: str | dict[str, str],
    name: str,
    options: Sequence[tuple[str, str]],
    value: str,
    clearable: bool = True,
) -> Component:
    """A filter called `name`: (label, value) to choose from, emptied for all."""
    return _named(name, dropdown(ctx, ident, options, value or None, clearable=clearable, placeholder=name))


def choices(options: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """(label, value) as a dropdown takes them."""
    return [{"label": label, "value": option} for label, option in options]


def dropdown(
    ctx: Ctx, ident: str | dict[str, str], options: Iterable[tuple[str, str]], value: str | None, clearable: bool = False,
    **more: Any,
) -> dcc.Dropdown:  # fmt: skip
    """(label, value) to choose one from, in the viewer's language."""
    return dcc.Dropdown(choices(options), value, id=ident, clearable=clearable, labels=words(ctx), **more)


def _named(name: str, picker: Component) -> Component:
    return html.Div(picker, className="overview-pick", role="group", **marks(aria_label=name))

"""Pickers: Dash's drop-down in the viewer's language."""

from __future__ import annotations

from dash import dcc

from portal.access import Ctx


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

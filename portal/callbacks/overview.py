"""Executive overview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component

from domain.kpis import BY_NAME
from domain.month import figures
from portal import report_button
from portal.access import Bind, Ctx
from portal.layouts import overview as page
from portal.layouts.overview import STEM, Ids
from portal.overview_question import View, month_of, question_of, sums_of
from portal.widgets import frame, status
from store.picture import PictureOnShow


def show(ctx: Ctx, told: Mapping[str, Any] | None) -> tuple[Any, str, list[Component]]:
    """Body, context and actions of the month and scope in the address."""
    picture = ctx.picture
    if picture is None:
        return frame.card(None, status.empty(ctx.t("common.empty_picture"), ctx.t("common.empty_picture_what"))), "", []
    if not ctx.scope.paths:
        return frame.card(None, status.empty(ctx.t("overview.no_scope"), ctx.t("overview.no_scope_what"))), "", []
    wanted = str((told or {}).get("month") or "")
    odd = bool(wanted) and month_of(picture, wanted) is None
    # An old or mistyped link opens on the newest month, and says so.
    view = view_of(ctx, picture, {**(told or {}), "month": "" if odd else wanted})
    notes = [page.no_such_month(ctx, wanted, view.asked.month)] if odd else []
    return [*notes, *page.body(ctx, view)], page.context(ctx, view), page.actions(ctx, view)


def asked(told: Mapping[str, Any] | None) -> tuple[str, ...]:
    """What tells one question from another: nothing else of the address is read, and an unknown KPI is the first."""
    month, branch, kpi = (str((told or {}).get(name) or "") for name in ("month", "branch", "kpi"))
    return month, branch, kpi if kpi in BY_NAME else ""


def view_of(ctx: Ctx, picture: PictureOnShow, told: Mapping[str, Any]) -> View:
    """All that the page shows, read in this transaction."""
    asked = question_of(ctx, picture, told)
    sums = sums_of(ctx, asked)
    name = asked.branch.name if asked.branch else ctx.t("overview.all_mine")
    return View(asked, picture, sums, figures(sums, ctx.language), picture.currency or ctx.settings.currency, name)


def register(bind: Bind) -> None:
    """Attach them."""
    parts = [Output(ident, "children") for ident in (Ids.BODY, Ids.CONTEXT, Ids.ACTIONS)]
    bind(show, output=parts, inputs=[Input(Ids.ASKED, "data")], permission="overview.view", keep=asked)
    bind.clientside(
        "overview.go", output=Output("_pages_location", "search", allow_duplicate=True),
        inputs=[Input(Ids.MONTH, "value"), Input(Ids.BRANCH, "value")], states=[State(Ids.ASKED, "data"), State(Ids.SHOWN, "data")],
        prevent_initial_call=True,
    )  # fmt: skip
    report_button.register(bind, STEM, report_button.for_month, "reports.management")

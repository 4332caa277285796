"""The feature catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output
from dash.development.base_component import Component

from portal.access import Bind, Ctx
from portal.features_question import profiles_of, question_of
from portal.filters import bind_filters
from portal.layouts import features as page
from portal.layouts.features import Ids
from portal.layouts.overview import no_such_month
from portal.widgets import frame


def show(ctx: Ctx, told: Mapping[str, Any] | None) -> tuple[Any, str, list[Component]]:
    """Body, context and actions of what the address asks."""
    if ctx.picture is None:
        return frame.nothing(ctx, "common.empty_picture"), "", []
    if not ctx.scope.paths:
        return frame.nothing(ctx, "overview.no_scope"), "", []
    asked = question_of(ctx, told or {})
    known = profiles_of(ctx, asked)
    if known is None:
        return frame.nothing(ctx, "features.no_profiles", jobs=True), "", []
    wanted = str((told or {}).get("month") or "")
    odd = bool(wanted) and asked.month is not None and wanted != f"{asked.month:%Y-%m}"
    notes = [no_such_month(ctx, wanted, known.as_of)] if odd else []
    return [*notes, *page.body(ctx, asked, known)], page.context(ctx, asked, known), page.actions(ctx, asked)


def register(bind: Bind) -> None:
    """Attach them."""
    parts = [Output(ident, "children") for ident in (Ids.BODY, Ids.CONTEXT, Ids.ACTIONS)]
    bind(show, output=parts, inputs=[Input(Ids.ASKED, "data")], permission="features.view")
    bind_filters(bind, Ids.FILTER, Ids.SHOWN)

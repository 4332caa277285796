"""The buttons that fetch what a page shows as a file."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from portal.access import Ctx

FORMS = ("xlsx", "csv")


def export_links(ctx: Ctx, permission: str, path: str, query: str) -> list[Component]:
    """One a form, <path>/<form>?<query>; none for a viewer without the permission."""
    if not ctx.may(permission):
        return []
    return [
        html.A(form.upper(), href=f"{path}/{form}" + (f"?{query}" if query else ""), className="gx-btn", download="")
        for form in FORMS
    ]

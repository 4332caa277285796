"""Home: what this person starts the day with, by role."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from portal.access import Ctx
from portal.widgets import frame


class Ids:
    """Of this page."""

    BODY = "home-body"


def layout(ctx: Ctx) -> Component:
    """The head; the parts come by callback."""
    return frame.page(ctx.t("home.hello", name=ctx.viewer.name), ctx.t("home.context"), body=html.Div(id=Ids.BODY))

"""The frame's own callbacks run in the browser: the menu marks where one is."""

from __future__ import annotations

from dash import Input, Output

from portal.access import Bind
from portal.widgets import frame


def register(bind: Bind) -> None:
    """Attach them."""
    bind.clientside(
        "frame.mark_place", output=Output(frame.MENU, "className"), inputs=[Input("_pages_location", "pathname")]
    )

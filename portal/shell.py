"""The page around all pages: the HTML document and the frame that Dash fills."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import flask
from dash import Dash, dcc, html, page_container
from dash.development.base_component import Component

from portal.access import context, viewer
from portal.guard import language_of_request
from portal.pages import page_at
from portal.widgets import frame


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ImportError(f"{name} is not installed; see requirements.txt")
    return Path(spec.origin).parent


# Files of packages that are served by us: name in the address -> file.
VENDOR = {"bootstrap.min.css": _package("flask_bootstrap") / "static" / "bootstrap5" / "css" / "bootstrap.min.css"}
_GRID_SCRIPT = re.compile(r'<script src="[^"]*/dash_ag_grid/[^"]*"></script>\n?')


class ShellDash(Dash):
    """Dash with our document: language and theme on the root, and the table script only where a table is."""

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """The HTML of a page, before Dash fills it."""
        who = viewer()
        found = page_at(flask.request.path)
        scripts = parts["scripts"] if found and found[0].grid else _GRID_SCRIPT.sub("", parts["scripts"])
        return flask.render_template(
            "index.html",
            language=language_of_request(),
            theme=who.theme if who else "light",
            vendor=[f"/vendor/{name}?m={int(file.stat().st_mtime)}" for name, file in VENDOR.items()],
            **{**parts, "scripts": scripts},
        )


def root() -> Component:
    """Everything around the page. Without anybody signed in (Dash asks once at its start), the bare container."""
    if not flask.has_request_context() or (who := viewer()) is None:
        return html.Div(page_container)
    with context(who) as ctx:
        return frame.frame(ctx, [page_container, dcc.Location(id=frame.PLACE, refresh=True)])

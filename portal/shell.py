"""The page around all pages: the HTML document and the frame that Dash fills."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import flask
from dash import Dash, dcc, html, page_container
from dash.development.base_component import Component

from portal import translations
from portal.access import context, viewer
from portal.bundle import Bundle, bundled
from portal.guard import language_of_request
from portal.pages import page_at
from portal.widgets import frame


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ImportError(f"{name} is not installed; see requirements.txt")
    return Path(spec.origin).parent


BOOTSTRAP = _package("flask_bootstrap") / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
BUNDLE = "guanxi_bundle"  # among the server's extensions


class ShellDash(Dash):
    """Dash with our document: language and theme on the root, and the table script only where a table is."""

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """The HTML of a page, before Dash fills it."""
        who = viewer()
        found = page_at(flask.request.path)
        bundle: Bundle = flask.current_app.extensions[BUNDLE]
        scripts = bundle.scripts(found[0].packages if found is not None else ())
        return flask.render_template(
            "index.html",
            language=language_of_request(),
            theme=who.theme if who else "light",
            t=translations.text,
            **{**parts, "scripts": scripts},
        )


def bundle_of(app: Dash) -> Bundle:
    """Join the app's scripts and styles; when Dash has finished its set-up and knows them all."""
    return bundled(
        app._generate_scripts_html(), app._generate_css_dist_html(), Path(app.config.assets_folder), [BOOTSTRAP]
    )


def root() -> Component:
    """Everything around the page. Without anybody signed in (Dash asks once at its start), the bare container."""
    if not flask.has_request_context() or (who := viewer()) is None:
        return html.Div(page_container)
    with context(who) as ctx:
        return frame.frame(ctx, [page_container, dcc.Location(id=frame.PLACE, refresh=True)])

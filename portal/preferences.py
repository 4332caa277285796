"""POST /preferences: the language and theme a person reads in, from the two buttons of the top bar."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import flask

from portal.access import Ctx
from store.users import set_preference


def choose(ctx: Ctx) -> Any:
    """Keep `language` or `theme` of the form and go back to the page it was pressed on, drawn anew."""
    form = flask.request.form
    set_preference(ctx.connection, ctx.viewer.user_id, form.get("language"), form.get("theme"))
    return flask.redirect(back(flask.request.referrer))


def back(address: str | None) -> str:
    """The path and query of an address of ours; '/' for anything else."""
    parts = urlsplit(address or "")
    if parts.netloc not in ("", flask.request.host) or not parts.path.startswith("/") or parts.path.startswith("//"):
        return "/"
    if "\\" in parts.path:
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")

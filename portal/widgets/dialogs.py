"""The dialog that asks before an act; a page that has one is marked asks=True in PAGES.

A button with data-ask (status.confirm) is answered in assets/frame.js: it opens this dialog with the question and the
button's own verb, and presses the button once more when the answer is yes. Focus, Tab and Escape are Bootstrap's.
"""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from portal.access import Ctx
from portal.widgets.marks import marks


class Ids:
    """Of the dialog."""

    ASK = "dialog-ask"
    WORDS = "dialog-ask-words"
    YES = "dialog-ask-yes"


def ask(ctx: Ctx) -> Component:
    """The dialog, closed."""
    no = html.Button(ctx.t("common.cancel"), className="gx-btn", type="button", **marks(data_answer="no"))
    yes = html.Button(
        ctx.t("common.yes"), id=Ids.YES, className="gx-btn main", type="button", **marks(data_answer="yes")
    )
    return dbc.Modal(
        [dbc.ModalBody(id=Ids.WORDS), dbc.ModalFooter([no, yes])],
        id=Ids.ASK, is_open=False, centered=True, labelledby=Ids.WORDS, scrollable=True,
    )  # fmt: skip

"""How things stand, in small: chips, toasts, and the three states every page and tile has."""

from __future__ import annotations

import json
from typing import Any

from dash import html
from dash.development.base_component import Component

from portal import translations
from portal.widgets.marks import marks

TONES = ("plain", "good", "warn", "bad", "accent")


def chip(text: Any, tone: str = "plain", title: str | None = None) -> Component:
    """A word or two in a soft pill. Tone only where it means something."""
    return html.Span(text, className=f"gx-chip {tone}", title=title)


def empty(why: str, what: str | None = None, action: Component | None = None) -> Component:
    """Nothing to show: why that is, and what to do next."""
    parts = [
        html.Div(why, className="gx-empty-why"),
        html.Div(what, className="gx-empty-what") if what else None,
        action,
    ]
    return html.Div([part for part in parts if part is not None], className="gx-empty")


def failed(sentence: str, incident: str | None, language: str, again: tuple[Any, str] | None = None) -> Component:
    """Something did not work: the sentence, and where `again` names an input (id, property) a button that asks anew.

    The button is plain HTML; assets/frame.js answers it by setting that property to what it is.
    """
    button = None
    if again is not None:
        wanted = json.dumps({"id": again[0], "property": again[1]}, ensure_ascii=False)
        label = translations.text(language, "common.again")
        button = html.Button(label, className="gx-btn", type="button", **marks(data_again=wanted))
    mark: dict[str, Any] = {"data-incident": incident} if incident else {}
    parts = [html.Div(sentence, className="gx-failed-why"), button]
    return html.Div([part for part in parts if part is not None], className="gx-failed", role="alert", **mark)


def skeleton(rows: int = 3) -> Component:
    """Grey bars where something will stand; they appear only after 150 ms."""
    return html.Div(
        [html.Div(className="gx-bone") for _ in range(rows)], className="gx-skeleton", **marks(aria_hidden="true")
    )


def toast(sentence: str, tone: str = "plain") -> Component:
    """A sentence at the foot of the screen that goes away by itself. Send it with frame.TOAST as the output."""
    return html.Div(sentence, className=f"gx-toast {tone}", role="status")


def told(ident: str) -> Component:
    """Where a form says what was refused: beside it, until it is sent again. Its name ends in -told (portal/failures.py)."""
    return html.Div(id=ident, className="gx-told", **marks(aria_live="assertive"))


def refused(sentence: str) -> Component:
    """What stands there."""
    return html.P(sentence, className="gx-alert warn", role="alert")


def confirm(
    ident: Any, label: str, question: str, tone: str = "", needs: str | dict[str, Any] | None = None, **attributes: Any
) -> Component:
    """A button that asks before it acts: see portal/widgets/dialogs.py.

    needs: the box without whose words it does not ask: it acts at once, and is told what is missing.
    """
    told = {"data_ask": question}
    if needs is not None:  # as Dash writes a name of several parts into the page
        told["data_needs"] = (
            needs if isinstance(needs, str) else json.dumps(needs, sort_keys=True, separators=(",", ":"))
        )
    return html.Button(
        label, id=ident, n_clicks=0, className=f"gx-btn {tone}", type="button", **marks(**told), **attributes
    )

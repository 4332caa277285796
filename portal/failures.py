"""What a callback answers when it cannot do what was asked: a sentence where the reader looks."""

from __future__ import annotations

from typing import Any

import dash
from dash import no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from werkzeug.exceptions import HTTPException

from portal import translations
from portal.access import Forbidden, OutOfScope, Viewer, sentence_of
from portal.widgets import status
from portal.widgets.frame import TOAST

TOLD = "-told"
_PRESSED = (".n_clicks", ".n_submit")


def answer(error: Exception, who: Viewer, outputs: list[Any], single: bool) -> Any:
    """The values for `outputs`.

    Pressed something: a toast, the page stays as it was, and a form with a place for it (status.told) says so beside its
    boxes. Otherwise the first output that is `children` shows the
    sentence with a button that asks again, or that it is not for this person; without such an output, a toast.
    """
    if isinstance(error, PreventUpdate | HTTPException):
        raise error
    sentence, incident = sentence_of(error, who)
    values: list[Any] = [no_update] * len(outputs)
    place = next((at for at, output in enumerate(outputs) if output.component_property == "children"), None)
    told = next((at for at, output in enumerate(outputs) if _of_a_form(output)), None)
    if told is not None and _was_pressed():  # it stays where the form is; the toast goes away
        values[told] = status.refused(sentence)
    if place is None or _was_pressed():
        dash.set_props(TOAST, {"children": status.toast(sentence, "bad")})
    else:
        values[place] = _shown(error, sentence, incident, who)
    return values[0] if single else values


def _shown(error: Exception, sentence: str, incident: str | None, who: Viewer) -> Component:
    """In the place of the answer. Asking once more changes nothing for who may not see it: they are told so as an address is."""
    if isinstance(error, Forbidden | OutOfScope):
        return status.empty(translations.text(who.language, "common.no_access_title"), sentence)
    return status.failed(sentence, incident, who.language, again=_first_input())


def _of_a_form(output: Any) -> bool:
    return output.component_property == "children" and str(output.component_id).endswith(TOLD)


def _was_pressed() -> bool:
    return any(part["prop_id"].endswith(_PRESSED) for part in dash.ctx.triggered)


def _first_input() -> tuple[Any, str] | None:
    inputs = dash.ctx.inputs_list
    first = inputs[0] if inputs else None
    return (first["id"], first["property"]) if isinstance(first, dict) else None

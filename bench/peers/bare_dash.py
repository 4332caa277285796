"""The smallest Dash there is: one callback that gives back a word."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, dcc, html

app = Dash("bare")
app.layout = html.Div([dcc.Store(id="asked", data=1), html.Div(id="said")])


@app.callback(Output("said", "children"), Input("asked", "data"))
def _say(_asked: Any) -> str:
    return "江城"


server = app.server

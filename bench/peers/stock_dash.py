"""A page as Dash's own examples make it: a chart, a table and Bootstrap components, compressed as Dash can."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import Dash, dcc, html
from flask import send_file

spec = find_spec("flask_bootstrap")
assert spec is not None and spec.origin is not None
BOOTSTRAP = Path(spec.origin).parent / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]

# The examples take Bootstrap's style sheet from a CDN; here it comes from this server, of the same size.
app = Dash("stock", compress=True, external_stylesheets=["/bootstrap.min.css"])
server = app.server
server.add_url_rule("/bootstrap.min.css", "bootstrap", lambda: send_file(BOOTSTRAP))
app.layout = dbc.Container(
    [
        html.H1("Overview"),
        dbc.Row(
            [dbc.Col(dbc.Card(dbc.CardBody([html.H4(name), html.P("1,234")]))) for name in ("AUM", "Loans", "Customers")]
        ),
        dcc.Graph(id="chart", figure={"data": [{"x": MONTHS, "y": list(range(12)), "type": "scatter"}], "layout": {}}),
        dag.AgGrid(
            id="table", columnDefs=[{"field": "month"}, {"field": "value"}],
            rowData=[{"month": month, "value": n} for n, month in enumerate(MONTHS)],
        ),
    ]
)  # fmt: skip

"""The tokens of assets/00_tokens.css for what cannot read CSS variables: Plotly and pictures drawn on the server.

The stylesheet is the one source; it is read once, so that no colour stands in Python.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from config.settings import ROOT

TOKENS = ROOT / "assets" / "00_tokens.css"
_BLOCK = re.compile(r"(:root|\[data-bs-theme=dark\])\s*\{(.*?)\}", re.DOTALL)
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")


@cache
def tokens(theme: str) -> Mapping[str, str]:
    """Every token of a theme (light or dark) by name: 'ink', 'accent', 'c1' … 'c6', 'good', 'bad', 'line'."""
    css = re.sub(r"/\*.*?\*/", "", TOKENS.read_text("utf-8"), flags=re.DOTALL)
    found: dict[str, str] = {}
    for selector, body in _BLOCK.findall(css):
        if selector == ":root" or theme == "dark":
            found.update((name, value.strip()) for name, value in _TOKEN.findall(body))
    return found


def series(theme: str) -> tuple[str, ...]:
    """The six colours of series, in their fixed order."""
    return tuple(tokens(theme)[f"c{number}"] for number in range(1, 7))


@cache
def plotly_layout(theme: str) -> Mapping[str, Any]:
    """The layout every figure starts from: calm axes, our letters, our colours, no background of its own."""
    look = tokens(theme)
    axis = {
        "gridcolor": look["line-2"], "linecolor": look["line"], "zerolinecolor": look["line"],
        "tickfont": {"color": look["ink-3"], "size": 11}, "title": {"font": {"color": look["ink-3"], "size": 11}},
        "automargin": True, "fixedrange": True, "ticks": "",
    }  # fmt: skip
    return {
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "colorway": list(series(theme)),
        "font": {"family": look["font"], "size": 12, "color": look["ink-2"]},
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8, "pad": 4}, "xaxis": {**axis, "showgrid": False}, "yaxis": axis,
        "hovermode": "x unified", "bargap": 0.35, "showlegend": False,
        "hoverlabel": {"bgcolor": look["card"], "bordercolor": look["line"], "font": {"color": look["ink"]}},
        "legend": {"orientation": "h", "y": 1.12, "x": 0, "font": {"color": look["ink-2"]}},
    }  # fmt: skip

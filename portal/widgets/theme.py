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


def contrast(one: str, other: str) -> float:
    """Of two colours (#rrggbb), 1 to 21, as WCAG 2 measures it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@cache
def under(ink: str, pale: str, strong: str, least: float) -> str:
    """The colour furthest from pale to strong on which words in `ink` still have this contrast; pale where none has."""
    for hundredths in range(100, 0, -1):
        ground = mixed(pale, strong, hundredths / 100)
        if contrast(ink, ground) >= least:
            return ground
    return pale


def _rgb(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def mixed(one: str, other: str, share: float) -> str:
    """A colour of this share (0..1) of the other."""
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(_rgb(one), _rgb(other), strict=True))


def _luminance(colour: str) -> float:
    parts = [level / 255 for level in _rgb(colour)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


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
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"color": look["ink-2"]}},
    }  # fmt: skip

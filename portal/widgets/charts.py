"""Charts as plain dicts for Plotly, in the look of the house, each with its table behind it.

Figures are dicts because a go.Figure costs more than the query that fills it. Every builder takes values that are
already in the unit its axis names. A card shows the chart; "show table" turns it over (in the browser, no request).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.phrasing import exact
from portal import translations
from portal.widgets.frame import card
from portal.widgets.marks import marks
from portal.widgets.theme import plotly_layout, series, tokens, under

Value = Decimal | float | int | None
Figure = dict[str, Any]
ONE_LINE = 17  # pixels of a label of one line
LABEL_HEIGHT = 34  # pixels of a label of two lines
MOST_LABEL = 120  # pixels of a label in one line
READABLE = 4.5  # contrast of words on their ground (WCAG AA)
CONFIG: Any = {"displayModeBar": False, "responsive": True, "showTips": False, "doubleClick": False}


@dataclass(frozen=True)
class Series:
    """One line or set of bars: its name, a value a place (None is a gap), and what hovering shows of each."""

    name: str
    values: Sequence[Value]
    shown: Sequence[str] | None = None  # exact words a point; the value itself when None
    dashed: bool = False


@dataclass(frozen=True)
class Table:
    """What stands behind a chart: column heads and rows of words (or links). `right` are the places of numeric columns."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    right: Sequence[int] = ()


def _numbers(values: Sequence[Value]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def _layout(theme: str, unit: str | None = None, height: int = 240, **more: Any) -> dict[str, Any]:
    layout = {key: dict(value) if isinstance(value, Mapping) else value for key, value in plotly_layout(theme).items()}
    layout["height"] = height
    if unit:
        layout["yaxis"]["title"] = {"text": unit, "font": {"color": tokens(theme)["ink-3"], "size": 11}, "standoff": 6}
    for key, value in more.items():
        layout[key] = {**layout[key], **value} if isinstance(value, dict) and key in layout else value
    return layout


def _hover(one: Series) -> dict[str, Any]:
    if one.shown is None:
        return {"hovertemplate": "%{y:,}<extra>" + one.name + "</extra>"}
    return {"customdata": list(one.shown), "hovertemplate": "%{customdata}<extra>" + one.name + "</extra>"}


def lines(
    places: Sequence[str], drawn: Sequence[Series], theme: str, unit: str | None = None, height: int = 240
) -> Figure:
    """Lines over places in their order (months); the last point of each is marked and labelled with its name."""
    colours, traces = series(theme), []
    labels: list[Figure] = []
    ends = {end for one in drawn if (end := _ends(one.values)) is not None}
    ragged, edge = len(ends) > 1, max(ends, default=0)
    for at, one in enumerate(drawn):
        colour = tokens(theme)["c6"] if one.dashed else colours[at % len(colours)]
        stroke = {"color": colour, "width": 1.5 if one.dashed else 2.2, "dash": "dot" if one.dashed else "solid"}
        values = _numbers(one.values)
        last = _ends(one.values)
        marker = {"color": colour, "size": [7 if place == last else 0 for place in range(len(values))]}
        traces.append(
            {"type": "scatter", "mode": "lines+markers", "name": one.name, "x": list(places), "y": values, "line": stroke,
             "marker": marker, "connectgaps": False, **_hover(one)}
        )  # fmt: skip
        if last is not None:
            # Lines that end before others have their names at the edge in one line each, where no line runs through them.
            words = f"{one.name}{' ' if ragged else '<br>'}{one.shown[last]}" if one.shown else one.name
            words = _in_lines(words)
            place = {
                "x": places[edge],
                "y": values[last],
                "xanchor": "left",
                "xshift": 8,
                "align": "left",
            }
            labels.append({**place, "font": {"color": colour, "size": 12}, "text": words, "showarrow": False})
    _keep_apart(
        labels,
        [v for one in drawn for v in _numbers(one.values) if v is not None],
        height,
        LABEL_HEIGHT if any("<br>" in label["text"] for label in labels) else ONE_LINE,
    )
    # Labels stand in the margin, right of the last point, where no line runs.
    room = max((_width(words) for label in labels for words in label["text"].split("<br>")), default=0)
    layout = _layout(theme, unit, height, annotations=labels, xaxis={"type": "category"})
    layout["margin"] = {**layout["margin"], "r": 16 + room}
    return {"data": traces, "layout": layout}


def _in_lines(words: str) -> str:
    """A label so long that it would take the lines their room is broken in the middle, if it has a space there."""
    if "<br>" in words or _width(words) <= MOST_LABEL:
        return words
    spaces = [at for at, letter in enumerate(words) if letter == " "]
    middle = min(spaces, key=lambda at: abs(_width(words[:at]) - _width(words[at:])), default=None)
    return words if middle is None else f"{words[:middle]}<br>{words[middle + 1 :]}"


def upright(figure: Figure, count: int, step: int) -> Figure:
    """The same with every step-th of its `count` places named, the last among them: upright, and where they would stand on
    each other on a phone, on end."""
    figure["layout"]["xaxis"] |= {
        "tickangle": "auto",
        "autotickangles": [0, 90],
        "dtick": step,
        "tick0": (count - 1) % step,
    }
    return figure


def from_zero(figure: Figure) -> Figure:
    """The same with zero as its lower edge, and no label below it, where the names of the places stand."""
    layout = figure["layout"]
    layout["yaxis"] = {**layout.get("yaxis", {}), "rangemode": "tozero"}
    top = max((v for trace in figure["data"] for v in trace["y"] if v is not None), default=0) or 1.0
    floor = 0.0
    for label in sorted(layout["annotations"], key=lambda one: (one["y"], one.get("yshift", 0))):
        tall = LABEL_HEIGHT if "<br>" in label["text"] else ONE_LINE
        middle = label["y"] * 0.7 * layout["height"] / top + label.get("yshift", 0)
        if middle - tall / 2 < floor:
            label["yshift"] = round(label.get("yshift", 0) + floor - (middle - tall / 2), 1)
        floor = max(middle, floor + tall / 2) + tall / 2
    return figure


def _ends(values: Sequence[Value]) -> int | None:
    """The last place of a line that has a value."""
    return max((place for place, value in enumerate(values) if value is not None), default=None)


def _keep_apart(labels: list[Figure], values: Sequence[float], height: int, tall: int) -> None:
    """Labels that would stand on each other are moved apart around where they belong, the higher one up."""
    pixels = 0.7 * height / ((max(values) - min(values)) or 1.0) if values else 0.0
    ranked = sorted(labels, key=lambda label: -label["y"])
    groups: list[list[Figure]] = []
    for label in ranked:
        groups.append([label])
        while (
            len(groups) > 1 and _top(groups[-1], pixels, tall) > _top(groups[-2], pixels, tall) - len(groups[-2]) * tall
        ):
            below = groups.pop()
            groups[-1] += below
    for group in groups:
        top = _top(group, pixels, tall)
        for at, label in enumerate(group):
            shift = top - tall * (at + 0.5) - label["y"] * pixels
            if len(group) > 1:
                label["yshift"] = round(shift, 1)


def _top(group: Sequence[Figure], pixels: float, tall: int) -> float:
    """Where a stack of labels begins, in pixels, when its middle is where they belong."""
    return sum(label["y"] for label in group) / len(group) * pixels + len(group) * tall / 2


def _width(words: str) -> int:
    """Pixels of words at 12 px: a Chinese character is as wide as it is high."""
    return round(sum(12.5 if character > "\u2e80" else 7 for character in words))


def bars(
    places: Sequence[str], drawn: Sequence[Series], theme: str, unit: str | None = None, height: int = 240
) -> Figure:
    """Bars from zero side by side; with more than one series a legend stands above."""
    return _bars(places, drawn, theme, unit, height, "group")


def stacked(
    places: Sequence[str], drawn: Sequence[Series], theme: str, unit: str | None = None, height: int = 240
) -> Figure:
    """Bars on top of each other, negative ones below zero."""
    return _bars(places, drawn, theme, unit, height, "relative")


def _bars(
    places: Sequence[str], drawn: Sequence[Series], theme: str, unit: str | None, height: int, mode: str
) -> Figure:
    colours = series(theme)
    traces = [
        {"type": "bar", "name": one.name, "x": list(places), "y": _numbers(one.values),
         "marker": {"color": colours[at % len(colours)], "cornerradius": 2}, **_hover(one)}
        for at, one in enumerate(drawn)
    ]  # fmt: skip
    legend = len(drawn) > 1
    layout = _layout(theme, unit, height, barmode=mode, showlegend=legend, xaxis={"type": "category"})
    layout["yaxis"]["rangemode"] = "tozero"
    return {"data": traces, "layout": layout}


def hbars(
    names: Sequence[str],
    values: Sequence[Value],
    theme: str,
    shown: Sequence[str] | None = None,
    height: int | None = None,
) -> Figure:
    """One bar a name, the first at the top, the value written at its end."""
    words = list(shown) if shown else [exact(value) for value in values]
    trace = {
        "type": "bar", "orientation": "h", "x": _numbers(values), "y": list(names), "text": words, "textposition": "outside",
        "cliponaxis": False, "marker": {"color": series(theme)[0], "cornerradius": 2}, "hovertemplate": "%{y}: %{text}<extra></extra>",
        "textfont": {"color": tokens(theme)["ink-2"], "size": 12},
    }  # fmt: skip
    layout = _layout(theme, None, height or 40 + 28 * len(names), hovermode="closest")
    layout["xaxis"] |= {"showticklabels": False, "rangemode": "tozero"}
    layout["yaxis"] |= {"autorange": "reversed", "showgrid": False, "type": "category", "ticklabelstandoff": 6}
    layout["margin"] = {**layout["margin"], "r": 64}
    return {"data": [trace], "layout": layout}


def bridge(
    names: Sequence[str], levels: tuple[float, float], steps: Sequence[float], theme: str, shown: Sequence[str],
    tones: Sequence[str], height: int = 240,
) -> Figure:  # fmt: skip
    """From one level to another by steps that hang where the last ended: names and shown are for both ends and each step.

    The axis begins near the lower end, not at zero, so that the steps can be seen: say so in the subtitle. tones: the
    token of each bar's colour.
    """
    look, tops = tokens(theme), [levels[0]]
    for step in steps:
        tops.append(tops[-1] + step)
    bases = [0.0, *(min(a, b) for a, b in pairwise(tops)), 0.0]
    lengths = [levels[0], *(abs(step) for step in steps), levels[1]]
    low, high = min(*tops, levels[1]), max(*tops, levels[1])
    room = (high - low) or abs(high) or 1.0
    trace = {
        "type": "bar", "x": list(range(len(names))), "y": lengths, "base": bases, "customdata": list(names), "text": list(shown),
        "textposition": "outside", "cliponaxis": False, "textfont": {"color": look["ink-2"], "size": 11},
        "marker": {"color": [look[tone] for tone in tones], "cornerradius": 2},
        "hovertemplate": "%{customdata}: %{text}<extra></extra>",
    }  # fmt: skip
    layout = _layout(theme, None, height, hovermode="closest", bargap=0.4)
    layout["xaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
        "zeroline": False,
    }
    layout["yaxis"] |= {
        "zeroline": False,
        "range": [low - 0.35 * room, high + 0.2 * room],
        "showticklabels": False,
        "showgrid": False,
    }
    return {"data": [trace], "layout": layout}


def heatmap(
    columns: Sequence[str], rows: Sequence[str], values: Sequence[Sequence[Value]], theme: str,
    shown: Sequence[Sequence[str]] | None = None, height: int = 200, written: bool = False,
) -> Figure:  # fmt: skip
    """Cells from pale to the accent, the first row at the top; `written` puts the words into the cells, which then go only as
    far to the accent as words can be read on."""
    look = tokens(theme)
    most = under(look["ink"], look["line-2"], look["c1"], READABLE) if written else look["c1"]
    words = [list(row) for row in shown] if shown else [[exact(v) for v in row] for row in values]
    trace: dict[str, Any] = {
        "type": "heatmap", "x": list(columns), "y": list(rows), "z": [_numbers(row) for row in values], "text": words,
        "xgap": 2, "ygap": 2, "showscale": False, "colorscale": [[0, look["line-2"]], [1, most]],
        "hovertemplate": "%{y} %{x}: %{text}<extra></extra>",
    }  # fmt: skip
    if written:
        trace |= {"texttemplate": "%{text}", "textfont": {"color": look["ink"]}}
    layout = _layout(theme, None, height, hovermode="closest", xaxis={"type": "category"})
    layout["yaxis"] |= {"autorange": "reversed", "showgrid": False, "type": "category"}
    return {"data": [trace], "layout": layout}


def graph(figure: Figure, label: str, ident: Any = None) -> Component:
    """The chart alone; `label` is what a screen reader says."""
    named: dict[str, Any] = {"id": ident} if ident is not None else {}
    height = figure["layout"].get("height", 240)
    drawn = dcc.Graph(figure=figure, config=CONFIG, style={"height": f"{height}px"}, className="gx-graph", **named)
    # The height stands on the frame too: the card keeps its size while the chart library is on its way.
    return html.Div(drawn, role="img", style={"minHeight": f"{height}px"}, **marks(aria_label=label))


def table(shown: Table) -> Component:
    """A plain table: heads, rows, numbers to the right."""

    def look(place: int) -> str:
        return "n" if place in shown.right else ""

    heads = [html.Th(head, className=look(place), scope="col") for place, head in enumerate(shown.heads)]
    rows = [html.Tr([html.Td(word, className=look(at)) for at, word in enumerate(row)]) for row in shown.rows]
    return html.Div(
        html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gx-table"), className="gx-scroll"
    )


def chart_card(
    title: str, subtitle: str, figure: Figure | None, shown: Table | None, language: str,
    ident: Any = None, empty: Component | None = None, actions: Sequence[Component] = (),
) -> Component:  # fmt: skip
    """A card with a chart and its table behind it.

    title says what is seen, subtitle the unit and rule. Without a figure, `empty` says why there is none. `ident` is
    the Graph's, for clicks.
    """
    if figure is None:
        return card(title, empty, why=subtitle, actions=actions)
    turn = html.Button(
        translations.text(language, "common.show_table"), type="button", className="gx-btn small",
        **marks(data_turn=translations.text(language, "common.show_chart"), aria_pressed="false"),
    )  # fmt: skip
    faces = [html.Div(graph(figure, title, ident), className="gx-face")]
    if shown is not None:
        faces.append(html.Div(table(shown), className="gx-face gx-back", hidden=True))
    return card(title, faces, why=subtitle, actions=[*actions, *([turn] if shown is not None else [])])

"""A tile: one figure, how it compares, and the line that led to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from portal.widgets.marks import marks
from portal.widgets.theme import tokens

WIDTH, HEIGHT = 100, 30


@dataclass(frozen=True)
class Comparison:
    """One comparison as it is read: its label (环比), the change in words (+1.2%), and whether that is good.

    good: True, False, or None where it is neither or nothing can be said.
    """

    label: str
    change: str
    good: bool | None


def judged(change: Decimal | float | None, direction: int) -> bool | None:
    """Whether a change is good: direction +1 where more is better, −1 where less is, 0 where neither."""
    if change is None or change == 0 or direction == 0:
        return None
    return (change > 0) == (direction > 0)


def good_of(one: Comparison, red_means_up: bool) -> bool | None:
    """Which colour a change has; None, no colour, where it reads as nothing: 0.0 % of a customer fewer is not red."""
    if one.good is None or not any(digit in one.change for digit in "123456789"):
        return None
    return one.good != red_means_up


def look_of(one: Comparison, red_means_up: bool) -> str:
    """The class of that colour."""
    good = good_of(one, red_means_up)
    return "gx-flat" if good is None else "gx-up" if good else "gx-down"


def tile(
    name: str,
    value: str,
    unit: str = "",
    comparisons: Sequence[Comparison] = (),
    line: Sequence[Decimal | float | None] = (),
    definition: str | None = None,
    theme: str = "light",
    red_means_up: bool = False,
    share_of_target: float | None = None,
    target_words: str | None = None,
    href: str | None = None,
    before: str = "",
    note: Any = None,
) -> Component:
    """Name ⓘ, value with unit (and `before` it an English amount's currency), comparisons, the line of months (oldest
    first, None is a gap), a bar of the target.

    `value` is in words already (domain.phrasing). red_means_up turns the colours of good and bad, as Chinese markets
    have them; sign and arrow say it too. note: a line below the comparisons, of whom or what the figure is.
    """
    figure: list[Any] = [
        html.Small(f"{before} ") if before else None, value, html.Small(f" {unit}") if unit else None,
    ]  # fmt: skip
    words = dcc.Link(name, href=href) if href else html.Span(name)
    parts: list[Any] = [
        html.Div([words, tip(definition) if definition else None], className="gx-tile-name"),
        html.Div([part for part in figure if part is not None], className="gx-tile-value"),
        html.Div([_compared(one, red_means_up) for one in comparisons], className="gx-tile-compare"),
        html.Div(note, className="gx-sub gx-tile-note") if note else None,
        spark(line, theme) if sum(point is not None for point in line) > 1 else None,
    ]
    if share_of_target is not None:
        parts += [_target(share_of_target), html.Div(target_words, className="gx-sub")]
    return html.Section(
        [part for part in parts if part is not None], className="gx-card gx-tile", **marks(aria_label=name)
    )


def tip(words: str) -> Component:
    """ⓘ that shows the words when pointed at or reached with Tab."""
    # Drawn, not written: not every machine has letters for ⓘ.
    return html.Button(
        [html.I(className="gx-tip-mark"), html.Span(words)],
        type="button",
        className="gx-tip",
        **marks(aria_label=words),
    )


def _compared(one: Comparison, red_means_up: bool) -> Component:
    good = good_of(one, red_means_up)
    arrow = "" if good is None else "▲" if one.change.startswith("+") else "▼" if one.change.startswith("−") else ""
    look = look_of(one, red_means_up)
    return html.Span([f"{one.label} ", html.I(arrow) if arrow else None, one.change], className=look)


def _target(share: float) -> Component:
    # The mark stands at 100 %; the bar ends at 120 % so that being ahead can be seen.
    width = min(max(share, 0.0), 1.2) / 1.2
    return html.Div(
        [html.I(style={"width": f"{width:.1%}"}), html.U(style={"left": f"{1 / 1.2:.1%}"})], className="gx-target"
    )


def spark(line: Sequence[Decimal | float | None], theme: str, colour: str = "c1") -> Component:
    """A small line without axes as a picture; a gap in the figures is a gap in the line."""
    values = [None if point is None else float(point) for point in line]
    known = [value for value in values if value is not None]
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = WIDTH / max(len(values) - 1, 1)
    pieces: list[list[str]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{at * step:.1f},{HEIGHT - 3 - (HEIGHT - 6) * (value - low) / span:.1f}")
    ink = tokens(theme)[colour]
    drawn = "".join(
        f'<polyline points="{" ".join(piece)}" fill="none" stroke="{ink}" stroke-width="1.6" '
        'stroke-linejoin="round" vector-effect="non-scaling-stroke"/>'
        for piece in pieces
        if piece
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none">{drawn}</svg>'
    return html.Img(src=f"data:image/svg+xml,{quote(svg)}", className="gx-spark", alt="")

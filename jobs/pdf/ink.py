"""Text and marks inside drawings: the few shapes all charts and tiles are made of."""

from __future__ import annotations

import bisect
from typing import Literal

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import stringWidth

from jobs.pdf import tokens
from jobs.pdf.faces import BOLD, REGULAR

Anchor = Literal["start", "middle", "end", "numeric"]


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Points the text takes."""
    return float(stringWidth(text, BOLD if bold else REGULAR, size))


def fitted(text: str, size: float, room: float, bold: bool = False, least: float = 5.5) -> float:
    """The size at which the text fits the room, not under `least`."""
    taken = width_of(text, size, bold)
    return size if taken <= room else max(least, size * room / taken)


def clipped(text: str, size: float, room: float, bold: bool = False) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if width_of(text, size, bold) <= room:
        return text
    kept = bisect.bisect_right(range(len(text)), room, key=lambda end: width_of(text[:end] + "…", size, bold))
    return text[: max(kept - 1, 0)].rstrip() + "…"


def write(
    drawing: Drawing,
    x: float,
    y: float,
    text: str,
    *,
    size: float = tokens.SIZE_AXIS,
    colour: Color = tokens.INK_3,
    anchor: Anchor = "start",
    bold: bool = False,
) -> None:
    """One line of text; y is its baseline."""
    face = BOLD if bold else REGULAR
    drawing.add(String(x, y, text, fontName=face, fontSize=size, fillColor=colour, textAnchor=anchor))


def rule(
    drawing: Drawing,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: Color = tokens.LINE,
    width: float = 0.5,
) -> None:
    """A thin line."""
    drawing.add(Line(*start, *end, strokeColor=colour, strokeWidth=width))


def block(
    drawing: Drawing, x: float, y: float, width: float, height: float, *, colour: Color, radius: float = 0.0
) -> None:
    """A filled rectangle without a border; a width or height below zero grows the other way."""
    shape = Rect(min(x, x + width), min(y, y + height), abs(width), abs(height), rx=radius, ry=radius)
    shape.fillColor, shape.strokeColor, shape.strokeWidth = colour, None, 0
    drawing.add(shape)


def frame(
    drawing: Drawing, x: float, y: float, width: float, height: float, *, radius: float = 5, colour: Color = tokens.LINE
) -> None:
    """A card: a hairline, no fill, so that the watermark shows through."""
    shape = Rect(x, y, width, height, rx=radius, ry=radius)
    shape.fillColor, shape.strokeColor, shape.strokeWidth = None, colour, 0.6
    drawing.add(shape)


def dot(drawing: Drawing, x: float, y: float, radius: float, colour: Color) -> None:
    """A filled point."""
    drawing.add(Circle(x, y, radius, fillColor=colour, strokeColor=None))


def path(
    drawing: Drawing, points: list[tuple[float, float]], colour: Color, width: float = 1.4, dashed: bool = False
) -> None:
    """A line through the points; one point alone is drawn as a dot, so that nothing known is left out."""
    if len(points) == 1:
        dot(drawing, *points[0], width, colour)
    elif points:
        flat = [number for point in points for number in point]
        line = PolyLine(flat, strokeColor=colour, strokeWidth=width, strokeLineJoin=1, strokeLineCap=1)
        if dashed:
            line.strokeDashArray = [3, 2.5]
        drawing.add(line)

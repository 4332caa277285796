"""Charts over months: lines, and money in and out. Vectors, with axes from zero where bars stand."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color

from jobs.pdf import tokens
from jobs.pdf.ink import block, dot, path, rule, width_of, write
from jobs.pdf.voice import Voice

Value = Decimal | None
AXIS = tokens.SIZE_AXIS
FOOT = 22.0  # room below for months and the year
HEAD = 8.0
LABEL_STEP = 9.5  # least distance of two labels at the end of lines


@dataclass(frozen=True)
class Line:
    """One line of a chart: its name (may be empty), a value or None for each month."""

    name: str
    values: Sequence[Value]
    dashed: bool = False
    colour: Color | None = None


def ticks(low: float, high: float, wished: int = 4) -> list[float]:
    """Round numbers that cover low to high, about `wished` steps of 1, 2, 2.5 or 5 times a power of ten."""
    if high - low <= abs(low) * 1e-9:  # nothing between them, or nothing that a float of this size can tell
        high = low + (abs(low) or 1.0)
    rough = (high - low) / wished
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(place * step, 12) for place in range(first, last + 1)]


def tick_text(value: float, step: float) -> str:
    """A tick with as many decimals as its step needs."""
    digits = next((d for d in range(4) if abs(round(step, d) - step) < 1e-9), 4)
    return f"{value:,.{digits}f}".replace("-", "−")


@dataclass(frozen=True)
class Plane:
    """Where a chart's values lie on the drawing."""

    left: float
    right: float
    bottom: float
    top: float
    low: float
    high: float
    count: int

    def x(self, place: int) -> float:
        """Centre of the month."""
        return self.left + (place + 0.5) * (self.right - self.left) / self.count

    def y(self, value: float) -> float:
        """Height of a value."""
        return self.bottom + (value - self.low) / (self.high - self.low) * (self.top - self.bottom)


def line_months(
    say: Voice,
    months: Sequence[date],
    lines: Sequence[Line],
    size: tuple[float, float],
    *,
    divide: float = 1.0,
    label: Callable[[Decimal], str],
    from_zero: bool = True,
) -> Drawing:
    """Lines over months; the last known point of each is labelled with its name and value.

    Values are divided by `divide` on the axis; `label` writes a value at a line's end. A gap breaks the line.
    """
    width, height = size
    drawing = Drawing(width, height)
    known = [float(v) / divide for line in lines for v in line.values if v is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    marks = ticks(_foot_of(low, high, from_zero), high)
    ends = [_end(line, label, place) for place, line in enumerate(lines)]
    margin = max(
        (max(width_of(name, AXIS), width_of(text, AXIS + 0.5, True)) for _, _, name, text, _ in ends), default=0
    )
    plane = Plane(_axis_room(marks), width - margin - 9, FOOT, height - HEAD, marks[0], marks[-1], max(len(months), 1))
    _grid(drawing, plane, marks)
    _months(say, drawing, plane, months)
    for place, line in enumerate(lines):
        colour = line.colour or tokens.SERIES[place]
        for stretch in _stretches(line.values):
            points = [(plane.x(i), plane.y(float(v) / divide)) for i, v in stretch]
            path(drawing, points, colour, 1.5 if not line.dashed else 1.1, line.dashed)
    _label_ends(drawing, plane, ends, divide)
    return drawing


def _foot_of(low: float, high: float, from_zero: bool) -> float:
    """Zero, unless the line lies high above it and may leave it; even then a wiggle must not fill the height."""
    if from_zero or low <= 0 or high >= low * 2:
        return min(low, 0.0)
    return low - (high - low) * 0.6


End = tuple[int, float, str, str, Color]  # month's place, value, name, value in words, colour


def _end(line: Line, label: Callable[[Decimal], str], place: int) -> End:
    known = [(i, v) for i, v in enumerate(line.values) if v is not None]
    colour = line.colour or tokens.SERIES[place]
    if not known:
        return -1, 0.0, "", "", colour
    return known[-1][0], float(known[-1][1]), line.name, label(known[-1][1]), colour


def _stretches(values: Sequence[Value]) -> list[list[tuple[int, Decimal]]]:
    found: list[list[tuple[int, Decimal]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            found[-1].append((place, value))
    return [stretch for stretch in found if stretch]


def _label_ends(drawing: Drawing, plane: Plane, ends: Sequence[End], divide: float) -> tuple[float, float] | None:
    """Name and value beside each line's end, pushed apart where they would touch; the foot and head of the last."""
    span = None
    shown = sorted((end for end in ends if end[0] >= 0), key=lambda end: (end[1], end[2]))
    floor = plane.bottom - 4
    for place, value, name, text, colour in shown:
        x, y = plane.x(place), plane.y(value / divide)
        dot(drawing, x, y, 2.0, colour)
        tall = LABEL_STEP * (2 if name else 1)
        base = max(y - tall / 2 + 2, floor)
        write(drawing, plane.right + 5, base, text, size=AXIS + 0.5, colour=colour, bold=True)
        if name:
            write(drawing, plane.right + 5, base + LABEL_STEP - 0.5, name, colour=colour)
        floor = base + tall + 1
        span = (base, floor)
    return span


def _axis_room(marks: Sequence[float]) -> float:
    return max(width_of(tick_text(mark, marks[1] - marks[0]), AXIS) for mark in marks) + 6


def _grid(drawing: Drawing, plane: Plane, marks: Sequence[float]) -> None:
    for mark in marks:
        y = plane.y(mark)
        rule(drawing, (plane.left, y), (plane.right, y), tokens.LINE if mark == 0 else tokens.LINE_2, 0.6)
        write(drawing, plane.left - 5, y - 2.4, tick_text(mark, marks[1] - marks[0]), anchor="end")


def _months(say: Voice, drawing: Drawing, plane: Plane, months: Sequence[date]) -> None:
    """Month names as many as fit, counted back from the last; the year under the first shown and each January."""
    if not months:
        return
    names = [say.short_month(month) for month in months]
    each = (plane.right - plane.left) / plane.count
    every = next(n for n in (1, 2, 3, 4, 6, 12, 999) if n * each >= max(width_of(n_, AXIS) for n_ in names) + 3)
    shown = [i for i in range(len(months)) if (len(months) - 1 - i) % every == 0]
    year = None
    for place in shown:
        write(drawing, plane.x(place), plane.bottom - 10, names[place], anchor="middle")
        if months[place].year != year:
            year = months[place].year
            write(drawing, plane.x(place), plane.bottom - 19, str(year), size=AXIS - 0.6, anchor="middle")


def flow_months(
    say: Voice,
    months: Sequence[date],
    flows: tuple[Sequence[Value], Sequence[Value]],
    size: tuple[float, float],
    *,
    divide: float,
    label: Callable[[Decimal], str],
) -> Drawing:
    """Money in above the line, money out below it, the net as a line whose last point is labelled."""
    inflow, outflow = flows
    width, height = size
    drawing = Drawing(width, height)
    net = [
        None if i is None and o is None else (i or Decimal(0)) - (o or Decimal(0)) for i, o in zip(*flows, strict=True)
    ]
    marks = ticks(
        min((-float(v) / divide for v in outflow if v is not None), default=0.0),
        max((float(v) / divide for v in inflow if v is not None), default=1.0),
    )
    end = _end(Line(say("净额", "net"), net, colour=tokens.INK), label, 0)
    legend = [(say("流入", "in"), tokens.SERIES[0]), (say("流出", "out"), tokens.SERIES[1])]
    margin = max(width_of(words, AXIS + 0.5, True) for words in (end[2], end[3], *(name for name, _ in legend)))
    plane = Plane(_axis_room(marks), width - margin - 9, FOOT, height - HEAD, marks[0], marks[-1], max(len(months), 1))
    _grid(drawing, plane, marks)
    _months(say, drawing, plane, months)
    bar = (plane.right - plane.left) / plane.count * 0.56
    for sign, values, (_, colour) in ((1, inflow, legend[0]), (-1, outflow, legend[1])):
        for place, value in enumerate(values):
            if value:
                tall = plane.y(sign * float(value) / divide) - plane.y(0)
                block(drawing, plane.x(place) - bar / 2, plane.y(0), bar, tall, colour=tokens.mix(colour, 0.72))
    for stretch in _stretches(net):
        path(drawing, [(plane.x(i), plane.y(float(v) / divide)) for i, v in stretch], tokens.INK, 1.1)
    low, high = _label_ends(drawing, plane, [end], divide) or (plane.top, plane.bottom)
    above = max(plane.top - 5, high + 1) if low < plane.top - 5 + LABEL_STEP else plane.top - 5
    below = min(plane.bottom, low - LABEL_STEP) if high > plane.bottom else plane.bottom
    for y, values, (name, colour) in ((above, inflow, legend[0]), (below, outflow, legend[1])):
        if any(values):
            write(drawing, plane.right + 5, y, name, colour=colour, bold=True)
    return drawing


def spark(drawing: Drawing, corner: tuple[float, float], size: tuple[float, float], values: Sequence[Value]) -> None:
    """A line without axes inside another drawing, from the least to the greatest of its own values."""
    known = [float(v) for v in values if v is not None]
    if len(known) < 2:
        return
    low, high = min(known), max(known)
    room = (high - low) or 1.0
    (left, bottom), (width, height) = corner, size
    for stretch in _stretches(values):
        points = [
            (
                left + i * width / (len(values) - 1),
                bottom + (float(v) - low) / room * height if high > low else bottom + height / 2,
            )
            for i, v in stretch
        ]
        path(drawing, points, tokens.SERIES[0], 1.2)
        if stretch[-1][0] == len(values) - 1:
            dot(drawing, *points[-1], 1.7, tokens.SERIES[0])

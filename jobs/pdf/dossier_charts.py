"""Charts of a dossier: the ROC curve, predicted against seen, rates with their intervals. Vectors, axes from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing

from domain.phrasing import percent
from jobs.pdf import tokens
from jobs.pdf.charts import tick_text, ticks
from jobs.pdf.ink import dot, path, rule, write
from jobs.pdf.voice import Voice

FOOT, LEFT, HEAD = 26.0, 34.0, 10.0


@dataclass(frozen=True)
class Square:
    """Where a chart with two figures per point lies; both axes run from 0."""

    drawing: Drawing
    right: float
    top: float
    x_most: float
    y_most: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The place of a point."""
        return LEFT + x / self.x_most * (self.right - LEFT), FOOT + y / self.y_most * (self.top - FOOT)


def _square(size: tuple[float, float], most: tuple[float, float], names: tuple[str, str], as_percent: bool) -> Square:
    width, height = size
    drawing = Drawing(width, height)
    marks = [ticks(0, one) for one in most]
    square = Square(drawing, width - 6, height - HEAD, marks[0][-1], marks[1][-1])
    for mark in marks[1]:
        _, y = square.at(0, mark)
        rule(drawing, (LEFT, y), (square.right, y), tokens.LINE if mark == 0 else tokens.LINE_2, 0.6)
        write(drawing, LEFT - 5, y - 2.4, _said(mark, marks[1], as_percent), anchor="end")
    for mark in marks[0]:
        x, _ = square.at(mark, 0)
        write(drawing, x, FOOT - 10, _said(mark, marks[0], as_percent), anchor="middle")
    write(drawing, square.right, 3, names[0], anchor="end")
    write(drawing, 0, height - 6, names[1])
    return square


def _said(mark: float, marks: Sequence[float], as_percent: bool) -> str:
    if as_percent:
        return percent(mark, 0 if marks[1] >= 0.01 else 1)
    return tick_text(mark, marks[1] - marks[0])


def roc(say: Voice, points: Sequence[tuple[float, float]], size: tuple[float, float]) -> Drawing:
    """The share of bads caught against the share of goods refused with them, and the line of chance."""
    names = (
        say("好客户中被排在后面的占比", "share of goods below the score"),
        say("坏客户占比", "share of bads below it"),
    )
    square = _square(size, (1.0, 1.0), names, True)
    path(square.drawing, [square.at(0, 0), square.at(1, 1)], tokens.INK_3, 0.8, dashed=True)
    path(square.drawing, [square.at(x, y) for x, y in points], tokens.SERIES[0], 1.6)
    return square.drawing


@dataclass(frozen=True)
class Seen:
    """A point of a calibration chart: predicted, seen, the interval of the true rate, and a name where it has one."""

    predicted: float
    seen: float
    low: float
    high: float
    name: str = ""


def predicted_against_seen(say: Voice, points: Sequence[Seen], size: tuple[float, float]) -> Drawing:
    """A dot a group with its 95 % interval; on the line PD and default rate agree."""
    most = max([max(p.predicted, p.high) for p in points], default=0.1)
    x_most = max([p.predicted for p in points], default=0.1) * 1.05
    square = _square(
        size, (x_most, min(most, 1.0)), (say("预测违约概率", "PD"), say("实际违约率", "default rate seen")), True
    )
    end = min(square.x_most, square.y_most)
    path(square.drawing, [square.at(0, 0), square.at(end, end)], tokens.INK_3, 0.8, dashed=True)
    for point in points:
        rule(square.drawing, square.at(point.predicted, point.low), square.at(point.predicted, min(point.high, square.y_most)),
             tokens.mix(tokens.SERIES[0], 0.55), 1.2)  # fmt: skip
        x, y = square.at(point.predicted, point.seen)
        dot(square.drawing, x, y, 2.4, tokens.SERIES[0])
        if point.name:
            write(square.drawing, x + 4, y + 2.5, point.name, colour=tokens.INK_2)
    return square.drawing

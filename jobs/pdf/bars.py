"""Bars and cells: shares, points, grades, hours of the week, and tiles. All bars start at zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color

from domain import phrasing
from jobs.pdf import tokens
from jobs.pdf.charts import spark
from jobs.pdf.ink import block, clipped, dot, fitted, frame, rule, width_of, write
from jobs.pdf.voice import Voice

ROW = 15.0
WIDEST_COLUMN = 46.0


@dataclass(frozen=True)
class Bar:
    """One horizontal bar: its name, its length 0 to 1 of the longest possible, and the figure beside it."""

    name: str
    length: float
    figure: str


def horizontal(
    bars: Sequence[Bar], width: float, colour: Color = tokens.SERIES[0], most_for_names: float = 0.42
) -> Drawing:
    """Names on the left (in at most that part of the width), bars from zero, figures right-aligned. The longest bar fills
    the room."""
    drawing = Drawing(width, ROW * len(bars))
    names = min(max((width_of(bar.name, 8) for bar in bars), default=0), width * most_for_names) + 8
    figures = max((width_of(bar.figure, 8) for bar in bars), default=0) + 6
    room = width - names - figures
    longest = max((bar.length for bar in bars), default=1.0) or 1.0
    for place, bar in enumerate(bars):
        y = ROW * (len(bars) - 1 - place) + 4
        write(drawing, 0, y, clipped(bar.name, 8, names - 6), size=8, colour=tokens.INK)
        block(drawing, names, y - 0.5, max(room * bar.length / longest, 0.6), 7, colour=colour)
        write(drawing, width, y, bar.figure, size=8, colour=tokens.INK_2, anchor="end")
    return drawing


def points_bar(points: int, best: int, widest: int, width: float) -> Drawing:
    """Points got on a track as long as the best bin's points; all tracks of a table share the scale `widest`.

    Orange where a fifth or more of the best is missing. Points below zero leave the track empty.
    """
    drawing = Drawing(width, 7)
    scale = width / (widest or 1)
    block(drawing, 0, 0, max(best * scale, 3), 6, colour=tokens.LINE_2, radius=3)
    short = points < best * 0.8
    if points > 0:
        block(drawing, 0, 0, max(points * scale, 3), 6, colour=tokens.SERIES[1 if short else 0], radius=3)
    return drawing


def columns(
    bars: Sequence[Bar], before: Sequence[float | None], size: tuple[float, float], left: float = 0.0
) -> Drawing:
    """Upright bars from zero with the figure on top and the name below; a dash marks where the bar stood before.

    left: room kept free, so that the bars stand over the columns of a table below.
    """
    width, height = size
    drawing = Drawing(width, height)
    each = (width - left) / max(len(bars), 1)
    half = min(each * 0.3, WIDEST_COLUMN / 2)
    tallest = max([bar.length for bar in bars] + [b for b in before if b is not None], default=1.0) or 1.0
    room = height - 30
    rule(drawing, (left, 16), (width, 16), tokens.LINE, 0.6)
    for place, bar in enumerate(bars):
        x = left + each * (place + 0.5)
        tall = room * bar.length / tallest
        block(drawing, x - half, 16, 2 * half, tall, colour=tokens.SERIES[0])
        old = before[place] if place < len(before) else None
        if old is not None:
            y = 16 + room * old / tallest
            rule(drawing, (x - half * 1.33, y), (x + half * 1.33, y), tokens.INK, 1.0)
            tall = max(tall, y - 16)
        size_of_figure = fitted(bar.figure, 7.5, each - 2)
        write(drawing, x, 16 + tall + 4, bar.figure, size=size_of_figure, colour=tokens.INK_2, anchor="middle")
        write(drawing, x, 4, bar.name, size=fitted(bar.name, 7.5, each - 2), colour=tokens.INK_3, anchor="middle")
    return drawing


def heat(say: Voice, hours: Sequence[Sequence[int]], width: float) -> Drawing:
    """Weekday rows and hour columns; the darker the more, by the square root so that quiet hours still show."""
    left, foot, tall = 22.0, 26.0, 11.5
    drawing = Drawing(width, 7 * tall + foot)
    most = max((max(row) for row in hours), default=0) or 1
    cell = (width - left) / 24
    for weekday, row in enumerate(hours):
        y = foot + (6 - weekday) * tall
        write(drawing, left - 5, y + 2.5, phrasing.WEEKDAYS[say.language][weekday], anchor="end")
        for hour, count in enumerate(row):
            colour = tokens.mix(tokens.SERIES[0], 0.05 + 0.95 * math.sqrt(count / most)) if count else tokens.LINE_2
            block(drawing, left + hour * cell + 0.6, y + 0.6, cell - 1.2, tall - 1.2, colour=colour)
    for hour in range(0, 24, 3):
        write(drawing, left + (hour + 0.5) * cell, foot - 9, str(hour), anchor="middle")
    few, many = say("0笔", "0"), say(f"{most}笔", phrasing.counted(most, "en", "", "movement"))
    x = width - width_of(many, 6.5) - 3
    write(drawing, width, 2, many, size=6.5, anchor="end")
    for step in range(5, -1, -1):
        x -= 10
        colour = tokens.mix(tokens.SERIES[0], 0.05 + 0.95 * step / 5) if step else tokens.LINE_2
        block(drawing, x, 1.2, 9, 6, colour=colour)
    write(drawing, x - 3, 2, few, size=6.5, anchor="end")
    return drawing


@dataclass(frozen=True)
class Tile:
    """A headline figure: name, value and unit (`before` it an English amount's currency), and lines below it, each with
    its colour."""

    name: str
    value: str
    unit: str = ""
    below: tuple[tuple[str, Color], ...] = ()
    history: tuple[Decimal | None, ...] = field(default=())
    before: str = ""


def money_tile(say: Voice, name: str, value: Decimal | None, currency: str, *below: tuple[str, Color]) -> Tile:
    """An amount as a headline, written as a sentence writes it: CNY 1.39 M, 138.6万元."""
    before, figure, after = phrasing.money_parts(value, currency, say.language)
    return Tile(name, figure, after, below, before=before)


def tiles(row: Sequence[Tile], width: float, height: float) -> Drawing:
    """Cards side by side."""
    drawing = Drawing(width, height)
    gap = 8.0
    each = (width - gap * (len(row) - 1)) / len(row)
    for place, tile in enumerate(row):
        x, room = place * (each + gap), each - 20
        frame(drawing, x, 0.5, each, height - 1)
        write(drawing, x + 10, height - 16, clipped(tile.name, 8, room), size=8, colour=tokens.INK_2)
        left, unit = (width_of(words, 8) + (3 if words else 0) for words in (tile.before, tile.unit))
        size = fitted(tile.value, 17, room - left - unit, bold=True, least=9)
        write(drawing, x + 10, height - 36, tile.before, size=8, colour=tokens.INK_2)
        write(drawing, x + 10 + left, height - 36, tile.value, size=size, colour=tokens.INK, bold=True)
        after = x + 10 + left + width_of(tile.value, size, bold=True) + 3
        write(drawing, after, height - 36, tile.unit, size=8, colour=tokens.INK_2)
        for line, (words, colour) in enumerate(tile.below):
            fits = fitted(words, 7.5, room)
            write(drawing, x + 10, height - 50 - line * 10.5, clipped(words, fits, room), size=fits, colour=colour)
        if tile.history:
            spark(drawing, (x + 10, 9), (room - 2, 17), tile.history)
    return drawing


def chips(words: Sequence[tuple[str, str]], width: float, accent: Color = tokens.ACCENT) -> Drawing:
    """Small rounded labels in a row: (text, tone), tone one of plain, accent, good, warn, bad. What overflows is left out."""
    tones = {
        "plain": (tokens.LINE_2, tokens.INK_2), "accent": (tokens.mix(accent, 0.1), accent),
        "good": (tokens.GOOD_SOFT, tokens.GOOD), "warn": (tokens.WARN_SOFT, tokens.WARN), "bad": (tokens.BAD_SOFT, tokens.BAD),
    }  # fmt: skip
    drawing = Drawing(width, 17)
    x = 0.0
    for text, tone in words:
        ground, colour = tones[tone]
        wide = width_of(text, 8) + 14
        if x + wide > width:
            break
        block(drawing, x, 1, wide, 15, colour=ground, radius=7.5)
        write(drawing, x + 7, 5.6, text, size=8, colour=colour)
        x += wide + 6
    return drawing


def five_dots(score: int | None, width: float = 46) -> Drawing:
    """A score of 1 to 5 as filled dots."""
    drawing = Drawing(width, 9)
    for place in range(5):
        on = score is not None and place < score
        dot(drawing, 4 + place * 9.5, 4.5, 3, tokens.SERIES[0] if on else tokens.LINE)
    return drawing


def grade_strip(
    grades: Sequence[str], now: str, before: str | None, width: float, accent: Color = tokens.ACCENT
) -> Drawing:
    """All grades from best to worst, the present one filled, the one before outlined."""
    drawing = Drawing(width, 20)
    each = width / max(len(grades), 1)
    for place, grade in enumerate(grades):
        on = grade == now
        ground = accent if on else tokens.LINE_2
        block(drawing, place * each + 1, 1, each - 2, 18, colour=ground, radius=3)
        if grade == before and not on:
            frame(drawing, place * each + 1, 1, each - 2, 18, radius=3, colour=tokens.INK_3)
        write(
            drawing, (place + 0.5) * each, 6.8, grade, size=8, anchor="middle",
            colour=tokens.CARD if on else tokens.INK_2, bold=on,
        )  # fmt: skip
    return drawing

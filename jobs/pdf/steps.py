"""A waterfall: amounts that add up from zero to their sum, each step hanging where the last one ended."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate, pairwise

from reportlab.graphics.shapes import Drawing

from domain.contribution.sums import Sums
from jobs.pdf import tokens
from jobs.pdf.ink import block, fitted, rule, width_of, write

STEPS = ("deposit_margin", "loan_margin", "fees", "expected_loss", "operating_cost", "capital_cost")
TAKEN = ("expected_loss", "operating_cost", "capital_cost")
WIDEST = 44.0
NAME = 7.2  # letters of the names, all alike: as large as the longest allows
HEAD, FOOT = 16.0, 24.0  # room for the figure above a bar, and for two lines of names


def parts_of(sums: Sums) -> list[Decimal]:
    """The components with the sign they have in the contribution, in the order of STEPS."""
    return [-getattr(sums, name) if name in TAKEN else getattr(sums, name) for name in STEPS]


def waterfall(
    names: Sequence[str], parts: Sequence[Decimal], shown: Sequence[str], size: tuple[float, float]
) -> Drawing:
    """Bars of `parts` and last their sum, from zero. names and shown are for each part and the sum."""
    width, height = size
    drawing = Drawing(width, height)
    tops = [0.0, *accumulate(float(part) for part in parts)]
    low, high = min(tops), max(tops)
    scale = (height - HEAD - FOOT - (HEAD if low < 0 else 0)) / ((high - low) or 1.0)
    ground = FOOT + (HEAD if low < 0 else 0)
    each = width / len(names)
    half = min(each * 0.3, WIDEST / 2)
    lines = [_lines(name, each - 4) for name in names]
    letters = min(fitted(words, NAME, each - 4) for name in lines for words in name)

    def y(value: float) -> float:
        return ground + (value - low) * scale

    rule(drawing, (0, y(0)), (width, y(0)), tokens.LINE, 0.6)
    ends = [*pairwise(tops), (0.0, tops[-1])]
    for place, (start, end) in enumerate(ends):
        x, last = each * (place + 0.5), place == len(parts)
        colour = tokens.SERIES[0] if last else tokens.SERIES[4 if end < start else 2]
        block(drawing, x - half, y(start), 2 * half, (y(end) - y(start)) or 0.6, colour=colour)
        if not last:
            rule(drawing, (x + half, y(end)), (x + each - half, y(end)), tokens.LINE, 0.5)
        below = end < 0 and end <= start
        at = min(y(start), y(end)) - 9 if below else max(y(start), y(end)) + 4
        figure = fitted(shown[place], 7.5, each - 4)
        write(drawing, x, at, shown[place], size=figure, colour=tokens.INK_2, anchor="middle", bold=last)
        _name(drawing, x, lines[place], letters)
    return drawing


def _lines(name: str, room: float) -> list[str]:
    """One line, or two broken at a blank where one has no room."""
    first, _, rest = name.partition(" ")
    return [name] if not rest or width_of(name, NAME) <= room else [first, rest]


def _name(drawing: Drawing, x: float, lines: Sequence[str], size: float) -> None:
    for line, words in enumerate(lines):
        write(drawing, x, 12 - line * 8.5, words, size=size, anchor="middle")

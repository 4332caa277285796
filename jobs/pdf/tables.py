"""Tables, panels and headings: how parts stand on a page."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.utils import simpleSplit
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer, Table

from jobs.pdf import tokens
from jobs.pdf.faces import BOLD, REGULAR
from jobs.pdf.ink import clipped, width_of
from jobs.pdf.paper import Sheet

Cell = str | Flowable
PAD = 4.0
SMALL = (
    ("FONT", (0, 1), (-1, -1), REGULAR, tokens.SIZE_SMALL, 11),
    ("TEXTCOLOR", (0, 1), (-1, -1), tokens.INK_2),
)
WHOLE_PAGE = tokens.PAGE_HEIGHT - 2 * tokens.MARGIN - 1
LITTLE_ROOM = 200.0  # at the foot of a page: a list may as well begin on the next
FIRST_ROWS = 92.0  # least room a heading and the beginning of its table need at the foot of a page
FIRST_OF = 4  # rows of a table that stay with its heading, the names of the columns among them


@dataclass(frozen=True)
class Column:
    """One column: heading, share of the width, whether it holds figures (right-aligned), whether text may wrap."""

    title: str
    share: float
    figures: bool = False
    wraps: bool = True


@dataclass(frozen=True)
class Row:
    """One row; `kind` is plain, group (a heading inside the table) or total. tones colour single cells."""

    cells: Sequence[Cell]
    kind: str = "plain"
    tones: tuple[tuple[int, Color], ...] = ()


def table(
    sheet: Sheet,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    dense: bool = False,
    small: bool = False,
    together: int = 2,
    width: float = tokens.WIDTH,
) -> Table:
    """Hairlines only; the heading repeats on each page. Text wraps in its cell or is cut with …, figures never are.

    dense: rows closer together, where a table is long and each row short. small: of words, in
    small letters. together: so many last rows stay on one page. width: where it does not take the whole page's.
    """
    whole = sum(column.share for column in columns)
    rooms = [width * column.share / whole - 2 * PAD for column in columns]
    head = [_head(sheet, column, room) for column, room in zip(columns, rooms, strict=True)]
    body = [[_cell(sheet, row, *at, small) for at in zip(row.cells, columns, rooms, strict=True)] for row in rows]
    return Table(
        [head, *body],
        colWidths=[width * column.share / whole for column in columns],
        repeatRows=1,
        style=[
            *_rules(columns, rows, PAD - 2 if dense else PAD - 1),
            *(SMALL if small else ()),
            *_tones(rows),
            ("NOSPLIT", (0, -min(together, len(rows) + 1)), (-1, -1)),
            *_led(rows),
        ],
        hAlign="LEFT",
        spaceBefore=0,
        spaceAfter=0,
    )


def _head(sheet: Sheet, column: Column, room: float) -> Cell | list[Flowable]:
    """A heading; where it does not fit, its unit in brackets goes to a line of its own."""
    style = "head_right" if column.figures else "head"
    size = sheet.styles[style].fontSize
    name, bracket, unit = column.title.partition("（" if sheet.say.chinese else " (")
    lines = [name, f"{bracket}{unit}".strip()] if bracket and width_of(column.title, size) > room else [column.title]
    if all(width_of(line, size) <= room for line in lines):  # as in `_cell`: no paragraph where none is needed
        return "\n".join(lines)
    return [sheet.text(line, style) for line in lines]


def _cell(sheet: Sheet, row: Row, cell: Cell, column: Column, room: float, small: bool) -> Cell:
    if isinstance(cell, Flowable) or column.figures:
        return cell
    size = tokens.SIZE_SMALL if small else 8.5
    if width_of(cell, size) <= room:  # what fits needs no paragraph, which is the dearest part of a table
        return cell
    if not column.wraps:
        return clipped(cell, size, room)
    if small and not sheet.say.chinese:  # words with blanks between them break without a paragraph
        lines = simpleSplit(cell, REGULAR, size, room)
        if all(width_of(line, size) <= room for line in lines):
            return "\n".join(lines)
    return sheet.text(cell, "small" if small else "cell" if row.kind == "plain" else "cell_bold")


def _rules(columns: Sequence[Column], rows: Sequence[Row], pad: float) -> list[Any]:
    last = len(columns) - 1
    commands: list[Any] = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 8.5, 11.5),
        ("TEXTCOLOR", (0, 0), (-1, -1), tokens.INK),
        ("FONT", (0, 0), (-1, 0), REGULAR, tokens.SIZE_HEAD, 10),
        ("TEXTCOLOR", (0, 0), (-1, 0), tokens.INK_3),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("VALIGN", (0, 1), (-1, -1), "MIDDLE"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, tokens.LINE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.5, tokens.LINE_2),
        ("TOPPADDING", (0, 0), (-1, -1), pad - 0.3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), pad + 0.3),
        ("LEFTPADDING", (0, 0), (-1, -1), PAD),
        ("RIGHTPADDING", (0, 0), (-1, -1), PAD),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (last, 0), (last, -1), 0),
    ]
    for place, column in enumerate(columns):
        if column.figures:
            commands.append(("ALIGN", (place, 0), (place, -1), "RIGHT"))
    for place, row in enumerate(rows, 1):
        if row.kind == "total":
            commands += [
                ("FONT", (0, place), (-1, place), BOLD, 8.5, 11.5),
                ("LINEABOVE", (0, place), (-1, place), 0.6, tokens.LINE),
            ]
        if row.kind == "group":
            commands += [
                ("FONT", (0, place), (-1, place), BOLD, 8.5, 11.5),
                ("TOPPADDING", (0, place), (-1, place), pad + 3),
            ]
    return commands


def _led(rows: Sequence[Row]) -> list[Any]:
    """A heading inside a table stays with the two rows under it."""
    return [("NOSPLIT", (0, at), (-1, min(at + 2, len(rows)))) for at, row in enumerate(rows, 1) if row.kind == "group"]


def _tones(rows: Sequence[Row]) -> list[Any]:
    """Colours of single cells, over whatever the table is set in."""
    cells = [(place, *told) for place, row in enumerate(rows, 1) for told in row.tones]
    return [("TEXTCOLOR", (column, place), (column, place), tone) for place, column, tone in cells]


def heading(sheet: Sheet, title: str, caption: str = "") -> list[Flowable]:
    """A part's title and the one line that says unit and rule."""
    parts: list[Flowable] = [sheet.text(title, "section")]
    if caption:
        parts.append(sheet.text(caption, "caption"))
    return [*parts, Spacer(0, 5)]


def section(sheet: Sheet, title: str, caption: str, *body: Flowable, whole: bool = False) -> list[Flowable]:
    """A part with its heading. A chart or a box stays whole with it; a table may run on after its first rows, unless
    `whole`: a short one that is one idea goes to the next page as it is."""
    head = heading(sheet, title, caption)
    after = Gap(2 * tokens.UNIT)
    if body and isinstance(body[0], Table) and not whole:
        return [Lead(head, body[0]), *head, *body, after]
    return [KeepTogether([*head, *body]), after]


class Gap(Spacer):
    """Room between two parts; what does not fit at the foot of a page is left out, so that it makes no blank page."""

    def __init__(self, height: float) -> None:
        super().__init__(0, height)

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """No more than there is."""
        return 0, max(min(self.height, available_height), 0.0)


class Afresh(CondPageBreak):
    """An idea begins a page, unless more than half of the one it stands on is free: the tail of a table is no page."""

    def __init__(self) -> None:
        super().__init__(WHOLE_PAGE / 2)


class Lead(CondPageBreak):
    """Keeps a heading with the beginning of its table: its first FIRST_OF rows, or all where there are fewer."""

    def __init__(self, head: Sequence[Flowable], body: Table) -> None:
        super().__init__(FIRST_ROWS)
        self.head, self.body = head, body

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Takes no room; asks for a new page where heading and first rows do not fit."""
        if available_height < WHOLE_PAGE / 2:  # on most of a page they do, and to measure a table is dear
            tall = sum(part.wrapOn(self.canv, available_width, tokens.PAGE_HEIGHT)[1] for part in self.head)
            self.body.wrapOn(self.canv, available_width, tokens.PAGE_HEIGHT)
            rows: Sequence[Any] = self.body.__dict__["_rowHeights"][:FIRST_OF]
            self.height = max(FIRST_ROWS, tall + sum(float(row) for row in rows) + 1)
        size: tuple[float, float] = super().wrap(available_width, available_height)
        return size


class Turn(CondPageBreak):
    """Begins the second page if the first has not been filled; further on it does nothing."""

    def __init__(self) -> None:
        super().__init__(0)

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """Takes no room; asks for a new page where it stands on the first."""
        if self.canv.getPageNumber() == 1:
            self.height = available_height + 1
        size: tuple[float, float] = super().wrap(available_width, available_height)
        return size


class Fitting(Flowable):
    """The end of a paper: a list as long as lets it and what follows end on this page, or whole where that is too short.

    make: the flowables of the list (or of several, each) with so many rows, the tables among them, and of what follows.
    """

    def __init__(self, make: Callable[[int], list[Flowable]], most: int, least: int) -> None:
        super().__init__()
        self.make, self.most, self.least = make, most, least

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        """More than there is: the flowables themselves are asked for by `split`."""
        return available_width, available_height + 1

    def split(self, available_width: float, available_height: float) -> list[Flowable]:
        """As many rows as fit, if that is `least` at the least; where little room is left here, as many as a page holds."""
        parts = self.make(self.most)
        tall = sum(self._height(part, available_width) for part in parts)
        rows: list[Any] = [part for part in parts if isinstance(part, Table)]
        row = sum(float(one._rowHeights[-1]) for one in rows) or 1.0  # each list gives a row
        here, there = (self.most - max(math.ceil((tall - room) / row), 0) for room in (available_height, WHOLE_PAGE))
        if here >= self.least:
            return [Spacer(0, 0), *(self.make(here) if here < self.most else parts)]
        if available_height < LITTLE_ROOM and self.least <= there:
            return [CondPageBreak(available_height + 1), *(self.make(there) if there < self.most else parts)]
        return [Spacer(0, 0), *parts]

    def _height(self, part: Any, width: float) -> float:
        if isinstance(part, KeepTogether):  # it answers `wrap` with a height no page has
            inside: list[Flowable] = part.__dict__["_content"]
            return sum((self._height(inner, width) for inner in inside), 0.0)
        return 0.0 if isinstance(part, CondPageBreak) else float(part.wrapOn(self.canv, width, tokens.PAGE_HEIGHT)[1])


def empty(sheet: Sheet, words: str) -> Flowable:
    """Says why there is nothing, in a quiet box as wide as the page."""
    return boxed([sheet.text(words, "quiet")], tokens.WIDTH)


def boxed(content: list[Flowable], width: float) -> Table:
    """Content on a soft ground."""
    return Table(
        [[content]],
        colWidths=[width],
        hAlign="LEFT",
        style=[
            ("BACKGROUND", (0, 0), (-1, -1), tokens.mix(tokens.LINE_2, 0.7)),
            ("LEFTPADDING", (0, 0), (-1, -1), 10), ("RIGHTPADDING", (0, 0), (-1, -1), 10),
            ("TOPPADDING", (0, 0), (-1, -1), 6), ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
            ("ROUNDEDCORNERS", [4, 4, 4, 4]),
        ],
    )  # fmt: skip


def beside(left: list[Flowable], right: list[Flowable], share: float = 0.5) -> Table:
    """Two parts side by side with a gutter; `share` is the left one's part of the room."""
    widths = widths_beside(share)
    return Table(
        [[left, "", right]],
        colWidths=[widths[0], tokens.GUTTER, widths[1]],
        hAlign="LEFT",
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), *_bare()],
    )


def widths_beside(share: float = 0.5) -> tuple[float, float]:
    """The two widths of `beside`."""
    room = tokens.WIDTH - tokens.GUTTER
    return room * share, room * (1 - share)


def thirds(*parts: list[Flowable]) -> Table:
    """Three parts side by side."""
    gap = 14.0
    each = (tokens.WIDTH - 2 * gap) / 3
    return Table(
        [[parts[0], "", parts[1], "", parts[2]]],
        colWidths=[each, gap, each, gap, each],
        hAlign="LEFT",
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), *_bare()],
    )


def pairs(sheet: Sheet, facts: Sequence[tuple[str, str]], across: int = 4) -> Table:
    """Names over values, four in a row."""
    cells: list[list[Any]] = []
    for start in range(0, len(facts), across):
        line = [
            [sheet.text(name, "caption"), sheet.text(value, "body")] for name, value in facts[start : start + across]
        ]
        cells.append(line + [""] * (across - len(line)))
    return Table(
        cells,
        colWidths=[tokens.WIDTH / across] * across,
        hAlign="LEFT",
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            *_bare(),
            ("RIGHTPADDING", (0, 0), (-1, -1), 8),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ],
    )


def _bare() -> list[Any]:
    return [(side, (0, 0), (-1, -1), 0) for side in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")]


def how_to_verify(sheet: Sheet) -> str:
    """The line that tells a reader how to find out whether the paper is genuine."""
    code = sheet.stamp.verification_code
    return sheet.say(
        f"核验：在门户“核验”页输入 {code} 并提交本文件，即知真伪。",
        f"To verify: enter {code} and this file on the portal's Verify page.",
    )

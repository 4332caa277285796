"""A table that leaves as a file, CSV or XLSX: one sheet with a name, heads with their unit, figures as figures.

Every export goes through here. Money is exact to the cent in both forms. A share is 0 to 1 in a CSV and a percent in a
workbook: there each cell shows its own sign, and the head names no unit, so that whoever reads the bare value (0.5258 for
52.58%) is not told it is percent already.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO, Any

import flask
import xlsxwriter

from domain.phrasing import currency_word, in_unit
from portal.access import Ctx, Refusal

MOST_ROWS = 20_000
CHUNK = 1 << 16
ROWS_AT_ONCE = 500
BOM = "\ufeff"  # by which a spreadsheet knows the file is UTF-8
TYPES = {
    "csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
LONGEST_SHEET = 31  # what a workbook allows, and these it does not
NOT_IN_A_SHEET = re.compile(r"[\[\]:*?/\\']+")
MONEY, SHARE = "money", "share"
LOOKS = {MONEY: "#,##0.00", SHARE: "0.00%"}
Cell = str | int | float | Decimal | date | None


@dataclass(frozen=True)
class Head:
    """A column's head: its words, and what its figures are in: money, share (0 to 1) or, empty, nothing to be said."""

    words: str
    unit: str = ""


@dataclass(frozen=True)
class TableFile:
    """stem: the file's name in ASCII without its ending. sheet: what the reader's sheet is called."""

    stem: str
    sheet: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook of several: its name, heads and rows."""

    name: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Cell]]


def plain_heads(words: Iterable[str]) -> list[Head]:
    """Heads of columns without a unit."""
    return [Head(each) for each in words]


def money_heads(words: Iterable[str]) -> list[Head]:
    """Heads of columns of money."""
    return [Head(each, MONEY) for each in words]


def require_form(form: str) -> None:
    """Refusal for a form no table is given out in."""
    if form not in TYPES:
        raise Refusal("common.export_form")


def require_few(rows: int) -> None:
    """Refusal for more rows than an export holds."""
    if rows > MOST_ROWS:
        raise Refusal("common.export_too_many", most=f"{MOST_ROWS:,}")


def sent(ctx: Ctx, form: str, table: TableFile) -> Any:
    """The answer that carries the table; form is csv or xlsx."""
    if form == "xlsx":
        return sent_workbook(ctx, table.stem, [Sheet(table.sheet, table.heads, table.rows)])
    return _answer(csv_text(_said(ctx, form, table.heads), table.rows), form, table.stem)


def sent_workbook(ctx: Ctx, stem: str, sheets: Sequence[Sheet]) -> Any:
    """The answer that carries a workbook of these sheets, in their order; names that come twice are numbered."""
    names: list[str] = []
    for sheet in sheets:
        name = sheet_name(sheet.name)
        names.append(name if name not in names else sheet_name(f"{name[: LONGEST_SHEET - 3]} {len(names) + 1}"))
    told = [Sheet(name, sheet.heads, sheet.rows) for name, sheet in zip(names, sheets, strict=True)]
    heads = [_said(ctx, "xlsx", sheet.heads) for sheet in sheets]
    return _answer(xlsx_bytes(told, heads), "xlsx", stem)


def _said(ctx: Ctx, form: str, heads: Sequence[Head]) -> list[str]:
    """Heads with what their figures are in; a workbook's shares say it in each cell."""
    units = {MONEY: currency_word(ctx.currency, ctx.language), SHARE: "" if form == "xlsx" else "0–1"}
    found = [units.get(head.unit) for head in heads]
    return [
        in_unit(head.words, unit, ctx.language) if unit else head.words for head, unit in zip(heads, found, strict=True)
    ]


def _answer(body: Iterator[str] | Iterator[bytes], form: str, stem: str) -> Any:
    answer = flask.Response(body, mimetype=TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{stem}.{form}"'
    return answer


def sheet_name(words: str) -> str:
    """As a workbook takes it: no more than 31 characters, none of them reserved; cut between words."""
    found = " ".join(NOT_IN_A_SHEET.sub(" ", words).split())
    if len(found) > LONGEST_SHEET:
        return found[: LONGEST_SHEET + 1].rpartition(" ")[0] or found[:LONGEST_SHEET]
    return found or "1"


def plain(value: Cell) -> str:
    """A cell as text. What a spreadsheet would take for a formula is marked as text by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
    return value.isoformat() if isinstance(value, date) else str(value)


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The file piece by piece, UTF-8 with its mark, lines ended as spreadsheets like them."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    text.seek(0)
    yield BOM + text.read()
    text = io.StringIO()
    writer = csv.writer(text)
    for at, row in enumerate(rows, 1):
        writer.writerow([plain(value) for value in row])
        if at % ROWS_AT_ONCE == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def xlsx_bytes(sheets: Sequence[Sheet], heads: Sequence[Sequence[str]]) -> Iterator[bytes]:
    """The workbook piece by piece: rows go to a file as they come, so that memory does not grow with them."""
    with tempfile.TemporaryFile() as file:
        _write_workbook(file, sheets, heads)
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


def _write_workbook(file: IO[bytes], sheets: Sequence[Sheet], heads: Sequence[Sequence[str]]) -> None:
    # Text is never read as formula, number or link.
    safe = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, safe) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        formats = {unit: book.add_format({"num_format": look}) for unit, look in LOOKS.items()}
        for one, words in zip(sheets, heads, strict=True):
            sheet = book.add_worksheet(one.name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(words) - 1, 16)
            sheet.write_row(0, 0, words, bold)
            looks = [formats.get(head.unit) for head in one.heads]
            for line, row in enumerate(one.rows, 1):
                _write_row(sheet, line, row, looks, day)


def _write_row(sheet: Any, line: int, row: Sequence[Cell], looks: Sequence[Any], day: Any) -> None:
    for at, value in enumerate(row):
        if isinstance(value, int | float | Decimal):
            sheet.write_number(line, at, float(value), looks[at])
        elif isinstance(value, date):
            sheet.write_datetime(line, at, value, day)
        elif value is not None:
            sheet.write(line, at, value)

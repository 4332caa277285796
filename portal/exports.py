"""Exports of the look-up: what the table shows, in its order, as CSV or XLSX; the viewer's scope and masks hold here too."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

import flask
import xlsxwriter

from domain.masking import mask_id_number, mask_phone
from portal.access import Ctx, Refusal
from portal.customer_question import question_of
from portal.customer_words import Words, words_of
from store.lookup import Hit, everyone

MOST_ROWS = 20_000
CHUNK = 1 << 16
ROWS_AT_ONCE = 500
BOM = "\ufeff"  # by which a spreadsheet knows the file is UTF-8
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | Decimal | date | None
# (column of the page's catalogue, its value); money stays a number so that it can be added up.
COLUMNS: tuple[tuple[str, Callable[[Hit, Words], Cell]], ...] = (
    ("customer_id", lambda hit, _: hit.customer_id),
    ("name", lambda hit, words: words.name(hit.name, hit.kind, hit.customer_id)),
    ("kind", lambda hit, words: words.kind(hit.kind)),
    ("id_number", lambda hit, _: mask_id_number(hit.id_number)),
    ("phone", lambda hit, _: mask_phone(hit.phone)),
    ("branch", lambda hit, _: hit.branch_name),
    ("manager", lambda hit, _: hit.manager_name),
    ("tier", lambda hit, words: words.tier(hit.tier)),
    ("life_cycle", lambda hit, words: words.life_cycle(hit.life_cycle) if hit.life_cycle else None),
    ("segment", lambda hit, words: words.segment(hit.segment) if hit.segment is not None else None),
    ("grade", lambda hit, _: hit.grade),
    ("score", lambda hit, _: hit.score),
    ("aum", lambda hit, _: hit.aum),
    ("deposits", lambda hit, _: hit.deposits),
    ("loans", lambda hit, _: hit.loans),
    ("days_past_due", lambda hit, _: hit.days_past_due),
    ("products_held", lambda hit, _: hit.products_held),
    ("last_own_movement_on", lambda hit, _: hit.last_own_movement_on),
    ("opened_on", lambda hit, _: hit.opened_on),
)


def customers(ctx: Ctx, kind: str) -> Any:
    """GET /customers-export/<csv|xlsx>?<question>: the file, on the audit trail with its number of rows."""
    if kind not in ("csv", "xlsx"):
        raise Refusal("customers.export_kind")
    query = flask.request.query_string.decode("utf-8", "replace")
    asked = question_of(query)
    hits = everyone(
        ctx.connection, ctx.scope, asked.text, asked.facets, sort=asked.sort, descending=asked.descending, limit=MOST_ROWS + 1
    )  # fmt: skip
    if len(hits) > MOST_ROWS:
        raise Refusal("customers.export_too_many", most=f"{MOST_ROWS:,}")
    ctx.audit("customers.export", "customers", None, format=kind, question=asked.query(), rows=len(hits))
    words = words_of(ctx)
    heads = [ctx.t(f"customers.column.{name}") for name, _ in COLUMNS]
    rows = ([value(hit, words) for _, value in COLUMNS] for hit in hits)
    as_of = f"{ctx.picture.as_of:%Y%m%d}" if ctx.picture else ""
    return sent(kind, f"customers-{as_of}" if as_of else "customers", heads, rows)


def sent(kind: str, stem: str, heads: Sequence[str], rows: Iterator[list[Cell]]) -> Any:
    """The answer that carries the table as a file: kind is csv or xlsx, stem its name in ASCII."""
    body = csv_text(heads, rows) if kind == "csv" else xlsx_bytes(heads, rows)
    answer = flask.Response(body, mimetype="text/csv; charset=utf-8" if kind == "csv" else XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{stem}.{kind}"'
    return answer


def plain(value: Cell) -> str:
    """A cell as text. What a spreadsheet would take for a formula is marked as text by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
    return value.isoformat() if isinstance(value, date) else str(value)


def csv_text(heads: Sequence[str], rows: Iterator[list[Cell]]) -> Iterator[str]:
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


def xlsx_bytes(heads: Sequence[str], rows: Iterator[list[Cell]]) -> Iterator[bytes]:
    """The workbook piece by piece: rows go to a file as they come, so that memory does not grow with them."""
    with tempfile.TemporaryFile() as file:
        _write_workbook(file, heads, rows)
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


def _write_workbook(file: IO[bytes], heads: Sequence[str], rows: Iterator[list[Cell]]) -> None:
    # Text is never read as formula, number or link.
    safe = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, safe) as book:
        sheet = book.add_worksheet()
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 16)
        sheet.write_row(0, 0, heads, bold)
        for line, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                if isinstance(value, Decimal):
                    sheet.write_number(line, at, float(value), money)
                elif isinstance(value, date):
                    sheet.write_datetime(line, at, value, day)
                elif value is not None:
                    sheet.write(line, at, value)

"""Rows of a file, read and judged one by one: one pass of the engine from text to typed columns and complaints.

Each file becomes a table `file_<n>` in the working database, in the file's own order (its rowid is the row's place),
with a column `<table>__<column>` for everything it feeds and `_wrong`, a list of what is wrong with the row (NULL for
a good row). Rows the engine cannot even cut into columns stand in `torn_<n>`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from domain.canonical import BY_NAME, Column
from warehouse.arrival import Opened, judge_header
from warehouse.columns import faults, figure, name, plain_number, quoted, read, stored_type, working_type
from warehouse.lines import LineNumbers, lines_at
from warehouse.refusals import DeliveryRefused
from warehouse.sources import FileKind, Mapped

LONGEST_LINE = 1 << 20
SHOWN = 200  # characters of a wrong value that are kept


@dataclass(frozen=True)
class Cell:
    """One target column of a file: what its text is in SQL, and what a reader would call it."""

    column: Column
    alias: str  # table__column
    number: int
    sql: str | None  # None when the file does not give the column
    source: str  # the file's own column or columns
    shown: str  # SQL of the text shown when it is wrong
    date_format: str | None
    native: bool  # Parquet: already of the stored type


class Reader:
    """Reads the files of one delivery into the working database."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, business_date: dt.date) -> None:
        self.connection = connection
        self.business_date = business_date

    def prepare(self, file: Opened, number: int) -> None:
        """Make `raw_<n>`, the file's columns as they stand; a view when one pass is enough."""
        if file.arrived.parquet:
            self._prepare_parquet(file, number)
            return
        columns = ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in file.header)
        quote = f"quote = {quoted(file.kind.quote)}, escape = {quoted(file.kind.quote)}"
        self.connection.execute(
            f"CREATE OR REPLACE VIEW raw_{number} AS SELECT * FROM read_csv({quoted(str(file.path))}, "
            f"delim = {quoted(file.kind.separator)}, {quote}, header = true, auto_detect = false, "
            f"columns = {{{columns}}}, max_line_size = {LONGEST_LINE}, store_rejects = true, rejects_limit = 0, "
            f"rejects_table = 'torn_{number}', rejects_scan = 'torn_scan_{number}')"
        )

    def _prepare_parquet(self, file: Opened, number: int) -> None:
        try:
            relation = self.connection.sql(f"SELECT * FROM read_parquet({quoted(str(file.path))})")
        except duckdb.Error:
            raise DeliveryRefused("parquet", file=file.arrived.name) from None
        judge_header(file.arrived.name, relation.columns, file.kind)
        self.connection.execute(
            f"CREATE OR REPLACE VIEW raw_{number} AS SELECT * FROM read_parquet({quoted(str(file.path))})"
        )

    def keep_raw(self, file: Opened, number: int) -> None:
        """Put the file's text into the working database, as `kept_<n>`: for files that others look up."""
        columns = _trimmed(self._columns(number))
        self._execute(file, f"CREATE OR REPLACE TABLE kept_{number} AS SELECT {columns} FROM raw_{number}")

    def keep_nothing(self, kind: FileKind, number: int) -> None:
        """An empty `kept_<n>` for a kind of file that did not come."""
        columns = ", ".join(f"{name(column)} VARCHAR" for column in kind.columns)
        self.connection.execute(f"CREATE OR REPLACE TABLE kept_{number} ({columns})")

    def _columns(self, number: int) -> dict[str, str]:
        return {row[0]: row[1] for row in self.connection.execute(f"DESCRIBE raw_{number}").fetchall()}

    def read(self, file: Opened, number: int, kept: dict[str, int]) -> None:
        """Make `file_<n>`: typed columns and complaints, in the file's order. `kept`: stems looked up -> number."""
        present = self._columns(number)
        cells = [
            _cell(file.kind, table, column, mapped, present, i)
            for i, (table, column, mapped) in enumerate(_targets(file.kind))
        ]
        joined = bool(file.kind.lookups)
        if joined and file.kind.stem not in kept:
            self.keep_raw(file, number)
        base = f"kept_{number}" if joined or file.kind.stem in kept else f"raw_{number}"
        self._execute(file, _typed_table(number, base, file.kind, cells, present, kept, self.business_date, joined))

    def torn(self, file: Opened, number: int) -> LineNumbers:
        """Make `torn_rows_<n>` (line, line_text, reason) of rows that cannot be cut into columns; where rows stand.

        DeliveryRefused when the last line is torn and does not end: the file was cut off.
        """
        self.connection.execute(
            f"CREATE OR REPLACE TABLE torn_rows_{number} (line BIGINT, line_text VARCHAR, reason VARCHAR)"
        )
        if file.arrived.parquet:
            return LineNumbers(None, "", (), plain=True)
        found = self.connection.execute(
            f"SELECT line, min(line_byte_position), left(any_value(csv_line), {SHOWN}), "
            f"any_value(error_type::VARCHAR), any_value(error_message) FROM torn_{number} GROUP BY line ORDER BY line"
        ).fetchall()
        rows = figure(self.connection, f"SELECT count(*) FROM file_{number}")
        lines = file.arrived.newlines + (not file.arrived.ends_with_newline)
        plain = lines == 1 + rows + len(found)
        places = [row[0] for row in found] if plain else lines_at(file.path, [row[1] for row in found])
        if found and not file.arrived.ends_with_newline and places[-1] == lines:
            raise DeliveryRefused("truncated", file=file.arrived.name, row=lines)
        for line, row in zip(places, found, strict=True):
            reason = _torn_reason(row[3], row[4])
            self.connection.execute(f"INSERT INTO torn_rows_{number} VALUES (?, ?, ?)", [line, row[2], reason])
        return LineNumbers(file.path, file.kind.quote, places, plain)

    def _execute(self, file: Opened, sql: str) -> None:
        try:
            self.connection.execute(sql)
        except duckdb.OutOfMemoryException:
            raise
        except (duckdb.InvalidInputException, duckdb.IOException, duckdb.SerializationException) as error:
            if file.arrived.parquet:
                raise DeliveryRefused("parquet", file=file.arrived.name) from error
            problem = str(error).splitlines()[0][:SHOWN]
            raise DeliveryRefused("unreadable", file=file.arrived.name, problem=problem) from error


def _torn_reason(error: str, message: str) -> str:
    if counts := re.search(r"Columns: (\d+) Found: (\d+)", message):
        return f"the row has {counts[2]} columns instead of {counts[1]}"
    if error == "UNQUOTED VALUE":
        return "a quoted value is not closed, or text follows its closing quote"
    return f"the row cannot be read ({error.lower()})"


def _targets(kind: FileKind) -> list[tuple[str, Column, Mapped | None]]:
    return [
        (table, column, columns.get(column.name))
        for table, columns in kind.targets.items()
        for column in BY_NAME[table].columns
    ]


def _cell(
    kind: FileKind, table: str, column: Column, mapped: Mapped | None, present: dict[str, str], number: int
) -> Cell:
    alias = f"{table}__{column.name}"
    if mapped is None or (mapped.column is not None and mapped.column not in present):
        return Cell(column, alias, number, None, column.name, "NULL", None, False)
    if mapped.column is not None:
        sql = f"{name(kind.stem)}.{name(mapped.column)}"
        native = not column.values and present[mapped.column] == stored_type(column)
        read_as = sql if native else plain_number(sql, column, kind.decimal, kind.thousands)
        return Cell(column, alias, number, read_as, mapped.column, sql, mapped.format or kind.date, native)
    sql = f"CAST(({mapped.sql}) AS VARCHAR)"
    words = set(re.findall(r"\w+", re.sub(r"'[^']*'", "", str(mapped.sql))))
    named = [c for c in kind.columns if c in words]
    shown = ", ".join(f"coalesce({name(kind.stem)}.{name(c)}, '')" for c in named)
    shown = f"concat_ws(', ', {shown})" if named else sql
    return Cell(column, alias, number, sql, ", ".join(named) or column.name, shown, mapped.format, False)


def _typed_table(
    number: int,
    base: str,
    kind: FileKind,
    cells: Sequence[Cell],
    present: dict[str, str],
    kept: dict[str, int],
    business_date: dt.date,
    joined: bool,
) -> str:
    """Three layers: the text of every cell; its typed value; the complaints of rows that have any."""
    order = ", rowid AS _order" if joined else ""
    source = f"(SELECT {_trimmed(present)}{order} FROM {base}) AS {name(kind.stem)}"
    for lookup in kind.lookups:
        source += _join(lookup.file, lookup.key, lookup.equals, lookup.where, kept)
    given = [cell for cell in cells if cell.sql is not None]
    texts = ", ".join(
        f"{cell.sql if cell.native else f'CAST({cell.sql} AS VARCHAR)'} AS t{cell.number}, "
        f"CAST({cell.shown} AS VARCHAR) AS s{cell.number}"
        if cell.shown != cell.sql
        else f"{cell.sql if cell.native else f'CAST({cell.sql} AS VARCHAR)'} AS t{cell.number}"
        for cell in given
    )
    values = ", ".join(
        f"t{cell.number} AS v{cell.number}" if cell.native
        else f"{read(f't{cell.number}', cell.column, cell.date_format)} AS v{cell.number}"
        for cell in given
    )  # fmt: skip
    typed = ", ".join(
        f"v{cell.number} AS {name(cell.alias)}" if cell.sql is not None
        else f"CAST(NULL AS {working_type(cell.column)}) AS {name(cell.alias)}"
        for cell in cells
    )  # fmt: skip
    ordered = " ORDER BY _order" if joined else ""
    carried = f", {name(kind.stem)}._order" if joined else ""
    return (
        f"CREATE OR REPLACE TABLE file_{number} AS SELECT {typed}, {_complaints(given, business_date)} AS _wrong "
        f"FROM (SELECT *, {values} FROM (SELECT {texts}{carried} FROM {source})){ordered}"
    )


def _trimmed(columns: dict[str, str]) -> str:
    return ", ".join(
        f"nullif(trim({name(c)}), '') AS {name(c)}" if type_ == "VARCHAR" else name(c) for c, type_ in columns.items()
    )


def _join(stem: str, key: str, equals: str, where: str, kept: dict[str, int]) -> str:
    """One row by key of another file of the delivery; the file may be absent, then nothing is found."""
    rows = f"SELECT * FROM kept_{kept[stem]} WHERE {where} QUALIFY row_number() OVER (PARTITION BY {name(key)} ORDER BY rowid) = 1"
    return f" LEFT JOIN ({rows}) AS {name(stem)} ON {name(stem)}.{name(key)} = {equals}"


def _complaints(cells: Sequence[Cell], business_date: dt.date) -> str:
    tests, entries = [], []
    for cell in cells:
        text, value = f"t{cell.number}", f"v{cell.number}"
        shown = text if cell.shown == cell.sql else f"s{cell.number}"
        branches = []
        for fault in faults(cell.column, business_date, cell.date_format):
            when = fault.when.format(text=text, value=value)
            tests.append(f"({when})")
            branches.append(
                f"WHEN {when} THEN {{'column': {quoted(cell.source)}, "
                f"'value': left(CAST({shown} AS VARCHAR), {SHOWN}), 'code': {quoted(fault.code)}, "
                f"'reason': {quoted(cell.column.name + ' ' + fault.reason)}}}"
            )
        if branches:
            entries.append(f"CASE {' '.join(branches)} END")
    listed = f"list_filter([{', '.join(entries)}], lambda x: x IS NOT NULL)"
    return f"CASE WHEN {' OR '.join(tests)} THEN {listed} END"

"""The canonical types in the engine's SQL: what a column is stored as, and how its text is read and judged.

Amounts are exact: 1.005 is a reject, not 1.01; 1e308 and NaN are rejects. Dates lie between 1900 and the business date;
those that name the future (a maturity) may lie up to a century ahead.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb

from domain.canonical import Column

SQL_TYPES = {
    "id": "VARCHAR", "text": "VARCHAR", "date": "DATE", "timestamp": "TIMESTAMP", "money": "DECIMAL(18,2)",
    "rate": "DOUBLE", "share": "DOUBLE", "decimal": "DOUBLE", "integer": "BIGINT", "flag": "BOOLEAN",
}  # fmt: skip
LONGEST = {"id": 64, "text": 256}
NUMBERS = ("money", "rate", "share", "decimal", "integer")
FIRST_DAY = dt.date(1900, 1, 1)
AHEAD_OF_TIME = ("matures_on", "expires_on")
YEARS_AHEAD = 100
YES, NO = ("true", "t", "yes", "y", "1", "是"), ("false", "f", "no", "n", "0", "否")
_ZONE = "'([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)$'"


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """A name as an SQL identifier."""
    return '"' + text.replace('"', '""') + '"'


def figure(connection: duckdb.DuckDBPyConnection, question: str) -> int:
    """The one whole number a question answers; 0 when the answer is empty."""
    row = connection.execute(question).fetchone()
    return int(row[0] or 0) if row else 0


def plain_number(text: str, column: Column, decimal: str, thousands: str) -> str:
    """SQL of a number's text with a point for its decimals and nothing between its thousands."""
    if column.type not in NUMBERS:
        return text
    for mark, by in ((thousands, ""), (decimal, ".")):
        text = text if mark in ("", by) else f"replace({text}, {quoted(mark)}, {quoted(by)})"
    return text


def stored_type(column: Column) -> str:
    """The SQL type a column has in Parquet."""
    return SQL_TYPES[column.type]


def working_type(column: Column) -> str:
    """The SQL type while rows are checked: closed vocabularies are enumerations, which are quick to check and sort."""
    return f"ENUM({', '.join(map(quoted, column.values))})" if column.values else stored_type(column)


def read(text: str, column: Column, date_format: str | None) -> str:
    """SQL that reads the expression `text` (VARCHAR) as the column's type; NULL where it cannot be read."""
    if column.values:
        return f"TRY_CAST({text} AS {working_type(column)})"
    if column.type in ("date", "timestamp"):
        return _day(text, column, date_format)
    if column.type in NUMBERS:
        return f"CASE WHEN {_exact(text, column)} AND NOT contains({text}, '_') THEN {_cast(text, column)} END"
    if column.type == "flag":
        yes, no = (", ".join(map(quoted, words)) for words in (YES, NO))
        return f"CASE WHEN lower({text}) IN ({yes}) THEN true WHEN lower({text}) IN ({no}) THEN false END"
    return text


def _cast(text: str, column: Column) -> str:
    return f"TRY_CAST({text} AS {stored_type(column)})"


def _exact(text: str, column: Column) -> str:
    """SQL that holds when reading the number loses nothing; the common case looks only for the point."""
    if column.type == "money":
        few = f"instr({text}, '.') = 0 OR length({text}) - instr({text}, '.') <= 2"
        return f"({few} OR TRY_CAST({text} AS DECIMAL(38,12)) = {_cast(text, column)})"
    if column.type == "integer":
        return f"(instr({text}, '.') = 0 OR TRY_CAST({text} AS DOUBLE) = {_cast(text, column)})"
    return f"isfinite({_cast(text, column)})"


def _day(text: str, column: Column, date_format: str | None) -> str:
    type_ = stored_type(column)
    if date_format:
        return f"TRY_CAST(TRY_STRPTIME({text}, {quoted(date_format)}) AS {type_})"
    # A time with a zone is not guessed at: the bank's files are in the bank's own time.
    plain = f"(length({text}) <= 19 OR NOT regexp_matches({text}, {_ZONE}))"
    return f"CASE WHEN {plain} THEN TRY_CAST({text} AS {type_}) END"


@dataclass(frozen=True)
class Fault:
    """One way a value can be wrong: `when` is SQL over `{value}` and `{text}`, never NULL."""

    code: str
    when: str
    reason: str


def faults(column: Column, business_date: dt.date, date_format: str | None) -> list[Fault]:
    """Everything that can be wrong with a value of this column, in the order the reasons are looked at."""
    found = []
    if column.required:
        found.append(Fault("missing", "{text} IS NULL", "has no value and must have one"))
    if column.values:
        found.append(
            Fault("word", "{text} IS NOT NULL AND {value} IS NULL", f"is not one of {', '.join(column.values)}")
        )
    elif column.type not in LONGEST:
        words = f"is not {_kind_words(column, date_format)}"
        found.append(Fault("type", "{text} IS NOT NULL AND {value} IS NULL", words))
    else:
        longest = LONGEST[column.type]
        found.append(
            Fault("long", f"coalesce(length({{value}}) > {longest}, false)", f"is longer than {longest} characters")
        )
    return found + _range(column, business_date)


def _range(column: Column, business_date: dt.date) -> list[Fault]:
    if column.type in ("date", "timestamp"):
        ahead = column.name in AHEAD_OF_TIME
        last = business_date.replace(year=business_date.year + YEARS_AHEAD, day=1) if ahead else business_date
        after = last + dt.timedelta(days=1)
        when = f"coalesce({{value}} < DATE '{FIRST_DAY}' OR {{value}} >= DATE '{after}', false)"
        until = last.isoformat() if ahead else f"the business date {last}"
        return [Fault("range", when, f"lies outside {FIRST_DAY} to {until}")]
    if column.low is None and column.high is None:
        return []
    low = f"{{value}} < {column.low}" if column.low is not None else "false"
    high = f"{{value}} > {column.high}" if column.high is not None else "false"
    ends = (("not below", column.low), ("not above", column.high))
    bounds = " and ".join(f"{words} {end:g}" for words, end in ends if end is not None)
    return [Fault("range", f"coalesce({low} OR {high}, false)", f"must be {bounds}")]


def _kind_words(column: Column, date_format: str | None) -> str:
    words = {
        "date": f"a day written as {date_format or 'YYYY-MM-DD'}",
        "timestamp": f"a time written as {date_format or 'YYYY-MM-DD HH:MM:SS'} without a zone",
        "money": "an amount with at most two decimals and sixteen digits before them",
        "integer": "a whole number", "flag": "a yes or no (true, false, 1, 0, 是, 否)",
    }  # fmt: skip
    return words.get(column.type, "a finite number")

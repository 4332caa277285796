"""Sources: how the files of one bank become the canonical tables, read from `<name>.toml` beside this file.

A source maps files (by name pattern) to tables, and each target column to a column of the file or to an SQL
expression over its columns (DuckDB's SQL; every column is text, trimmed, empty is NULL). docs/operations shows how to
write one; berka.toml uses everything there is.
"""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.canonical import BY_NAME, TABLES

FOLDER = Path(__file__).resolve().parent
ENCODINGS = ("detect", "utf-8", "gb18030")
MODES = ("changed", "full")
FORM = ("encoding", "separator", "quote", "date", "decimal", "thousands")
COVERS = ("file", "account")


class SourceError(Exception):
    """A source file cannot be used; the message names the file, the place and what is wrong. zh: the same in Chinese,
    where a reader of a page may meet it."""

    def __init__(self, sentence: str, zh: str | None = None) -> None:
        super().__init__(sentence)
        self.zh = zh


@dataclass(frozen=True)
class Mapped:
    """Where a target column comes from: a column of the file, or an SQL expression; `format` reads its dates."""

    column: str | None = None
    sql: str | None = None
    format: str | None = None


@dataclass(frozen=True)
class Lookup:
    """A second file joined by key: `key` of `file` equals the expression `equals`. The first row of a key is taken."""

    file: str
    key: str
    equals: str
    where: str = "true"


@dataclass(frozen=True)
class FileKind:
    """One kind of file of a source: its name pattern, its form, and the tables it feeds.

    columns: the header's names; those in `optional` may be absent. covers: for movements without balances, until when
    they are known: to the end of the file, or to the last movement of each account; None derives nothing.
    """

    stem: str
    patterns: tuple[str, ...]
    targets: Mapping[str, Mapping[str, Mapped]]
    columns: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    required: bool = False
    encoding: str = "detect"
    separator: str = ","
    quote: str = '"'
    date: str | None = None
    decimal: str = "."
    thousands: str = ""
    lookups: tuple[Lookup, ...] = ()
    covers: str | None = None

    def takes(self, name: str) -> bool:
        """Whether a file of this name is of this kind; upper and lower case do not differ."""
        return any(fnmatch.fnmatchcase(name.lower(), pattern.lower()) for pattern in self.patterns)


@dataclass(frozen=True)
class Source:
    """One bank's way of sending.

    mode: per table, whether a delivery holds all rows or only what changed. waiting: tables whose rows wait for a
    reference that is not there yet. constants: rows the files do not hold (products, say).
    """

    name: str
    bank: str
    currency: str
    kinds: tuple[FileKind, ...]
    mode: Mapping[str, str]
    waiting: frozenset[str] = frozenset()
    constants: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    business_date: dt.date | None = None

    def kind_of(self, name: str) -> FileKind | None:
        """The kind of file of this name, or None."""
        return next((kind for kind in self.kinds if kind.takes(name)), None)

    def ignores(self, name: str) -> bool:
        """Whether a file of this name is passed over."""
        return any(fnmatch.fnmatchcase(name.lower(), pattern.lower()) for pattern in self.ignore)


def source_names() -> tuple[str, ...]:
    """The sources there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load_source(name: str) -> Source:
    """The source of that name. SourceError when there is none or it cannot be used."""
    path = FOLDER / f"{name}.toml"
    if not re.fullmatch(r"[a-z0-9_]+", name) or not path.is_file():
        known = source_names()
        raise SourceError(
            f"There is no source {name!r}; known are {', '.join(known)}",
            f"没有名为“{name}”的数据来源；可用的有：{'、'.join(known)}。",
        )
    return read_source(path)


def read_source(path: Path) -> Source:
    """The source written in a file. SourceError names the file and the entry that is wrong."""
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{path.name} is not valid TOML: {error}") from None
    try:
        return _source(path.stem, text)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError(f"{path.name}: {error}") from error


def _source(name: str, text: dict[str, Any]) -> Source:
    form: dict[str, Any] = {key: text[key] for key in FORM if key in text}
    kinds = _identity(form) if text.get("identity") else ()
    kinds += tuple(_kind(stem, {**form, **entry}) for stem, entry in text.get("files", {}).items())
    modes = text.get("rows", "changed")
    mode = {table.name: modes for table in TABLES} if isinstance(modes, str) else dict(modes)
    mode |= text.get("tables", {})
    _known("table", {*mode, *text.get("waiting", ()), *text.get("constants", {})}, set(BY_NAME))
    _known("mode", set(mode.values()), set(MODES))
    fixed = text.get("business_date")
    return Source(
        name=name,
        bank=text["bank"],
        currency=text["currency"],
        kinds=kinds,
        mode={table.name: mode.get(table.name, "changed") for table in TABLES},
        waiting=frozenset(text.get("waiting", ())),
        constants={table: tuple(rows) for table, rows in text.get("constants", {}).items()},
        ignore=tuple(text.get("ignore", ())),
        business_date=fixed if isinstance(fixed, dt.date) or fixed is None else dt.date.fromisoformat(fixed),
    )


def _identity(form: dict[str, Any]) -> tuple[FileKind, ...]:
    """Files already in the canonical shape: `<table>.csv`, `<table>_part.parquet` and the like."""
    return tuple(
        FileKind(
            stem=table.name,
            patterns=tuple(f"{table.name}{part}.{end}" for part in ("", "[_-]*") for end in ("csv", "parquet")),
            targets={table.name: {name: Mapped(column=name) for name in table.names}},
            columns=table.names,
            optional=frozenset(column.name for column in table.columns if not column.required),
            **form,
        )
        for table in TABLES
    )


def _kind(stem: str, entry: dict[str, Any]) -> FileKind:
    targets: dict[str, dict[str, Mapped]] = {}
    for table, columns in entry.pop("to").items():
        _known("table", {table}, set(BY_NAME))
        _known(f"column of {table}", set(columns), set(BY_NAME[table].names))
        targets[table] = {name: _mapped(value) for name, value in columns.items()}
        absent = [c.name for c in BY_NAME[table].columns if c.required and c.name not in columns]
        if absent:
            raise ValueError(f"files.{stem}: {table} needs {', '.join(absent)}")
    patterns = entry.pop("pattern")
    kind = FileKind(
        stem=stem,
        patterns=(patterns,) if isinstance(patterns, str) else tuple(patterns),
        targets=targets,
        columns=tuple(entry.pop("columns")),
        optional=frozenset(entry.pop("optional", ())),
        lookups=tuple(Lookup(**lookup) for lookup in entry.pop("lookups", ())),
        **entry,
    )
    _known("encoding", {kind.encoding}, set(ENCODINGS))
    _known("covers", {kind.covers} - {None}, set(COVERS))
    taken = {mapped.column for columns in targets.values() for mapped in columns.values()} - {None}
    _known(f"column in the header of files.{stem}", taken, set(kind.columns))
    return kind


def _mapped(value: str | dict[str, str]) -> Mapped:
    return Mapped(column=value) if isinstance(value, str) else Mapped(**value)


def _known(what: str, given: set[Any], allowed: set[str]) -> None:
    strange = sorted(map(str, given - allowed))
    if strange:
        raise ValueError(f"unknown {what}: {', '.join(strange)}; known are {', '.join(sorted(allowed))}")

"""What arrived: each file's hash, size, lines and encoding, found in one pass over its bytes, and the delivery's hash."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.refusals import DeliveryRefused
from warehouse.sources import FileKind

CHUNK = 4 << 20
LONGEST_HEADER = 1 << 20
SEPARATORS = ",;\t|"
NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030", "detect": "UTF-8 / GB18030"}


@dataclass(frozen=True)
class Arrived:
    """One file's bytes. not_utf8_row: the line of the first byte that is not UTF-8, None when all of it is."""

    name: str
    path: Path
    sha256: str
    bytes: int
    newlines: int
    ends_with_newline: bool
    ascii: bool
    zero_bytes: bool
    not_utf8_row: int | None

    @property
    def parquet(self) -> bool:
        """Whether the name says Parquet."""
        return self.name.lower().endswith(".parquet")


@dataclass(frozen=True)
class Opened:
    """A file ready for the engine: `path` is UTF-8 text or Parquet; header in the file's own order."""

    arrived: Arrived
    kind: FileKind
    path: Path
    encoding: str | None
    header: tuple[str, ...]


def measure(path: Path, name: str, read: Callable[[int], None] = lambda _bytes: None) -> Arrived:
    """One pass over a file; `read` hears of every block. Memory is one block, whatever the size."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    size = newlines = 0
    plain, zero, bad, last = True, False, None, b""
    text = not name.lower().endswith(".parquet")
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            digest.update(block)
            if text:
                plain = plain and block.isascii()
                zero = zero or b"\0" in block
                if bad is None and not (plain and not decoder.getstate()[0]):
                    bad = _first_bad_row(decoder, block, newlines)
                newlines += block.count(b"\n")
            size, last = size + len(block), block[-1:]
            read(len(block))
    if text and bad is None and decoder.getstate()[0]:
        bad = newlines + 1  # the file ends inside a character
    return Arrived(name, path, digest.hexdigest(), size, newlines, last == b"\n", plain, zero, bad)


def _first_bad_row(decoder: codecs.IncrementalDecoder, block: bytes, newlines: int) -> int | None:
    try:
        decoder.decode(block)
    except UnicodeDecodeError as error:
        return newlines + 1 + error.object[: error.start].count(b"\n")
    return None


def content_hash(source: str, day: dt.date | None, files: Sequence[Arrived]) -> str:
    """One hash for a delivery of a source and day: the same names and contents give the same, in whatever order."""
    lines = sorted(f"{file.name}\n{file.sha256}\n" for file in files)
    return hashlib.sha256((f"{source}\n{day}\n" + "".join(lines)).encode()).hexdigest()


def opened(arrived: Arrived, kind: FileKind, folder: Path) -> Opened:
    """The file, judged: not empty, its encoding as agreed (made UTF-8 in `folder` if it is not), its header right.

    DeliveryRefused with the file and what is wrong.
    """
    if not arrived.bytes:
        raise DeliveryRefused("empty", file=arrived.name)
    if arrived.parquet:
        return Opened(arrived, kind, arrived.path, None, ())
    encoding = _encoding(arrived, kind.encoding)
    path = arrived.path if encoding == "utf-8" else _as_utf8(arrived, kind, folder)
    return Opened(arrived, kind, path, encoding, _header(arrived.name, path, kind))


def _encoding(arrived: Arrived, agreed: str) -> str:
    if arrived.zero_bytes:
        raise DeliveryRefused("binary", file=arrived.name)
    if arrived.ascii:
        return "utf-8"
    if agreed == "gb18030" and arrived.not_utf8_row is None:
        raise DeliveryRefused("encoding_other", file=arrived.name, expected="GB18030", found="UTF-8")
    if agreed == "utf-8" and arrived.not_utf8_row is not None:
        raise DeliveryRefused("encoding", file=arrived.name, row=arrived.not_utf8_row, expected="UTF-8")
    return "utf-8" if arrived.not_utf8_row is None else "gb18030"


def _as_utf8(arrived: Arrived, kind: FileKind, folder: Path) -> Path:
    """The same text as UTF-8; DeliveryRefused at the first line that is not GB18030 either."""
    folder.mkdir(parents=True, exist_ok=True)
    target, decoder, row = folder / arrived.name, codecs.getincrementaldecoder("gb18030")(), 1
    with arrived.path.open("rb") as source, target.open("wb") as out:
        while True:
            block = source.read(CHUNK)
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                row += error.object[: error.start].count(b"\n")
                expected = NAMES[kind.encoding]
                raise DeliveryRefused("encoding", file=arrived.name, row=row, expected=expected) from None
            row += text.count("\n")
            out.write(text.encode())
            if not block:
                return target


def _header(name: str, path: Path, kind: FileKind) -> tuple[str, ...]:
    """The names in the first line, in their order. DeliveryRefused when they are not those of the source."""
    with path.open("rb") as file:
        line = file.readline(LONGEST_HEADER).decode("utf-8-sig", errors="replace").rstrip("\r\n")
    found = _split(line, kind.separator, kind.quote)
    if len(found) == 1 and len(kind.columns) > 1:
        other = max(SEPARATORS, key=line.count)
        if line.count(other) and other != kind.separator:
            raise DeliveryRefused("separator", file=name, found=_shown(other), expected=_shown(kind.separator))
    judge_header(name, found, kind)
    return tuple(found)


def judge_header(name: str, found: Sequence[str], kind: FileKind) -> None:
    """DeliveryRefused when a column is missing, strange or there twice."""
    expected = ", ".join(kind.columns)
    faults = (
        ("missing", "缺少列", [c for c in kind.columns if c not in found and c not in kind.optional]),
        ("unknown", "多出列", [c for c in found if c not in kind.columns]),
        ("twice", "重复列", sorted({c for c in found if list(found).count(c) > 1})),
    )
    wrong = [(f"{en} {', '.join(names)}", f"{zh} {'、'.join(names)}") for en, zh, names in faults if names]
    if wrong:
        en, zh = ("; ".join(parts) for parts in zip(*wrong, strict=True))
        raise DeliveryRefused("header", file=name, problem=en, problem_zh=zh, expected=expected)


def _split(line: str, separator: str, quote: str) -> list[str]:
    reader = csv.reader(io.StringIO(line), delimiter=separator, quotechar=quote or None,
                        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE)  # fmt: skip
    return [field.strip()[:200] for field in next(reader, [])]


def _shown(separator: str) -> str:
    return "TAB" if separator == "\t" else separator

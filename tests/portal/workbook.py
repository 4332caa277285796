"""A workbook as its reader has it: sheets by name, each a list of rows of text and numbers."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

_MAIN = "{*}"  # whatever the format calls its own words
Cells = list[str | float | None]


def sheets_of(content: bytes) -> dict[str, list[Cells]]:
    """The sheets of an XLSX in their order; a cell nobody wrote is None."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        names = [
            one.attrib["name"]
            for one in ElementTree.fromstring(file.read("xl/workbook.xml")).findall(f".//{_MAIN}sheet")
        ]
        shared = _shared(file)
        return {
            name: [_row(row, shared) for row in ElementTree.fromstring(file.read(f"xl/worksheets/sheet{at}.xml")).findall(f".//{_MAIN}row")]
            for at, name in enumerate(names, 1)
        }  # fmt: skip


def looks_of(content: bytes) -> dict[str, set[str]]:
    """The first sheet's number formats of each column below its head, by the head; "" is General."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        style = ElementTree.fromstring(file.read("xl/styles.xml"))
        codes = {one.attrib["numFmtId"]: one.attrib["formatCode"] for one in style.findall(f".//{_MAIN}numFmt")}
        formats = [codes.get(one.attrib["numFmtId"], "") for one in style.findall(f"{_MAIN}cellXfs/{_MAIN}xf")]
        shared = _shared(file)
        head, *rows = ElementTree.fromstring(file.read("xl/worksheets/sheet1.xml")).findall(f".//{_MAIN}row")
    found: dict[str, set[str]] = {}
    names = {cell.attrib["r"].rstrip("0123456789"): _value(cell, shared) for cell in head.findall(f"{_MAIN}c")}
    for cell in (cell for row in rows for cell in row.findall(f"{_MAIN}c")):
        name = str(names[cell.attrib["r"].rstrip("0123456789")])
        found.setdefault(name, set()).add(formats[int(cell.attrib.get("s", 0))])
    return found


def _shared(file: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in file.namelist():
        return []
    return [
        "".join(one.itertext())
        for one in ElementTree.fromstring(file.read("xl/sharedStrings.xml")).findall(f".//{_MAIN}si")
    ]


def _row(row: ElementTree.Element, shared: list[str]) -> Cells:
    found: Cells = []
    for cell in row.findall(f".//{_MAIN}c"):
        letters = "".join(letter for letter in cell.attrib["r"] if letter.isalpha())
        place = 0
        for letter in letters:
            place = 26 * place + ord(letter) - 64
        found += [None] * (place - 1 - len(found))
        found.append(_value(cell, shared))
    return found


def _value(cell: ElementTree.Element, shared: list[str]) -> str | float | None:
    kind, told = cell.attrib.get("t"), cell.find(f"{_MAIN}v")
    if kind == "inlineStr":
        return "".join(cell.itertext())
    if told is None or told.text is None:
        return None
    return shared[int(told.text)] if kind == "s" else float(told.text)

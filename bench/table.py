"""The table: on the terminal, and in bench/RESULTS.md with the machine it was measured on."""

from __future__ import annotations

import os
import platform
import subprocess
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.line import Line

HEAD = ("what", "unit", "ours", "peer", "peer is", "ours / peer", "aim", "verdict")
RIGHT = {2, 3, 5}
TITLE = "# What `make bench` measured\n\nEach line in one run with its peer, turn about; the median of the rounds.\n"
PACKAGES = ("duckdb", "ibis-framework", "pandas", "pyarrow", "sqlalchemy", "dash", "gunicorn", "rq", "reportlab")


def figure(value: float | None) -> str:
    """Three significant digits, thousands grouped; a dash for what was not measured."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    digits = next(n for n in range(6) if abs(value) >= 10 ** (1 - n) or n == 5)
    return f"{value:.{digits + 1 if abs(value) < 10 else 1}f}"


def cells(line: Line) -> tuple[str, ...]:
    """One row of the table."""
    ratio = "–" if line.ratio is None else f"{line.ratio:.3g}"
    aim = line.aim.words if line.aim else "–"
    return (line.name, line.unit, figure(line.ours), figure(line.peer), line.peer_name, ratio, aim, line.verdict)


def on_terminal(lines: Sequence[Line]) -> str:
    """Columns padded by the width characters have on a terminal, notes below."""
    rows = [HEAD, *map(cells, lines)]
    widths = [max(_wide(row[i]) for row in rows) for i in range(len(HEAD))]
    drawn = ["  ".join(_padded(cell, widths[i], i in RIGHT) for i, cell in enumerate(row)).rstrip() for row in rows]
    notes = [f"  {line.name}: {line.note}" for line in lines if line.note]
    return "\n".join([drawn[0], "-" * min(sum(widths) + 2 * len(widths), 160), *drawn[1:], "", *notes])


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _wide(text))
    return space + text if right else text + space


def section(lines: Sequence[Line], size: str, facts: Sequence[str]) -> str:
    """The part of RESULTS.md about one size."""
    rows = [
        "| " + " | ".join(HEAD) + " |",
        "|" + "|".join("--:" if i in RIGHT else "---" for i in range(len(HEAD))) + "|",
    ]
    rows += ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells(line)) + " |" for line in lines]
    notes = [f"- {line.name}: {line.note}" for line in lines if line.note]
    return "\n".join([f"## {size}", "", *(f"- {fact}" for fact in facts), "", *rows, "", *notes]) + "\n"


def write(path: Path, size: str, text: str) -> None:
    """Put a size's section in place of its older one; the others stay."""
    kept = path.read_text(encoding="utf-8").split("\n## ")[1:] if path.exists() else []
    others = [f"## {part.rstrip()}\n" for part in kept if part.partition("\n")[0] != size]
    whole = [text, *others] if size == "full" else [*others, text]
    draft = path.with_name(f".{path.name}.part")
    draft.write_text("\n".join([TITLE, *whole]), encoding="utf-8")
    draft.replace(path)


def facts(at: datetime, customers: int, months: int, rounds: int, taken: float) -> list[str]:
    """When, on what, how much."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return [
        f"{at:%Y-%m-%d %H:%M} {at.tzname() or ''}".rstrip() + f", {taken / 60:.1f} minutes, commit {_commit()}",
        f"{customers:,} customers × {months} months; median of {rounds} rounds",
        f"{_processor()}, {os.cpu_count()} cores, {_memory():.0f} GB; load at the end {load}",
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _commit() -> str:
    order = ["git", "describe", "--always", "--dirty", "--abbrev=9"]
    told = subprocess.run(order, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "unknown"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)

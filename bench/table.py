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
from bench.timing import Spread

# In this order: what wants the machine for itself comes before the portal is started.
LINES = (
    "delivery_load", "feature_build", "contribution_month", "segmentation_fit", "monthly_chain", "scorecard_fit",
    "scorecard_scoring", "scorecard_quality", "scorecard_sets", "rerating", "segments_truth", "customer_lookup", "pdf_files",
    "portal_callbacks", "first_page", "report_job", "predictions_truth", "credit_truth",
)  # fmt: skip

HEAD = ("line", "what", "unit", "ours", "peer", "peer is", "ours / peer", "aim", "verdict")
RIGHT = {3, 4, 6}
TITLE = """# What `make bench` measured

Each line in one run with its peer, turn about: the median of the rounds (least–most). The first column is the name for
`python -m bench --only`; below the table stands when, on what code and beside what load each of them was measured. The
peers' environment and the demo bank are made once before and are in no time below.
"""
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


def spread(value: Spread | None) -> str:
    """Median (least–most); the median alone where all rounds said the same."""
    if value is None:
        return figure(None)
    ends = [figure(value.least), figure(value.most)]
    return figure(value.median) + (f" ({'–'.join(ends)})" if ends[0] != ends[1] else "")


def cells(line: Line, module: str) -> tuple[str, ...]:
    """One row of the table."""
    ratio = "–" if line.ratio is None else f"{line.ratio:.3g}"
    aim = line.aim.words if line.aim else "–"
    ours, peer = spread(line.ours), spread(line.peer)
    return (module, line.name, line.unit, ours, peer, line.peer_name, ratio, aim, line.verdict)


def on_terminal(lines: Sequence[Line], module: str) -> str:
    """Columns padded by the width characters have on a terminal, notes below."""
    rows = [HEAD[1:], *(cells(line, module)[1:] for line in lines)]
    widths = [max(_wide(row[i]) for row in rows) for i in range(len(rows[0]))]
    right = {at - 1 for at in RIGHT}
    drawn = ["  ".join(_padded(cell, widths[i], i in right) for i, cell in enumerate(row)).rstrip() for row in rows]
    notes = [f"  {line.name}: {line.told}" for line in lines if line.told]
    return "\n".join([drawn[0], "-" * min(sum(widths) + 2 * len(widths), 160), *drawn[1:], *notes])


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _wide(text))
    return space + text if right else text + space


def write(path: Path, size: str, machine: Sequence[str], module: str, lines: Sequence[Line], when: str) -> None:
    """Put what a module of lines measured in place of what it measured before; other lines and sizes stay."""
    parts = path.read_text(encoding="utf-8").split("\n## ")[1:] if path.exists() else []
    sections = {part.partition("\n")[0]: part.splitlines() for part in parts}
    old = sections.get(size, [])
    rows = [row for row in old if row.startswith("| ") and not row.startswith(("| line |", f"| {module} |"))]
    rows += ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells(line, module)) + " |" for line in lines]
    told = [row for row in old if row.startswith("- `") and not row.startswith(f"- `{module}`")]
    told += [f"- `{module}` {when}", *(f"- `{module}` {line.name}: {line.told}" for line in lines if line.told)]
    rule = "|" + "|".join("--:" if i in RIGHT else "---" for i in range(len(HEAD))) + "|"
    table = ["| " + " | ".join(HEAD) + " |", rule, *sorted(rows, key=_place)]
    sections[size] = [size, "", *(f"* {fact}" for fact in machine), "", *table, "", *sorted(told, key=_place)]
    names = sorted(sections, key=lambda name: (name != "full", name))
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(
        "\n".join([TITLE, *("## " + "\n".join(sections[name]).rstrip() + "\n" for name in names)]), encoding="utf-8"
    )
    draft.replace(path)


def _place(row: str) -> int:
    """Where a row's or note's module stands among the lines."""
    name = row.lstrip("|- `").replace("`", " ").split(" ")[0]
    return LINES.index(name) if name in LINES else len(LINES)


def machine(customers: int, months: int, rounds: int) -> list[str]:
    """On what, how much."""
    return [
        f"{customers:,} customers × {months} months; median of {rounds} rounds",
        f"{_processor()}, {os.cpu_count()} cores, {_memory():.0f} GB; {platform.system()} {platform.release()}",
        f"Python {platform.python_version()}, " + ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
    ]


def when(at: datetime, taken: float) -> str:
    """When a line was measured, how long it took, and what else the machine did."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    moment = f"{at:%Y-%m-%d %H:%M} {at.tzname() or ''}".rstrip()
    return f"measured {moment} in {taken / 60:.1f} minutes, commit {_commit()}, load at the end {load}"


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

"""`make bench`: every line, each against its peer, printed and written to bench/RESULTS.md.

A line is a module of this package with `run(context) -> list[Line]`. One that breaks says why and the others go on;
the exit status is then 1. A missed aim is said in the table and is no failure.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
import traceback
from datetime import datetime
from pathlib import Path

from bench import table
from bench.context import ROOT, SIZES, Context, say
from bench.line import Line

# In this order: what wants the machine for itself comes before the portal is started.
LINES = (
    "delivery_load", "feature_build", "customer_lookup", "pdf_files", "portal_callbacks", "first_page", "report_job",
)  # fmt: skip
RESULTS = Path(__file__).resolve().parent / "RESULTS.md"


def lines_of(name: str, context: Context) -> list[Line]:
    """A module's lines, or one that says why there are none."""
    try:
        return list(importlib.import_module(f"bench.{name}").run(context))
    except Exception as error:
        traceback.print_exc()
        return [Line(name.replace("_", " "), "", None, "", None, note=f"failed: {_told(error)}", failed=True)]


def _told(error: Exception) -> str:
    words = str(error).strip().splitlines()
    return f"{type(error).__name__}: {words[0] if words else 'no reason given'}"


def main() -> int:
    """Run; 0 when no line broke."""
    asked = argparse.ArgumentParser(prog="python -m bench", description="measure against named peers")
    asked.add_argument("--size", choices=sorted(SIZES), default="full")
    asked.add_argument("--only", default=",".join(LINES), help="some lines, by name, with commas")
    asked.add_argument("--folder", type=Path, default=ROOT / "var" / "bench", help="where the bank is kept")
    asked.add_argument("--results", type=Path, default=RESULTS, help="the file to write")
    asked.add_argument("--at", type=datetime.fromisoformat, help="the date and time to write (now)")
    told = asked.parse_args()
    names = told.only.split(",")
    if unknown := set(names) - set(LINES):
        asked.error(f"no such line: {', '.join(sorted(unknown))}; there are {', '.join(LINES)}")
    size, begun = SIZES[told.size], time.monotonic()
    context = Context(size, told.folder.resolve() / size.name)
    found: list[Line] = []
    try:
        for name in names:
            say(f"{name.replace('_', ' ')} ...")
            found += lines_of(name, context)
    finally:
        context.close()
    facts = table.facts(
        told.at or datetime.now().astimezone(), size.customers, size.months, size.rounds, time.monotonic() - begun
    )
    print(table.on_terminal(found))
    if set(names) == set(LINES):
        table.write(told.results, size.name, table.section(found, size.name, facts))
        print(f"\n{told.results} has it.")
    return 1 if any(line.failed for line in found) else 0


if __name__ == "__main__":
    sys.exit(main())

"""`make bench`: every line, each against its peer, printed and written to bench/RESULTS.md as soon as it is measured.

A line is a module of this package with `run(context) -> list[Line]`. One that breaks says why and the others go on;
the exit status is then 1. A missed aim is said in the table and is no failure. `--only feature_build,report_job`
measures these and leaves the others in RESULTS.md as they stand, each with its own date. The small size is for a quick look: it
leaves out the lines that take minutes at any size, unless they are asked for by name.
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
from bench.table import LINES

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"
NO_BANK = {
    "scorecard_fit",
    "scorecard_scoring",
    "scorecard_quality",
    "scorecard_sets",
    "rerating",
    "credit_truth",
}  # tables of their own
# Left out of the small size: they learn many times over, or bring tables or peers of their own that take minutes to make.
LONG = {
    "contribution_month", "segmentation_fit", "monthly_chain", "scorecard_fit", "scorecard_scoring", "scorecard_quality",
    "scorecard_sets", "rerating", "segments_truth", "predictions_truth", "credit_truth",
}  # fmt: skip
PEERS = {
    "pdf_files",
    "scorecard_fit",
    "scorecard_scoring",
    "scorecard_quality",
    "scorecard_sets",
}  # peers of an environment of their own


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


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m bench", description="measure against named peers")
    asked.add_argument("--size", choices=sorted(SIZES), default="full")
    asked.add_argument("--only", help="some lines, by name, with commas (all; of the small size all that are quick)")
    asked.add_argument("--fresh", action="store_true", help="make the demo bank and its installation anew")
    asked.add_argument("--folder", type=Path, default=ROOT / "var" / "bench", help="where the bank is kept")
    asked.add_argument("--results", type=Path, default=RESULTS, help="the file to write")
    asked.add_argument("--at", type=datetime.fromisoformat, help="the date and time to write (now)")
    told = asked.parse_args()
    told.only = told.only or ",".join(name for name in LINES if told.size == "full" or name not in LONG)
    if unknown := set(told.only.split(",")) - set(LINES):
        asked.error(f"no such line: {', '.join(sorted(unknown))}; there are {', '.join(LINES)}")
    return told


def main() -> int:
    """Run; 0 when no line broke."""
    told = _asked()
    size, begun, failed = SIZES[told.size], time.monotonic(), False
    machine = table.machine(size.customers, size.months, size.rounds)
    context = Context(size, told.folder.resolve() / size.name)
    try:
        wanted = set(told.only.split(","))
        context.prepare(told.fresh, peers=bool(wanted & PEERS), bank=not wanted <= NO_BANK)
        for n, name in enumerate(told.only.split(","), 1):
            say(f"{n} of {len(told.only.split(','))}: {name.replace('_', ' ')} ...")
            started = time.monotonic()
            found = lines_of(name, context)
            failed = failed or any(line.failed for line in found)
            taken = time.monotonic() - started
            print(f"{table.on_terminal(found, name)}\n  ({taken:.0f} s)\n", flush=True)
            when = table.when(told.at or datetime.now().astimezone(), taken)
            table.write(told.results, size.name, machine, name, found, when)
    finally:
        context.close()
    print(f"{told.results} has it, after {(time.monotonic() - begun) / 60:.1f} minutes.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Fitting a scorecard, from a table to whole points: 150,000 × 10 and 1,000 × 20 (German credit), against optbinning."""

from __future__ import annotations

from pathlib import Path

from bench import scorecard_tables as tables
from bench.context import Context
from bench.in_process import measured
from bench.line import Aim, Line
from bench.timing import interleaved

ROWS = {"full": 150_000, "small": 10_000}
AIM = Aim(1 / 5, "≤ 1/5")
PEER = "optbinning, BinningProcess and Scorecard"


def run(context: Context) -> list[Line]:
    """The lines."""
    folder, rows = context.scratch("scorecard_fit"), ROWS[context.size.name]
    drawn, german = folder / "drawn.npz", folder / "german.npz"
    tables.keep_drawn(drawn, rows)
    tables.keep_german(german)
    return [_line(context, drawn, f"scorecard fit, {rows:,} × 10"), _line(context, german, "scorecard fit, 1,000 × 20")]


def _line(context: Context, path: Path, name: str) -> Line:
    def ours() -> float:
        return float(measured("bench.scorecard_tables:fit", {"path": str(path)}).result["seconds"])

    told: dict[str, str] = {}
    try:
        python = context.peers
    except RuntimeError as error:
        (alone,) = interleaved(context.rounds, ours)
        return Line(name, "s", alone, PEER, None, AIM, f"peer not available: {error}")

    def peer() -> float:
        found = measured("bench.peers.scorecard_optbinning:fit", {"path": str(path)}, python).result
        told["version"] = found["version"]
        return float(found["seconds"])

    mine, other = interleaved(context.rounds, ours, peer)
    return Line(
        name, "s", mine, PEER, other, AIM, f"optbinning {told['version']}; each fit in a process of its own, first fit"
    )

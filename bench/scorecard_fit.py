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
    return [
        fit_line(context, drawn, f"scorecard fit, {rows:,} × 10"),
        fit_line(context, german, "scorecard fit, 1,000 × 20"),
    ]


def fit_line(context: Context, path: Path, name: str, codes: tuple[int, ...] = (), most: int = 5) -> Line:
    """Both sides turn about, `most` times at the most. codes: what only the peer is told are special codes; ours finds its own."""

    def ours() -> float:
        return float(measured("bench.scorecard_tables:fit", {"path": str(path)}).result["seconds"])

    rounds = min(context.rounds, most)
    told: dict[str, str] = {}
    try:
        python = context.peers
    except RuntimeError as error:
        (alone,) = interleaved(rounds, ours)
        return Line(name, "s", alone, PEER, None, AIM, f"peer not available: {error}")

    def peer() -> float:
        found = measured("bench.peers.scorecard_optbinning:fit", {"path": str(path), "codes": codes}, python).result
        told["version"] = found["version"]
        return float(found["seconds"])

    mine, other = interleaved(rounds, ours, peer)
    return Line(
        name, "s", mine, PEER, other, AIM, f"optbinning {told['version']}; each fit in a process of its own, first fit"
    )

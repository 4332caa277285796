"""How well a scorecard tells bad from good on rows it has not seen: German credit, 20 stratified splits, against optbinning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench import scorecard_tables as tables
from bench.context import Context
from bench.in_process import measured
from bench.line import Aim, Line
from bench.timing import Spread

PEER = "optbinning, the same splits"
Floats = npt.NDArray[np.float64]


def run(context: Context) -> list[Line]:
    """AUC and KS, each the mean of the splits with the least and the most."""
    folder = context.scratch("scorecard_quality")
    german = folder / "german.npz"
    tables.keep_german(german)
    return quality_lines(context, folder, german, "German credit", tables.SPLITS)


def quality_lines(
    context: Context, folder: Path, source: Path, what: str, splits: int, codes: tuple[int, ...] = ()
) -> list[Line]:
    """Of a kept table: AUC and KS on `splits` stratified splits, the same for both sides.

    codes: what only the peer is told are special codes; ours finds its own.
    """
    from domain.credit.metrics import auc, ks

    parts = folder / f"{source.stem}-parts.npz"
    tables.keep_parts(parts, str(source), splits)
    _, bad = tables.table_of(str(source))
    with np.load(parts) as kept:
        tests = kept["test"]
    asked = {"path": str(source), "parts": str(parts)}
    found = {"ours": measured("bench.scorecard_tables:splits", asked).result["probabilities"]}
    note = ""
    try:
        peer = {**asked, "codes": codes}
        told = measured("bench.peers.scorecard_optbinning:splits", peer, context.peers).result
        found["peer"] = told["probabilities"]
    except RuntimeError as error:
        note = f"peer not available: {error}"
    lines = []
    for name, measure in (("AUC", auc), ("KS", ks)):
        sides = {
            side: np.array([measure(bad[rows], -np.array(chance)) for rows, chance in zip(tests, each, strict=True)])
            for side, each in found.items()
        }
        lines.append(_line(name, sides, note, what))
    return lines


def _line(name: str, sides: dict[str, Floats], note: str, what: str = "German credit") -> Line:
    """The aim: not under the peer's mean by more than one standard error of the paired difference."""
    mine, other = sides["ours"], sides.get("peer")
    said = f"{name}, {what}, mean of {len(mine)} splits"
    if other is None:
        return Line(said, name, _spread(mine), PEER, None, None, note)
    difference = mine - other
    error = float(difference.std(ddof=1) / np.sqrt(len(difference)))
    aim = Aim(1 - error / float(other.mean()), "≥ peer − 1 s.e.", at_least=True) if name == "AUC" else None
    told = f"difference {difference.mean():+.4f}, one standard error of the paired difference {error:.4f}"
    return Line(said, name, _spread(mine), PEER, _spread(other), aim, told)


def _spread(values: Floats) -> Spread:
    """The mean where the table says the median: the aim is of means."""
    return Spread(float(values.mean()), float(values.min()), float(values.max()), len(values))

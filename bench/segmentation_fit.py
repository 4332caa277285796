"""The segmentation's choice of k and its fit, persons and companies, against plain scikit-learn on the same rows.

Plain: for each k KMeans(n_init=10) on all rows and a silhouette on 10,000 of them; the widest wins. It begins with the
rows in standard units, which ours works out itself. Ours judges every k by its stability over redraws besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.context import Context
from bench.in_process import Measured, measured
from bench.line import Aim, Line
from bench.segments_truth import ground
from bench.timing import Spread

SEED = 1
PEER = "scikit-learn KMeans, n_init=10 on all rows, silhouette on 10,000"
SMALL = "ours refits every k on twenty redraws, which a small bank's few rows do not outweigh"
QUICK = Aim(0.4, "≤ 0.4", missed=SMALL)
AS_TIGHT = Aim(1.001, "≤ 1.001", missed="ours seeks centres on a sample of the rows")
ROUNDS = {"full": 2, "small": 1}  # a side of the full size takes a minute


def run(context: Context) -> list[Line]:
    folder = context.scratch("fit")
    features, _ = ground(context)
    features.to_parquet(folder / "features.parquet")
    sides = {"ours": "bench.segmentation_fits:ours", PEER: "bench.segmentation_fits:peer"}
    found: dict[str, list[Measured]] = {name: [] for name in sides}
    for _ in range(ROUNDS[context.size.name]):
        for name, function in sides.items():
            found[name].append(measured(function, {"path": str(folder / "features.parquet"), "seed": SEED}))
    # The peer is asked once more, unmeasured, at the k ours chose: inertias of other k say nothing of each other.
    chosen = found["ours"][0].result
    alike = measured("bench.segmentation_fits:inertias", _at(folder, chosen)).result
    seconds = [Spread.of([each.seconds for each in found[name]]) for name in sides]
    ratios = [mine["inertia"] / alike[kind] for kind, mine in chosen.items()]
    told = "; ".join(
        f"{kind}: {mine['rows']:,} rows, k {mine['k']}, the peer's {found[PEER][0].result[kind]['k']}"
        for kind, mine in chosen.items()
    )
    return [
        Line("segments, choice of k and fit", "s", seconds[0], PEER, seconds[1], QUICK, told),
        Line("segments, inertia at the same k, worst kind", "× peer", Spread.of([max(ratios)]),
             "scikit-learn KMeans, n_init=10 on all rows", Spread.of([1.0]), AS_TIGHT, _listed(chosen, ratios)),
    ]  # fmt: skip


def _at(folder: Path, chosen: dict[str, Any]) -> dict[str, Any]:
    k = {kind: told["k"] for kind, told in chosen.items()}
    return {"path": str(folder / "features.parquet"), "seed": SEED, "k": k}


def _listed(chosen: dict[str, Any], ratios: Sequence[float]) -> str:
    return ", ".join(f"{kind} {ratio:.5f}" for kind, ratio in zip(chosen, ratios, strict=True))

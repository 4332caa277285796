"""How well, and how quickly, a scorecard is fitted with nothing set on tables shaped like other public credit sets."""

from __future__ import annotations

import numpy as np

from bench import scorecard_shapes as shapes
from bench import scorecard_tables as tables
from bench.context import Context
from bench.line import Line
from bench.scorecard_fit import fit_line
from bench.scorecard_quality import quality_lines

SPLITS = {"full": 10, "small": 5}


def run(context: Context) -> list[Line]:
    """Of each shape AUC and KS on the same splits as the peer's, and the time of a fit of all rows."""
    folder, size = context.scratch("scorecard_sets"), context.size.name
    lines: list[Line] = []
    for place, shape in enumerate(shapes.SHAPES):
        table, bad = shape.draw(shape.rows[size], np.random.default_rng(tables.SEED + place))
        path = folder / f"{place}.npz"
        tables.keep(path, table, bad)
        said = shape.name if size == "full" else f"{shape.name.split(',')[0]}, {len(bad):,} rows"
        lines += quality_lines(context, folder, path, said, SPLITS[size], shape.codes)
        lines.append(fit_line(context, path, f"fit, {said}", shape.codes, most=3))
    return lines

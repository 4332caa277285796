"""The scorecard's lines measure the same thing on every side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench import scorecard_scoring, scorecard_shapes, scorecard_tables
from bench.scorecard_quality import _line


def test_every_side_of_scoring_gives_the_same_points(tmp_path: Path) -> None:
    learn, rows = tmp_path / "learn.npz", tmp_path / "rows.npz"
    scorecard_tables.keep_drawn(learn, 1500, 3, 2)
    scorecard_tables.keep_drawn(rows, 700, 3, 2, seed=5)
    asked = {"path": str(learn), "rows": str(rows)}
    sides = (scorecard_scoring.ours, scorecard_scoring.by_hand, scorecard_scoring.in_duckdb)
    assert len({side(**asked)["sum"] for side in sides}) == 1


def test_quality_is_held_to_one_standard_error_of_the_paired_difference() -> None:
    rng = np.random.default_rng(0)
    peer = 0.78 + 0.02 * rng.normal(size=20)
    noise = 0.004 * rng.normal(size=20)
    noise -= noise.mean()
    near, far = (_line("AUC", {"ours": peer + noise - gap, "peer": peer}, "") for gap in (0.0005, 0.003))
    assert (near.verdict, far.verdict) == ("met", "missed")


@pytest.mark.parametrize("shape", scorecard_shapes.SHAPES, ids=lambda shape: shape.draw.__name__)
def test_a_shape_is_the_same_by_its_seed_and_can_be_fitted(shape: scorecard_shapes.Shape, tmp_path: Path) -> None:
    first, again = (shape.draw(2_000, np.random.default_rng(3)) for _ in range(2))
    assert all(
        np.array_equal(first[0][name], again[0][name], equal_nan=first[0][name].dtype.kind == "f") for name in first[0]
    )
    scorecard_tables.keep(tmp_path / "drawn.npz", *first)
    assert scorecard_tables.fit(str(tmp_path / "drawn.npz"))["seconds"] > 0

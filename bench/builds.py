"""Ours of the feature build as a worker has it before a job comes: imported, its questions put into words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from warehouse.features import build_to_parquet, questions
from warehouse.picture import Picture

questions()


def build(batch: str, as_of: str, path: str) -> int:
    """What the recompute jobs call; rows written."""
    return build_to_parquet(Picture((Path(batch),)), date.fromisoformat(as_of), Path(path))

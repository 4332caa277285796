"""Ours of a build as a worker has it before a job comes: imported, the questions of features put into words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pyarrow import parquet

from domain.contribution.timeline import built_in
from warehouse.contribution import RATINGS, Basis, ensure
from warehouse.features import build_to_parquet, questions
from warehouse.picture import Picture

questions()


def build(batch: str, as_of: str, path: str) -> int:
    """What the recompute jobs call; rows written."""
    return build_to_parquet(Picture((Path(batch),)), date.fromisoformat(as_of), Path(path))


def month_of_contribution(batch: str, month: str, as_of: str, ratings: str, path: str) -> int:
    """What the contribution job calls for a month that is not there; rows written."""
    picture, end = Picture((Path(batch),)), date.fromisoformat(month)
    basis = Basis("bench", (built_in("CNY"),), 1, parquet.read_table(ratings, schema=RATINGS))
    ((_, made),) = ensure(picture, Path(path).parent, basis, [end], date.fromisoformat(as_of)).items()
    made.replace(path)
    return int(parquet.read_metadata(path).num_rows)

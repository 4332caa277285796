"""Names an analyst gave to segments: laid over a run's model, and told of when a segment they were given to is gone.

A name belongs to an identity, which a segment keeps from run to run as long as its centre is matched (identity.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.segmentation.naming import reworded

Model = Mapping[str, Any]
Words = Mapping[str, str]  # zh and en
DIGITS = 16


def born(features: tuple[str, ...], centre: NDArray[np.float64], number: int) -> str:
    """The identity of a segment no earlier run had: a short text made of its number and where it lies."""
    told = json.dumps([number, list(features), np.round(centre, 6).tolist()])
    return hashlib.sha256(told.encode()).hexdigest()[:DIGITS]


def identity_of(cluster: Model) -> str:
    """A cluster's identity; of a run older than identities it is its number."""
    return str(cluster.get("identity") or f"number-{cluster['number']}")


def every_cluster(model: Model) -> Iterable[Model]:
    """The clusters of a segmentation model, personal ones first; none of an empty model."""
    for kind in model.get("clusters", {}).values():
        yield from kind.get("clusters", ())


def with_names(model: Model, names: Mapping[str, Words]) -> dict[str, Any]:
    """The model with the name each cluster was given, None where it was given none. names: by identity.

    What a run of before figures were kept with names called its clusters is put in words that hold without them.
    """
    kinds = {
        kind: {**one, "clusters": [_named(c, names.get(identity_of(c))) for c in one.get("clusters", ())]}
        for kind, one in model.get("clusters", {}).items()
    }
    return {**model, "clusters": kinds} if kinds else dict(model)


def _named(cluster: Model, name: Words | None) -> dict[str, Any]:
    told = {**cluster, "name": name}
    return {**told, "label": reworded(cluster["label"])} if cluster.get("label") else told


def names_lost(before: Model, after: Model) -> tuple[Model, ...]:
    """The named clusters of `before` (as `with_names` gives it) that `after` has no match for: their names are not used."""
    kept = {identity_of(cluster) for cluster in every_cluster(after)}
    return tuple(c for c in every_cluster(before) if c.get("name") and identity_of(c) not in kept)

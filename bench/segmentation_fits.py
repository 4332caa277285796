"""Both sides of `segmentation_fit`, each as it runs in a process of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from domain.segmentation.clusters import CORPORATE_FEATURES, PERSONAL_FEATURES, ClusterRules, find_clusters
from domain.segmentation.scaling import fit_scaling

FEATURES = {"personal": PERSONAL_FEATURES, "corporate": CORPORATE_FEATURES}
RULES = ClusterRules()
JUDGED = 10_000


def ours(path: str, seed: int) -> dict[str, Any]:
    """By kind of customer: rows, k and inertia, as a segmentation finds them. A kind that is too small has none."""
    found = {}
    for kind, table in _kinds(path).items():
        made = find_clusters(table, FEATURES[kind], RULES, seed)
        if made is not None:
            found[kind] = {"rows": len(table), "k": len(made.centres), "inertia": made.inertia}
    return found


def peer(path: str, seed: int) -> dict[str, Any]:
    """The same of the plain side."""
    found = {}
    for kind, rows in _standard(path).items():
        tried = []
        for k in range(RULES.fewest, RULES.most + 1):
            model = KMeans(k, n_init=10, random_state=seed).fit(rows)
            judged = min(JUDGED, len(rows))
            tried.append(
                (silhouette_score(rows, model.labels_, sample_size=judged, random_state=seed), -k, model.inertia_)
            )
        _, k, inertia = max(tried)
        found[kind] = {"rows": len(rows), "k": -k, "inertia": float(inertia)}
    return found


def inertias(path: str, seed: int, k: dict[str, int]) -> dict[str, float]:
    """The plain side's inertia at these k."""
    rows = _standard(path)
    return {kind: float(KMeans(n, n_init=10, random_state=seed).fit(rows[kind]).inertia_) for kind, n in k.items()}


def _kinds(path: str) -> dict[str, pd.DataFrame]:
    table = pd.read_parquet(path)
    return {kind: own for kind in FEATURES if len(own := table[table["kind"] == kind]) >= RULES.least_customers}


def _standard(path: str) -> dict[str, NDArray[np.float64]]:
    return {kind: fit_scaling(table, FEATURES[kind], RULES.tail).apply(table) for kind, table in _kinds(path).items()}

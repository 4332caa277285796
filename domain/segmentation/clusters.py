"""Behavioural clusters: how many there are, where their centres lie, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from domain.segmentation.scaling import DECIMALS, Scaling, fit_scaling
from domain.segmentation.silhouette import silhouettes

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

PERSONAL_FEATURES: tuple[str, ...] = (
    "deposits_avg_3m", "investments", "loans", "inflow_3m", "outflow_3m", "movements_3m", "active_months_12m",
    "days_since_last", "regular_income", "share_channel_branch", "share_channel_atm", "share_channel_pos",
    "share_channel_online", "share_channel_mobile", "share_channel_transfer", "channel_entropy",
    "share_category_salary", "share_category_pension", "share_category_household", "share_category_groceries",
    "share_category_dining", "share_category_shopping", "share_category_travel", "share_category_investment",
    "share_category_business", "share_category_cash", "category_entropy", "night_share", "weekend_share",
)  # fmt: skip
AS_STABLE = 0.05  # adjusted Rand indices closer than this are the same: they are means of few redraws
CORPORATE_FEATURES: tuple[str, ...] = (
    "deposits_avg_3m", "investments", "loans", "inflow_3m", "outflow_3m", "movements_3m", "active_months_12m",
    "days_since_last", "share_channel_branch", "share_channel_online", "share_channel_transfer",
    "share_category_salary", "share_category_business", "share_category_tax", "share_category_transfer",
    "category_entropy",
)  # fmt: skip


@dataclass(frozen=True)
class ClusterRules:
    """How clusters are found.

    k is chosen in fewest..most by the silhouette among those with mean adjusted Rand index over `refits` bootstrap
    refits ≥ stability and smallest cluster ≥ least_share. tail: share drawn in at each end of a feature. seeding: rows
    the centres are sought on before all rows polish them; choosing: rows k is chosen on; bootstrap: rows of a refit;
    silhouette: rows of the silhouette. least_customers: under this a kind of customer is not clustered.
    """

    fewest: int = 3
    most: int = 9
    refits: int = 20
    stability: float = 0.75
    least_share: float = 0.02
    tail: float = 0.005
    seeding: int = 50_000
    choosing: int = 20_000
    bootstrap: int = 4_000
    silhouette: int = 20_000
    least_customers: int = 150


@dataclass(frozen=True)
class Clustering:
    """labels 0..k−1 by row, centres in standard units shape (k, features), and how k was chosen.

    candidates: one a k: k, silhouette, stability (mean ARI), smallest (share), qualified. stable: whether any k qualified.
    """

    labels: Labels
    centres: Floats
    scaling: Scaling
    candidates: tuple[dict[str, Any], ...]
    stable: bool
    inertia: float


def find_clusters(features: pd.DataFrame, names: tuple[str, ...], rules: ClusterRules, seed: int) -> Clustering | None:
    """Cluster these customers; None when they are too few or all alike.

    The rows are put in order by what they hold before anything is drawn, so neither their order nor the customers'
    numbers matter, and one thread adds the sums, so the number of processors does not either.
    """
    if len(features) < rules.least_customers:
        return None
    scaling = fit_scaling(features, names, rules.tail)
    rows = scaling.apply(features)
    if not scaling.names or len(np.unique(rows, axis=0)) <= rules.most:
        return None
    order = np.lexsort(rows.T[::-1])
    ordered = rows[order]
    with threadpool_limits(limits=1):
        candidates = _candidates(ordered, rules, seed)
        qualified = [c for c in candidates if c["qualified"]]
        best = _best(candidates, qualified)
        centres, labels, inertia = fit_centres(ordered, best["k"], rules.seeding, seed)
    back = np.empty(len(rows), dtype=np.int64)
    back[order] = labels
    return Clustering(back, centres, scaling, tuple(candidates), bool(qualified), inertia)


def _best(candidates: list[dict[str, Any]], qualified: list[dict[str, Any]]) -> dict[str, Any]:
    """The silhouette among those that qualify; else the fewest of those as stable as any, which is more to be trusted
    than a k that another seed would not choose again."""
    if qualified:
        return max(qualified, key=lambda c: (c["silhouette"], -c["k"]))
    most = max(c["stability"] for c in candidates)
    return min((c for c in candidates if c["stability"] >= most - AS_STABLE), key=lambda c: c["k"])


def fit_centres(rows: Floats, k: int, seeding: int, seed: int) -> tuple[Floats, Labels, float]:
    """k-means: ten starts on a sample, then all rows polish the best. Centres (k, d), labels (n,), inertia."""
    sample = _sample(rows, seeding, seed)
    start = KMeans(k, n_init=10, random_state=seed).fit(sample).cluster_centers_
    polished = KMeans(k, init=start, n_init=1, random_state=seed).fit(rows)
    centres = np.round(polished.cluster_centers_, DECIMALS)
    labels = nearest(rows, centres)[0]
    return centres, labels, float(polished.inertia_)


def nearest(rows: Floats, centres: Floats) -> tuple[Labels, Floats, Labels]:
    """The nearest centre of each row, the distance to it, and the second nearest; equal distance: the lower number."""
    square = (rows**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1)[None] - 2 * rows @ centres.T
    distance = np.sqrt(np.maximum(square, 0))
    order = np.argsort(np.round(distance, DECIMALS), axis=1, kind="stable")
    line = np.arange(len(rows))
    return order[:, 0].astype(np.int64), distance[line, order[:, 0]], order[:, 1].astype(np.int64)


def _sample(rows: Floats, size: int, seed: int) -> Floats:
    if len(rows) <= size:
        return rows
    return rows[np.sort(np.random.default_rng(seed).choice(len(rows), size, replace=False))]


def _candidates(ordered: Floats, rules: ClusterRules, seed: int) -> list[dict[str, Any]]:
    sample = _sample(ordered, rules.choosing, seed)
    judged = _sample(sample, rules.silhouette, seed + 1)
    trial = _sample(sample, rules.bootstrap, seed + 2)
    ks = list(range(rules.fewest, rules.most + 1))
    models = [KMeans(k, n_init=4, random_state=seed).fit(sample) for k in ks]
    widths = silhouettes(judged, [_compact(m.predict(judged)) for m in models])
    told = []
    for k, model, width in zip(ks, models, widths, strict=True):
        smallest = float(np.bincount(model.labels_, minlength=k).min() / len(sample))
        agreement = _stability(trial, model, rules.refits, seed)
        told.append(
            {
                "k": k, "silhouette": round(width, 6), "stability": round(agreement, 6), "smallest": round(smallest, 6),
                "qualified": agreement >= rules.stability and smallest >= rules.least_share,
            }
        )  # fmt: skip
    return told


def _compact(labels: NDArray[np.int32]) -> Labels:
    """Labels 0..used−1: a cluster with no row in the sample would leave a hole."""
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _stability(trial: Floats, model: KMeans, refits: int, seed: int) -> float:
    """Mean adjusted Rand index between the model and refits on bootstrap draws, judged on the same rows."""
    reference = model.predict(trial)
    rng = np.random.default_rng(seed)
    found = []
    for again in range(refits):
        drawn = trial[np.sort(rng.integers(0, len(trial), len(trial)))]
        refit = KMeans(model.n_clusters, n_init=2, random_state=seed + again).fit(drawn)
        found.append(adjusted_rand_score(reference, refit.predict(trial)))
    return float(np.mean(found))

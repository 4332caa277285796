"""A segmentation run: RFM, value tier, life cycle and behavioural clusters of all customers at a date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from domain.segmentation import rfm
from domain.segmentation.changes import drift, moves
from domain.segmentation.clusters import (
    CORPORATE_FEATURES,
    PERSONAL_FEATURES,
    Clustering,
    ClusterRules,
    find_clusters,
    nearest,
)
from domain.segmentation.given_names import born, identity_of
from domain.segmentation.identity import describe, match_numbers, median, with_business
from domain.segmentation.life_cycle import LifeCycleRules, life_cycle
from domain.segmentation.migration import Migration, migration
from domain.segmentation.naming import label_clusters
from domain.segmentation.scaling import Scaling
from domain.segmentation.tiers import (
    CNY_TIERS,
    CORPORATE_CNY_TIERS,
    Tier,
    by_kind,
    held,
    reached,
    reached_before,
    tier_value,
)

FORMAT = 1
# Personal and corporate customers behave on scales that have nothing in common, so each kind has clusters of its own.
KINDS: tuple[tuple[str, int], ...] = (("personal", 1), ("corporate", 101))
MIGRATED = ("tier", "life_cycle", "cluster")


@dataclass(frozen=True)
class SegmentationParameters:
    """as_of: the month-end of the features. tiers: from lowest to highest, and those of companies (none: as everybody).
    keep_cuts: place everybody by the published run's RFM cut points in place of making new ones. personal, corporate:
    features to cluster on.
    """

    as_of: date | None = None
    tiers: tuple[Tier, ...] = CNY_TIERS
    corporate_tiers: tuple[Tier, ...] = CORPORATE_CNY_TIERS
    life_cycle: LifeCycleRules = field(default_factory=LifeCycleRules)
    clusters: ClusterRules = field(default_factory=ClusterRules)
    personal: tuple[str, ...] = PERSONAL_FEATURES
    corporate: tuple[str, ...] = CORPORATE_FEATURES
    keep_cuts: bool = False


@dataclass(frozen=True)
class PreviousSegmentation:
    """The published run: its rows (as `SegmentationResult.rows`), its model, and the month-end it is of.

    features: of that month-end, to tell what moved since; None where it is the same month-end, or not to be told.
    """

    rows: pd.DataFrame
    model: dict[str, Any]
    as_of: date | None = None
    features: pd.DataFrame | None = None


@dataclass(frozen=True)
class SegmentationResult:
    """rows: one a customer in order of customer_id: recency_score, frequency_score, monetary_score (Int64 1..5), rfm,
    tier, tier_reached, tier_before (codes; what AUM alone gives now and gave a month-end ago, None if not there),
    life_cycle, cluster (Int64, missing when not clustered), aum, why (a dict of the figures that decided).
    model: JSON-able: cut points, tiers, clusters with centres, names and descriptions. metrics: JSON-able.
    migrations: by column against the previous run, empty without one.
    """

    rows: pd.DataFrame
    model: dict[str, Any]
    metrics: dict[str, Any]
    migrations: dict[str, Migration]


def segment(
    features: pd.DataFrame, parameters: SegmentationParameters, previous: PreviousSegmentation | None, seed: int
) -> SegmentationResult:
    """Place every customer. features: identity and catalogue columns, one row a customer, in any order.

    A customer_id that occurs twice, or a column that is not there: ValueError.
    """
    table = _checked(features)
    cuts = _cuts(table, parameters, previous)
    clusters, placed, chosen = _clusters(table, parameters, previous, seed)
    rows = _rows(table, cuts, parameters, previous, placed)
    model = {
        "format": FORMAT, "as_of": parameters.as_of.isoformat() if parameters.as_of else None,
        "rfm": cuts.as_dict() if cuts else None, "tiers": [asdict(tier) for tier in parameters.tiers],
        "corporate_tiers": [asdict(tier) for tier in parameters.corporate_tiers],
        "life_cycle": asdict(parameters.life_cycle), "clusters": clusters,
    }  # fmt: skip
    metrics = _metrics(rows, chosen)
    if previous is None:
        return SegmentationResult(rows, model, metrics, {})
    if previous.features is not None:
        looked = {"personal": parameters.personal, "corporate": parameters.corporate}
        rows["why"] = _with_moves(rows, previous.rows, (previous.features, table), looked)
        metrics["drift"] = drift(previous.features, table, looked)
    return SegmentationResult(rows, model, metrics, {c: migration(previous.rows, rows, c) for c in MIGRATED})


def _with_moves(
    rows: pd.DataFrame,
    earlier: pd.DataFrame,
    features: tuple[pd.DataFrame, pd.DataFrame],
    looked: Mapping[str, tuple[str, ...]],
) -> pd.Series:
    """`why` of each row; of who changed place in anything also the figures that `moved`. features: then and now."""
    then = rows[["customer_id"]].merge(earlier[["customer_id", *MIGRATED]], on="customer_id", how="left")
    known = rows["customer_id"].isin(earlier["customer_id"]).to_numpy()
    other = np.zeros(len(rows), dtype=bool)
    for column in MIGRATED:
        now, before = (
            side[column].astype(object).where(side[column].notna(), None).to_numpy() for side in (rows, then)
        )
        other |= now != before
    found = moves(*features, rows["customer_id"][other & known].tolist(), looked)
    told = [
        {**why, "moved": found[who]} if who in found else why
        for who, why in zip(rows["customer_id"], rows["why"], strict=True)
    ]
    return pd.Series(told, index=rows.index, dtype=object)


def segment_part(
    features: pd.DataFrame, published: PreviousSegmentation, metrics: Mapping[str, Any]
) -> SegmentationResult:
    """Place these customers anew by the published run's model, on its own month-end; everybody else stays as published.

    features: as for `segment`, of the customers to place, at `published.as_of`. metrics: the published run's. The
    result's rows are those of these customers only. Its model is the published one, cluster sizes counted anew; its
    metrics and migrations are of everybody, with how many were placed (recomputed) and how many were not
    (carried_over). Nothing is learned, so features that have not changed give the published rows again.
    """
    table = _checked(features)
    told = published.model
    stages = LifeCycleRules(**told["life_cycle"])
    people, companies = (tuple(Tier(**tier) for tier in told.get(name, ())) for name in ("tiers", "corporate_tiers"))
    parameters = SegmentationParameters(published.as_of, people, companies, stages)
    cuts = rfm.RfmCuts.from_dict(told["rfm"]) if told["rfm"] else None
    placed = _unplaced(table)
    for kind, model in told["clusters"].items():
        members = table[(table["kind"] == kind) & alive(table)]
        if len(members):
            centres = np.array([c["centre"] for c in model["clusters"]], dtype=float)
            _place(placed, members, Scaling.from_dict(model["scaling"]), centres, model)
    rows = _rows(table, cuts, parameters, published, placed)
    others = published.rows[~published.rows["customer_id"].isin(table["customer_id"])]
    others = others.assign(rfm=rfm.joined(others), aum=others["aum"].astype(float))
    columns = [column for column in rows.columns if column != "why"]
    everybody = pd.concat([others[columns], rows[columns]], ignore_index=True)
    counted = {
        **_metrics(everybody, dict(metrics.get("k", {}))), "recomputed": len(rows), "carried_over": len(others),
    }  # fmt: skip
    moved = {column: migration(published.rows, everybody, column) for column in MIGRATED}
    return SegmentationResult(rows, _recounted(told, everybody), counted, moved)


def _recounted(model: dict[str, Any], rows: pd.DataFrame) -> dict[str, Any]:
    """The model with the sizes its clusters have in these rows."""
    sizes = rows["cluster"].value_counts()
    kinds = {}
    for kind, one in model["clusters"].items():
        counts = [int(sizes.get(c["number"], 0)) for c in one["clusters"]]
        whole = sum(counts) or 1
        clusters = [{**c, "size": n, "share": n / whole} for c, n in zip(one["clusters"], counts, strict=True)]
        kinds[kind] = {**one, "clusters": clusters}
    return {**model, "clusters": kinds}


def _rows(
    table: pd.DataFrame,
    cuts: rfm.RfmCuts | None,
    parameters: SegmentationParameters,
    previous: PreviousSegmentation | None,
    placed: pd.DataFrame,
) -> pd.DataFrame:
    """The result's rows of a checked table."""
    rows = pd.concat([table[["customer_id"]], rfm.place(table, cuts)], axis=1)
    rows = rows.join(_tiers(table, parameters, previous))
    rows["life_cycle"] = life_cycle(table, parameters.life_cycle)
    rows = rows.join(placed[["cluster"]])
    rows["aum"] = table["aum"].astype(float)
    rows["why"] = pd.Series(_why(table, placed), index=rows.index, dtype=object)
    return rows


def _checked(features: pd.DataFrame) -> pd.DataFrame:
    twice = features["customer_id"][features["customer_id"].duplicated()]
    if len(twice):
        raise ValueError(
            f"Customer {twice.iloc[0]} occurs more than once in the features; one row a customer is needed."
        )
    return features.sort_values("customer_id", kind="stable").reset_index(drop=True)


def _cuts(
    table: pd.DataFrame, parameters: SegmentationParameters, previous: PreviousSegmentation | None
) -> rfm.RfmCuts | None:
    if parameters.keep_cuts and previous is not None and previous.model.get("rfm"):
        return rfm.RfmCuts.from_dict(previous.model["rfm"])
    return rfm.cut_points(table)


def _tiers(
    table: pd.DataFrame, parameters: SegmentationParameters, previous: PreviousSegmentation | None
) -> pd.DataFrame:
    kinds = (parameters.tiers, parameters.corporate_tiers)
    place = {tier.code: i for i, tier in enumerate((*kinds[0], *kinds[1]))}
    codes = np.array([*place, None], dtype=object)  # −1 reads the last: not there, or not known
    now = by_kind(table, reached, *kinds)
    if previous is None:
        before = by_kind(table, reached_before, *kinds)
    else:
        # The same month-end again compares with the month-end before it, not with itself.
        again = parameters.as_of is not None and parameters.as_of == previous.as_of
        column = "tier_before" if again else "tier_reached"
        before = (
            table["customer_id"]
            .map(previous.rows.set_index("customer_id")[column])
            .map(place)
            .fillna(-1)
            .to_numpy()
            .astype(np.int64)
        )
    columns = {"tier": codes[held(now, before)], "tier_reached": codes[now], "tier_before": codes[before]}
    return pd.DataFrame({name: pd.Series(v, table.index, dtype=object) for name, v in columns.items()})


def _clusters(
    table: pd.DataFrame, parameters: SegmentationParameters, previous: PreviousSegmentation | None, seed: int
) -> tuple[dict[str, Any], pd.DataFrame, dict[str, Any]]:
    """The cluster models by kind, each customer's cluster with distance and runner-up, and how k was chosen."""
    placed = _unplaced(table)
    models: dict[str, Any] = {}
    chosen: dict[str, Any] = {}
    taken: set[str] = set()  # names of segments: personal and corporate ones stand in one list on screen
    for kind, first in KINDS:
        members = table[(table["kind"] == kind) & alive(table)]
        names = parameters.personal if kind == "personal" else parameters.corporate
        found = find_clusters(members, names, parameters.clusters, seed)
        if found is None:
            chosen[kind] = {"k": None, "customers": len(members), "reason": "too few customers, or all of them alike"}
            continue
        published = previous.model.get("clusters", {}).get(kind) if previous is not None else None
        models[kind] = _model(found, members, published, first, taken)
        if kind == "corporate":
            _tell_business(models[kind], found, members)
        _place(placed, members, found.scaling, found.centres, models[kind])
        chosen[kind] = {
            "k": len(found.centres), "customers": len(members), "stable": found.stable, "inertia": round(found.inertia, 3),
            "candidates": list(found.candidates),
        }  # fmt: skip
    return models, placed, chosen


def alive(table: pd.DataFrame) -> pd.Series:
    """Who holds nothing and does nothing has no behaviour to be grouped by."""
    held, moved = (table[name].astype(float).fillna(0) for name in ("products_held", "movements_12m"))
    return (held > 0) | (moved > 0)


def _unplaced(table: pd.DataFrame) -> pd.DataFrame:
    """Nobody in a cluster yet: cluster, distance and runner-up by the table's index."""
    nobody = pd.array([pd.NA] * len(table), dtype="Int64")
    return pd.DataFrame({"cluster": nobody, "distance": np.nan, "second": nobody}, index=table.index)


def _place(
    placed: pd.DataFrame, members: pd.DataFrame, scaling: Scaling, centres: np.ndarray, model: dict[str, Any]
) -> None:
    """Write the nearest centre of each member, the distance and the runner-up into `placed`."""
    numbers = np.array([c["number"] for c in model["clusters"]])
    label, distance, second = nearest(scaling.apply(members), centres)
    placed.loc[members.index, "cluster"] = numbers[label]
    placed.loc[members.index, "distance"] = np.round(distance, 4)
    placed.loc[members.index, "second"] = numbers[second]


def _model(
    found: Clustering, members: pd.DataFrame, published: dict[str, Any] | None, first: int, taken: set[str]
) -> dict[str, Any]:
    k = len(found.centres)
    value = np.array([members["aum"].to_numpy(dtype=float)[found.labels == i].mean() for i in range(k)])
    numbers, free = match_numbers(found.centres, found.scaling, published, first, np.nan_to_num(np.round(value, 2)))
    known = {c["number"]: identity_of(c) for c in published["clusters"]} if published else {}
    before = {c["number"]: c["label"] for c in published["clusters"] if c.get("label")} if published else {}
    plain = found.scaling.plain(found.centres)
    labels = label_clusters(plain, found.scaling, numbers, before, taken, _figures(found, members))
    clusters = []
    for i in range(k):
        own = members[found.labels == i]
        clusters.append(
            {
                "number": numbers[i], "identity": known.get(numbers[i]) or born(found.scaling.names, plain[i], numbers[i]),
                "label": labels[i], "size": len(own), "share": len(own) / len(members),
                "centre": found.centres[i].tolist(), "description": describe(plain[i], found.scaling, own, members),
            }
        )  # fmt: skip
    retired = sorted(set(known) - set(numbers))
    return {
        "scaling": found.scaling.as_dict(), "clusters": clusters, "next_number": free, "retired": retired,
        "stable": found.stable,
    }  # fmt: skip


def _figures(found: Clustering, members: pd.DataFrame) -> Callable[[int, str], tuple[float | None, float | None]]:
    """The medians of a feature in a cluster and among all members, each worked out once, when it is asked for."""

    @cache
    def figure(place: int, name: str) -> tuple[float | None, float | None]:
        return median(members[name][found.labels == place]), median(members[name])

    return figure


def _tell_business(model: dict[str, Any], found: Clustering, members: pd.DataFrame) -> None:
    """Put what the companies of each cluster do into its description."""
    for place, cluster in enumerate(model["clusters"]):
        own = members[found.labels == place]
        cluster["description"] = with_business(cluster["description"], own, members)


def _why(table: pd.DataFrame, placed: pd.DataFrame) -> list[dict[str, Any]]:
    figures = pd.DataFrame(
        {
            "days_since_last": table["days_since_last"], "movements_12m": table["movements_12m"],
            "monetary": rfm.measures(table)["monetary"], "tier_value": tier_value(table),
            "tenure_months": table["tenure_months"], "aum_trend_6m": table["aum_trend_6m"],
            "products_held": table["products_held"], "distance": placed["distance"], "second": placed["second"],
        }
    )  # fmt: skip
    told = figures.astype(object)
    names = list(told.columns)
    return [dict(zip(names, row, strict=True)) for row in told.where(told.notna(), None).to_numpy().tolist()]


def _metrics(rows: pd.DataFrame, chosen: dict[str, Any]) -> dict[str, Any]:
    counts = {
        column: {str(k): int(v) for k, v in rows[column].value_counts(sort=False).sort_index().items()}
        for column in ("tier", "life_cycle", "cluster", "rfm")
    }
    return {"customers": len(rows), "without_cluster": int(rows["cluster"].isna().sum()), "sizes": counts, "k": chosen}

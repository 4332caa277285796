"""The segment of each customer at a past month-end, by the figures of that month-end and nothing later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from domain.segmentation.clusters import nearest
from domain.segmentation.scaling import Scaling
from domain.segmentation.tiers import CNY_TIERS, Tier, by_kind, reached


def segments_at(features: pd.DataFrame, model: Mapping[str, Any]) -> pd.Series:
    """A label a row of `features`: the cluster of the segmentation `model` whose centre is nearest, as text.

    Kinds the model has no clusters for, and everybody with an empty model, get kind and value tier instead.
    """
    people, companies = (
        tuple(Tier(t["code"], t["zh"], t["en"], float(t["begins"])) for t in model.get(name, ()))
        for name in ("tiers", "corporate_tiers")
    )
    place = by_kind(features, reached, people or CNY_TIERS, companies)
    label = (features["kind"].astype(str) + "/" + pd.Series(place, index=features.index).astype(str)).to_numpy(object)
    for kind, told in model.get("clusters", {}).items():
        members = (features["kind"] == kind).to_numpy()
        if not members.any() or not told.get("clusters"):
            continue
        centres = np.array([cluster["centre"] for cluster in told["clusters"]], dtype=float)
        numbers = np.array([str(cluster["number"]) for cluster in told["clusters"]], dtype=object)
        rows = Scaling.from_dict(told["scaling"]).apply(features[members])
        label[members] = numbers[nearest(rows, centres)[0]]
    return pd.Series(label, index=features.index)

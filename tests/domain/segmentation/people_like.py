"""Made-up features with known groups, in the shape of the catalogue, for the tests of segmentation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.catalogue import FEATURE_NAMES


def features(n: int, seed: int = 0, corporate_share: float = 0.0) -> tuple[pd.DataFrame, np.ndarray]:
    """n customers of four plain types and the type of each: savers, mobile shoppers, branch pensioners, borrowers."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 4, n)
    table = pd.DataFrame({name: np.zeros(n) for name in FEATURE_NAMES})
    noise = ["night_share", "weekend_share", "share_category_travel"]
    table[noise] = rng.uniform(0, 0.05, (n, len(noise)))
    table["deposits_avg_3m"] = np.exp(rng.normal(np.array([12.5, 8, 9.5, 8])[kind], 0.4))
    table["aum"] = table["aum_avg_3m"] = table["deposits_avg_3m"]
    table["loans"] = np.where(kind == 3, np.exp(rng.normal(12, 0.4, n)), 0)
    table["movements_12m"] = rng.poisson(np.array([8, 200, 40, 60])[kind]) + 1.0
    table["movements_3m"] = np.round(table["movements_12m"] / 4)
    for name, level in (("inflow", 1.0), ("outflow", 0.9)):
        table[f"{name}_12m"] = level * np.exp(rng.normal(np.array([10, 11, 9.5, 12])[kind], 0.3))
        table[f"{name}_3m"] = table[f"{name}_12m"] / 4
    table["days_since_last"] = rng.integers(0, 60, n).astype(float)
    table["active_months_12m"] = np.array([4, 12, 9, 11])[kind] + rng.integers(-1, 1, n)
    table["share_channel_mobile"] = np.clip(rng.normal(np.array([0.2, 0.9, 0.02, 0.4])[kind], 0.05), 0, 1)
    table["share_channel_branch"] = np.clip(rng.normal(np.array([0.3, 0.02, 0.9, 0.1])[kind], 0.05), 0, 1)
    table["share_category_shopping"] = np.clip(rng.normal(np.array([0.1, 0.6, 0.1, 0.1])[kind], 0.05), 0, 1)
    table["share_category_pension"] = np.clip(rng.normal(np.array([0, 0, 0.5, 0])[kind], 0.03), 0, 1)
    table["share_channel_pos"] = np.clip(rng.normal(np.array([0.1, 0.5, 0.05, 0.2])[kind], 0.05), 0, 1)
    table["products_held"] = np.array([2, 3, 1, 4])[kind]
    table["tenure_months"] = rng.uniform(7, 120, n)
    table["aum_trend_6m"] = rng.normal(0, 0.02, n)
    identity = pd.DataFrame(
        {
            "customer_id": [f"C{i:06d}" for i in range(n)],
            "kind": np.where(rng.random(n) < corporate_share, "corporate", "personal"),
            "branch_id": "B1",
            "manager_id": None,
            "gender": None,
        }
    )
    return identity.join(table), kind

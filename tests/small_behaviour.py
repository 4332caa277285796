"""What an attrition and a next-product run say of themselves, as the pages read it: for tests that write such runs."""

from __future__ import annotations

from typing import Any

AREA = {"value": 0.9, "low": 0.88, "high": 0.92}
ATTRITION: dict[str, Any] = {
    "auc": AREA, "rule": {**AREA, "value": 0.54}, "gain": {**AREA, "value": 0.36}, "better": True, "rows": 900, "outcomes": 20,
    "lift": 7.5, "captured": 0.75, "mean_predicted": 0.012, "mean_seen": 0.013, "slope": 0.98, "scored": 12, "not_exposed": 0,
    "calibration": [{"group": 1, "rows": 90, "bad": 1, "predicted": 0.01, "seen": 0.011}],
}  # fmt: skip
NEXT_PRODUCT: dict[str, Any] = {
    "recall": AREA, "popularity": AREA, "gain": {**AREA, "low": -0.1}, "better": False, "customers": 40, "opened": 50, "top": 3,
    "families": {}, "left_out": {"wealth": 4},
}  # fmt: skip
SPLIT = {"test": ["2026-05-31", "2026-07-31"]}

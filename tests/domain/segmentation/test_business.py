"""What companies do, in the sentence that describes their segment."""

from __future__ import annotations

import numpy as np
import pandas as pd

from domain.segmentation.identity import with_business
from domain.standing import cluster_sentence

TOLD = {"features": [{"name": "loans", "z": 0.6, "here": 900.0, "overall": 400.0}]}


def _companies() -> pd.DataFrame:
    """Ten that pay wages and ten that do not, all alike in what they are paid; one of which nothing is known."""
    payroll = [1_000.0 + n for n in range(10)] + [0.0] * 10 + [np.nan]
    return pd.DataFrame({"payroll_3m": payroll, "settlement_in_3m": [5_000.0 + n % 10 for n in range(20)] + [np.nan]})


def test_it_says_what_sets_them_apart_and_nothing_else():
    everyone = _companies()
    told = with_business(TOLD, everyone.iloc[:10], everyone)
    zh, en = (cluster_sentence(told, "CNY", language) for language in ("zh", "en"))
    assert (
        zh == "与同类客户相比：贷款余额较高（中位数900元，同类400元）、近3个月代发金额较高（中位数1,005元，同类500元）"
    )
    assert en == (
        "Against others of the kind: higher loans outstanding (median CNY 900, of all CNY 400), "
        "higher payroll paid, 3 m (median CNY 1.00 K, of all CNY 500)"
    )
    (one,) = told["business"]
    assert (one["name"], one["here"]) == ("payroll_3m", 1004.5) and 0.9 < one["z"] < 1.1
    silent = with_business(TOLD, everyone.iloc[10:], everyone)
    assert "近3个月代发金额较低" in (cluster_sentence(silent, "CNY", "zh") or "")


def test_neither_order_nor_the_unknown_nor_being_all_alike_changes_the_sentence():
    everyone = _companies()
    shuffled = everyone.sample(frac=1.0, random_state=3)
    assert with_business(TOLD, shuffled[shuffled["payroll_3m"] > 0], shuffled) == with_business(
        TOLD, everyone.iloc[:10], everyone
    )
    for members in (everyone, everyone.iloc[20:]):
        assert with_business(TOLD, members, everyone) == {**TOLD, "business": []}

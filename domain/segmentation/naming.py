"""What a cluster is called before anybody names it: its two most distinctive features, short, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.segmentation.scaling import Scaling

Floats = NDArray[np.float64]
LONGEST_ZH, LONGEST_EN = 12, 32
# Deviations from the mean from which a feature is worth a word, and down to which a word once given still holds.
TELLING, HOLDING = 0.4, 0.2
ORDINARY = ("各项居中", "Near average")
# feature: (what it tells of, zh high, zh low, en high, en low). Two parts of a name never tell of the same thing.
# At most five characters and fourteen letters a part, so that two of them keep the limits.
WORDS: Mapping[str, tuple[str, str, str, str, str]] = {
    "deposits_avg_3m": ("wealth", "存款较多", "存款较少", "high deposits", "low deposits"),
    "investments": ("wealth", "理财较多", "理财较少", "well invested", "little wealth"),
    "loans": ("debt", "贷款较多", "贷款较少", "high loans", "low loans"),
    "inflow_3m": ("flow", "流入较多", "流入较少", "high inflow", "low inflow"),
    "outflow_3m": ("flow", "流出较多", "流出较少", "high outflow", "low outflow"),
    "movements_3m": ("flow", "交易频繁", "交易较少", "frequent use", "infrequent use"),
    "active_months_12m": ("flow", "月月活跃", "活跃月少", "always active", "seldom active"),
    "days_since_last": ("flow", "久未往来", "近期活跃", "long inactive", "lately active"),
    "regular_income": ("income", "稳定收入高", "稳定收入低", "high income", "low income"),
    "share_category_salary": ("income", "工资占比高", "工资占比低", "salary flows", "little salary"),
    "share_category_pension": ("income", "养老金多", "养老金少", "pension income", "little pension"),
    "share_channel_branch": ("channel", "常去柜面", "少去柜面", "branch users", "rarely branch"),
    "share_channel_atm": ("channel", "常用自助", "少用自助", "ATM users", "rarely ATM"),
    "share_channel_pos": ("channel", "常刷卡", "少刷卡", "card payers", "rarely cards"),
    "share_channel_online": ("channel", "常用网银", "少用网银", "online users", "rarely online"),
    "share_channel_mobile": ("channel", "常用手机", "少用手机", "mobile users", "rarely mobile"),
    "share_channel_transfer": ("channel", "常用转账", "少用转账", "transfer users", "few transfers"),
    "channel_entropy": ("channel", "渠道多样", "渠道单一", "many channels", "one channel"),
    "share_category_household": ("purpose", "缴费较多", "缴费较少", "many bills", "few bills"),
    "share_category_groceries": ("purpose", "日用消费多", "日用消费少", "food shoppers", "few groceries"),
    "share_category_dining": ("purpose", "餐饮较多", "餐饮较少", "dining out", "little dining"),
    "share_category_shopping": ("purpose", "购物较多", "购物较少", "shoppers", "few purchases"),
    "share_category_travel": ("purpose", "出行较多", "出行较少", "travellers", "little travel"),
    "share_category_investment": ("purpose", "投资交易多", "投资交易少", "investors", "rarely invests"),
    "share_category_business": ("purpose", "经营往来多", "经营往来少", "business flows", "less business"),
    "share_category_tax": ("purpose", "缴税较多", "缴税较少", "high taxes", "low taxes"),
    "share_category_transfer": ("purpose", "转账占比高", "转账占比低", "transfers", "no transfers"),
    "share_category_cash": ("purpose", "现金较多", "现金较少", "cash users", "little cash"),
    "category_entropy": ("purpose", "用途多样", "用途单一", "many purposes", "one purpose"),
    "night_share": ("hours", "夜间活跃", "夜间较少", "night users", "rarely nights"),
    "weekend_share": ("hours", "周末活跃", "周末较少", "weekend users", "weekday users"),
}  # fmt: skip
Parts = tuple[tuple[str, bool], ...]  # features of a name, each with whether it is high


def label_clusters(
    centres: Floats, scaling: Scaling, numbers: Sequence[int], before: Mapping[int, Mapping[str, Any]], taken: set[str]
) -> list[dict[str, Any] | None]:
    """A label for each cluster: zh, en, and the features it is made of as [name, high].

    before: labels of the published run by number; one that still holds stays, so that a segment keeps its name from run
    to run. taken: Chinese words already given in this run, added to; no two clusters of a run are called the same. In
    order of the cluster's number, the strongest pair of features that is free; None where every pair is taken.
    """
    found: dict[int, dict[str, Any]] = {}
    strength = [dict(zip(scaling.names, np.round(centre, 6), strict=True)) for centre in centres]
    ranked = sorted(range(len(numbers)), key=lambda i: numbers[i])
    for i in ranked:
        old = before.get(numbers[i])
        if old and old["zh"] not in taken and _holds(old, strength[i]):
            found[i] = dict(old)
            taken.add(old["zh"])
    for i in ranked:
        if i not in found and (made := _free(strength[i], taken)) is not None:
            found[i] = made
            taken.add(made["zh"])
    return [found.get(i) for i in range(len(numbers))]


def _holds(label: Mapping[str, Any], strength: Mapping[str, float]) -> bool:
    parts = label.get("features", ())
    if not parts:
        return not any(abs(z) >= TELLING for name, z in strength.items() if name in WORDS)
    return all(strength.get(name, 0.0) * (1 if high else -1) >= HOLDING for name, high in parts)


def _free(strength: Mapping[str, float], taken: set[str]) -> dict[str, Any] | None:
    # Equally strong features: the order of WORDS.
    telling = sorted((n for n in WORDS if abs(strength.get(n, 0.0)) >= TELLING), key=lambda n: -abs(strength[n]))
    pairs = [pair for pair in combinations(telling, 2) if WORDS[pair[0]][0] != WORDS[pair[1]][0]]
    pairs.sort(key=lambda pair: -sum(abs(strength[name]) for name in pair))
    candidates: list[tuple[str, ...]] = [*pairs, *((name,) for name in telling)] if telling else [()]
    labels = (_label(tuple((name, strength[name] > 0) for name in names)) for names in candidates)
    return next((label for label in labels if label["zh"] not in taken), None)


def _label(parts: Parts) -> dict[str, Any]:
    zh = "·".join(WORDS[name][1 if high else 2] for name, high in parts) or ORDINARY[0]
    en = ", ".join(WORDS[name][3 if high else 4] for name, high in parts) or ORDINARY[1]
    return {"zh": zh, "en": en[:1].upper() + en[1:], "features": [[name, bool(high)] for name, high in parts]}

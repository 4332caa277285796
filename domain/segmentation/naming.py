"""What a cluster is called before anybody names it: its two most distinctive features, short, in both languages.

A centre says more or less than the average of its kind, and so do the words. What speaks of the figure itself (mostly,
hardly) is said only where the median of the segment bears it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.segmentation.scaling import Scaling

Floats = NDArray[np.float64]
LONGEST_ZH, LONGEST_EN = 12, 40
# Deviations from the mean from which a feature is worth a word, and down to which a word once given still holds.
TELLING, HOLDING = 0.4, 0.2
ORDINARY = ("各项居中", "Near average")


@dataclass(frozen=True)
class Words:
    """What a feature is called in a name. more, less: against the average of the kind, (zh, en); they always hold.

    much, little: (bound, zh, en) that speak of the figure itself, and only where the median of the segment is at least
    (at most) the bound. topic: what it tells of; two parts of a name never tell of the same thing. At most five
    characters and nineteen letters a part, so that two of them keep the limits.
    """

    topic: str
    more: tuple[str, str]
    less: tuple[str, str]
    much: tuple[float, str, str] | None = None
    little: tuple[float, str, str] | None = None

    def said(self, high: bool, median: float | None) -> tuple[str, str]:
        """(zh, en) of a segment whose median is this, None where it is not known."""
        bound = self.much if high else self.little
        if bound is not None and median is not None and (median >= bound[0] if high else median <= bound[0]):
            return bound[1], bound[2]
        return self.more if high else self.less


MOSTLY, HARDLY = 0.5, 0.05  # of a share: what is said of the figure itself


def _by(zh: str, en: str, little: bool = True) -> Words:
    """A channel. Online and mobile banking are both called digital, so doing little by one is not said of itself alone."""
    more, less = (f"{zh}偏多", f"more {en}"), (f"{zh}偏少", f"less {en}")
    hardly = (HARDLY, f"少用{zh}", f"hardly {en}") if little else None
    return Words("channel", more, less, (MOSTLY, f"{zh}为主", f"mostly {en}"), hardly)


def _for(zh: str, en: str, topic: str = "purpose") -> Words:
    """A purpose."""
    more, less = (f"{zh}偏多", f"more {en}"), (f"{zh}偏少", f"less {en}")
    return Words(topic, more, less, (MOSTLY, f"{zh}为主", f"mostly {en}"), (HARDLY, f"几无{zh}", f"hardly {en}"))


WORDS: Mapping[str, Words] = {
    "deposits_avg_3m": Words("wealth", ("存款较多", "more deposits"), ("存款较少", "less deposits")),
    "investments": Words("wealth", ("理财较多", "more invested"), ("理财较少", "less invested")),
    "loans": Words("debt", ("贷款较多", "more loans"), ("贷款较少", "less loans")),
    "inflow_3m": Words("flow", ("流入较多", "more inflow"), ("流入较少", "less inflow")),
    "outflow_3m": Words("flow", ("流出较多", "more outflow"), ("流出较少", "less outflow")),
    "movements_3m": Words("flow", ("交易较多", "more movements"), ("交易较少", "fewer movements")),
    "active_months_12m": Words(
        "flow", ("活跃月较多", "more active"), ("活跃月较少", "less active"),
        (12, "月月活跃", "always active"), (3, "活跃月少", "seldom active"),
    ),
    "days_since_last": Words(
        "flow", ("往来较疏", "longer idle"), ("往来较近", "more recent"),
        (90, "久未往来", "long inactive"), (7, "近期活跃", "lately active"),
    ),
    "regular_income": Words(
        "income", ("收入较高", "higher income"), ("收入较低", "lower income"), None, (0, "无稳定收入", "no fixed income"),
    ),
    "share_category_salary": _for("工资", "salary", "income"),
    "share_category_pension": _for("养老金", "pension", "income"),
    "share_channel_branch": _by("柜面", "branch"),
    "share_channel_atm": _by("自助", "ATM"),
    "share_channel_pos": _by("刷卡", "cards"),
    "share_channel_online": _by("网银", "online", little=False),
    "share_channel_mobile": _by("手机", "mobile", little=False),
    "share_channel_transfer": _by("汇款", "by transfer"),
    "channel_entropy": Words(
        "channel", ("渠道较多样", "more channels"), ("渠道较单一", "fewer channels"), None, (HARDLY, "渠道单一", "one channel"),
    ),
    "share_category_household": _for("缴费", "bills"),
    "share_category_groceries": _for("日用", "groceries"),
    "share_category_dining": _for("餐饮", "dining"),
    "share_category_shopping": _for("购物", "shopping"),
    "share_category_travel": _for("出行", "travel"),
    "share_category_investment": _for("投资", "investing"),
    "share_category_business": _for("经营", "business"),
    "share_category_tax": _for("缴税", "taxes"),
    "share_category_transfer": _for("转账", "transfers"),
    "share_category_cash": _for("现金", "cash"),
    "category_entropy": Words(
        "purpose", ("用途较多样", "more purposes"), ("用途较单一", "fewer purposes"), None, (HARDLY, "用途单一", "one purpose"),
    ),
    "night_share": Words(
        "hours", ("夜间偏多", "more at night"), ("夜间偏少", "less at night"),
        (MOSTLY, "夜间为主", "mostly at night"), (0.01, "几无夜间", "hardly at night"),
    ),
    "weekend_share": Words(
        "hours", ("周末偏多", "more weekends"), ("周末偏少", "fewer weekends"),
        (MOSTLY, "周末为主", "mostly weekends"), (HARDLY, "几无周末", "hardly weekends"),
    ),
}  # fmt: skip
Parts = tuple[tuple[str, bool], ...]  # features of a name, each with whether it is high


Figure = Callable[[int, str], tuple[float | None, float | None]]


def label_clusters(
    centres: Floats, scaling: Scaling, numbers: Sequence[int], before: Mapping[int, Mapping[str, Any]], taken: set[str],
    figure: Figure,
) -> list[dict[str, Any] | None]:  # fmt: skip
    """A label for each cluster: zh, en, the features it is made of as [name, high], and their figures as `describe` has
    them (name, z, here, overall).

    before: labels of the published run by number; one that still holds stays, so that a segment keeps its name from run
    to run, in the words its figures bear now. taken: Chinese words already given in this run, added to; no two clusters
    of a run are called the same. In order of the cluster's number, the strongest pair of features that is free; None
    where every pair is taken. figure: the medians of a feature among a cluster's members, by its place, and among all.
    """
    found: dict[int, dict[str, Any]] = {}
    strength = [dict(zip(scaling.names, np.round(centre, 6), strict=True)) for centre in centres]
    ranked = sorted(range(len(numbers)), key=lambda i: numbers[i])
    for i in ranked:
        old = before.get(numbers[i])
        if old and _holds(old, strength[i]):
            parts = tuple((str(name), bool(high)) for name, high in old.get("features", ()))
            said = _label(i, parts, strength[i], figure)
            if said["zh"] not in taken:
                found[i] = said
                taken.add(said["zh"])
    for i in ranked:
        if i not in found and (made := _free(i, strength[i], taken, figure)) is not None:
            found[i] = made
            taken.add(made["zh"])
    return [found.get(i) for i in range(len(numbers))]


def reworded(label: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A label in the words that always hold, where its run kept no figures that could bear others."""
    if not label or "figures" in label or not label.get("features"):
        return label
    parts = [(str(name), bool(high)) for name, high in label["features"]]
    if any(name not in WORDS for name, _ in parts):
        return label
    said = [WORDS[name].said(high, None) for name, high in parts]
    en = ", ".join(words[1] for words in said)
    return {**label, "zh": "·".join(words[0] for words in said), "en": en[:1].upper() + en[1:]}


def _holds(label: Mapping[str, Any], strength: Mapping[str, float]) -> bool:
    parts = label.get("features", ())
    if not parts:
        return not any(abs(z) >= TELLING for name, z in strength.items() if name in WORDS)
    return all(name in WORDS and strength.get(name, 0.0) * (1 if high else -1) >= HOLDING for name, high in parts)


def _free(place: int, strength: Mapping[str, float], taken: set[str], figure: Figure) -> dict[str, Any] | None:
    # Equally strong features: the order of WORDS.
    telling = sorted((n for n in WORDS if abs(strength.get(n, 0.0)) >= TELLING), key=lambda n: -abs(strength[n]))
    pairs = [pair for pair in combinations(telling, 2) if WORDS[pair[0]].topic != WORDS[pair[1]].topic]
    pairs.sort(key=lambda pair: -sum(abs(strength[name]) for name in pair))
    candidates: list[tuple[str, ...]] = [*pairs, *((name,) for name in telling)] if telling else [()]
    labels = (
        _label(place, tuple((name, strength[name] > 0) for name in names), strength, figure) for names in candidates
    )
    return next((label for label in labels if label["zh"] not in taken), None)


def _label(place: int, parts: Parts, strength: Mapping[str, float], figure: Figure) -> dict[str, Any]:
    told = [(name, bool(high), *figure(place, name)) for name, high in parts]
    said = [WORDS[name].said(high, here) for name, high, here, _ in told]
    zh, en = "·".join(words[0] for words in said) or ORDINARY[0], ", ".join(words[1] for words in said) or ORDINARY[1]
    figures = [
        {"name": name, "z": round(float(strength[name]), 3), "here": here, "overall": overall}
        for name, _, here, overall in told
    ]
    return {
        "zh": zh, "en": en[:1].upper() + en[1:], "features": [[name, high] for name, high, _, _ in told],
        "figures": figures,
    }  # fmt: skip

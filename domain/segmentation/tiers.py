"""Value tiers by assets under management: gained at once, lost only after two month-ends below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Places = NDArray[np.int64]
_EARLIER = ("aum_1", "aum_2", "aum_3")


@dataclass(frozen=True)
class Tier:
    """A tier: code, names, and the AUM (3-month average, the bank's currency) at which it begins."""

    code: str
    zh: str
    en: str
    begins: float


Tiers = tuple[Tier, ...]
CNY_TIERS: Tiers = (
    Tier("basic", "普通", "Basic", 0.0),
    Tier("gold", "金卡", "Gold", 50_000.0),
    Tier("platinum", "白金", "Platinum", 500_000.0),
    Tier("diamond", "钻石", "Diamond", 6_000_000.0),
    Tier("private", "私行", "Private", 10_000_000.0),
)

# A company's money is of another order than a person's: judged by the persons' thresholds nearly all would be platinum.
CORPORATE_CNY_TIERS: Tiers = (
    Tier("company_basic", "公司·基础", "Company, basic", 0.0),
    Tier("company_valued", "公司·有效", "Company, valued", 500_000.0),
    Tier("company_key", "公司·重点", "Company, key", 5_000_000.0),
    Tier("company_strategic", "公司·战略", "Company, strategic", 50_000_000.0),
)


def reached(features: pd.DataFrame, tiers: tuple[Tier, ...]) -> Places:
    """Place of the tier that the AUM alone gives, 0 the lowest, shape (n,); −1 where the AUM is not known.

    AUM is the 3-month average, today's where there is no average yet. An AUM equal to a threshold has reached it, and
    one below the first is in the first. Thresholds that do not rise: ValueError.
    """
    begins = np.array([t.begins for t in tiers])
    if len(tiers) < 1 or (np.diff(begins) <= 0).any():
        raise ValueError(f"Tier thresholds must rise; they are {begins.tolist()}.")
    value = tier_value(features).to_numpy()
    places = np.maximum(np.searchsorted(begins, value, side="right") - 1, 0)
    return np.where(np.isnan(value), -1, places).astype(np.int64)


def by_kind(
    features: pd.DataFrame, place: Callable[[pd.DataFrame, Tiers], Places], people: Tiers, companies: Tiers
) -> Places:
    """`place` (reached, reached_before) of each customer by the tiers of their kind: places in people + companies."""
    company = (features["kind"] == "corporate").to_numpy() if companies else np.zeros(len(features), dtype=bool)
    own = place(features, people)
    if not company.any():
        return own
    theirs = place(features, companies)
    return np.where(company, np.where(theirs < 0, -1, theirs + len(people)), own).astype(np.int64)


def tier_value(features: pd.DataFrame) -> pd.Series:
    """The AUM a tier is judged by: 3-month average, else today's; missing where neither is known."""
    return features["aum_avg_3m"].astype(float).fillna(features["aum"].astype(float))


def reached_before(features: pd.DataFrame, tiers: tuple[Tier, ...]) -> Places:
    """The same a month-end ago, from the AUM of the three month-ends before (aum_1, aum_2, aum_3); −1 where not known.

    For a first run, which has no earlier one to ask.
    """
    if not set(_EARLIER) <= set(features.columns):
        return np.full(len(features), -1, dtype=np.int64)
    mean = features[list(_EARLIER)].astype(float).mean(axis=1)
    earlier = reached(pd.DataFrame({"aum_avg_3m": mean, "aum": mean}), tiers)
    return np.where(mean.notna().to_numpy(), earlier, -1).astype(np.int64)


def held(now: Places, before: Places) -> Places:
    """The tier held: the better of what was reached at this month-end and at the one before.

    A tier is lost only after two month-ends below it, and that says the same: who was at or above it at either of the
    last two still has it. −1: before, for who was not there; now, for whose AUM is not known, who then has no tier.
    """
    return np.where(now < 0, -1, np.maximum(now, before)).astype(np.int64)

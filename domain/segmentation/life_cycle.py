"""Where a customer stands: prospect, new, growing, mature, declining, dormant, lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

MONTH_DAYS = 30.4375


@dataclass(frozen=True)
class Stage:
    """A stage of the life cycle and what it is called."""

    code: str
    zh: str
    en: str


STAGES: tuple[Stage, ...] = (
    Stage("prospect", "潜在", "Prospect"),
    Stage("new", "新客", "New"),
    Stage("growing", "成长", "Growing"),
    Stage("mature", "成熟", "Mature"),
    Stage("declining", "衰退", "Declining"),
    Stage("dormant", "休眠", "Dormant"),
    Stage("lost", "流失", "Lost"),
)


@dataclass(frozen=True)
class LifeCycleRules:
    """new_months: tenure up to which a customer is new. dormant_months: without own movement. trend: AUM a month, as
    slope of its logarithm; above `growing` a customer grows, below `declining` declines.
    """

    new_months: float = 6.0
    dormant_months: float = 6.0
    growing: float = 0.05
    declining: float = -0.05


def life_cycle(features: pd.DataFrame, rules: LifeCycleRules) -> pd.Series:
    """Stage code of each customer; the first that holds, in this order.

    lost: no product any more but a past with the bank (accounts_ever above 0 where the table has it, else a movement or
    a tenure); prospect: neither; new: tenure ≤ 6 months; dormant: no own
    movement for 6 months (or none ever); declining and growing: by the AUM trend; mature: the rest, also where the
    trend is not known. The index is kept.
    """
    idle = features["days_since_last"].astype(float)
    tenure = features["tenure_months"].astype(float)
    trend = features["aum_trend_6m"].astype(float)
    nothing = features["products_held"].astype(float).fillna(0.0) == 0
    told = "accounts_ever" in features.columns
    past = features["accounts_ever"].fillna(0) > 0 if told else idle.notna() | (tenure > 0)
    cases = [
        (nothing & past, "lost"),
        (nothing, "prospect"),
        (tenure <= rules.new_months, "new"),
        (idle.isna() | (idle > rules.dormant_months * MONTH_DAYS), "dormant"),
        (trend < rules.declining, "declining"),
        (trend > rules.growing, "growing"),
    ]
    chosen = np.select([case.to_numpy() for case, _ in cases], [name for _, name in cases], default="mature")
    return pd.Series(chosen.astype(object), index=features.index)

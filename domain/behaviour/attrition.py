"""Attrition 流失预警: who is about to leave, how likely, why, and how much money would go.

Leaves: three months after the month-end looked at, AUM is down by more than half and in the last of the three months
the customer made no movement. A whole three months without a movement cannot be asked for: AUM does not halve by
itself, somebody has to take the money away, and that is a movement of the customer's own. Looked at are customers with
AUM who moved something in the last six months; the others have left already or were never here, and get no probability.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.behaviour.boosted import Boosted, BoostingRules, boosted_of, fit_boosted
from domain.behaviour.by_time import Judged, Split, TooLittle, judge, of, split_by_time, too_short
from domain.behaviour.drivers import by_driver, figures_of
from domain.behaviour.leaving import beyond, reasons, usual
from domain.behaviour.signals import DRIVERS, SIGNALS, signals
from domain.credit.woe import Floats

FORMAT = 1
LEAST_OUTCOMES = 30  # leavers in what teaches, and in what tests


@dataclass(frozen=True)
class AttritionParameters:
    """horizon: months after a month-end in which a customer leaves. share_lost: of AUM, more than this.
    alive_days: own movement within. redraws: of the bootstrap. drivers: told per customer.
    """

    horizon: int = 3
    share_lost: float = 0.5
    alive_days: int = 183
    redraws: int = 200
    drivers: int = 3
    boosting: BoostingRules = field(default_factory=BoostingRules)


@dataclass(frozen=True)
class AttritionModel:
    """What scores today: calibrated trees over SIGNALS, and how the same recipe did on months it had not seen.

    importance: driver -> mean absolute move of the log odds over the last months, the largest first. usual: what each driver
    pushes customers alike on the mean, see domain/behaviour/leaving.py.
    """

    scorer: Boosted
    split: Split
    judged: Judged
    importance: Mapping[str, float]
    usual: Mapping[str, Sequence[float]]
    parameters: AttritionParameters

    def as_dict(self) -> dict[str, Any]:
        """JSON-able: how the run was made, and the trees, for whoever is scored by it later (`Kept`)."""
        return {
            "format": FORMAT, "signals": list(self.scorer.names), "scorer": self.scorer.as_dict(),
            "importance": dict(self.importance), "usual": {group: list(means) for group, means in self.usual.items()},
            "split": {name: [day.isoformat() for day in days] for name, days in asdict(self.split).items()},
        }  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """What a run keeps of a model to score by."""

    scorer: Boosted
    usual: Mapping[str, Sequence[float]]
    parameters: AttritionParameters


def kept(model: Mapping[str, Any], parameters: AttritionParameters) -> Kept | None:
    """The scorer of a run's `as_dict`; None where it kept none (a run of before)."""
    return Kept(boosted_of(model["scorer"]), model.get("usual") or {}, parameters) if "scorer" in model else None


def exposed(features: pd.DataFrame, parameters: AttritionParameters) -> NDArray[np.bool_]:
    """Who can leave at all: AUM above zero and an own movement within `alive_days`, shape (n,)."""
    aum = features["aum"].to_numpy(dtype=float, na_value=np.nan)
    idle = features["days_since_last"].to_numpy(dtype=float, na_value=np.nan)
    return np.asarray((aum > 0) & (idle <= parameters.alive_days))


def slice_of(
    day: date, now: pd.DataFrame, later: pd.DataFrame, service: pd.DataFrame | None, parameters: AttritionParameters
) -> pd.DataFrame:
    """One month-end of the panel: customer_id, as_of, outcome (0/1) and SIGNALS of everybody exposed then.

    now, later: features at `day` and `horizon` months after it. Who is in no later table, or without known AUM there,
    is left out: what became of them is not known.
    """
    there = now[exposed(now, parameters)]
    after = later.set_index("customer_id")
    kept = there["customer_id"].map(after["aum"]).to_numpy(dtype=float)
    moved = there["customer_id"].map(after["movements_1m"]).to_numpy(dtype=float)
    had = there["aum"].to_numpy(dtype=float)
    known = ~np.isnan(kept) & ~np.isnan(moved)
    gone = (kept < (1 - parameters.share_lost) * had) & (moved == 0)
    panel = pd.concat([there[["customer_id"]], signals(there, service)], axis=1)
    panel.insert(1, "as_of", pd.Timestamp(day))
    panel.insert(2, "outcome", gone.astype(np.int64))
    return panel[known].reset_index(drop=True)


def develop(panel: pd.DataFrame, parameters: AttritionParameters, seed: int) -> AttritionModel:
    """Learn from the panel (slices of `slice_of`, in any order). TooLittle when history or leavers do not suffice."""
    panel = panel.sort_values(["as_of", "customer_id"], kind="stable").reset_index(drop=True)
    days = [stamp.date() for stamp in panel["as_of"].drop_duplicates()]
    split = split_by_time(days, parameters.horizon)
    if split is None:
        raise too_short(len(days), parameters.horizon)
    _enough(panel, split)
    trial = _fitted(panel, split.teach, split.calibrate, parameters, seed)
    test = of(panel, split.test)
    outcome = test["outcome"].to_numpy()
    judged = judge(
        outcome, np.round(trial.log_odds(test), 6), trial.probability(test), idle_days(test), test["customer_id"],
        parameters.redraws, seed,
    )  # fmt: skip
    scorer = _fitted(panel, split.teach_now, split.calibrate_now, parameters, seed)
    last = of(panel, split.calibrate_now[-1:])
    pushes = by_driver(scorer.contributions(last)[1], scorer.names)
    weights = np.abs(pushes).mean(axis=0)
    order = np.argsort(-weights, kind="stable")
    importance = {DRIVERS[at].code: round(float(weights[at]), 4) for at in order}
    return AttritionModel(scorer, split, judged, importance, usual(pushes, last), parameters)


def idle_days(panel: pd.DataFrame) -> Floats:
    """The simple rule: the longer since the last own movement, the likelier to leave."""
    return np.nan_to_num(panel["days_since_last"].to_numpy(dtype=float), nan=10_000.0)


def _fitted(
    panel: pd.DataFrame,
    teach: tuple[date, ...],
    calibrate: tuple[date, ...],
    parameters: AttritionParameters,
    seed: int,
) -> Boosted:
    taught, later = of(panel, teach), of(panel, calibrate)
    trees = fit_boosted(taught, taught["outcome"].to_numpy(), SIGNALS, parameters.boosting, seed)
    return trees.calibrated(later, later["outcome"].to_numpy())


def _enough(panel: pd.DataFrame, split: Split) -> None:
    counts = [int(of(panel, days)["outcome"].sum()) for days in (split.teach, split.calibrate, split.test)]
    if counts[0] < LEAST_OUTCOMES or min(counts[1:]) < LEAST_OUTCOMES // 3:
        told = " / ".join(str(count) for count in counts)
        raise TooLittle(
            f"Of the customers looked at, {told} left in the months that teach, calibrate and test; at least "
            f"{LEAST_OUTCOMES} and {LEAST_OUTCOMES // 3} of each are needed. Nothing was predicted. Wait for more months.",
            f"建模、校准、检验三段月份中的流失客户为 {told} 户，建模段至少需 {LEAST_OUTCOMES} 户、其余两段至少各需 "
            f"{LEAST_OUTCOMES // 3} 户，故未作预测。请积累更多月份。",
        )  # fmt: skip


def score(
    model: AttritionModel | Kept, features: pd.DataFrame, service: pd.DataFrame | None, average: float | None = None
) -> pd.DataFrame:
    """Probabilities of everybody exposed, one row each, in order of customer_id.

    Columns: customer_id; probability (0..1) of leaving within the horizon; aum; aum_at_risk (probability · aum, what
    would go on average, in the bank's currency); drivers (leaving.reasons). average: the bank's probability where `features`
    are of a part of it; None: that of these rows.
    TooLittle where nobody is exposed: the newest months were delivered without movements.
    """
    there = features[exposed(features, model.parameters)]
    if not len(there):
        months = round(model.parameters.alive_days / 30.4)
        raise TooLittle(
            f"Of {len(features):,} customers nobody had assets and a movement of their own in the {months} months before "
            "the date, so nobody can be seen leaving. Nothing was predicted. Choose an earlier date, or deliver the "
            "movements of the newest months.",
            f"{len(features):,} 位客户中，没有人在该日期之前 {months} 个月内既有资产又有主动交易，无从判断谁会流失，故未作预测。"
            "请选择更早的日期，或补送最近几个月的交易。",
        )
    there = there.sort_values("customer_id", kind="stable").reset_index(drop=True)
    table = signals(there, service)
    probability = model.scorer.probability(table)
    pushes = beyond(by_driver(model.scorer.contributions(table)[1], model.scorer.names), table, model.usual)
    mean = float(probability.mean()) if average is None else average
    told = reasons(probability, pushes, figures_of(there, table), mean, model.parameters.drivers)
    aum = there["aum"].to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "customer_id": there["customer_id"], "probability": probability, "aum": aum,
            "aum_at_risk": np.round(probability * aum, 2), "drivers": pd.Series(told, dtype=object),
        }
    )  # fmt: skip


def metrics_of(model: AttritionModel, rows: pd.DataFrame, customers: int) -> dict[str, Any]:
    """JSON-able figures of a run: `Judged`, what was expected of today's customers, who was not looked at."""
    return {
        **asdict(model.judged), "rule_name": "days_since_last", **expected(rows, customers), "importance": dict(model.importance),
    }  # fmt: skip


def expected(rows: pd.DataFrame, customers: int) -> dict[str, Any]:
    """The part of the figures that is of today's customers, not of the model. rows: probability and aum_at_risk."""
    return {
        "scored": len(rows), "not_exposed": customers - len(rows),
        "expected_leavers": round(float(rows["probability"].sum()), 1),
        "aum_at_risk": round(float(rows["aum_at_risk"].sum()), 2),
    }  # fmt: skip

"""What a model of behaviour looks at: signals worked out of the catalogue's features, and the drivers they belong to.

A signal compares a customer with the customer's own past wherever it can (this month's movements against the usual
month's, AUM against its mean), so that large and small customers speak the same language and no amount has to be
learned by heart. Missing stays missing; the trees know what to do with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from domain.canonical import LOAN_FAMILIES
from domain.catalogue import SHARE_CATEGORIES, SHARE_CHANNELS
from domain.credit.woe import Floats

# What service knows, beside the features: see warehouse/service_facts.py. Absent columns are missing signals.
SERVICE_COLUMNS = ("complaints_3m", "enquiries_3m", "complaints_open")
SOME = 0.01  # of the year's mean, added to both sides of a ratio of balances: a rest of three yuan says nothing


@dataclass(frozen=True)
class Driver:
    """A reason as a person would name it, and the signals that speak for it. codes: unique, kept in the run's rows."""

    code: str
    zh: str
    en: str
    signals: tuple[str, ...]


DRIVERS: tuple[Driver, ...] = (
    Driver("balance", "资产变动", "change of assets", (
        "aum_change_1m", "aum_change_2m", "aum_to_3m", "aum_to_12m", "deposits_to_3m", "deposits_to_12m", "aum_trend_6m",
    )),
    Driver("size", "资产规模", "size of assets", ("log_aum", "log_aum_12m", "investment_share", "floor_share")),
    Driver("activity", "交易活跃度", "activity", (
        "movements_1m", "movements_3m", "pace_1m", "pace_3m", "usual_movements", "active_months_12m",
    )),
    Driver("recency", "最近一次交易", "last own movement", ("days_since_last",)),
    Driver("flow", "资金进出", "money in and out", (
        "inflow_pace_1m", "inflow_pace_3m", "outflow_pace_1m", "net_1m", "net_3m", "log_inflow_12m",
    )),
    Driver("income", "收入与代发", "income", ("income_share", "regular_income_months", "log_income")),
    Driver("service", "投诉与咨询", "complaints and enquiries", SERVICE_COLUMNS),
    Driver("holdings", "持有产品", "products held", (
        "products_held", "n_time", "n_wealth", "n_fund", "n_insurance", "n_credit_card",
    )),
    Driver("person", "年龄与在行时间", "age and time with the bank", ("age_years", "tenure_months", "corporate")),
    Driver("habits", "渠道与用途", "channels and purposes", (
        *(f"share_channel_{c}" for c in SHARE_CHANNELS),
        *(f"share_category_{c}" for c in SHARE_CATEGORIES),
        "night_share", "weekend_share",
    )),
    Driver("credit", "贷款", "loans", (
        "loans_held", "n_mortgage", "n_consumer_loan", "n_business_loan", "utilisation", "days_past_due",
        "worst_days_past_due_12m",
    )),
    Driver("risk", "风险承受等级", "risk preference", ("risk_preference",)),
)  # fmt: skip
BY_CODE = {driver.code: driver for driver in DRIVERS}
SIGNALS: tuple[str, ...] = tuple(name for driver in DRIVERS for name in driver.signals)
_TAKEN = ("n_time", "n_wealth", "n_fund", "n_insurance", "n_credit_card", "n_mortgage", "n_consumer_loan", "n_business_loan",
          "products_held", "movements_1m", "movements_3m", "active_months_12m", "days_since_last", "aum_trend_6m",
          "regular_income_months", "age_years", "tenure_months", "night_share", "weekend_share", "utilisation",
          "days_past_due", "worst_days_past_due_12m")  # fmt: skip


def signals(features: pd.DataFrame, service: pd.DataFrame | None = None) -> pd.DataFrame:
    """SIGNALS of each row of `features`, float32, in the same order and with the same index.

    features: the catalogue's columns and aum_1, aum_2. service: SERVICE_COLUMNS and risk_preference (1..5) indexed by
    customer_id; a customer it does not name had no complaint; None: the source tells of none.
    """
    given = _Columns(features)
    found: dict[str, Floats] = {name: given[name] for name in _TAKEN}
    found |= {name: given[name] for name in SIGNALS if name.startswith(("share_channel_", "share_category_"))}
    found |= _balances(given) | _movements(given) | _flows(given)
    found["loans_held"] = np.sum([np.nan_to_num(given[f"n_{f}"]) for f in LOAN_FAMILIES if f != "credit_card"], axis=0)
    found["corporate"] = (features["kind"] == "corporate").to_numpy().astype(np.float64)
    found |= _service(features, service)
    # Six decimals leave no trace of the order the engine added in; float32 halves a panel of many months.
    table = {name: np.round(found[name], 6).astype(np.float32) for name in SIGNALS}
    return pd.DataFrame(table, index=features.index)


class _Columns:
    """Columns as float64 with NaN for what is not known or not there."""

    def __init__(self, features: pd.DataFrame) -> None:
        self._features = features

    def __getitem__(self, name: str) -> Floats:
        if name not in self._features.columns:
            return np.full(len(self._features), np.nan)
        return self._features[name].to_numpy(dtype=np.float64, na_value=np.nan)


def _over(above: Floats, below: Floats) -> Floats:
    """above / below, missing where below is not above zero; held within ±100."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.clip(np.where(below > 0, above / below, np.nan), -100.0, 100.0)


def _size(amount: Floats) -> Floats:
    return np.sign(amount) * np.log1p(np.abs(amount))


def _balances(given: _Columns) -> dict[str, Floats]:
    now, year = given["aum"], given["aum_avg_12m"]
    some = SOME * np.abs(year)
    return {
        "aum_change_1m": _over(now + some, given["aum_1"] + some), "aum_change_2m": _over(now + some, given["aum_2"] + some),
        "aum_to_3m": _over(now, given["aum_avg_3m"]), "aum_to_12m": _over(now, year),
        "deposits_to_3m": _over(given["deposits"], given["deposits_avg_3m"]),
        "deposits_to_12m": _over(given["deposits"], given["deposits_avg_12m"]),
        "log_aum": _size(now), "log_aum_12m": _size(year),
        "investment_share": _over(given["investments"], now), "floor_share": _over(given["min_balance_3m"], given["deposits_avg_3m"]),
    }  # fmt: skip


def usual_movements(features: pd.DataFrame) -> Floats:
    """Own movements of a usual active month: of the eleven months before the last, over those with any; else missing.

    Counted over active months, so that a history shorter than a year does not look like a slow customer.
    """
    given = _Columns(features)
    last = given["movements_1m"]
    return _over(given["movements_12m"] - last, given["active_months_12m"] - (last > 0))


def _movements(given: _Columns) -> dict[str, Floats]:
    usual = usual_movements(given._features)
    return {
        "usual_movements": usual, "pace_1m": _over(given["movements_1m"], usual),
        "pace_3m": _over(given["movements_3m"] / 3, usual),
    }  # fmt: skip


def _flows(given: _Columns) -> dict[str, Floats]:
    months, aum = given["active_months_12m"], given["aum_avg_12m"]
    month_in, month_out = given["inflow_12m"] / np.maximum(months, 1), given["outflow_12m"] / np.maximum(months, 1)
    return {
        "inflow_pace_1m": _over(given["inflow_1m"], month_in), "inflow_pace_3m": _over(given["inflow_3m"] / 3, month_in),
        "outflow_pace_1m": _over(given["outflow_1m"], month_out),
        "net_1m": _over(given["net_flow_1m"], aum), "net_3m": _over(given["net_flow_3m"], aum),
        "log_inflow_12m": _size(given["inflow_12m"]), "income_share": _over(given["regular_income"], month_in),
        "log_income": _size(given["annual_income"]),
    }  # fmt: skip


def _service(features: pd.DataFrame, service: pd.DataFrame | None) -> dict[str, Floats]:
    names = (*SERVICE_COLUMNS, "risk_preference")
    if service is None:
        return {name: np.full(len(features), np.nan) for name in names}
    found = {name: features["customer_id"].map(service[name]).to_numpy(dtype=np.float64) for name in names}
    return found | {name: np.nan_to_num(found[name]) for name in SERVICE_COLUMNS}

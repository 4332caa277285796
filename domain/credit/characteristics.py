"""The table of characteristics: what may enter a scorecard, which direction is expected, and what it is called.

A behaviour scorecard reads the feature catalogue; an application scorecard adds what is known of the loan asked for.
Gender and age are never among them (`NEVER`): they are looked at only to check that the score treats people alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.catalogue import FEATURES


@dataclass(frozen=True)
class Characteristic:
    """One column a scorecard may use.

    unit as in `catalogue.Feature`. direction: what a higher value should mean (safer, riskier, auto: the sample says).
    changeable: whether a customer could do something about it, so that it may be named as a way to a better grade.
    states: values that are states, not quantities: each stands in a bin of its own, however few customers are in it.
    """

    name: str
    unit: str
    zh: str
    en: str
    direction: str = "auto"
    changeable: bool = True
    states: tuple[float, ...] = ()


NEVER = ("age_years", "age_band", "gender")

_SAFER = (
    "tenure_months", "annual_income", "deposits", "deposits_avg_3m", "deposits_avg_12m", "investments", "aum", "aum_avg_3m",
    "aum_avg_12m", "regular_income", "regular_income_months", "min_balance_3m", "region_average_salary",
    "aum_to_instalments",
)  # fmt: skip
_RISKIER = (
    "utilisation", "days_below_zero_12m", "penalty_interest_12m", "days_past_due", "worst_days_past_due_12m",
    "overdue_amount", "region_unemployment", "instalment_burden", "missed_instalments", "months_in_arrears_12m",
)  # fmt: skip
_FIXED_TOPICS = ("background",)
# Few customers are in arrears and nothing says more: M1, M2 and M3 are told apart, as every collector does.
_STATES = {"missed_instalments": (1.0, 2.0, 3.0)}
# Nobody loses points for not being a company, and a group's sums tell of customers in other people's scope.
_OF_COMPANIES = ("payroll", "settlement", "group")


def _direction(name: str) -> str:
    if name in _SAFER:
        return "safer"
    return "riskier" if name in _RISKIER else "auto"


BEHAVIOUR: tuple[Characteristic, ...] = tuple(
    Characteristic(
        f.name, f.unit, f.zh, f.en, _direction(f.name), f.topic not in _FIXED_TOPICS, _STATES.get(f.name, ())
    )
    for f in FEATURES
    if f.name not in NEVER and f.topic not in _OF_COMPANIES
)

# What is known on the day a loan is asked for, beside the features that the account's own history gives.
APPLICATION: tuple[Characteristic, ...] = (
    Characteristic("loan_principal", "money", "贷款金额", "loan amount", "riskier"),
    Characteristic("loan_term_months", "months", "贷款期限（月）", "loan term in months"),
    Characteristic("loan_instalment", "money", "每月还款额", "monthly instalment", "riskier"),
    Characteristic("instalment_to_income", "share", "月供收入比", "instalment to monthly income", "riskier"),
    Characteristic("principal_to_balance", "rate", "贷款余额比", "loan to average balance", "riskier"),
    Characteristic("history_months", "months", "账户历史月数", "months of account history", "safer", False),
    Characteristic("balance_mean", "money", "平均余额", "average balance", "safer"),
    Characteristic("balance_min", "money", "最低余额", "lowest balance", "safer"),
    Characteristic("balance_last", "money", "申请前余额", "balance before the application", "safer"),
    Characteristic("balance_spread", "money", "余额波动", "spread of the balance"),
    Characteristic("inflow_monthly", "money", "月均流入", "money in a month", "safer"),
    Characteristic("outflow_monthly", "money", "月均流出", "money out a month"),
    Characteristic("cash_share", "share", "现金支取占比", "share of outflow taken in cash", "riskier"),
    Characteristic("movements_monthly", "count", "月均交易笔数", "movements a month"),
    Characteristic("household_monthly", "money", "月均家用缴费", "household payments a month"),
)

BY_NAME = {c.name: c for c in (*BEHAVIOUR, *APPLICATION)}


def named(name: str) -> Characteristic:
    """The characteristic of this column; a column nobody described goes by its own name."""
    return BY_NAME.get(name) or Characteristic(name, "decimal", name, name)

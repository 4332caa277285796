"""Whom a product may not be offered to, and why: suppression and eligibility, each reason as a code and in words.

A reason never changes a probability; it stands beside it. What is not known counts against an offer where the law asks
for it to be known (risk preference of who buys an investment), and for it where it is only an obstacle (complaints).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.canonical import INVESTMENT_FAMILIES, LOAN_FAMILIES
from domain.phrasing import choose


@dataclass(frozen=True)
class Lending:
    """What lending of a family asks of a person's age, in years: at least `youngest` today, and at the end of the shortest
    usual term (months; 0 where there is none) at most `oldest`."""

    youngest: int
    oldest: int
    shortest: int


LENDING: Mapping[str, Lending] = {
    "mortgage": Lending(18, 70, 120), "consumer_loan": Lending(18, 65, 12), "business_loan": Lending(18, 65, 12),
    "credit_card": Lending(18, 65, 0),
}  # fmt: skip
TRADING_SHARE = 0.10  # of own movements that are for a business: less is a purchase now and then


@dataclass(frozen=True)
class Reason:
    """A code and its words."""

    code: str
    zh: str
    en: str


REASONS: tuple[Reason, ...] = (
    Reason("risk_below", "风险承受等级低于该类产品的最低风险等级", "risk preference below the least risk level of these products"),
    Reason("risk_unknown", "没有风险承受等级，须先做风险测评", "no risk preference on record; it has to be assessed first"),
    Reason("no_consent", "没有任何渠道的营销同意，或已要求勿扰", "no consent to any channel, or asked not to be contacted"),
    Reason("complaint_open", "有未办结的投诉", "a complaint is not settled"),
    Reason("overdue", "贷款逾期中", "a loan is overdue"),
    Reason("age", "年龄不符：未满18岁，或按最短期限到期时超过上限（住房按揭70岁，其他贷款和信用卡65岁）",
           "age: under 18, or at the end of the shortest term over the bound (70 for mortgages, 65 for other loans and cards)"),
    Reason("no_business", "没有经营身份：职业不是个体经营，不是企业法定代表人或股东，也没有经营流水",
           "no business: not self-employed by occupation, no company's representative or shareholder, no business movements"),
    Reason("no_income", "没有收入记录：既无申报年收入，也无稳定入账", "no income on record: neither a stated one nor regular money in"),
)  # fmt: skip
BY_CODE = {reason.code: reason for reason in REASONS}
# Facts of a customer suitability asks for, indexed by customer_id: risk_preference 1..5 (missing: not known), consent
# (True: to one channel at least), do_not_contact, complaints_open (number). See warehouse/service_facts.py.
FACTS = ("risk_preference", "consent", "do_not_contact", "complaints_open")


def reason_words(code: str, language: str) -> str:
    """Why it is not offered; a code of another version stands as it is."""
    return choose(language, BY_CODE[code].zh, BY_CODE[code].en) if code in BY_CODE else code


def reasons_against(
    features: pd.DataFrame, facts: pd.DataFrame, family: str, least_risk: int | None
) -> dict[str, NDArray[np.bool_]]:
    """code -> whom the reason holds for, shape (n,), rows as in `features`; codes in the order of REASONS.

    facts: FACTS by customer_id. least_risk: risk level (1..5) of the least risky product of the family, None where the
    bank does not say: then, for an investment, any risk preference on record will do. Companies have no risk preference,
    no age and no personal income; an age that is not known is no obstacle, an income or a business that is not known is.
    """
    known = facts.reindex(features["customer_id"])
    risk = known["risk_preference"].to_numpy(dtype=float, na_value=np.nan)
    person = (features["kind"] == "personal").to_numpy()
    placed = family in INVESTMENT_FAMILIES
    late = features["days_past_due"].to_numpy(dtype=float, na_value=np.nan)
    agreed = known["consent"].fillna(False).to_numpy(dtype=bool)
    refused = known["do_not_contact"].fillna(False).to_numpy(dtype=bool)
    return {
        "risk_below": person & placed & (risk < (least_risk or 1)),
        "risk_unknown": person & placed & np.isnan(risk),
        "no_consent": ~agreed | refused,
        "complaint_open": known["complaints_open"].fillna(0).to_numpy(dtype=float) > 0,
        "overdue": late > 0,
        **_of_borrowers(features, known, family, person),
    }


def _of_borrowers(
    features: pd.DataFrame, known: pd.DataFrame, family: str, person: NDArray[np.bool_]
) -> dict[str, NDArray[np.bool_]]:
    """What lending of a family asks of a person; nobody for what is not lent."""
    nobody = np.zeros(len(features), dtype=bool)
    if family not in LOAN_FAMILIES:
        return {"age": nobody, "no_business": nobody, "no_income": nobody}
    rule, age = LENDING[family], _told(features, "age_years")
    income = np.nan_to_num(_told(features, "annual_income")) + np.nan_to_num(_told(features, "regular_income"))
    trades = known.reindex(columns=["trades"])["trades"].eq(True).to_numpy(dtype=bool)
    trades = trades | (np.nan_to_num(_told(features, "share_category_business")) >= TRADING_SHARE)
    business = family == "business_loan"
    return {
        "age": person & ((age < rule.youngest) | (age + rule.shortest / 12 > rule.oldest)),
        "no_business": person & ~trades if business else nobody,
        "no_income": nobody if business else person & (income <= 0),
    }


def _told(features: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """A feature, missing where it is not known or the source has none of it."""
    column: Any = features[name] if name in features.columns else pd.Series(np.nan, index=features.index)
    told: NDArray[np.float64] = column.to_numpy(dtype=float, na_value=np.nan)
    return told

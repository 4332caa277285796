"""Whom a product may not be offered to, and why: suppression, with each reason as a code and in words.

A reason never changes a probability; it stands beside it. What is not known counts against an offer where the law asks
for it to be known (risk preference of who buys an investment), and for it where it is only an obstacle (complaints).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.canonical import INVESTMENT_FAMILIES
from domain.phrasing import choose


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
    bank does not say: then, for an investment, any risk preference on record will do. Companies have no risk preference.
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
    }

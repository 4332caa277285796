"""Whether a score treats groups alike: gender and age are looked at here and nowhere else in credit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from domain.credit.inference import ratio_interval
from domain.credit.monitoring import ACT, STABLE, WATCH
from domain.credit.validated import GroupOutcome

AGE_BANDS = ("<25", "25-34", "35-44", "45-54", "55-64", "65+")
_EDGES = (25.0, 35.0, 45.0, 55.0, 65.0)
FOUR_FIFTHS = 0.8
FEW_IN_GROUP = 30  # customers; of fewer an approval rate says little
UNKNOWN, COMPANY = "unknown", "company"
NO_PEOPLE = (UNKNOWN, COMPANY)  # groups that are told and not judged


def age_band(age: pd.Series) -> pd.Series:
    """The band of each age in years, None where it is not known; an age equal to an edge is in the upper band."""
    years = age.astype(float)
    bands = np.array(AGE_BANDS, dtype=object)[np.searchsorted(_EDGES, years.fillna(0).to_numpy(), side="right")]
    return pd.Series(bands, index=age.index, dtype=object).where(years.notna(), None)


def outcomes_by_group(
    group: pd.Series, approved: pd.Series, bad: pd.Series, customer: pd.Series | None = None
) -> pd.DataFrame:
    """Approvals and errors by group, in order of the group's name.

    group: a word a row, missing counts as UNKNOWN; COMPANY has neither sex nor age. approved: bool. bad: 0/1. customer: whose
    row it is; None: each row is another's. Columns: group, rows, customers, approval (share approved), impact (approval against
    that of the known group treated best, of FEW_IN_GROUP customers or more if one has so many; under 0.8 is the usual sign of
    adverse impact), low and high (of impact, 95 %, with as many trials as customers, since rows of one customer go together;
    NaN for that group), good_refused and bad_approved (errors as share of that group's goods and bads, NaN where it has none).
    """
    table = pd.DataFrame(
        {
            "group": group.astype(object).where(group.notna(), UNKNOWN).to_numpy(),
            "approved": approved.to_numpy(dtype=float),
            "bad": bad.to_numpy(dtype=float),
            "customer": np.arange(len(group)) if customer is None else customer.to_numpy(),
        }
    )
    table["good_refused"] = (1 - table["approved"]).where(table["bad"] == 0)
    table["bad_approved"] = table["approved"].where(table["bad"] == 1)
    told = (
        table.groupby("group")
        .agg(
            rows=("approved", "size"),
            customers=("customer", "nunique"),
            approval=("approved", "mean"),
            good_refused=("good_refused", "mean"),
            bad_approved=("bad_approved", "mean"),
        )
        .reset_index()
    )
    known = told[~told["group"].isin(NO_PEOPLE)]
    many = known[
        known["customers"] >= FEW_IN_GROUP
    ]  # a handful all approved would make everybody else look ill treated
    # Of groups treated equally well the largest is the measure, and then the first by name.
    known = (many if len(many) else known).sort_values(["approval", "rows", "group"], ascending=[False, False, True])
    there = len(known) > 0 and known["approval"].iloc[0] > 0
    told["impact"] = told["approval"] / (known["approval"].iloc[0] if there else np.nan)
    told["low"], told["high"] = _intervals(told, int(known.index[0]) if there else None)
    columns = ["group", "rows", "customers", "approval", "impact", "low", "high", "good_refused", "bad_approved"]
    return told[columns]


def _intervals(told: pd.DataFrame, base: int | None) -> tuple[list[float], list[float]]:
    """Of each group's impact; NaN of the one the others are held against, and where there is none."""
    found = []
    shares, counts = told["approval"].to_list(), told["customers"].to_list()
    for at, (approval, customers) in enumerate(zip(shares, counts, strict=True)):
        limits = None
        if base is not None and at != base:
            limits = ratio_interval(approval, customers, shares[base], counts[base])
        found.append(limits or (np.nan, np.nan))
    return [low for low, _ in found], [high for _, high in found]


def impact_level(one: GroupOutcome) -> str | None:
    """By the four fifths rule with its significance: under 0.8 is acted on where chance does not explain it, and watched
    where it may. None for the group the others are held against and for one that is too small
    (FEW_IN_GROUP).

    Source: Uniform Guidelines on Employee Selection Procedures (1978), § 4 D.
    """
    if one.impact is None or one.high is None or one.customers < FEW_IN_GROUP:
        return None
    if one.impact >= FOUR_FIFTHS:
        return STABLE
    return ACT if one.high < 1 else WATCH


def least_judged(groups: Sequence[GroupOutcome]) -> GroupOutcome | None:
    """Of the known groups that can be judged, the one with the least impact; None where there is none."""
    known = [one for one in groups if one.group not in NO_PEOPLE and impact_level(one) is not None]
    return min(known, key=lambda one: one.impact or 0.0, default=None)


def unknown_below(groups: Sequence[GroupOutcome]) -> GroupOutcome | None:
    """Those of whom it is not known, where they fare worse than the least of the groups that are judged; they are not
    judged themselves, since they are no group of people."""
    least = least_judged(groups)
    there = next((one for one in groups if one.group == UNKNOWN), None)
    if least is None or there is None or least.impact is None or there.impact is None:
        return None
    return there if there.impact < least.impact else None

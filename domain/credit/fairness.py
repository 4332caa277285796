"""Whether a score treats groups alike: gender and age are looked at here and nowhere else in credit."""

from __future__ import annotations

import numpy as np
import pandas as pd

AGE_BANDS = ("<25", "25-34", "35-44", "45-54", "55-64", "65+")
_EDGES = (25.0, 35.0, 45.0, 55.0, 65.0)


def age_band(age: pd.Series) -> pd.Series:
    """The band of each age in years, None where it is not known; an age equal to an edge is in the upper band."""
    years = age.astype(float)
    bands = np.array(AGE_BANDS, dtype=object)[np.searchsorted(_EDGES, years.fillna(0).to_numpy(), side="right")]
    return pd.Series(bands, index=age.index, dtype=object).where(years.notna(), None)


def outcomes_by_group(group: pd.Series, approved: pd.Series, bad: pd.Series) -> pd.DataFrame:
    """Approvals and errors by group, in order of the group's name.

    group: a word a row, missing counts as "unknown". approved: bool. bad: 0/1. Columns: group, rows, approval (share
    approved), impact (approval against the largest known group's; under 0.8 is the usual sign of adverse impact),
    good_refused and bad_approved (errors as share of that group's goods and bads, NaN where it has none).
    """
    table = pd.DataFrame(
        {
            "group": group.astype(object).where(group.notna(), "unknown").to_numpy(),
            "approved": approved.to_numpy(dtype=float),
            "bad": bad.to_numpy(dtype=float),
        }
    )
    table["good_refused"] = (1 - table["approved"]).where(table["bad"] == 0)
    table["bad_approved"] = table["approved"].where(table["bad"] == 1)
    told = (
        table.groupby("group")
        .agg(
            rows=("approved", "size"),
            approval=("approved", "mean"),
            good_refused=("good_refused", "mean"),
            bad_approved=("bad_approved", "mean"),
        )
        .reset_index()
    )
    # Of equally large groups the first by name is the measure.
    known = told[told["group"] != "unknown"].sort_values(["rows", "group"], ascending=[False, True])
    base = known["approval"].iloc[0] if len(known) and known["approval"].iloc[0] > 0 else np.nan
    told["impact"] = told["approval"] / base
    return told[["group", "rows", "approval", "impact", "good_refused", "bad_approved"]]

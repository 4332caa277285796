"""Early-warning rules: who is flagged, and a rate, a base rate and a lead time worked out on paper."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from domain.catalogue import FEATURE_NAMES
from domain.credit.early_warning import CODES, READ, RULES, flagged, measure, since
from domain.credit.inference import wilson

NAN = float("nan")


def _features(rows: dict[str, tuple[float, float, float, float]]) -> pd.DataFrame:
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(READ))
    return frame.rename_axis("customer_id").reset_index()


def test_each_rule_flags_what_it_says() -> None:
    now = _features(
        {
            "late": (12, 100, 500, 0.1), "later": (45, 100, 500, 0.1), "below": (0, -1, 500, 0.1), "jobless": (0, 100, 0, 0.1),
            "borrowed": (NAN, 100, 500, 0.25), "used": (0, 100, 500, 0.15), "unknown": (NAN, NAN, NAN, NAN),
            "new": (0, 100, 0, 0.9),
        }
    )  # fmt: skip
    before = _features({who: (0, 100, 500, 0.1) for who in now["customer_id"][::-1] if who != "new"})
    found = flagged(now, before)
    told = {code: list(now.loc[found[code], "customer_id"]) for code in CODES}
    assert told == {
        "past_due_30": ["later"], "past_due": ["late", "later"], "overdraft": ["below"], "salary_stopped": ["jobless"],
        "utilisation_jump": ["borrowed"],
    }  # fmt: skip
    assert set(READ) <= set(FEATURE_NAMES) and {rule.shown for rule in RULES} <= set(READ)


def _panel(flags: dict[str, str], first: str = "2024-01-31") -> pd.DataFrame:
    """One row a customer and month-end; a character a month: x flagged as overdraft, . not, a space not looked at."""
    rows = []
    for who, told in flags.items():
        months = pd.date_range(first, periods=len(told), freq="ME")
        rows += [(who, month, mark == "x") for month, mark in zip(months, told, strict=True) if mark != " "]
    panel = pd.DataFrame(rows, columns=["customer_id", "month", "overdraft"])
    return panel.assign(**{code: False for code in CODES if code != "overdraft"})


def _days(*told: tuple[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(told, columns=["customer_id", "as_of"])
    return frame.assign(as_of=pd.to_datetime(frame["as_of"]))


def test_rates_and_lead_by_hand() -> None:
    """Four customers, 18 month-ends of 2024-01 … 2025-06; known until 2025-07, so 2024-01 … 2024-07 count: 28 rows.

    a: flagged 2024-05 to 07, 90 days past due 2025-03 (10 months after the first flag): its rows of 03 … 07 are hits.
    b: flagged 2024-01, never past due. c: 2025-02 without a flag: its rows of 02 … 07 are hits. d: nothing.
    """
    panel = _panel({"a": "....xxx...........", "b": "x.................", "c": "." * 18, "d": "." * 18})
    defaults = _days(("a", "2025-03-31"), ("a", "2025-04-30"), ("c", "2025-02-28"), ("z", "2024-05-31"))
    shuffled = panel.sample(frac=1, random_state=2)
    for one in (panel, shuffled):
        found = {each.rule: each for each in measure(one, defaults, dt.date(2025, 7, 31))}["overdraft"]
        assert (found.flags, found.customers, found.hits) == (4, 2, 3)
        assert (found.base_rows, found.base_hits) == (28, 11)
        assert found.rate == 0.75 and found.base_rate == pytest.approx(11 / 28)
        # a's default has a whole year of months before it; 10 months from the first flag. c's was not caught. a was past
        # due in two months running: the second is no new default, as nobody in default is in a real panel.
        assert found.lead_months == 10 and found.caught == 1
    nothing = {each.rule: each for each in measure(panel, defaults.iloc[:0], dt.date(2025, 7, 31))}
    assert nothing["overdraft"].hits == 0 and nothing["overdraft"].lead_months is None
    assert nothing["past_due"].rate is None and nothing["past_due"].better is None


def test_a_bank_where_nobody_ever_defaulted_has_flags_and_no_lead() -> None:
    panel = _panel({"a": "...xx" + "." * 13, "b": "." * 18}).astype({"customer_id": "str"})
    nobody = pd.DataFrame({"customer_id": pd.Series([], dtype=object), "as_of": pd.Series([], dtype="datetime64[us]")})
    found = {one.rule: one for one in measure(panel, nobody, dt.date(2025, 7, 31))}["overdraft"]
    assert (found.flags, found.hits, found.base_hits, found.defaulters, found.lead_months) == (2, 0, 0, 0, None)


def test_wilson_is_the_published_interval() -> None:
    """10 of 100: 0.0552 to 0.1744 (Newcombe 1998, method 3)."""
    assert wilson(0.1, 100) == pytest.approx((0.0552, 0.1744), abs=5e-5)
    assert wilson(0.0, 10)[0] == 0.0


def test_since_is_the_last_run_of_flags() -> None:
    panel = _panel({"a": "xx.xx", "b": "..xx.", "c": "xxxxx", "d": "x x x", "e": "....."})
    found = since(panel, ("overdraft",))
    assert list(found["customer_id"]) == ["a", "c", "d"]
    assert [f"{day:%Y-%m}" for day in found["since"]] == ["2024-04", "2024-01", "2024-05"]
    assert since(panel.iloc[:0]).empty
    assert np.array_equal(since(panel)["rule"].unique(), ["overdraft"])

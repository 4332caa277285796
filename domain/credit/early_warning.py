"""Early warnings: plain rules over the monthly features that stand beside the score, and how good each has been.

A rule looks at a customer with credit at a month-end and three months before. It is judged on the bank's own history:
of those it flagged, how many were 90 days past due within twelve months, against everybody looked at; and how many
months before. A missing figure never flags.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.credit.inference import wilson

BEFORE_MONTHS = 3  # how far a rule looks back
OUTCOME_MONTHS = 12
JUMP, TIMES, LATE_DAYS = 0.1, 2.0, 30
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """One rule. flags: features now and BEFORE_MONTHS ago (same rows in the same order) -> who is flagged, shape (n,).

    shown: the feature whose figure now and before is told beside the flag.
    """

    code: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    shown: str
    flags: Callable[[pd.DataFrame, pd.DataFrame], Flags]

    def title(self, language: str) -> str:
        """What it is called, `language` zh or en."""
        return self.zh if language == "zh" else self.en

    def about(self, language: str) -> str:
        """When it flags."""
        return self.about_zh if language == "zh" else self.about_en


def _figures(frame: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return frame[name].to_numpy(dtype=np.float64, na_value=np.nan)


def _overdraft(now: pd.DataFrame, _before: pd.DataFrame) -> Flags:
    return _figures(now, "min_balance_3m") < 0


def _salary_stopped(now: pd.DataFrame, before: pd.DataFrame) -> Flags:
    return (_figures(before, "regular_income") > 0) & (_figures(now, "regular_income") == 0)


def _utilisation_jump(now: pd.DataFrame, before: pd.DataFrame) -> Flags:
    used, then = _figures(now, "utilisation"), _figures(before, "utilisation")
    return (used - then >= JUMP) & (used >= TIMES * then)


def _past_due(now: pd.DataFrame, _before: pd.DataFrame) -> Flags:
    return _figures(now, "days_past_due") > 0


def _past_due_long(now: pd.DataFrame, _before: pd.DataFrame) -> Flags:
    return _figures(now, "days_past_due") >= LATE_DAYS


RULES: tuple[Rule, ...] = (
    Rule("past_due_30", "逾期30天以上", "30 days past due or more", "任一贷款或信用卡当前逾期达30天，未满90天",
         "a loan or card is 30 to 89 days past due today", "days_past_due", _past_due_long),
    Rule("past_due", "出现逾期", "past due", "任一贷款或信用卡当前有逾期（1天以上），未满90天",
         "a loan or card is past due today, by 1 to 89 days", "days_past_due", _past_due),
    Rule("overdraft", "账户透支", "overdraft", "近3个月内账户余额合计曾低于零",
         "all accounts together were below zero on a day of the last 3 months", "min_balance_3m", _overdraft),
    Rule("salary_stopped", "稳定收入中断", "regular income stopped", "3个月前有稳定收入，现在没有",
         "there was a regular income 3 months ago and there is none now", "regular_income", _salary_stopped),
    Rule("utilisation_jump", "额度使用率跳升", "jump of utilisation",
         "额度使用率比3个月前高出10个百分点以上，且达到当时的两倍以上",
         "twice as much of the limits is used as 3 months ago, and 10 points more at least", "utilisation",
         _utilisation_jump),
)  # fmt: skip
BY_CODE = {rule.code: rule for rule in RULES}
CODES = tuple(BY_CODE)
READ = tuple(dict.fromkeys(("days_past_due", "min_balance_3m", "regular_income", "utilisation")))


def flagged(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """One flag a rule, columns CODES, the rows and index of `now`.

    now, before: customer_id and READ; before: of the same or of other customers, who is not in it has no figures then.
    """
    then = before.set_index("customer_id").reindex(now["customer_id"]).reset_index()
    return pd.DataFrame({rule.code: rule.flags(now, then) for rule in RULES}, index=now.index)


@dataclass(frozen=True)
class Measured:
    """How good a rule has been.

    flags: customer-months it flagged, customers: how many customers those were, hits: flags followed by 90 days past
    due within OUTCOME_MONTHS; base_rows, base_hits: of everybody looked at in the same months. rate, base_rate: hits a
    flag; low, high: of rate, 95 % (Wilson, with as many independent trials as customers: months of one customer are
    not). None without a flag. lead_months: median from the first flag in the year before to the 90th day, None where
    nothing was caught; caught of defaulters: customers who went 90 days past due and were flagged in the year before.
    """

    rule: str
    flags: int
    customers: int
    hits: int
    base_rows: int
    base_hits: int
    lead_months: float | None
    caught: int
    defaulters: int

    @property
    def rate(self) -> float | None:
        """Hits a flag."""
        return self.hits / self.flags if self.flags else None

    @property
    def base_rate(self) -> float | None:
        """The same of everybody."""
        return self.base_hits / self.base_rows if self.base_rows else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % of the rate."""
        return None if self.rate is None else wilson(self.rate, self.customers)

    @property
    def better(self) -> bool | None:
        """Whether the rate lies above everybody's, its interval included; None where nothing can be said."""
        found, base = self.interval, self.base_rate
        return None if found is None or base is None else found[0] > base


def measure(panel: pd.DataFrame, defaults: pd.DataFrame, until: date) -> tuple[Measured, ...]:
    """Each rule of RULES on history.

    panel: customer_id, month (a month-end, datetime64), one bool a code of CODES; only who was not in default then.
    defaults: customer_id, as_of (datetime64): every day on which a loan of the customer was 90 days past due.
    until: the newest day known: only month-ends OUTCOME_MONTHS or more before it count in the rates.
    """
    when = _next_default(panel, defaults)
    months = _months(panel["month"], when)
    observed = _months(panel["month"], pd.Series(pd.Timestamp(until), panel.index)) >= OUTCOME_MONTHS
    hit = (months <= OUTCOME_MONTHS).to_numpy(dtype=bool)
    rows, base_hits = int(observed.sum()), int((observed & hit).sum())
    caught, defaulters = _lead(panel, when, months)
    found = []
    for code in CODES:
        on = panel[code].to_numpy(dtype=bool)
        of_history = on & observed.to_numpy(dtype=bool)
        lead = caught.get(code)
        found.append(
            Measured(
                code, int(of_history.sum()), int(panel.loc[of_history, "customer_id"].nunique()),
                int((of_history & hit).sum()), rows, base_hits, None if lead is None or not len(lead) else float(lead.median()),
                0 if lead is None else len(lead), defaulters,
            )
        )  # fmt: skip
    return tuple(found)


def _next_default(panel: pd.DataFrame, defaults: pd.DataFrame) -> pd.Series:
    """The first day of default after each row's month, NaT without one; in the panel's order."""
    wanted = panel[["customer_id", "month"]].assign(row=np.arange(len(panel))).sort_values("month", kind="stable")
    known = defaults[["customer_id", "as_of"]].sort_values("as_of", kind="stable")
    # Nobody in default yet: the empty table knows no types of its own.
    known = known.astype({"as_of": wanted["month"].dtype, "customer_id": wanted["customer_id"].dtype})
    found = pd.merge_asof(
        wanted, known, left_on="month", right_on="as_of", by="customer_id", direction="forward", allow_exact_matches=False
    )  # fmt: skip
    return found.sort_values("row")["as_of"].set_axis(panel.index)


def _months(earlier: pd.Series, later: pd.Series) -> pd.Series:
    """Calendar months between, missing where the later day is."""
    return (later.dt.year - earlier.dt.year) * 12 + (later.dt.month - earlier.dt.month)


def _lead(panel: pd.DataFrame, when: pd.Series, months: pd.Series) -> tuple[dict[str, pd.Series], int]:
    """By code, months from the first flag of the year before to each default; and the defaults there were.

    Only defaults with a whole year of month-ends before them: in a shorter one a first flag may have been missed.
    """
    first = panel["month"].min() if len(panel) else pd.NaT
    before = _months(pd.Series(first, panel.index), when)
    counts = ((months <= OUTCOME_MONTHS) & (before >= OUTCOME_MONTHS)).to_numpy(dtype=bool)
    lead = months[counts]
    who = [panel.loc[counts, "customer_id"], when[counts]]
    defaulters = int(lead.groupby(who).ngroups) if len(lead) else 0
    caught = {}
    for code in CODES:
        on = panel.loc[counts, code].to_numpy(dtype=bool)
        caught[code] = lead[on].groupby([each[on] for each in who]).max()
    return caught, defaulters


def since(panel: pd.DataFrame, codes: Sequence[str] = CODES) -> pd.DataFrame:
    """Who is flagged at the panel's last month, and since which month-end without a gap: customer_id, rule, since.

    In order of rule and customer. A month in which a customer was not looked at ends the run of flags.
    """
    months = np.sort(panel["month"].unique())
    found = []
    for code in codes:
        on = panel.loc[panel[code].to_numpy(dtype=bool), ["customer_id", "month"]]
        mine = on[on["customer_id"].isin(on.loc[on["month"] == months[-1], "customer_id"])] if len(months) else on
        told = mine.assign(at=np.searchsorted(months, mine["month"].to_numpy())).sort_values(["customer_id", "at"])
        # A gap before a row begins a new run; the last run's first row is the one after the last gap.
        begins = told["at"].diff().ne(1) | told["customer_id"].ne(told["customer_id"].shift())
        last = told[begins].groupby("customer_id", sort=True)["month"].last()
        found.append(pd.DataFrame({"customer_id": last.index, "rule": code, "since": last.to_numpy()}))
    return pd.concat(found, ignore_index=True)

"""Why a model says what it says of one customer: its drivers, kept as codes with figures and told in words.

A run keeps codes and the figures that decided; the words are made when somebody reads, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from domain.behaviour.signals import BY_CODE, DRIVERS, usual_movements
from domain.canonical import LOAN_FAMILIES
from domain.catalogue import CHANNEL_WORDS, FAMILY_WORDS
from domain.credit.woe import Floats
from domain.phrasing import choose, counted, number, percent, short_money

Figures = Mapping[str, Any]
LEAST_PUSH = 0.01  # log odds: what moves less is no reason
# The figures each driver's sentence needs, by their names in the features ("usual_movements" is worked out).
FIGURES: dict[str, tuple[str, ...]] = {
    "balance": ("aum", "aum_avg_12m"), "size": ("aum",), "activity": ("movements_1m", "usual_movements"),
    "recency": ("days_since_last",), "flow": ("net_flow_3m", "inflow_3m", "inflow_12m"),
    "income": ("regular_income", "regular_income_months"),
    "service": ("complaints_3m", "complaints_open", "enquiries_3m"), "holdings": ("products_held", "families"),
    "person": ("age_years", "tenure_months"), "habits": ("channel", "channel_share"),
    "credit": ("days_past_due", "families"), "risk": ("risk_preference",),
}  # fmt: skip


def by_driver(moves: Floats, names: Sequence[str]) -> Floats:
    """Moves of signals (n, names) summed to the drivers, shape (n, drivers), columns in the order of DRIVERS."""
    place = {name: at for at, driver in enumerate(DRIVERS) for name in driver.signals}
    total = np.zeros((len(moves), len(DRIVERS)))
    for column, name in enumerate(names):
        total[:, place[name]] += moves[:, column]
    return total


def strongest(pushes: Floats, figures: Mapping[str, Sequence[Any]], most: int = 3) -> list[list[dict[str, Any]]]:
    """For each row up to `most` drivers that raise the probability most, largest first, ties in the order of DRIVERS.

    pushes: (n, drivers), log odds. figures: name -> a value a row, as `figures_of` gives them.
    Each is {"driver": code, "push": log odds, "values": {name: figure}}.
    """
    order = np.argsort(-pushes, axis=1, kind="stable")[:, :most]
    codes = [driver.code for driver in DRIVERS]
    told: list[list[dict[str, Any]]] = []
    for row, (places, push) in enumerate(zip(order.tolist(), pushes.tolist(), strict=True)):
        told.append(
            [
                {"driver": codes[at], "push": round(push[at], 3), "values": {n: figures[n][row] for n in FIGURES[codes[at]]}}
                for at in places
                if push[at] >= LEAST_PUSH
            ]
        )  # fmt: skip
    return told


def figures_of(features: pd.DataFrame, signals: pd.DataFrame) -> dict[str, list[Any]]:
    """Every figure a driver's sentence may need, a list a name, None where it is not known; rows as in `features`."""
    table = features.assign(
        usual_movements=np.round(usual_movements(features), 1),
        **{n: signals[n] for n in ("complaints_3m", "complaints_open", "enquiries_3m", "risk_preference")},
    )
    shares = [name for name in features.columns if name.startswith("share_channel_")]
    known = features[shares].fillna(-1.0).to_numpy(dtype=float)
    told = table.reindex(columns=list(dict.fromkeys(n for names in FIGURES.values() for n in names))).astype(object)
    told["channel"] = np.array([name.removeprefix("share_channel_") for name in shares], dtype=object)[
        known.argmax(axis=1)
    ]
    told["channel_share"] = np.round(known.max(axis=1), 3)
    told.loc[known.max(axis=1) < 0, ["channel", "channel_share"]] = None
    held = {f: (features[f"n_{f}"] > 0).to_numpy() for f in FAMILY_WORDS if f"n_{f}" in features.columns}
    words = np.full(len(features), "", dtype=object)
    for family, has in held.items():
        words = words + np.where(has, family + " ", "")
    told["families"] = words
    told = told.where(told.notna(), None)
    return {name: told[name].tolist() for name in told.columns}


def driver_name(code: str, language: str) -> str:
    """资产变动, change of assets; a code of another version stands as it is."""
    return choose(language, BY_CODE[code].zh, BY_CODE[code].en) if code in BY_CODE else code


def driver_words(entry: Figures, currency: str, language: str) -> str:
    """One driver as `strongest` and leaving.reasons keep it, in a sentence with the customer's own figures; what a customer who
    may leave does not have, with what can be done about it."""
    code, values = entry["driver"], entry.get("values") or {}
    if entry.get("way") == "leaves" and is_lacking(code, values) and code in _ADVICE:
        return choose(language, *_ADVICE[code])
    made = _SENTENCES[code](values, currency, language) if code in _SENTENCES else None
    return made or driver_name(code, language)


def is_lacking(code: str, values: Figures) -> bool:
    """Whether the driver's sentence says that something is not there."""
    return code in _LACKING and _LACKING[code](values)


# What is not there, and what the manager can do about it.
_ADVICE: dict[str, tuple[str, str]] = {
    "credit": (
        "在本行没有贷款，往来较松：可了解按揭、消费或经营用款需求",
        "no loan ties the customer to the bank: ask whether a mortgage or another loan is wanted",
    ),
    "income": (
        "近4个月没有稳定收入进账：可争取代发工资或主要收款放在本行",
        "no regular income comes in here: ask for the salary or the main receipts to be paid in",
    ),
    "holdings": ("目前没有在持产品：请先了解去向与需求", "holds no product now: ask where the money went and what is wanted"),
    "habits": ("近12个月没有主动交易：请联系并确认是否仍在使用", "no own movement in 12 months: ask whether the account is in use"),
    "risk": (
        "没有风险承受等级，无法推荐投资产品：请先做风险测评",
        "no risk preference on record, so no investment can be offered: do the assessment first",
    ),
}  # fmt: skip
_LACKING: dict[str, Callable[[Figures], bool]] = {
    "credit": lambda v: not v.get("days_past_due") and not _lent(v), "income": lambda v: not v.get("regular_income"),
    "holdings": lambda v: not str(v.get("families") or "").strip(), "habits": lambda v: v.get("channel") not in CHANNEL_WORDS,
    "risk": lambda v: v.get("risk_preference") is None,
}  # fmt: skip


def _lent(v: Figures) -> list[str]:
    return [f for f in str(v.get("families") or "").split() if f in LOAN_FAMILIES and f != "credit_card"]


def _balance(v: Figures, currency: str, language: str) -> str | None:
    now, mean = v.get("aum"), v.get("aum_avg_12m")
    if now is None or not mean or mean <= 0:
        return None
    change, held = percent(now / mean - 1, sign=True), short_money(now, currency, language)
    return choose(
        language, f"管理资产{held}，较近12个月均值{change}", f"AUM {held}, {change} against its 12-month mean"
    )


def _size(v: Figures, currency: str, language: str) -> str | None:
    if v.get("aum") is None:
        return None
    held = short_money(v["aum"], currency, language)
    return choose(language, f"管理资产{held}", f"AUM {held}")


def _activity(v: Figures, currency: str, language: str) -> str | None:
    now, usual = v.get("movements_1m"), v.get("usual_movements")
    if now is None:
        return None
    if usual is None:
        return choose(language, f"本月主动交易{number(now)}笔", f"{number(now)} own movements this month")
    return choose(
        language,
        f"本月主动交易{number(now)}笔，平时每月{number(usual, 1)}笔",
        f"{counted(now, 'en', '', 'own movement')} this month, {number(usual, 1)} in a usual one",
    )


def _recency(v: Figures, currency: str, language: str) -> str | None:
    days = v.get("days_since_last")
    if days is None:
        return None
    return choose(
        language, f"最近一次主动交易在{number(days)}天前", f"last own movement {counted(days, 'en', '', 'day')} ago"
    )


def _flow(v: Figures, currency: str, language: str) -> str | None:
    net = v.get("net_flow_3m")
    if net is None:
        return None
    amount, came, year = short_money(abs(net), currency, language), v.get("inflow_3m"), v.get("inflow_12m")
    if net < 0:
        return choose(language, f"近3个月净流出{amount}", f"{amount} net left in 3 months")
    if came is not None and year is not None and came < year / 4:
        less, usually = (short_money(each, currency, language) for each in (came, year / 4))
        return choose(
            language,
            f"近3个月流入{less}，平时每3个月{usually}",
            f"{less} came in over 3 months, {usually} in usual ones",
        )
    return choose(language, f"近3个月净流入{amount}", f"{amount} net came in over 3 months")


def _income(v: Figures, currency: str, language: str) -> str | None:
    income, months = v.get("regular_income"), v.get("regular_income_months")
    if not income:
        return choose(language, "近4个月没有稳定收入入账", "no regular income in the last 4 months")
    amount = short_money(income, currency, language)
    if months is None:
        return choose(language, f"稳定月收入{amount}", f"regular monthly income {amount}")
    return choose(
        language,
        f"稳定月收入{amount}，近4个月入账{number(months)}个月",
        f"regular monthly income {amount}, in {number(months)} of the last 4 months",
    )


def _service(v: Figures, currency: str, language: str) -> str | None:
    complaints, waiting, asked = v.get("complaints_3m"), v.get("complaints_open"), v.get("enquiries_3m")
    if waiting:
        return choose(
            language, f"有{number(waiting)}件投诉未办结", f"{counted(waiting, 'en', '', 'complaint')} not settled"
        )
    if complaints:
        return choose(
            language, f"近3个月投诉{number(complaints)}次", f"{counted(complaints, 'en', '', 'complaint')} in 3 months"
        )
    if asked:
        return choose(
            language, f"近3个月咨询{number(asked)}次", f"{counted(asked, 'en', '', 'enquiry', 'enquiries')} in 3 months"
        )
    return choose(language, "近3个月没有投诉和咨询", "no complaint or enquiry in 3 months")


def _holdings(v: Figures, currency: str, language: str) -> str | None:
    held = [family for family in str(v.get("families") or "").split() if family in FAMILY_WORDS]
    if not held:
        return choose(language, "目前没有在持产品", "holds no product now")
    names = choose(language, "、", ", ").join(choose(language, *FAMILY_WORDS[family]) for family in held)
    return choose(language, f"持有{names}", f"holds {names}")


def _person(v: Figures, currency: str, language: str) -> str | None:
    age, tenure = v.get("age_years"), v.get("tenure_months")
    parts = []
    if age is not None:
        parts.append(choose(language, f"{number(int(age))}岁", f"{counted(int(age), 'en', '', 'year')} old"))
    if tenure is not None:
        parts.append(
            choose(language, f"在行{number(tenure)}个月", f"{counted(tenure, 'en', '', 'month')} with the bank")
        )
    return choose(language, "，", ", ").join(parts) or None


def _habits(v: Figures, currency: str, language: str) -> str | None:
    if v.get("channel") not in CHANNEL_WORDS or v.get("channel_share") is None:
        return choose(language, "近12个月没有主动交易", "no own movement in 12 months")
    word, share = choose(language, *CHANNEL_WORDS[v["channel"]]), percent(v["channel_share"], 0)
    return choose(language, f"{share}的非自动交易通过{word}", f"{share} of movements by {word}, without automatic ones")


def _credit(v: Figures, currency: str, language: str) -> str | None:
    if v.get("days_past_due"):
        late = v["days_past_due"]
        return choose(language, f"贷款逾期{number(late)}天", f"{counted(late, 'en', '', 'day')} past due")
    held = _lent(v)
    if not held:
        return choose(language, "没有贷款", "no loan")
    names = choose(language, "、", ", ").join(choose(language, *FAMILY_WORDS[family]) for family in held)
    return choose(language, f"有{names}", f"has {names}")


def _risk(v: Figures, currency: str, language: str) -> str | None:
    if v.get("risk_preference") is None:
        return choose(language, "没有风险承受等级", "no risk preference on record")
    level = number(v["risk_preference"])
    return choose(language, f"风险承受等级C{level}", f"risk preference C{level}")


_SENTENCES: dict[str, Callable[[Figures, str, str], str | None]] = {
    "balance": _balance, "size": _size, "activity": _activity, "recency": _recency, "flow": _flow, "income": _income,
    "service": _service, "holdings": _holdings, "person": _person, "habits": _habits, "credit": _credit,
    "risk": _risk,
}  # fmt: skip

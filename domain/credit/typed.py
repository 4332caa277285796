"""What an analyst types as a cut point, read in the characteristic's unit: 5 or 5% of a share, 3.2万 of money."""

from __future__ import annotations

import math

# The greatest cut a unit can have, as typed; the least is 0 but for what can be below it.
_MOST = {"share": 1000.0, "days": 40_000.0, "months": 1_200.0, "years": 150.0, "count": 1e9, "money": 1e15, "rate": 1e6}
_BELOW_ZERO = ("money", "rate", "decimal")
_TIMES = {"万": 1e4, "亿": 1e8, "k": 1e3, "m": 1e6}
_PERCENT = ("share", "rate")
_MARKS = {
    "share": ("%", "％"), "rate": ("%", "％"), "days": ("天", "日", "days", "day"), "months": ("个月", "月", "months", "month"),
    "years": ("年", "岁", "years", "year"), "money": ("元", "yuan"), "count": ("个", "次", "户"),
}  # fmt: skip
LONGEST = 24


class BadCut(ValueError):
    """A cut that cannot be; key names the sentence: number, negative, most."""

    def __init__(self, key: str, unit: str) -> None:
        super().__init__(f"{key} in {unit}")
        self.key, self.unit = key, unit


def cut_of(text: str, unit: str) -> float:
    """The cut in the unit the column is counted in: shares of one, money, days.

    Shares and rates are typed in per cent, as they are shown, with or without the sign. Money may end in 万 or 亿, k or M,
    with 元 after it; other units in their own word. Commas between thousands and spaces are let pass. BadCut says what
    is wrong.
    """
    told = "".join(text.split()).replace(",", "").replace("，", "").replace("−", "-").lower()
    for mark in _MARKS.get(unit, ()):
        if told.endswith(mark):
            told = told.removesuffix(mark)
            break
    times = 1.0
    if unit == "money" and told and told[-1] in _TIMES:
        times, told = _TIMES[told[-1]], told[:-1]
    try:
        value = float(told) * times if len(told) <= LONGEST and "_" not in told else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadCut("number", unit)
    if value < 0 and unit not in _BELOW_ZERO:
        raise BadCut("negative", unit)
    if abs(value) > _MOST.get(unit, math.inf):
        raise BadCut("most", unit)
    return round(value / 100, 12) if unit in _PERCENT else value


def most_of(unit: str) -> float:
    """The greatest cut a unit can have, as typed; infinite where there is no such bound."""
    return _MOST.get(unit, math.inf)

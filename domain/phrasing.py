"""Figures in words: how a number, an amount, a share or a day is written in Chinese and in English.

Screen and paper both print through here, so that 1.23亿 is 123.4 M everywhere. Rounding is half up, as banks do it.
Absence (None, NaN) is an em dash, never a zero. The minus sign is U+2212, as wide as a plus.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

Number = Decimal | float | int

ABSENT = "—"
MINUS = "−"
LANGUAGES = ("zh", "en")
CURRENCY_WORDS = {
    "CNY": ("元", "CNY"), "CZK": ("捷克克朗", "CZK"), "USD": ("美元", "USD"), "EUR": ("欧元", "EUR"),
    "HKD": ("港元", "HKD"), "JPY": ("日元", "JPY"), "GBP": ("英镑", "GBP"),
}  # fmt: skip
MOST_DIGITS = 4  # of an amount in a unit too large for it
MONTHS_EN = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
             "November", "December")  # fmt: skip
WEEKDAYS = {"zh": tuple("一二三四五六日"), "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


@dataclass(frozen=True)
class Scale:
    """A unit that stands once, in a header: amounts are divided by `divisor` and printed with `digits` decimals."""

    divisor: int
    word: str  # 万, 亿, K, M, B or nothing
    digits: int


SCALES = {
    "zh": (Scale(1, "", 0), Scale(10_000, "万", 1), Scale(100_000_000, "亿", 2)),
    "en": (Scale(1, "", 0), Scale(1_000, "K", 1), Scale(1_000_000, "M", 1), Scale(1_000_000_000, "B", 2)),
}


def choose(language: str, zh: str, en: str) -> str:
    """The text of the language; anything but zh reads English."""
    return zh if language == "zh" else en


def _decimal(value: Number | None) -> Decimal | None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    found = (
        value if isinstance(value, Decimal) else Decimal(repr(float(value)) if isinstance(value, float) else int(value))
    )
    return found if found.is_finite() else None


def number(value: Number | None, digits: int = 0, sign: bool = False) -> str:
    """1234567.5 -> 1,234,568; with `sign`, a plus before what is above zero. What rounds to zero has no sign."""
    exact = _decimal(value)
    if exact is None:
        return ABSENT
    rounded = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    before = MINUS if rounded < 0 else "+" if sign and rounded > 0 else ""
    return f"{before}{abs(rounded):,.{digits}f}"


def exact(value: Number | None, digits: int = 10) -> str:
    """A figure as it is, to so many digits that count and without zeros at its end: the edge of a band, −0.209, 1,250."""
    there = _decimal(value)
    if there is None:
        return ABSENT
    plain = f"{Decimal(f'{there:.{digits}g}'):,f}"
    whole, point, part = plain.lstrip("-").partition(".")
    said = f"{whole}{point}{part.rstrip('0')}".rstrip(".") if point else whole
    return f"{MINUS if there < 0 and said.strip('0,.') else ''}{said}"


def against(value: Number | None, *bounds: Number, digits: int = 2, most: int = 6) -> str:
    """A figure that is held against bounds: with as many more decimals as it takes not to read like one of them.

    against(0.796, 0.8) -> 0.796, not 0.80; a figure that is the bound is written like it.
    """
    there, edges = _decimal(value), [edge for edge in map(_decimal, bounds) if edge is not None]
    if there is None:
        return ABSENT
    while digits < most and any(there != edge and number(there, digits) == number(edge, digits) for edge in edges):
        digits += 1
    return number(there, digits)


def percent_against(share: Number | None, bound: Number, digits: int = 1, most: int = 6) -> str:
    """A share held against a bound, as `against`: 10.02% over 10%, not 10.0%."""
    there, edge = _decimal(share), _decimal(bound)
    return ABSENT if there is None or edge is None else f"{against(there * 100, edge * 100, digits=digits, most=most)}%"


def money(value: Number | None, sign: bool = False) -> str:
    """The exact amount to the cent, without its unit: 18,260.00."""
    return number(value, 2, sign)


def currency_word(currency: str, language: str) -> str:
    """元 or CNY; a currency without words of ours keeps its code."""
    return CURRENCY_WORDS.get(currency, (currency, currency))[0 if language == "zh" else 1]


def scale_of(values: Iterable[Number | None], language: str) -> Scale:
    """The one scale for a column or an axis: the largest in which the greatest absolute amount is still at least 1.

    Two decimals where that amount is under 10 of the unit.
    """
    scales = SCALES["zh" if language == "zh" else "en"]
    greatest = max((abs(v) for v in map(_decimal, values) if v is not None), default=Decimal(0))
    chosen = next((scale for scale in reversed(scales) if greatest >= scale.divisor), scales[0])
    fine = chosen.divisor > 1 and greatest < 10 * chosen.divisor
    return replace(chosen, digits=2) if fine else chosen


def scaled(value: Number | None, scale: Scale, sign: bool = False) -> str:
    """An amount in a scale whose unit is printed elsewhere: 1386400 in 万 -> 138.6.

    It keeps that unit: what would read as zero there and is none takes as many more decimals as it needs, four at most,
    and is <0.0001 or >−0.0001 beyond: 32000 in a column of 亿 is 0.0003.
    """
    exact = _decimal(value)
    if exact is None:
        return ABSENT
    said = number(exact / scale.divisor, scale.digits, sign)
    if exact == 0 or scale.divisor == 1 or any(digit in said for digit in "123456789"):
        return said
    steps = (Decimal(1).scaleb(-digits) for digits in range(scale.digits + 1, MOST_DIGITS + 1))
    enough = next((step for step in steps if abs(exact) / scale.divisor >= step), None)
    if enough is not None:
        return number(exact / scale.divisor, -int(enough.as_tuple().exponent), sign)
    least = Decimal(1).scaleb(-MOST_DIGITS)
    return f"<{least}" if exact > 0 else f">{MINUS}{least}"


def scale_unit(scale: Scale, currency: str, language: str) -> str:
    """The header's unit: 万元, 元, CNY M, CNY."""
    word = currency_word(currency, language)
    return f"{scale.word}{word}" if language == "zh" else f"{word} {scale.word}".strip()


def short(value: Number | None, language: str, sign: bool = False) -> str:
    """Short form without currency: 123400000 -> 1.23亿 / 123.4 M; below 10,000 (1,000 in English) whole.

    Two decimals under 10 of a unit, one under 1,000, none above. What rounds up to the next unit takes the next unit: 99,999,999 is 1.00亿.
    """
    figure, unit = short_parts(value, language, sign)
    return f"{figure}{unit}" if language == "zh" or not unit else f"{figure} {unit}"


def short_parts(value: Number | None, language: str, sign: bool = False) -> tuple[str, str]:
    """The figure and the unit of `short` apart, for a tile that sets them in two sizes."""
    exact = _decimal(value)
    if exact is None:
        return ABSENT, ""
    scales = SCALES["zh" if language == "zh" else "en"]
    for place, scale in enumerate(scales):
        in_unit = exact / scale.divisor
        size = abs(in_unit)
        digits = 0 if scale.divisor == 1 or size >= 1000 else 2 if size < Decimal("9.995") else 1
        rounded = abs(in_unit).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        if place == len(scales) - 1 or rounded * scale.divisor < scales[place + 1].divisor:
            break
    return number(in_unit, digits, sign), scale.word


def money_parts(value: Number | None, currency: str, language: str, sign: bool = False) -> tuple[str, str, str]:
    """What stands before the figure, the figure, what stands after it: ("", 138.6, 万元), (CNY, 1.39, M); nothing around a dash.

    The one place that says where a currency stands: a tile that sets them in two sizes reads as a sentence does.
    """
    if _decimal(value) is None:
        return "", ABSENT, ""
    word = currency_word(currency, language)
    figure, unit = short_parts(value, language, sign)
    return ("", figure, f"{unit}{word}") if language == "zh" else (word, figure, unit)


def short_money(value: Number | None, currency: str, language: str, sign: bool = False) -> str:
    """With currency: 138.6万元, CNY 1.39 M."""
    parts = money_parts(value, currency, language, sign)
    return choose(language, "", " ").join(part for part in parts if part)


def percent(share: Number | None, digits: int = 1, sign: bool = False) -> str:
    """0.0108 -> 1.1%; shares run 0 to 1 and become percent only here."""
    exact = _decimal(share)
    return ABSENT if exact is None else f"{number(exact * 100, digits, sign)}%"


def percent_exact(share: float, digits: int = 2) -> str:
    """A bound as it is: with two decimals, or as many as a finer one has, six at most. Two bounds never look alike."""
    part = f"{share * 100:.6f}".partition(".")[2]
    return percent(share, max(digits, len(part.rstrip("0"))))


def percent_points(difference: Number | None, language: str, digits: int = 2) -> str:
    """The difference of two shares: −0.0003 -> −0.03个百分点, −0.03 pp."""
    exact = _decimal(difference)
    if exact is None:
        return ABSENT
    return number(exact * 100, digits, sign=True) + choose(language, "个百分点", " pp")


def change(now: Number | None, before: Number | None) -> Decimal | None:
    """Relative change; None where either is missing or the base is not above zero (a share of it would mislead)."""
    new, old = _decimal(now), _decimal(before)
    return None if new is None or old is None or old <= 0 else new / old - 1


def day(value: date | None) -> str:
    """2026-10-31 in both languages."""
    return ABSENT if value is None else f"{value:%Y-%m-%d}"


def minute(value: datetime | None) -> str:
    """2026-10-31 14:05, in the time zone the moment carries."""
    return ABSENT if value is None else f"{value:%Y-%m-%d %H:%M}"


def month(value: date | None, language: str) -> str:
    """2026年10月, October 2026."""
    if value is None:
        return ABSENT
    return choose(language, f"{value.year}年{value.month}月", f"{MONTHS_EN[value.month - 1]} {value.year}")


def short_month(value: date, language: str) -> str:
    """10月, Oct: an axis label; the year stands in the title or at January."""
    return choose(language, f"{value.month}月", MONTHS_EN[value.month - 1][:3])


def in_unit(words: str, unit: str, language: str) -> str:
    """A head with its unit: 存款（元）, Deposits (CNY)."""
    return choose(language, f"{words}（{unit}）", f"{words} ({unit})")


def counted(count: Number | None, language: str, zh: str, one: str, many: str | None = None) -> str:
    """A count with its noun: 3户, 3 customers, 1 customer."""
    if _decimal(count) is None:
        return ABSENT
    return choose(language, f"{number(count)}{zh}", f"{number(count)} {one if count == 1 else many or one + 's'}")


def listing(words: Sequence[str], language: str) -> str:
    """甲、乙和丙; a, b and c. Empty gives empty text."""
    if len(words) <= 1:
        return "".join(words)
    return choose(language, "、", ", ").join(words[:-1]) + choose(language, "和", " and ") + words[-1]


def begun(words: str) -> str:
    """As a line begins: with a capital in English."""
    return words[:1].upper() + words[1:]


def sentence(text: str, language: str) -> str:
    """The text with the full stop of its language, unless it ends in one."""
    return text if not text or text[-1] in "。.！!？?" else text + choose(language, "。", ".")

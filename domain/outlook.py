"""What the published attrition and next-product runs say of a customer, in words: for the 360 and for paper.

Nothing is computed anew; what a run did not say stays None, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from domain.behaviour.drivers import driver_name, driver_words
from domain.behaviour.leaving import average_of, raised, told_of
from domain.catalogue import FAMILY_WORDS
from domain.marketing.suitability import reason_words
from domain.phrasing import choose, day, number, percent
from domain.reports.outlook import Driver, Leaving, Offer

Figures = Mapping[str, Any]
RAISES = (
    "主要原因（与同类客户相比），及其在所列原因中的比重",
    "Main reasons, against customers alike, and the part of each",
)
HOLDS = (
    "留下的理由（与同类客户相比），及其在所列理由中的比重",
    "What speaks for staying, against customers alike, and the part of each",
)
HORIZON, ALIVE_DAYS = 3, 183  # of domain/behaviour/attrition.py, where a run does not name its own


def drivers_of(entries: Sequence[Figures] | None, currency: str, language: str) -> tuple[Driver, ...]:
    """Drivers as `domain.behaviour.drivers.strongest` keeps them; parts add up to 1."""
    told = list(entries or ())
    whole = sum(abs(float(one.get("push") or 0)) for one in told) or 1.0
    return tuple(
        Driver(
            _opened(driver_name(one["driver"], language)),
            driver_words(one, currency, language),
            abs(float(one.get("push") or 0)) / whole,
        )
        for one in told
    )


def horizon_of(parameters: Figures) -> int:
    """The months within which an attrition run says who leaves, by its parameters."""
    return int(parameters.get("horizon") or HORIZON)


def leaving_of(
    probability: float | None, at_risk: Decimal | None, drivers: Any, parameters: Figures, metrics: Figures, currency: str,
    language: str,
) -> Leaving | None:  # fmt: skip
    """The customer's attrition; None for who was not looked at. parameters, metrics: the run's."""
    if probability is None:
        return None
    average = average_of(metrics)
    sign, told = raised(probability, average), told_of(drivers, probability, average)
    words = ""
    if not sign:
        words = no_sign(probability, average, language)
    elif not told:
        words = choose(language, "没有哪一项单独明显推高这一可能。", "No single thing raises the probability notably.")
    caption = choose(language, *(RAISES if sign else HOLDS))
    return Leaving(
        probability, horizon_of(parameters), at_risk, drivers_of(told, currency, language), sign, words, caption
    )


def no_sign(probability: float, average: float | None, language: str) -> str:
    """That a chance is below the bank's average, as a sentence."""
    own, mean = percent(probability, 2), percent(average, 2)
    return choose(
        language,
        f"没有流失迹象：{own}，低于全行平均的{mean}。",
        f"No sign of leaving: {own}, below the bank's average of {mean}.",
    )


def leaving_reasons(
    probability: float, drivers: Any, metrics: Figures, currency: str, language: str, most: int | None = None
) -> str:
    """The same in one line for a list: the reasons (up to `most`), or that there is no sign and what speaks for staying; ""
    where nothing stands out."""
    average = average_of(metrics)
    told = [driver_words(one, currency, language) for one in told_of(drivers, probability, average)[:most]]
    listed = choose(language, "；", "; ").join(told)
    if raised(probability, average):
        return _opened(listed)
    none = choose(language, "没有流失迹象", "No sign of leaving")
    return none + (choose(language, f"（{listed}）", f" ({listed})") if listed else "")


def why_not_looked_at(
    aum: Decimal | None, last_own: date | None, as_of: date, parameters: Figures, version: str, language: str
) -> str:
    """Why an attrition run has no figure for a customer, as a sentence."""
    if not aum or aum <= 0:
        return choose(
            language,
            "没有管理资产：流失看的是资产离开，没有资产就无从流失。",
            "No AUM: leaving is told by assets that go, and there are none.",
        )
    alive = int(parameters.get("alive_days") or ALIVE_DAYS)
    if last_own is None or (as_of - last_own).days > alive:
        since = (
            ""
            if last_own is None
            else choose(language, f"（最近一次 {day(last_own)}）", f" (the last on {day(last_own)})")
        )
        return choose(
            language,
            f"{number(alive)}天内没有本人交易{since}：这样的客户已经沉默，不再预测是否离开。",
            f"No own movement within {number(alive)} days{since}: who is silent already is not predicted to fall silent.",
        )
    return choose(
        language,
        f"已发布的流失预警 {version} 里没有这位客户：那次计算时还不符合条件，下一次计算后再看。",
        f"The published run {version} does not know this customer, who did not qualify then; look again after the next one.",
    )


def offers_of(entries: Any, currency: str, language: str) -> tuple[Offer, ...]:
    """Offers as a next-product run keeps them (domain/marketing/next_product.py), likeliest first."""
    return tuple(
        Offer(
            family=one["family"],
            name=family_name(one["family"], language),
            probability=float(one["probability"]),
            usual=None if one.get("usual") is None else float(one["usual"]),
            drivers=drivers_of(one.get("drivers"), currency, language),
            against=tuple(reason_words(code, language) for code in one.get("suppressed") or ()),
            peers=None if one.get("peers") is None else float(one["peers"]),
        )
        for one in entries or ()
    )


def basis_of(metrics: Figures, language: str) -> str | None:
    """What the offers of a next-product run go by, as a sentence; None for a run that does not say (of before)."""
    if metrics.get("basis") == "rule":
        return choose(
            language,
            "推荐依据：所在分群最常开立的产品。历史尚少，加入客户自身信息并未推荐得更准，故未采用。",
            "Offers go by what the customer's segment opens most often. History is short: the customer's own signals did not "
            "make them more accurate and are left out.",
        )
    if metrics.get("basis") != "blend":
        return None
    own = percent((metrics.get("own_share") or {}).get("own"), 0)
    return choose(
        language,
        f"推荐依据：所在分群最常开立的产品，再按客户自身信息调整（采用 {own}，以较晚月份上的准确程度定）。",
        f"Offers go by what the customer's segment opens most often, moved by the customer's own signals ({own} of them: as "
        "much as proved right on later months).",
    )


def peers_words(offer: Offer, language: str) -> str | None:
    """How often the customer's segment opens the family, as a reason; None where the run does not say."""
    if offer.peers is None:
        return None
    each = number(offer.peers * 1000, 1 if offer.peers < 0.01 else 0)
    return choose(
        language, f"所在分群每千户约 {each} 户开办", f"In the customer's segment some {each} of a thousand open one"
    )


def no_offers(version: str, language: str) -> str:
    """Why a next-product run offers a customer nothing, as a sentence."""
    return choose(
        language,
        f"已发布的下一产品 {version} 没有为这位客户列出产品：没有在册账户，或能预测的各类产品都已持有。",
        f"The published run {version} names nothing for this customer: no open account, or every family it predicts is held.",
    )


def nothing_allowed(language: str) -> str:
    """Offers there are, but each has a reason against it."""
    return choose(
        language,
        "目前没有可以推荐的产品：每一类都有不可推荐的理由。",
        "Nothing may be offered now: each family has a reason against it.",
    )


def family_name(code: str, language: str) -> str:
    """基金 / Funds; a code nobody named stands as it is."""
    word = choose(language, *FAMILY_WORDS[code]) if code in FAMILY_WORDS else code
    return _opened(word)


def _opened(words: str) -> str:
    return words[:1].upper() + words[1:]
